"""Two processes on machines of their own, and the database on a third one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from quiz.domain.room import Move
from quiz.store.postgresql import PostgreSQL
from tests import postgres
from tests.browser.server import running
from tests.faults.machines import Machine, machines, possible
from tests.postgres import Server
from tests.server.event_streams import Hall, Line

pytestmark = pytest.mark.slow


@pytest.fixture
def pair() -> Iterator[list[Machine]]:
    if not possible():
        pytest.skip("Networks of their own can be made on Linux only, by root, with ip")
    with machines(2) as made:
        yield list(made)


@pytest.fixture
def server(pair: list[Machine]) -> Iterator[Server]:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed here")
    with postgres.running(*(each.database.here for each in pair)) as server:
        yield server


@pytest.fixture
def hall(server: Server) -> Iterator[Hall]:
    hall = Hall(partial(PostgreSQL.open, server.new_database()))
    with closing(hall.database):
        yield hall


@pytest.fixture
def phones(pair: list[Machine], hall: Hall, tmp_path: Path) -> Iterator[list[Line]]:
    """A phone on each machine."""
    assert isinstance(hall.database, PostgreSQL)
    with ExitStack() as stack:
        lines = []
        for number, machine in enumerate(pair):
            url = hall.database.url.set(
                drivername="postgresql", host=machine.database.here, query={}
            )
            address, _process = stack.enter_context(
                running(
                    tmp_path / str(number),
                    inside=machine.inside,
                    QUIZ_HOST=machine.visitors.there,
                    QUIZ_HOSTS="localhost",
                    QUIZ_SECRET_KEY="the same on both machines" * 2,
                    QUIZ_DATABASE_URL=url.render_as_string(hide_password=False),
                )
            )
            line = Line(address, hall.join_all())
            stack.callback(line.close)
            assert "event: refresh" in line.read()
            lines.append(line)
        yield lines


def test_a_class_on_two_machines_goes_on_and_whoever_was_cut_off_catches_up(
    pair: list[Machine], hall: Hall, phones: list[Line]
):
    for move in (Move.NEXT, Move.REVEAL):
        version = hall.move(move)
        first, second = (phone.read() for phone in phones)
        assert first == second
        assert first.startswith(f"id: {version}\nevent: page\n")

    near, far = phones
    pair[1].database.cut()
    version = hall.move(Move.NEXT)
    assert near.read().startswith(f"id: {version}\n"), "nobody waits for the other machine"
    pair[1].database.mend()
    while not far.read().startswith(f"id: {version}\n"):
        pass
