"""Whether a class is held up while others close, somebody reads a slow report, and a backup runs.

    .venv/bin/python -m benchmarks.beside_readers --tallies 1000000

On one SQLite file with a history and with answers of other classes in it. First one class answers
by itself: that is the floor. Then a transaction stays open that reads, backups are made one after
the other, and while the class answers each next question another class closes. What such a class
leaves behind has to be scrubbed from the disk. Ends with 1 if a figure is over its limit.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from benchmarks.classes import Room, come_in, play, questions_of_one_choice
from benchmarks.history import add_history
from benchmarks.results import Result, Results, options, p95
from benchmarks.staff import Facilitator, Installation, make_installation
from quiz.store.connect import open_database
from quiz.store.sqlite_driver import sqlite3
from quiz.web.settings import Settings
from tests.browser.server import running
from tests.classes import add_facilitator, seat_class

CLASSES = 4
"""Classes that close, each while the others' answers come in."""

PHONES, OTHERS = 60, 10
"""Phones of the class that answers, and of each that closes."""

ALIVE, ANSWERS = 2000, 10
"""People who have answered elsewhere and whose class is still open, and how often each did."""


def fill(settings: Settings, tallies: int) -> None:
    """Add a history, and a large class that is still open."""
    now = datetime.now(UTC)
    answers = {f"question-{number}": ("best", 100) for number in range(ANSWERS)}
    with closing(open_database(settings.database)) as database, database.writing() as db:
        add_history(db, tallies)
        leader = add_facilitator(db, now, "elsewhere@example.org")
        seat_class(db, leader, [answers] * ALIVE, today=now.date())
        db.commit()


@contextmanager
def reading_and_copying(settings: Settings) -> Iterator[None]:
    """Keep a reading transaction open, and make one backup after the other, while this lasts."""
    stopped = Event()
    command = [
        "nice",
        sys.executable,
        "-m",
        "quiz.cli",
        "backup",
        "--force",
        "--data",
        str(settings.data),
    ]

    def copy() -> None:
        while not stopped.is_set():
            subprocess.run(
                [*command, str(settings.data / "copy.db")], check=True, capture_output=True
            )

    copying = Thread(target=copy)
    with closing(sqlite3.connect(str(settings.database), isolation_level=None)) as report:
        report.execute("BEGIN")
        report.execute("SELECT count(*) FROM answer").fetchone()
        copying.start()
        yield
        stopped.set()
        copying.join()


async def measure(
    installation: Installation, address: str
) -> tuple[list[float], list[float], list[float], int]:
    """Return how long answers took alone and beside all that, how long closing, and failures."""
    questions = questions_of_one_choice(CLASSES + 2)
    leaders = [Facilitator(address, token) for token in installation.leaders]
    rooms = [Room(leader, [address], OTHERS) for leader in leaders]
    rooms[0] = room = Room(leaders[0], [address], PHONES)
    for each in rooms:
        await each.open(questions)
    await come_in(rooms)
    for each in rooms[1:]:
        await each.ask(questions[0])
    await room.ask(questions[0])  # the first answer of a server is none of many
    _, alone = await room.ask(questions[1])
    beside: list[tuple[bool, float]] = []
    closed: list[float] = []
    with reading_and_copying(installation.settings):
        for question, other in zip(questions[2:], rooms[1:], strict=True):
            (_, replies), moment = await asyncio.gather(room.ask(question), close_soon(other))
            beside += replies
            closed.append(moment)
    for each in rooms:
        each.hang_up()
    kept = [[took for good, took in replies if good] for replies in (alone, beside)]
    failed = sum(not good for good, _ in (*alone, *beside))
    return kept[0], kept[1], closed, failed


async def close_soon(room: Room) -> float:
    """Close a class while another one answers."""
    await asyncio.sleep(0.5)
    return await room.close()


def run(results: Results, tallies: int = 100_000) -> None:
    """Note how long answers took, beside those of the same class alone."""
    with tempfile.TemporaryDirectory() as name:
        installation = make_installation(Settings(data=Path(name) / "data"), CLASSES + 1)
        fill(installation.settings, tallies)
        with running(installation.settings.data) as (address, _pid):
            alone, beside, closed, failed = play(measure(installation, address))
    name = "beside a reader, backups and closing"
    results.add(Result(f"{name}: kept, p95", p95(beside), "ms", p95(alone), 6))
    results.add(Result(f"{name}: kept, slowest", max(beside), "ms", max(alone), 8))
    results.add(Result(f"{name}: closed on every phone", max(closed), "ms"))
    results.add(Result(f"{name}: answers refused", failed, "", limit=0))


def main() -> None:
    """Measure with as long a history as was asked for."""
    parser = options(__doc__)
    parser.add_argument("--tallies", type=int, default=100_000, help="rows of the history")
    asked = parser.parse_args()
    results = Results()
    run(results, asked.tallies)
    sys.exit(results.finish(asked.out))


if __name__ == "__main__":
    main()
