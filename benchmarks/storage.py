"""How much is stored, and for how long one write keeps others waiting, on each database.

    .venv/bin/python -m benchmarks.storage

Classes answer and are sealed, and people answer alone, straight in a database. The floor of a
write is a bare insert that is kept as durably. PostgreSQL is left out where it is not installed.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from benchmarks.floors import ON_POSTGRESQL, ON_SQLITE, conninfo, durable_inserts
from benchmarks.results import Result, Results, run_alone
from quiz.domain.quiz import Length
from quiz.domain.room import Move
from quiz.service import solo
from quiz.service.demo_data import Simulation
from quiz.service.live import answers, moves
from quiz.service.live.answers import AnswerIn
from quiz.store import bank as content
from quiz.store.attempts import new_token
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.postgresql import PostgreSQL
from quiz.store.sealing import seal_room
from quiz.store.sqlite import SQLite
from quiz.store.tables import Cell, OptionTally, QuestionTally, RestTally, Room
from tests import postgres
from tests.classes import add_facilitator, join, open_class, seat_class
from tests.questions import posted

CLASSES, PEOPLE, QUESTIONS = 40, 30, 10
"""Classes that are stored, and the people and questions of each."""

ALONE = 20
"""People who take a quiz alone, one after the other."""

SIZE = {
    "SQLite": """
        SELECT (page_count - freelist_count) * page_size
        FROM pragma_page_count, pragma_freelist_count, pragma_page_size
    """,
    "PostgreSQL": """
        SELECT sum(pg_total_relation_size(oid)) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    """,
}
"""How many bytes all tables have with their indexes."""

TOTALS = (Cell, OptionTally, QuestionTally, RestTally)


def measure(results: Results, kind: str, database: Database, floor: float) -> None:
    """Note what a database of a kind needs. ``floor`` is what a bare durable insert takes."""
    now = datetime.now(UTC)
    bank = content.load(content.CONTENT, today=now.date())
    alone = take_alone(database, bank, now)
    together = answer_together(database, bank, now)
    empty = size(database, kind)
    rooms = seat_classes(database, bank, now)
    full = size(database, kind)
    sealed = [timed(database, partial(seal, id=id, bank=bank)) for id in rooms]
    database.scrub_deleted()
    lasting = size(database, kind) - empty
    with database.reading() as db:
        rows = sum(db.scalar(select(func.count()).select_from(table)) or 0 for table in TOTALS)
    number = CLASSES * PEOPLE * QUESTIONS
    for what, value, unit in (
        ("write of 30 answers together", typical(together), "ms"),
        ("write that closes a class of 30", typical(sealed), "ms"),
        ("stored for an answer", (full - empty) / number, "bytes"),
        ("stored for good for a class of 30", lasting / CLASSES / 1000, "kB"),
        ("rows for good for a class of 30", rows / CLASSES, ""),
    ):
        results.add(Result(f"{kind}: {what}", value, unit))
    results.add(Result(f"{kind}: write of an answer alone", typical(alone), "ms", floor))


def typical(took: Sequence[float]) -> float:
    """Return the lower quartile: other programs can only make a write slower."""
    return statistics.quantiles(took, n=4)[0]


def timed(database: Database, write: Callable[[Session], object]) -> float:
    """Return the milliseconds from having the write lock until what was written is kept."""
    with database.writing() as db:
        db.connection()
        begun = time.perf_counter()
        write(db)
        db.commit()
        return (time.perf_counter() - begun) * 1000


def take_alone(database: Database, bank: Bank, now: datetime) -> list[float]:
    """Return how long the write of each answer took while people took quizzes alone."""
    took: list[float] = []
    for number in range(ALONE):
        token, chance = new_token(), Random(number)
        with database.writing() as db:
            solo.start(
                db,
                bank,
                token=token,
                wanted=solo.Wanted(length=Length.TEN),
                language="vi",
                today=now.date(),
                chance=chance,
            )
            solo.read_notice(db, bank, token)
            db.commit()
        while question := asked(database, bank, token):
            skip = partial(solo.skip, bank=bank, token=token, question_id=question)
            took.append(timed(database, skip))
    return took


def answer_together(database: Database, bank: Bank, now: datetime) -> list[float]:
    """Return how long the write took when a class answered at once, for each of its questions."""
    questions = [each for each in bank.questions.values() if each.exclusive][:QUESTIONS]
    tokens = [new_token() for _ in range(PEOPLE)]
    with database.writing() as db:
        ids = [question.id for question in questions]
        room = open_class(db, bank, ids, now, "together@example.org")
        for token in tokens:
            join(db, room, token)
        db.commit()
    took: list[float] = []
    for question in questions:
        with database.writing() as db:
            moved = db.get_one(Room, room.id)
            for move in (Move.REVEAL, Move.NEXT)[not took :]:
                version = moved.version
                moves.move(db, bank, moved, move, version=version, today=now.date(), sure=True)
            db.commit()
        sent = [
            AnswerIn(token=token, question=question.id, posted=posted(question, question.best))
            for token in tokens
        ]
        took.append(timed(database, partial(save, bank=bank, sent=sent)))
    return took


def save(db: Session, bank: Bank, sent: Sequence[AnswerIn]) -> None:
    """Save answers of a class."""
    answers.save_answers(bank, db, sent)


def asked(database: Database, bank: Bank, token: str) -> str:
    """Return the question where somebody stands, or nothing at the end."""
    with database.reading() as db:
        page = solo.current_page(db, bank, token)
    return page.question.id if isinstance(page, solo.Asking) else ""


def seat_classes(database: Database, bank: Bank, now: datetime) -> list[int]:
    """Let classes answer, each with questions of its own; return the ids of their rooms."""
    world = Simulation.of(bank, 1)
    ids = sorted(each.id for each in bank.questions.values() if each.exclusive)
    with database.writing() as db:
        leader = add_facilitator(db, now)
        rooms = []
        for number in range(CLASSES):
            quiz = Random(number).sample(ids, QUESTIONS)
            people = [
                {each.question: (" ".join(each.names), each.percent) for each in answers}
                for answers in world.people(PEOPLE, quiz, 0.0)
            ]
            rooms.append(seat_class(db, leader, people, today=now.date(), bank=bank).id)
        db.commit()
    return rooms


def seal(db: Session, id: int, bank: Bank) -> None:
    """Add up a class, and delete its answers."""
    seal_room(db, db.get_one(Room, id), bank.questions)


def size(database: Database, kind: str) -> int:
    """Return how many bytes are in use."""
    with database.reading() as db:
        return int(db.scalar(text(SIZE[kind])) or 0)


def run(results: Results) -> None:
    """Measure on SQLite, and on PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        floor = durable_inserts(ON_SQLITE, f"{folder}/floor.db", {})
        with closing(SQLite.open(Path(folder) / "quiz.db")) as database:
            measure(results, "SQLite", database, typical(floor))
    if postgres.programs():
        with postgres.running() as server:
            url = server.new_database()
            with closing(PostgreSQL.open(url)) as database:
                floor = durable_inserts(ON_POSTGRESQL, conninfo(url), {})
                measure(results, "PostgreSQL", database, typical(floor))


if __name__ == "__main__":
    run_alone(__doc__, run)
