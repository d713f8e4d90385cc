"""The class that is played before the first one comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import CacheStats

from quiz.domain.refusals import QuestionClosed
from quiz.domain.room import Move
from quiz.server.warmup import warm_up
from quiz.service.live import moves, rooms
from quiz.store.bank import Bank
from quiz.store.database import Database
from tests.classes import answer, join, open_class
from tests.databases import BACKENDS
from tests.installations import everything

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def compiled() -> Iterator[list[str]]:
    """Note the statements that are compiled, and not found among those compiled before."""
    statements: list[str] = []

    def note(_db: Any, _cursor: Any, statement: str, _values: Any, context: Any, _: Any) -> None:
        if context.compiled is not None and context.cache_hit is not CacheStats.CACHE_HIT:
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def test_nothing_is_left_of_it(lived_in: Database, bank: Bank) -> None:
    before = everything(lived_in)
    warm_up(lived_in, bank, now=NOW)
    assert everything(lived_in) == before


def test_the_first_presses_compile_no_statement(database: Database, bank: Bank) -> None:
    warm_up(database, bank, now=NOW)
    questions = [each for each in bank.questions.values() if each.kind == "multiple"][:2]
    with database.writing() as db:
        room = open_class(db, bank, [each.id for each in questions], NOW)
        join(db, room, "an")
        db.commit()
    with compiled() as statements:
        for move in (Move.NEXT, Move.REVEAL, Move.NEXT):
            with database.writing() as db:
                found = rooms.find(db, room.id, room.facilitator)
                assert found is not None
                moves.move(db, bank, found, move, version=found.version, today=TODAY)
                db.commit()
            with database.writing() as db, suppress(QuestionClosed):
                answer(db, bank, "an", questions[0].id, questions[0].best)
                db.commit()
    assert statements == []
