"""Copies of an installation: backing it up, putting a backup in its place, moving it elsewhere.

All of them commit, for a copy counts only once it is on the disk and has been read again. A backup
is a SQLite file, whatever database it is made of or put into.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import URL, exists, func, select
from sqlalchemy.orm import Session

from quiz.store import server_lock, staff, table_copy
from quiz.store.connect import open_database
from quiz.store.database import Database
from quiz.store.postgresql import PostgreSQL
from quiz.store.refusals import (
    CorruptDatabase,
    DiskFull,
    NameTaken,
    NewerSchema,
    NotABackup,
    NotEmpty,
    UnwritableFolder,
)
from quiz.store.sqlite import SQLite
from quiz.store.tables import Batch, Room, Staff

MADE, RESTORED = "backup-made", "restored"
"""What is kept of copies, among what staff did: the day, and no finer time."""

FRESH = timedelta(days=1)
"""How old the last backup may be. Days are counted, so none of 48 hours ago is taken for fresh,
and one made every night is never missed."""

ASIDE = "quiz-before-"
"""How the name of a database begins that had to make room for a backup."""

Copy = Callable[[Session, Session], Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What an installation holds, in a few numbers."""

    people: int
    groups: int
    rooms: int
    staff: int


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a backup brought, and where the database lies that had to make room."""

    contents: Contents
    aside: Path | None


# ── Making a backup ───────────────────────────────────────────────────────────────────────────────


def back_up(database: Database, path: Path, *, today: date, overwrite: bool = False) -> Contents:
    """Write all that lasts to a new file, read it again, and only then give it its name.

    Others may go on answering meanwhile; what was sealed before it began is in it. Raises
    NameTaken, UnwritableFolder or another StoreRefusal.
    """
    itself = isinstance(database, SQLite) and path.resolve() == database.path.resolve()
    if itself or (path.exists() and not overwrite):
        raise NameTaken(path)
    with temporary_file(path) as draft:
        with database.reading() as db:
            fill(draft, db, table_copy.copy_lasting)
        with closing(SQLite.open(draft)) as copy, copy.reading() as db:
            found = contents(db)
        take_name(draft, path)
    with database.writing() as db:
        staff.record_once(db, MADE, day=today, staff=None)
        db.commit()
    return found


def fill(draft: Path, source: Session, copy: Copy) -> None:
    """Copy a database into an empty file, and see that it has arrived. Raises CorruptDatabase."""
    with closing(SQLite.open(draft)) as target:
        copied = carry(source, target, copy)
    with closing(SQLite.open(draft)) as target:
        require_arrived(target, copied)


def carry(source: Session, target: Database, copy: Copy) -> Mapping[str, int]:
    """Copy a database into another in one transaction."""
    with target.writing() as new:
        copied = copy(source, new)
        new.commit()
    return copied


def require_arrived(target: Database, copied: Mapping[str, int]) -> None:
    """Raise CorruptDatabase unless all is sound, and there are as many rows as were copied."""
    target.check()
    with target.reading() as db:
        if table_copy.counts(db) != copied:
            raise CorruptDatabase(target.path)


def contents(db: Session) -> Contents:
    """Return what an installation holds. Small groups count once, and not again in their pool."""
    groups = Batch.source != "pool"
    people = db.scalar(select(func.sum(Batch.people)).where(groups))
    return Contents(
        people=people or 0,
        groups=db.scalars(select(func.count()).where(groups)).one(),
        rooms=table_copy.count(db, Room),
        staff=table_copy.count(db, Staff),
    )


# ── Remembering it ────────────────────────────────────────────────────────────────────────────────


def last_backup(db: Session) -> date | None:
    """Return the day of the last backup, or None."""
    return staff.last_day(db, MADE)


def is_backup_due(db: Session, *, today: date) -> bool:
    """Whether a backup is missing: there are totals of real people, and the last one is old."""
    last = last_backup(db)
    if last is not None and today - last <= FRESH:
        return False
    return db.scalars(select(exists().where(~Batch.simulated))).one()


# ── Putting one back ──────────────────────────────────────────────────────────────────────────────


def restore(
    path: Path, location: Path | URL, *, folder: Path, today: date, force: bool = False
) -> Restored:
    """Put what a backup holds in the place of the database of an installation.

    A SQLite file that holds something makes room only by ``force``, and is kept under another
    name; a database on a server must be empty. ``folder`` is that of the installation. Raises
    NotABackup, NewerSchema, NotEmpty, DatabaseBusy while a server runs, or another StoreRefusal.
    """
    with server_lock.alone(folder), opened_copy(path, folder) as backup:
        if isinstance(location, Path):
            return restore_file(backup, location, today=today, force=force)
        with closing(open_database(location)) as target:
            require_empty(target)
            with backup.reading() as db:
                require_arrived(target, carry(db, target, table_copy.copy_lasting))
            return Restored(contents=note_restored(target, today), aside=None)


def restore_file(backup: Database, location: Path, *, today: date, force: bool) -> Restored:
    """Put a backup in the place of a SQLite file. Raises NotEmpty."""
    if not force and holds_something(location):
        raise NotEmpty(location)
    with temporary_file(location) as draft:
        with backup.reading() as db:
            fill(draft, db, table_copy.copy_lasting)
        with closing(SQLite.open(draft)) as target:
            found = note_restored(target, today)
        aside = put_aside(location, today) if force and location.exists() else None
        take_name(draft, location)
    return Restored(contents=found, aside=aside)


@contextmanager
def opened_copy(path: Path, folder: Path) -> Iterator[Database]:
    """Open a copy of a backup, for an older one has to be migrated.

    The copy lies in the folder of the installation, on a disk that is trusted with as much.
    Raises NotABackup, NewerSchema or DiskFull.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as private:
        copy = Path(private) / "quiz.db"
        try:
            shutil.copyfile(path, copy)
            backup = SQLite.open(copy)
        except OSError as error:
            full = error.errno == errno.ENOSPC
            raise (DiskFull(folder) if full else NotABackup(path)) from error
        except CorruptDatabase as error:
            raise NotABackup(path) from error
        except NewerSchema as newer:
            raise NewerSchema(path, newer.revision) from newer
        with closing(backup):
            with backup.reading() as db:
                if table_copy.is_empty(db):
                    raise NotABackup(path)
            yield backup


def note_restored(target: Database, today: date) -> Contents:
    """Keep, among what staff did, that a backup was put back. Return what it brought."""
    with target.writing() as db:
        staff.record(db, RESTORED, day=today, staff=None)
        found = contents(db)
        db.commit()
    return found


def require_empty(target: Database) -> None:
    """Raise NotEmpty if a database holds anything."""
    with target.reading() as db:
        if not table_copy.is_empty(db):
            raise NotEmpty(target.path)


def holds_something(location: Path) -> bool:
    """Whether there is a file that holds anything, or that nobody can read any more."""
    if not location.exists():
        return False
    try:
        with closing(SQLite.open(location)) as database:
            require_empty(database)
    except (CorruptDatabase, NewerSchema, NotEmpty):
        return True
    return False


# ── Moving ────────────────────────────────────────────────────────────────────────────────────────


def move(source: Database, location: Path | URL, *, folder: Path) -> Contents:
    """Carry everything to another database, exactly: a class that is open goes on there.

    Nobody may write meanwhile. What is left behind holds no more than a backup, so that answers
    are in one place, and destroyed in time. ``folder`` is that of the installation. Raises
    DatabaseBusy while a server runs, NotEmpty, or another StoreRefusal.
    """
    with server_lock.alone(folder):
        if isinstance(source, PostgreSQL):
            source.require_alone()
        with closing(open_database(location)) as target:
            require_empty(target)
            with source.writing() as old:
                require_arrived(target, carry(old, target, table_copy.copy_everything))
                found = contents(old)
                table_copy.delete_short_lived(old)
                old.commit()
        source.scrub_deleted()
    return found


# ── Files ─────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def temporary_file(path: Path) -> Iterator[Path]:
    """Yield an empty file beside a path, readable by its owner alone. It goes if it is not named.

    Raises UnwritableFolder.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    except OSError as error:
        raise UnwritableFolder(path.parent) from error
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        for each in with_journals(draft):
            each.unlink(missing_ok=True)


def take_name(draft: Path, path: Path) -> None:
    """Give a file that is whole the name that it was made for, so that a power cut leaves it."""
    for each in with_journals(path)[1:]:
        each.unlink(missing_ok=True)  # of an empty database: the next would take it for its own
    draft.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def put_aside(location: Path, today: date) -> Path:
    """Give a database another name in its folder, with the journals that belong to it."""
    for number in count(1):
        aside = location.with_name(f"{ASIDE}{today}-{number}.db")
        if not aside.exists():
            break
    for old, new in zip(with_journals(location), with_journals(aside), strict=True):
        if old.exists():
            old.replace(new)
    return aside


def put_aside_before(folder: Path) -> list[Path]:
    """Return the databases that had to make room, and still lie in a folder."""
    return sorted(folder.glob(f"{ASIDE}*.db"))


def with_journals(path: Path) -> list[Path]:
    """Return a SQLite file, and all that SQLite may have laid beside it."""
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]
