"""The SQLite file: how it is opened, checked, migrated, read and written.

The write lock is SQLite's own (BEGIN IMMEDIATE), on the one connection that writes; a transaction
that has begun by reading may be refused when it wants to write. Every connection is told to keep
what we promise, and asked whether it does.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
)

from quiz.store.database import PATIENCE, Database
from quiz.store.refusals import (
    CorruptDatabase,
    DatabaseBusy,
    DiskFull,
    FailingDisk,
    FileReplaced,
    StoreRefusal,
    UnwritableFolder,
)
from quiz.store.sqlite_driver import sqlite3
from quiz.store.tables import (
    Answer,
    Attempt,
    Invitation,
    PaperCount,
    Reveal,
    RevealOption,
    StaffSession,
)
from quiz.store.watch import PollingWatch, Watch

Version = tuple[int, int, int]

PRAGMAS = {
    "busy_timeout": PATIENCE * 1000,
    "secure_delete": 1,  # what is deleted is overwritten
    "temp_store": 2,  # in memory: nothing is left in a temporary folder
}

SCRUB_TIMEOUT = 1000
"""Milliseconds that scrubbing waits for the write lock. Meanwhile others may write."""

CHECKPOINT_TIMEOUT = 20
"""Milliseconds that emptying the log waits for readers. Meanwhile nobody else may write."""

CHECKPOINT_TRIES, CHECKPOINT_PAUSE = 5, 0.05
"""How often emptying the log is tried, and after how many seconds again: pages read for less."""

SHORT_LIVED = (Answer, Attempt, RevealOption, Reveal, PaperCount, StaffSession, Invitation)
"""Tables whose rows are deleted within a day, or when a class closes."""

READERS = 8
"""Connections kept open for readers: to open one and set it up takes as long as a page."""

SYNCHRONOUS = {
    "wal": 2,  # FULL
    "delete": 3,  # EXTRA: the folder, too, knows that the journal is gone
}
"""What it takes, in each journal mode, for a commit to survive a power cut."""

REFUSALS: dict[int, type[StoreRefusal]] = {
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_CORRUPT: CorruptDatabase,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_IOERR: FailingDisk,
    sqlite3.SQLITE_NOTADB: CorruptDatabase,
}


def safe_journal_mode(version: Version) -> str:
    """Return the journal mode in which this version of SQLite loses nothing.

    From 3.7.0 to 3.51.2 a write-ahead log may damage the file when several connections write and
    checkpoint (the "WAL-reset" defect). It is mended in 3.51.3, and for older branches in 3.50.7
    and 3.44.6; 3.52.0 was withdrawn.
    """
    mended = (
        (version >= (3, 51, 3) and version != (3, 52, 0))
        or (3, 50, 7) <= version < (3, 51, 0)
        or (3, 44, 6) <= version < (3, 45, 0)
    )
    return "wal" if mended else "delete"


class SQLite(Database):
    """One SQLite file."""

    path: Path

    def __init__(self, path: Path, *, version: Version = sqlite3.sqlite_version_info) -> None:
        self.path = path
        self.sqlite_version = ".".join(map(str, version))
        self.journal_mode = safe_journal_mode(version)
        super().__init__(
            path,
            reader=self._engine("BEGIN", query_only=1, pool_size=READERS),
            writer=self._engine("BEGIN IMMEDIATE", max_overflow=0),
        )
        self._file: tuple[int, int] | None = None
        self._is_damaged = False

    @classmethod
    def open(cls, path: Path, *, version: Version = sqlite3.sqlite_version_info) -> SQLite:
        """Return the database of a file, checked and migrated; it is made if there is none.

        Raises UnwritableFolder, CorruptDatabase, NewerSchema, DatabaseBusy, DiskFull or
        FailingDisk.
        """
        check_writable(path)
        database = cls(path, version=version)
        try:
            database._check_file()
            database.upgrade()
            database._check_tables()
        except BaseException:
            database.close()
            raise
        return database

    def upgrade(self) -> None:
        """Bring the file to the form that this version needs, in one transaction or not at all.

        Foreign keys rest meanwhile, so that a rebuilt table takes no rows along, and are checked
        at the end. A second process waits for the write lock, and finds the work done. A file that
        has this form already is only read, so that a command stops nobody. Raises NewerSchema,
        CorruptDatabase, DatabaseBusy, DiskFull or FailingDisk.
        """
        if self.is_current():
            return
        engine = self._engine("BEGIN IMMEDIATE", foreign_keys=0)
        try:
            with engine.begin() as connection:
                self._migrate(connection)
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise CorruptDatabase(self.path)
        finally:
            engine.dispose()

    def scrub_deleted(self) -> None:
        """Leave no byte in this folder of what was deleted from the short-lived tables.

        Overwriting what is deleted is not enough: when SQLite moves rows to another page, copies
        stay behind in the gaps of the first. A table that is emptied has all of its pages
        overwritten. So each is emptied and filled again, which takes as long as what is still in
        it is large, however long the history is. Then the write-ahead log is emptied.

        Others can write between two tables. Raises DatabaseBusy if somebody reads or writes all
        the while: then call it again later.
        """
        engine = self._engine("BEGIN IMMEDIATE", foreign_keys=0, busy_timeout=SCRUB_TIMEOUT)
        try:
            for table in SHORT_LIVED:
                with engine.begin() as connection:
                    fill_again(connection, table.__tablename__)
        finally:
            engine.dispose()
        self.empty_log()

    def empty_log(self) -> None:
        engine = self._engine("BEGIN", busy_timeout=CHECKPOINT_TIMEOUT)
        try:
            with engine.connect().execution_options(no_transaction=True) as connection:
                for _ in range(CHECKPOINT_TRIES):
                    if empty_write_ahead_log(connection):
                        return
                    sleep(CHECKPOINT_PAUSE)
        finally:
            engine.dispose()
        raise DatabaseBusy(self.path)

    def watch(self) -> Watch:
        return PollingWatch(self._reader)

    def check(self) -> None:
        """Raise CorruptDatabase unless every page of the file is sound."""
        self._check_file()
        super().check()

    def check_answers(self) -> None:
        """Raise SQLAlchemyError unless the file can be read, and no damage has been met."""
        super().check_answers()
        if self._is_damaged:
            raise CorruptDatabase(self.path)

    def _engine(
        self,
        begin: str,
        *,
        foreign_keys: int = 1,
        query_only: int = 0,
        busy_timeout: int | None = None,
        pool_size: int = 1,
        max_overflow: int = -1,
    ) -> Engine:
        engine = create_engine(
            URL.create("sqlite", database=str(self.path)),
            module=sqlite3,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_use_lifo=True,  # those used last know the file best
            connect_args={"isolation_level": None},  # the driver leaves BEGIN to us
            hide_parameters=True,  # an error may be logged; what somebody answered may not
        )
        pragmas = {**PRAGMAS, "foreign_keys": foreign_keys, "query_only": query_only}
        if busy_timeout is not None:
            pragmas["busy_timeout"] = busy_timeout

        @event.listens_for(engine, "do_connect")
        def look(*_: object) -> None:
            if self._file:
                self._require_same_file()  # else SQLite would make an empty one

        @event.listens_for(engine, "connect")
        def promise(connection: sqlite3.Connection, _record: object) -> None:
            apply_pragmas(connection, self.journal_mode, pragmas)
            self._file = self._file or self._file_at_path()

        @event.listens_for(engine, "begin")
        def begin_transaction(connection: Connection) -> None:
            self._require_same_file()
            if not connection.get_execution_options().get("no_transaction"):
                connection.exec_driver_sql(begin)

        @event.listens_for(engine, "handle_error")
        def refuse(context: ExceptionContext) -> None:
            code = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
            if refusal := REFUSALS.get(code):
                self._is_damaged |= refusal is CorruptDatabase
                raise refusal(self.path) from context.original_exception

        return engine

    def _file_at_path(self) -> tuple[int, int] | None:
        """Return what tells the file from any other that may take its name."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _require_same_file(self) -> None:
        """Raise FileReplaced if the file does not lie any more where it was opened.

        What is written into it would be gone with the last connection. It takes two microseconds.
        """
        if self._file_at_path() != self._file:
            raise FileReplaced(self.path)

    def _check_file(self) -> None:
        with self._damage_refused(), self._reader.begin() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                raise CorruptDatabase(self.path)


def fill_again(connection: Connection, table: str) -> None:
    """Empty a table, which overwrites its pages, and put back what was in it.

    Foreign keys must rest: with them SQLite would delete row by row. The copy is declared as the
    table is, so that SQLite copies whole records and checks nothing again.
    """
    find_declaration = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
    declaration: str = connection.exec_driver_sql(find_declaration, (table,)).scalar_one()
    columns = declaration.partition("(")[2]
    connection.exec_driver_sql(f"CREATE TEMP TABLE kept ({columns}")
    connection.exec_driver_sql(f"INSERT INTO temp.kept SELECT * FROM main.{table}")  # noqa: S608
    connection.exec_driver_sql(f"DELETE FROM main.{table}")  # noqa: S608
    connection.exec_driver_sql(f"INSERT INTO main.{table} SELECT * FROM temp.kept")  # noqa: S608
    connection.exec_driver_sql("DROP TABLE temp.kept")


def empty_write_ahead_log(connection: Connection) -> bool:
    """Bring the log of changes into the file, and empty it. Return whether it is empty now.

    The first step stops nobody, and shows whether a reader still needs the log. Only without one
    is the second taken, which lets nobody write.
    """
    _, frames, moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").one()
    if moved < frames:
        return False
    return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()


def check_writable(path: Path) -> None:
    """Raise UnwritableFolder unless the file, and its journal beside it, can be written."""
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise UnwritableFolder(path.parent) from error
    if path.exists() and not (path.is_file() and os.access(path, os.W_OK)):
        raise UnwritableFolder(path)


def apply_pragmas(
    connection: sqlite3.Connection, journal_mode: str, pragmas: dict[str, int]
) -> None:
    """Set what every connection needs, and see that it was set.

    A file system that cannot share memory keeps the rollback journal; so it may be granted less
    than a write-ahead log, and never more.
    """
    connection.execute(f"PRAGMA busy_timeout = {pragmas['busy_timeout']}")
    granted = set_journal_mode(connection, journal_mode, pragmas["busy_timeout"] / 1000)
    for name, value in {**pragmas, "synchronous": SYNCHRONOUS[granted]}.items():
        connection.execute(f"PRAGMA {name} = {value}")
        if connection.execute(f"PRAGMA {name}").fetchone() != (value,):
            raise RuntimeError(f"SQLite does not keep {name} = {value}")


def set_journal_mode(connection: sqlite3.Connection, mode: str, patience: float) -> str:
    """Set the journal mode, and return the one that was granted.

    While several processes change it at once SQLite says that the file is busy, without the wait
    that it was told; so the waiting is here, for as many seconds.
    """
    end = monotonic() + patience
    while True:
        try:
            (granted,) = connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.01)
        else:
            return str(granted)
