"""Attempts, answers and sealing, against a model that keeps everybody in a list for ever."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from quiz.domain.tally import percent
from quiz.store import attempts
from quiz.store.releasing import release_due
from quiz.store.sealing import Sealed, seal_due
from quiz.store.tables import Attempt, Batch, Cell, OptionTally, QuestionTally
from tests.conftest import Opener
from tests.proof import length
from tests.questions import make_choice, make_multiple, make_order, make_story
from tests.store.participants import TODAY

pytestmark = pytest.mark.slow

BANK = {
    question.id: question
    for question in (
        make_choice(id="lit-choice"),
        make_multiple(id="lit-multiple"),
        make_order(id="lit-order"),
        make_story(id="lit-story"),
    )
}
CHOICES = {
    "lit-choice": ["leave", "badge", "skip", "not-sure"],
    "lit-multiple": ["password location show", "password home", "not-sure"],
    "lit-order": ["stop bank keep police", "bank stop keep police", "skip"],
    "lit-story": ["", "call:best", "call:best again:ok door:risky"],
}
ANSWERS = st.sampled_from([(id, chosen) for id, offered in CHOICES.items() for chosen in offered])
LANGUAGES = st.sampled_from(["vi", "en"])


@dataclass
class Person:
    day: date
    language: str
    answers: dict[str, str] = field(default_factory=dict)
    finished: bool = False


def score(question, chosen):
    return percent(BANK[question].score(tuple(chosen.split())))


def count_again(people):
    """Return every total, counted person by person."""
    totals: Counter[tuple[object, ...]] = Counter()
    for person in people:
        scores = {id: score(id, chosen) for id, chosen in person.answers.items()}
        for id, chosen in person.answers.items():
            if scores[id] is not None:
                totals["question", id, scores[id]] += 1
                for option in BANK[id].counted(tuple(chosen.split())):
                    totals["option", id, option] += 1
    return totals


def cell_key(cell):
    return cell.question, cell.revision


def read_totals(db):
    totals: Counter[tuple[object, ...]] = Counter()
    for row in db.scalars(select(OptionTally)):
        totals["option", row.question, row.option] += row.count
    for row in db.scalars(select(QuestionTally)):
        totals["question", row.question, row.score] += row.count
    return totals


class Quizzes(RuleBasedStateMachine):
    ids = Bundle("ids")

    new_opener: ClassVar[Callable[[], Opener]]

    @initialize()
    def open(self):
        self.opener = type(self).new_opener()
        self.database = self.opener()
        self.today = TODAY
        self.tokens = map(str, count())
        self.people: dict[bytes, Person] = {}
        self.sealed: list[Person] = []
        self.released: dict[tuple[object, ...], int] = {}

    def teardown(self):
        self.database.close()

    @rule(target=ids, language=LANGUAGES)
    def begin(self, language):
        with self.database.writing() as db:
            id = self.start(db, language)
            db.commit()
        self.people[id] = Person(self.today, language)
        return id

    @rule(language=LANGUAGES, number=st.integers(2, 12), answer=ANSWERS)
    def a_class_takes_it_to_the_end(self, language, number, answer):
        with self.database.writing() as db:
            for _ in range(number):
                id = self.start(db, language)
                self.keep(db, id, *answer)
                attempts.enter(db, id).finished = True
                self.people[id] = Person(self.today, language, dict([answer]), finished=True)
            db.commit()

    @rule(id=ids, answer=ANSWERS, times=st.integers(1, 3))
    def answer(self, id, answer, times):
        for _ in range(times):
            with self.database.writing() as db:
                if attempts.find(db, id):
                    self.keep(db, id, *answer)
                db.commit()
        if id in self.people:
            self.people[id].answers.update([answer])

    @rule(id=ids)
    def finish(self, id):
        with self.database.writing() as db:
            if attempt := attempts.find(db, id):
                attempt.finished = True
            db.commit()
        if id in self.people:
            self.people[id].finished = True

    @rule(id=ids)
    def leave(self, id):
        with self.database.writing() as db:
            attempts.leave(db, id)
            db.commit()
        if id in self.people and not self.people[id].finished:
            del self.people[id]

    @rule(days=st.sampled_from([1, 1, 1, 2, 40, -1]))
    def seal_on_another_day(self, days):
        self.today += timedelta(days=days)
        due = {id for id, person in self.people.items() if person.day != self.today}
        done = [person for id, person in self.people.items() if id in due and person.finished]
        with self.database.writing() as db:
            sealed = seal_due(db, BANK, today=self.today)
            release_due(db, today=self.today)
            db.commit()
        self.database.scrub_deleted()
        assert sealed == Sealed(people=len(done), discarded=len(due) - len(done))
        self.sealed += done
        self.people = {id: person for id, person in self.people.items() if id not in due}

    @rule(answer=ANSWERS)
    def lose_power_before_the_commit(self, answer):
        with self.database.writing() as db:
            self.keep(db, self.start(db, "vi"), *answer)
            seal_due(db, BANK, today=self.today + timedelta(days=1))
            release_due(db, today=self.today + timedelta(days=1))
        self.database.close()
        self.database = self.opener()

    @invariant()
    def attempts_are_those_of_the_model(self):
        with self.database.reading() as db:
            assert {
                attempt.id: Person(
                    attempt.day,  # type: ignore[arg-type]
                    attempt.language,
                    {id: row.chosen for id, row in attempts.answers(db, attempt).items()},
                    attempt.finished,
                )
                for attempt in db.scalars(select(Attempt))
            } == self.people

    @invariant()
    def totals_are_those_of_the_model(self):
        with self.database.reading() as db:
            assert read_totals(db) == count_again(self.sealed)

    @invariant()
    def what_is_released_stays_and_grows_by_ten(self):
        with self.database.reading() as db:
            batches = db.scalars(select(Batch)).all()
            cells = db.scalars(select(Cell)).all()
        now: dict[tuple[object, ...], int] = {
            (batch.id,): batch.people for batch in batches if batch.released
        }
        now |= {(cell.batch, *cell_key(cell)): cell.answers for cell in cells if cell.released}
        assert set(self.released) <= set(now)
        grown = {now[key] - self.released.get(key, 0) for key in now} - {0}
        assert not grown or min(grown) >= 10
        self.released = now
        answered = [
            person
            for person in self.sealed
            if any(score(id, chosen) is not None for id, chosen in person.answers.items())
        ]
        assert sum(batch.people for batch in batches) == len(answered)

    def start(self, db, language):
        id = attempts.attempt_id(next(self.tokens))
        attempts.start(
            db,
            id,
            day=self.today,
            theme="mixed",
            language=language,
            questions=list(BANK),
            position=0,
        )
        return id

    def keep(self, db, id, question, chosen):
        attempts.save(
            db,
            attempts.enter(db, id).id,
            question=question,
            revision="0a1b2c3d",
            chosen=chosen,
            score=score(question, chosen),
        )


def test_the_store_and_the_model_agree_after_every_step(new_location, migrate, opener_of):
    class Here(Quizzes):
        @staticmethod
        def new_opener():
            migrate(location := new_location())
            return opener_of(location)

    run_state_machine_as_test(
        Here, settings=settings(max_examples=length(3, 5), stateful_step_count=20, deadline=None)
    )
