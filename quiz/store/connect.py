"""Opening the database of an installation, whichever kind it is."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from quiz.store.database import Database
from quiz.store.postgresql import PostgreSQL
from quiz.store.sqlite import SQLite, check_writable


def open_database(location: Path | URL) -> Database:
    """Return the database of a SQLite file or of a PostgreSQL server, checked and migrated.

    Raises a StoreRefusal.
    """
    return SQLite.open(location) if isinstance(location, Path) else PostgreSQL.open(location)


def find_database(location: Path | URL) -> Database:
    """Return the database of a file that exists or of a server, as it is: not migrated, unchecked.

    Raises UnwritableFolder or NoDriver.
    """
    if isinstance(location, Path):
        check_writable(location)
        return SQLite(location)
    return PostgreSQL(location)
