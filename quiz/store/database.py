"""The database: how it is opened, migrated, read and written, whichever kind it is.

One writes at a time, in whatever process: a session that writes takes the write lock before it
looks at anything, so that what it has read stays true until it commits. A session that reads sees
one moment from its first look on. So nothing above this page asks which database there is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import sessionmaker

import quiz
from quiz.store.refusals import CorruptDatabase, NewerSchema
from quiz.store.tables import Base
from quiz.store.watch import Watch

PACKAGE = Path(quiz.__file__).parent
SHIPPED = PACKAGE / "migrations"
MIGRATIONS = SHIPPED if SHIPPED.is_dir() else PACKAGE.parent / "migrations"
"""Inside the package when it came in a wheel, else beside it."""

CREATE_VERSION = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
"""The table of Alembic, as Alembic makes it."""

PATIENCE = 15
"""Seconds to wait for another process; threads of this one wait for the one connection instead."""


class Database(ABC):
    """One database; ``reading()`` and ``writing()`` return sessions.

    What a session wrote is kept once it commits. Let nobody read while she writes in the same
    thread: without a write-ahead log, SQLite waits with a commit until no session reads.
    """

    def __init__(self, path: Path | str, *, reader: Engine, writer: Engine) -> None:
        """``path`` is the file, or the address of a server as it may be shown."""
        self.path = path
        self._reader = reader
        self._writer = writer
        self.reading = sessionmaker(reader)
        self.writing = sessionmaker(writer, expire_on_commit=False)

    @abstractmethod
    def upgrade(self) -> None:
        """Bring the tables to the form that this version needs, in one transaction or not at all.

        A second process waits for the write lock, and finds the work done. Raises NewerSchema,
        or another StoreRefusal.
        """

    @abstractmethod
    def scrub_deleted(self) -> None:
        """Write anew what holds answers, so that no byte of what was deleted is left in it.

        Raises DatabaseBusy if somebody reads all the while: then call it again later.
        """

    def empty_log(self) -> None:  # noqa: B027 - a server keeps a log of its own
        """Empty a log of changes that lies beside the database, for it holds what was deleted.

        Raises DatabaseBusy if somebody reads or writes all the while: then call it again later.
        """

    @abstractmethod
    def watch(self) -> Watch:
        """Return what waits for commits of whichever process. Close it afterwards."""

    def check_answers(self) -> None:
        """Raise SQLAlchemyError unless the database can be read."""
        with self._reader.connect() as connection:
            connection.exec_driver_sql("SELECT version_num FROM alembic_version")

    def is_current(self) -> bool:
        """Whether the tables have the form that this version needs.

        Raises NewerSchema or CorruptDatabase.
        """
        with self._damage_refused(), self._reader.begin() as connection:
            return self._revision(connection) == revisions()[-1]

    def check(self) -> None:
        """Raise CorruptDatabase if any damage can be seen."""
        self._check_tables()

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._reader.dispose()
        self._writer.dispose()

    def _migrate(self, connection: Connection) -> None:
        """Run the migrations that are due in the transaction of a connection."""
        newest = revisions()[-1]
        if self._revision(connection) == newest:
            return
        if not inspect(connection).get_table_names():
            Base.metadata.create_all(connection)
            connection.exec_driver_sql(CREATE_VERSION)
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{newest}')")  # noqa: S608
            return
        # Nearly every start ends above; Alembic and its templates would take 10 MiB and 0.2 s.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, "head")

    def _revision(self, connection: Connection) -> str | None:
        """Return which migration was the last that ran. Raises NewerSchema."""
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if revision is not None and revision not in revisions():
            raise NewerSchema(self.path, revision)
        return revision

    def _check_tables(self) -> None:
        """Raise CorruptDatabase unless every table can be read."""
        with self._damage_refused(), self._reader.begin() as connection:
            for table in Base.metadata.sorted_tables:
                # By name and table: SQLite would take a lone name in quotes for a text.
                columns = ", ".join(f'"{table.name}"."{column.name}"' for column in table.columns)
                probe = f'SELECT {columns} FROM "{table.name}" LIMIT 0'  # noqa: S608 - our own names
                connection.exec_driver_sql(probe)

    @contextmanager
    def _damage_refused(self) -> Iterator[None]:
        """Raise CorruptDatabase for whatever the database cannot make sense of."""
        try:
            yield
        except (DatabaseError, UnicodeDecodeError) as error:
            raise CorruptDatabase(self.path) from error


def revisions() -> Sequence[str]:
    """Return the migrations, oldest first, by the numbers with which their files begin."""
    scripts = (MIGRATIONS / "versions").glob("*.py")
    return sorted(script.name.partition("_")[0] for script in scripts)
