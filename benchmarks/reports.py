"""What reports cost when ten thousand, a hundred thousand and a million people took the quiz.

    make bench-reports ARGS="--people 10000 1000000"

Ten thousand people make a thousand batches at most, for ten is the fewest that are released. So
reports are compared over a thousand batches each time. In life, most people make the most batches:
the last line has ten thousand. In all of a batch each answers as one of the same ten different
people do: totals then have the same rows however many people there are, as they do once every
score there is has occurred.

Beside each figure stands the floor of the same run: the same sums, written directly in SQL, sent
through the same SQLite and written as CSV by its csv module. Reports are timed by the
clock of the processor, in turns with their floor, so that whatever else the machine does counts
little. The process ends with 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import csv
import gc
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from random import Random

from quiz.domain.tally import add_up
from quiz.service.demo_data import Simulation
from quiz.service.reports import figures, formats
from quiz.store import bank as content
from quiz.store import tallies
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.sealing import seal_room
from quiz.store.sqlite import SQLite
from quiz.store.sqlite_driver import sqlite3
from quiz.store.tables import Batch
from tests.classes import add_facilitator, seat_class

TODAY = date(2026, 11, 24)
BATCHES = 1000
DIFFERENT = 10  # people in a batch, as one of whom each of the others answers
QUESTIONS = 10
ROUNDS = 7
MB = 1024

FLOOR = (
    """SELECT question, revision, option, sum(count)
       FROM option_tally JOIN cell USING (batch, question, revision)
       WHERE cell.released GROUP BY 1, 2, 3""",
    """SELECT question, revision, score, sum(count), min(batch), max(batch)
       FROM question_tally JOIN cell USING (batch, question, revision)
       WHERE cell.released GROUP BY 1, 2, 3""",
    """SELECT * FROM batch WHERE released IS NOT NULL ORDER BY month, id""",
    """SELECT batch, sum(answers), sum(points) FROM cell WHERE released GROUP BY 1""",
)


COUNTS = (
    "SELECT count(*) FROM option_tally",
    "SELECT count(*) FROM question_tally",
    "SELECT count(*) FROM cell",
)


@dataclass(frozen=True)
class Figures:
    """Seconds, as medians of several rounds; megabytes; and how many rows were read."""

    people: int
    batches: int
    sealed: float
    overview: float
    export: float
    floor: float
    dearer: float
    rows: int
    memory: float


def main() -> int:
    """Measure, print a table, and say whether every target was reached."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", nargs="+", type=int, default=[10_000, 100_000, 1_000_000])
    asked = parser.parse_args()
    bank = content.load(content.CONTENT, today=TODAY)
    found = []
    print(f"{QUESTIONS} questions, medians of {ROUNDS} rounds")
    print("people     batches added up   report    export     floor  dearer       rows   memory")
    most = asked.people[-1]
    runs = [(people, BATCHES) for people in asked.people]
    runs.append((most, min(10 * BATCHES, most // DIFFERENT)))
    for people, batches in runs:
        each = measure(bank, people, batches)
        found.append(each)
        print(
            f"{each.people:<9,} {each.batches:>8,} {each.sealed:>6.1f} s "
            f"{each.overview * 1000:>6.0f} ms {each.export * 1000:>6.0f} ms "
            f"{each.floor * 1000:>6.0f} ms {each.dearer:>7.2f}  {each.rows:>9,} "
            f"{each.memory:>5.0f} MB",
            flush=True,
        )
    sealed = seal_six_hundred(bank)
    ratio = found[-2].overview / found[0].overview
    print(f"report, most people against fewest in as many batches: {ratio:.2f} (1.2 wanted)")
    dearer = found[-1].dearer
    print(f"export of most people against the same sums in SQL: {dearer:.2f} (1.5 wanted)")
    print(f"a room of 600 is sealed in {sealed * 1000:.0f} ms (1000 wanted)")
    missed = ratio > 1.2 or sealed > 1 or dearer > 1.5
    return 1 if missed else 0


def measure(bank: Bank, people: int, batches: int) -> Figures:
    """Return the figures for so many people in so many batches."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quiz.sqlite3"
        database = SQLite.open(path)
        begun = time.perf_counter()
        fill(database, bank, people, batches)
        sealed = time.perf_counter() - begun
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        [overview] = zip(*rounds(lambda: read(database, bank)), strict=True)
        with sqlite3.connect(path) as raw:
            turns = rounds(lambda: take(database, bank), lambda: take_directly(raw))
            rows = sum(raw.execute(query).fetchone()[0] for query in COUNTS)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        database.close()
    export, floor = zip(*turns, strict=True)
    return Figures(
        people,
        batches,
        sealed,
        statistics.median(overview),
        statistics.median(export),
        statistics.median(floor),
        statistics.median(each / bare for each, bare in turns),
        rows,
        (after - before) / MB,
    )


def fill(database: Database, bank: Bank, people: int, batches: int) -> None:
    """Add up so many people in batches, each with a quiz of its own."""
    world = Simulation.of(bank, 1)
    ids = sorted(bank.questions)
    for number in range(batches):
        chance = Random(number)
        quiz = chance.sample(ids, QUESTIONS)
        share = people // batches
        pool = list(world.people(DIFFERENT, quiz, 0.0))
        with database.writing() as db:
            batch = Batch(
                source="room",
                phase="single",
                month=f"2026-{number % 12 + 1:02}",
                people=share,
                released="2026-12",
                number=100_000 + number,
            )
            tallies.add(db, batch, add_up(pool * (share // DIFFERENT)))
            db.commit()


def read(database: Database, bank: Bank) -> figures.Report:
    """Do what the overview and the table of questions do before they are drawn."""
    with database.reading() as db:
        report = figures.build_report(db, bank)
    for figure in report.questions:
        _ = figure.difficulty, figure.discrimination, figure.doubts
    return report


def take(database: Database, bank: Bank) -> int:
    """Write every table as CSV."""
    with database.reading() as db:
        report = figures.build_report(db, bank)
    export = formats.Export(
        report=report, version="1", month="2026-11", language="vi", translate=str
    )
    return sum(len(formats.render_csv(export, table)) for table in export.tables)


def take_directly(raw: sqlite3.Connection) -> int:
    """Write the same sums as CSV."""
    text = StringIO()
    for query in FLOOR:
        csv.writer(text).writerows(raw.execute(query))
    return len(text.getvalue().encode())


def seal_six_hundred(bank: Bank) -> float:
    """Return the seconds it takes to close a class of 600 who answered ten questions."""
    chance = Random(1)
    quiz = sorted(bank.questions)[:QUESTIONS]
    people = [
        {id_: ("best", 100) if chance.random() < 0.6 else ("not-sure", 0) for id_ in quiz}
        for _ in range(600)
    ]
    taken = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            database = SQLite.open(Path(folder) / "quiz.sqlite3")
            with database.writing() as db:
                facilitator = add_facilitator(db, datetime(2026, 11, 24, tzinfo=UTC))
                room = seat_class(db, facilitator, people, today=TODAY, bank=bank)
                db.commit()
                begun = time.perf_counter()
                seal_room(db, room, bank.questions)
                db.commit()
                taken.append(time.perf_counter() - begun)
            database.close()
    return statistics.median(taken)


def rounds(*works: Callable[[], object]) -> list[tuple[float, ...]]:
    """Return the seconds of each work in several rounds, after one that does not count."""
    for work in works:
        work()
    return [tuple(seconds(work) for work in works) for _ in range(ROUNDS)]


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that something takes."""
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main())
