"""A class whose server is killed without warning, again and again, or that has two of them."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from itertools import cycle
from random import Random
from threading import Lock
from time import perf_counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quiz.domain.question import Question
from quiz.domain.refusals import RoomClosed, StaleVersion
from quiz.domain.room import Move, Stage
from quiz.service.live import answers, moves
from quiz.service.live.answers import AnswerIn
from quiz.store.attempts import attempt_id, new_token
from quiz.store.bank import Bank
from quiz.store.group_commit import GroupCommitQueue
from quiz.store.tables import Answer, Attempt, Batch, OptionTally, QuestionTally, Room
from tests.classes import answer, join, open_class
from tests.conftest import Location, Opener
from tests.databases import BACKENDS
from tests.proof import length
from tests.shipped import shipped_bank
from tests.store.crash_processes import Victim

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PEOPLE = 12
KILLS = {"sqlite": length(3, 8), "postgresql": length(2, 4)}
"""A few: test_killed_server.py kills the real server, and more often."""


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tokens(opener: Opener) -> list[str]:
    """A live class that is asked its first question, which has options to choose from."""
    bank = shipped_bank()
    database = opener()
    tokens = [new_token() for _ in range(PEOPLE)]
    with database.writing() as db:
        question = next(each.id for each in bank.questions.values() if each.kind == "choice")
        room = open_class(db, bank, [question], NOW)
        for token in tokens:
            join(db, room, token)
        moves.move(db, bank, room, Move.NEXT, version=room.version, today=TODAY)
        db.commit()
    database.close()
    return tokens


def answer_all_the_time(tell, opener: Opener, tokens: list[str]) -> None:
    """Everybody changes her answer until the class closes; tell what was acknowledged, by whom."""
    bank = shipped_bank()
    database = opener()
    writer = GroupCommitQueue(database, partial(answers.save_answers, bank))
    with database.reading() as db:
        (room,) = db.scalars(select(Room))
        question = bank.questions[room.questions]
    options = [*question.arrange(Random(1))]
    telling = Lock()

    def answer_again(token: str) -> None:
        for chosen in cycle(options):
            try:
                writer.write(AnswerIn(token=token, question=question.id, posted={"a": [chosen]}))
            except RoomClosed:
                return
            with telling:
                tell.send((token, chosen))

    with ThreadPoolExecutor(len(tokens)) as pool:
        list(pool.map(answer_again, tokens))


def close_the_class(tell, opener: Opener, *, commit: bool = True) -> None:
    database = opener()
    bank = shipped_bank()
    with database.writing() as db:
        (room,) = db.scalars(select(Room))
        tell.send("about to")
        moves.close(db, bank, room, today=TODAY)
        tell.send("written")
        if not commit:
            signal.pause()
        db.commit()
    tell.send("closed")
    signal.pause()


def test_no_acknowledged_answer_is_lost_or_doubled(backend: str, opener: Opener, tokens: list[str]):
    """Every kill finds the answers as they were acknowledged, or one that was on its way."""
    chance = Random(20261124)
    for _ in range(KILLS[backend]):
        victim = Victim(answer_all_the_time, opener, tokens)
        told: dict[str, list[str]] = {token: [] for token in tokens}
        for token, chosen in victim.kill_in_a_step(chance):
            told[token].append(chosen)
        database = opener()
        with database.reading() as db:
            kept = {each.attempt: each.chosen for each in db.scalars(select(Answer))}
            order = [*asked(db).arrange(Random(1))]
        database.close()
        for token, chosen in told.items():
            if chosen:
                last = order.index(chosen[-1])
                allowed = {order[last], order[(last + 1) % len(order)]}
                assert kept[attempt_id(token)] in allowed


def asked(db: Session) -> Question:
    """The one question of the class."""
    (room,) = db.scalars(select(Room))
    return shipped_bank().questions[room.questions]


def test_a_kill_while_closing_counts_everybody_exactly_once(
    backend: str,
    location: Location,
    opener_of: Callable[[Location], Opener],
    copied: Callable[[Location], Location],
    tokens: list[str],
):
    chance = Random(11)
    bank = shipped_bank()
    database = opener_of(location)()
    with database.writing() as db:
        question = asked(db)
        for token in tokens:
            answer(db, bank, token, question.id, question.best)
        db.commit()
    database.close()

    def closing(*, commit: bool = True) -> tuple[Opener, Victim]:
        opener = opener_of(copied(location))
        victim = Victim(partial(close_the_class, commit=commit), opener)
        assert victim.word() == "about to"
        return opener, victim

    opener, victim = closing(commit=False)
    assert victim.word() == "written"
    victim.kill()
    assert close_again(opener, bank) == "was open"

    opener, victim = closing()
    began = perf_counter()
    assert [victim.word(), victim.word()] == ["written", "closed"]
    seconds = perf_counter() - began
    victim.kill()
    assert close_again(opener, bank) == "was closed"

    for _ in range(KILLS[backend]):
        opener, victim = closing()
        victim.kill_after(chance.uniform(0, seconds))
        close_again(opener, bank)


def close_again(opener: Opener, bank: Bank) -> str:
    """Find the class as it was or as it is afterwards; close it; check that all count once."""
    database = opener()
    with database.writing() as db:
        (room,) = db.scalars(select(Room))
        was_open = Stage(room.stage) is not Stage.CLOSED
        assert db.scalar(select(func.count()).select_from(Answer)) == (PEOPLE if was_open else 0)
        assert db.scalar(select(func.count()).select_from(Batch)) == (not was_open)
        if was_open:
            moves.move(db, bank, room, Move.CLOSE, version=room.version, today=TODAY)
        else:
            with pytest.raises(StaleVersion):
                moves.move(db, bank, room, Move.CLOSE, version=room.version, today=TODAY)
        db.commit()
        assert db.scalar(select(func.count()).select_from(Attempt)) == 0
        assert db.scalars(select(Batch.people)).all() == [PEOPLE]
        assert db.scalar(select(func.sum(QuestionTally.count))) == PEOPLE
    database.close()
    return "was open" if was_open else "was closed"


def test_closing_while_two_processes_take_answers_loses_and_doubles_nothing(
    opener: Opener, tokens: list[str]
):
    """Whatever was acknowledged is counted; whatever came after the end was refused."""
    victims = [Victim(answer_all_the_time, opener, half) for half in (tokens[::2], tokens[1::2])]
    last = dict(victim.word() for victim in victims)
    for _ in range(20):
        last |= dict(victim.word() for victim in victims)
    bank = shipped_bank()
    database = opener()
    with database.writing() as db:
        (room,) = db.scalars(select(Room))
        moves.move(db, bank, room, Move.CLOSE, version=room.version, today=TODAY)
        db.commit()
    for victim in victims:
        last |= dict(victim.last_words())
    with database.reading() as db:
        counted = {row.option: row.count for row in db.scalars(select(OptionTally))}
        assert db.scalars(select(Batch.people)).all() == [len(last)]
        assert db.scalar(select(func.count()).select_from(Attempt)) == 0
    database.close()
    assert counted == Counter(last.values())
