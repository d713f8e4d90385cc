"""The server of PostgreSQL is killed, and its lines are cut, under a live class of forty."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from time import sleep

import psycopg
import pytest

from quiz.web.settings import Settings
from tests import postgres
from tests.conftest import own_server
from tests.faults.conftest import PEOPLE
from tests.faults.forked_servers import lives
from tests.faults.live_class import Console, Hall, Phone, acknowledged, answering
from tests.postgres import Server

TIMES = 10


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that nothing else uses."""
    yield from own_server()


def process_of(server: Server) -> int:
    """Return a process of the server that works for the class."""
    while True:
        with psycopg.connect(
            host=str(server.folder), user="admin", password=postgres.PASSWORD, dbname="postgres"
        ) as db:
            row = db.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'quiz'"
                " ORDER BY query LIKE 'INSERT INTO answer%' DESC, random() LIMIT 1"
            ).fetchone()
        if row:
            return int(row[0])


def test_no_acknowledged_answer_is_lost_when_postgresql_is_killed_or_its_lines_are_cut(
    own: Server, tmp_path: Path
):
    """By turns a process of the server is killed, all of it crashes, and one line is cut."""
    chance = Random(22)
    url = own.new_database()
    settings = Settings(
        data=tmp_path / "data", database_url=url.render_as_string(hide_password=False)
    )
    hall = Hall(settings, PEOPLE)
    with lives(settings, 1) as servers:
        servers.begin()
        phones = hall.phones(partial(Phone, servers.port))
        with answering(hall, phones):
            for number in range(TIMES):
                wanted = acknowledged(phones) + chance.randint(1, len(phones))
                while acknowledged(phones) < wanted:
                    sleep(0.001)
                match number % 3:
                    case 0:
                        os.kill(process_of(own), signal.SIGKILL)
                    case 1:
                        own.crash()
                        own.start()
                    case 2:
                        own.do(f"SELECT pg_terminate_backend({process_of(own)})")
        hall.check_open(phones)
        Console(servers.port).close()
    hall.check_closed(phones)
