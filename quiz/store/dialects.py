"""What SQLite and PostgreSQL say differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Integer, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session

TEXT = String().with_variant(String(collation="C"), "postgresql")
"""Text that is compared letter by letter, and whose order no system update changes."""

SUM = Integer().with_variant(postgresql.BIGINT(), "postgresql")
"""A number that may grow large. SQLite's numbers are large as they are."""


class Either(ColumnElement[bool]):
    """A condition, in the words of each database."""

    inherit_cache = False

    def __init__(self, *, sqlite: str, postgresql: str) -> None:
        self.words = {"sqlite": sqlite, "postgresql": postgresql}


@compiles(Either)
def write(condition: Either, compiler: Any, **_options: object) -> str:
    """Return the words for one database."""
    return condition.words[compiler.dialect.name]


Insert = sqlite.Insert | postgresql.Insert

INSERTS: Mapping[str, Callable[[Any], Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""Inserts that can say what to do if a row is there already; both say it with the same words."""


def dialect(db: Session) -> str:
    """Return the name of the database of a session."""
    return db.get_bind().dialect.name


def insert(db: Session, table: Any) -> Insert:
    """Return an insert for the database of a session."""
    return INSERTS[dialect(db)](table)
