"""Opening the database of an installation, whichever kind it is."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from quiz.store.database import Database
from quiz.store.postgresql import PostgreSQL
from quiz.store.sqlite import SQLite, check_writable


def open_database(place: Path | URL) -> Database:
    """Return the database of a SQLite file or of a PostgreSQL server, checked and migrated.

    Raises a StoreRefusal.
    """
    return SQLite.open(place) if isinstance(place, Path) else PostgreSQL.open(place)


def find_database(place: Path | URL) -> Database:
    """Return the database of a file that exists or of a server, as it is: not migrated, unchecked.

    Raises UnwritableFolder or NoDriver.
    """
    if isinstance(place, Path):
        check_writable(place)
        return SQLite(place)
    return PostgreSQL(place)
