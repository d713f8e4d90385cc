"""Live classes, against a model that keeps what everybody said in a dictionary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import count
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.domain.refusals import NoSuchRoom, QuestionClosed, Refusal, RoomClosed, StaleVersion
from quiz.domain.room import Move
from quiz.service import solo
from quiz.service.live import answers, moves, rooms
from quiz.service.live.answers import AnswerIn, SavedAnswer
from quiz.store.attempts import attempt_id
from quiz.store.tables import Answer, Attempt, Batch, OptionTally, Room
from tests.classes import join, open_class
from tests.conftest import Opener
from tests.proof import length
from tests.shipped import shipped_bank

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)
BANK = shipped_bank()
QUESTIONS = [each for each in BANK.questions.values() if each.kind == "choice"][:3]
LAST = len(QUESTIONS) - 1


class Model:
    """Where one class stands, and what everybody in it has answered."""

    def __init__(self) -> None:
        self.stage = "lobby"
        self.position = 0
        self.shown: set[int] = set()
        self.people: dict[str, dict[str, str]] = {}

    def move(self, move: Move) -> bool:
        """Make a move; return whether it can be made."""
        match self.stage, move:
            case "closed", _:
                return False
            case _, Move.CLOSE:
                self.stage = "closed"
            case "lobby", Move.NEXT:
                self.go_to(0)
            case "asking", Move.REVEAL:
                self.stage = "revealing"
                self.shown.add(self.position)
            case ("asking", Move.SKIP) | ("revealing", Move.NEXT) if self.position < LAST:
                self.go_to(self.position + 1)
            case (("asking" | "revealing"), Move.BACK) if self.position:
                self.go_to(self.position - 1)
            case (("asking" | "revealing"), Move.BACK):
                self.stage = "lobby"
            case _:
                return False
        return True

    def go_to(self, position: int) -> None:
        self.position = position
        self.stage = "revealing" if position in self.shown else "asking"


class Classes(RuleBasedStateMachine):
    tokens = Bundle("tokens")

    new_opener: ClassVar[Callable[[], Opener]]

    @initialize()
    def begin(self) -> None:
        self.opener = type(self).new_opener()
        self.database = self.opener()
        self.numbers = map(str, count())
        self.totals: Counter[tuple[str, str]] = Counter()
        self.batches: list[int] = []
        self.model = Model()
        with self.database.writing() as db:
            open_class(db, BANK, [each.id for each in QUESTIONS], NOW)
            db.commit()

    def teardown(self) -> None:
        self.database.close()

    def do(self, change: Callable[[Session, Room], Any]) -> type[Refusal] | None:
        """Change the newest class and commit; return what was refused.

        Nothing may have been written by then: the writer commits what others wrote beside it.
        """
        refused = None
        with self.database.writing() as db:
            try:
                change(db, newest(db))
            except Refusal as refusal:
                refused = type(refusal)
            db.commit()
        return refused

    @rule(target=tokens)
    def join(self) -> str:
        token = next(self.numbers)
        refused = self.do(lambda db, room: join(db, room, token))
        if self.model.stage == "closed":
            assert refused is NoSuchRoom
        else:
            assert refused is None
            self.model.people[token] = {}
        return token

    @rule(
        several=st.lists(
            st.tuples(tokens, st.sampled_from(QUESTIONS), st.integers(0, 3)), min_size=1, max_size=4
        )
    )
    def answer_at_the_same_time(self, several: list[tuple[str, Any, int]]) -> None:
        """Whoever answers twice has her later answer kept."""
        sent = [
            AnswerIn(token=token, question=q.id, posted={"a": [choices(q)[n]]})
            for token, q, n in several
        ]
        with self.database.writing() as db:
            outcomes = answers.save_answers(BANK, db, sent)
            db.commit()
        for (token, question, _), each, outcome in zip(several, sent, outcomes, strict=True):
            if token not in self.model.people:
                assert isinstance(outcome, RoomClosed)
            elif (self.model.stage, QUESTIONS[self.model.position]) == ("asking", question):
                assert isinstance(outcome, SavedAnswer)
                assert [*outcome.chosen] == each.posted["a"]
                self.model.people[token][question.id] = each.posted["a"][0]
            else:
                assert isinstance(outcome, QuestionClosed)

    @rule(token=tokens)
    def leave(self, token: str) -> None:
        self.do(lambda db, _: solo.leave(db, token))
        self.model.people.pop(token, None)

    @rule(move=st.sampled_from([*{*Move} - {Move.OPEN}, Move.NEXT, Move.REVEAL]))
    def move(self, move: Move) -> None:
        refused = self.do(
            lambda db, room: moves.move(db, BANK, room, move, version=room.version, today=TODAY)
        )
        assert refused is (None if self.model.move(move) else StaleVersion)
        if self.model.stage == "closed" and not refused:
            self.seal()

    def seal(self) -> None:
        """Add what was said to the totals: skipping says nothing. A batch counts its people by the
        question that most have answered."""
        said = Counter(
            (question, answer)
            for answers in self.model.people.values()
            for question, answer in answers.items()
            if answer != "skip"
        )
        self.totals.update(said)
        people = Counter[str]()
        for (question, _answer), number in said.items():
            people[question] += number
        self.batches += [max(people.values())] if people else []
        self.model.people.clear()

    @rule(move=st.sampled_from(Move))
    def press_on_a_page_that_is_out_of_date(self, move: Move) -> None:
        assert StaleVersion is self.do(
            lambda db, room: moves.move(db, BANK, room, move, version=room.version - 1, today=TODAY)
        )

    @precondition(lambda self: self.model.stage == "closed")
    @rule()
    def hold_the_class_again(self) -> None:
        def copy(db: Session, room: Room) -> None:
            again = rooms.copy(db, BANK, room, today=TODAY)
            again.told_optional = again.told_parents = again.knows_disclosure = True
            moves.open_room(db, BANK, again, now=NOW, today=TODAY, chance=Random(again.id))

        assert self.do(copy) is None
        self.model = Model()

    @rule()
    def lose_power_before_the_commit(self) -> None:
        with self.database.writing() as db:
            room = newest(db)
            if room.opened is not None:
                join(db, room, "lost")
                moves.close(db, BANK, room, today=TODAY)
        self.database.close()
        self.database = self.opener()

    @invariant()
    def the_class_stands_where_the_model_does(self) -> None:
        with self.database.reading() as db:
            room = newest(db)
            assert (room.stage, room.position) == (self.model.stage, self.model.position) or (
                room.stage == self.model.stage in {"lobby", "closed"}
            )

    @invariant()
    def everybody_is_there_once_with_what_she_answered(self) -> None:
        kept: dict[bytes, dict[str, str]] = {}
        with self.database.reading() as db:
            for id in db.scalars(select(Attempt.id)):
                kept[id] = {}
            for row in db.scalars(select(Answer)):
                kept[row.attempt][row.question] = row.chosen
        assert kept == {attempt_id(token): said for token, said in self.model.people.items()}

    @invariant()
    def totals_are_what_was_said_in_the_classes_that_are_closed(self) -> None:
        with self.database.reading() as db:
            totals = Counter(
                {(row.question, row.option): 0 for row in db.scalars(select(OptionTally))}
            )
            own = select(Batch).where(Batch.source == "room")
            batches = db.scalars(own).all()
            ids = [batch.id for batch in batches]
            for row in db.scalars(select(OptionTally).where(OptionTally.batch.in_(ids))):
                totals[row.question, row.option] += row.count
            assert sorted(batch.people for batch in batches) == sorted(self.batches)
        assert totals == self.totals


def choices(question: Any) -> Sequence[str]:
    """Return two answers to a question, and what is sent instead of one."""
    return [*question.arrange(Random(1))[:2], "not-sure", "skip"]


def newest(db: Session) -> Room:
    return db.scalars(select(Room).order_by(Room.id.desc()).limit(1)).one()


def test_classes_and_the_model_agree_after_every_step(
    new_location: Callable[[], Any],
    migrate: Callable[[Any], None],
    opener_of: Callable[[Any], Opener],
) -> None:
    class Here(Classes):
        @staticmethod
        def new_opener() -> Opener:
            migrate(location := new_location())
            return opener_of(location)

    run_state_machine_as_test(
        Here, settings=settings(max_examples=length(4, 8), stateful_step_count=40, deadline=None)
    )
