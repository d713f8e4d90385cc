"""Floors: what the same bytes and the same rows take without the program."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from benchmarks.browsers import Browser
from tests.browser.server import read_address

ROOT = Path(__file__).parents[1]


@contextmanager
def running_bare(module: str) -> Iterator[tuple[str, int]]:
    """Run one of our bare applications; yield its address, and the id of its process."""
    command = [sys.executable, "-m", f"benchmarks.{module}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield read_address(process), process.pid
        finally:
            process.terminate()


class BareFacilitator(Browser):
    """Whoever leads a class in the bare application."""

    def __init__(self, address: str, room: str) -> None:
        super().__init__(address)
        self.room = room

    async def open_room(self, _questions: list[str]) -> str:
        return self.room

    async def press(self, _move: str) -> None:
        await self.ask("POST", f"/press?room={self.room}")


ON_SQLITE = """
import sys, time
from quiz.store.sqlite_driver import sqlite3
from quiz.store.sqlite import PRAGMAS, apply_pragmas, safe_journal_mode
db = sqlite3.connect(sys.argv[1], isolation_level=None)
apply_pragmas(db, safe_journal_mode(sqlite3.sqlite_version_info), PRAGMAS)
db.execute("CREATE TABLE a (attempt BLOB, question TEXT, revision TEXT, chosen TEXT, score INT, "
           "PRIMARY KEY (attempt, question)) WITHOUT ROWID")
for n in range(int(sys.argv[2])):
    begun = time.perf_counter()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO a VALUES (randomblob(16), 'q', 'r', 'a', 100)")
    db.execute("COMMIT")
    print((time.perf_counter() - begun) * 1000)
"""

ON_POSTGRESQL = """
import psycopg, sys, time
db = psycopg.connect(sys.argv[1], autocommit=True)
db.execute("CREATE TABLE floor (attempt UUID, question TEXT, revision TEXT, chosen TEXT, "
           "score INT, PRIMARY KEY (attempt, question))")
for n in range(int(sys.argv[2])):
    begun = time.perf_counter()
    db.execute("INSERT INTO floor VALUES (gen_random_uuid(), 'q', 'r', 'a', 100)")
    print((time.perf_counter() - begun) * 1000)
"""


def durable_inserts(program: str, location: str, variables: Mapping[str, str]) -> list[float]:
    """Return the milliseconds that a bare loop takes for each of the same durable inserts.

    ``variables`` are those of its environment, besides ours.
    """
    out = subprocess.run(
        [sys.executable, "-c", program, location, "200"],
        env={**os.environ, **variables},
        capture_output=True,
        check=True,
        text=True,
    )
    return [float(line) for line in out.stdout.split()]


def conninfo(url: URL) -> str:
    """Return an address as libpq reads it."""
    return make_conninfo(
        host=str(url.query["host"]),
        user=url.username,
        password=str(url.password),
        dbname=url.database,
    )
