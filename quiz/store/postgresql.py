"""A PostgreSQL server: how it is reached, told what to keep, read and written.

The write lock is an advisory lock that ends with its transaction. All who write take it first, so
whatever holds under SQLite's BEGIN IMMEDIATE holds here: nobody answers while a room is closed,
and nothing is sealed twice. A session that writes sees each thing as it is (READ COMMITTED): a
snapshot of its own would be taken before it has waited for the lock. docs/decisions/0011 says why
one lock is enough.
"""

from __future__ import annotations

from itertools import chain
from time import monotonic, sleep
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
)
from sqlalchemy.orm import Session

from quiz.store.database import PATIENCE, Database
from quiz.store.refusals import (
    CorruptDatabase,
    DatabaseBusy,
    DiskFull,
    NoDriver,
    NotLetIn,
    StoreRefusal,
    Unreachable,
    UnsafeServer,
)
from quiz.store.tables import Answer, Attempt, Room
from quiz.store.watch import NOTIFY, NOTIFY_INTERVAL, ListeningWatch, Watch

DRIVER = "postgresql+psycopg"

READERS = 10
"""Connections for reading that one process opens at most: a server grants 100 to all together."""

WATCHERS = 2
"""Connections beside those that read and the one that writes: one listens, one looks around."""

LOST_LINE = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""The system says so half a minute after the line to a server is lost. It asks the network, and
not the database."""

WRITE_LOCK = int.from_bytes(b"quiz")
"""The number of the advisory lock; other programs may have locks of their own."""

SETTINGS = {
    "synchronous_commit": "on",  # who is told that it was kept will find it after a power cut
    "lock_timeout": f"{PATIENCE}s",
    "idle_in_transaction_session_timeout": "1min",  # a machine that has vanished gives up its lock
}
"""What every connection is told."""

DEMANDS = {"fsync": "on", "server_encoding": "UTF8"}
"""What only the server itself can be told."""

SHORT_PATIENCE = 1.0
"""Seconds: while tables are written anew, or that waits for a reader, nobody else can use them."""

NO_OLDER_SNAPSHOT = """
SELECT pg_snapshot_xmin(pg_current_snapshot()) >= '{0}'::xid8 AND NOT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND age(backend_xmin) > age('{0}'::xid8::xid)
)
"""
"""Whether nobody sees things any more as they were before a transaction: the one named."""

APPLICATION = "quiz"
"""What our connections are called."""

OTHERS = f"""
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name = '{APPLICATION}'
)
"""  # noqa: S608 - a name of ours
"""Whether another connection of ours is open."""

REFUSALS: dict[str, type[StoreRefusal]] = {
    "53100": DiskFull,
    "53300": DatabaseBusy,  # too many connections
    "55P03": DatabaseBusy,  # lock_timeout
    "57P03": Unreachable,  # it is starting or stopping
    "XX001": CorruptDatabase,
    "XX002": CorruptDatabase,
}
"""Refusals by SQLSTATE."""

NO_PERMISSION = {"42501", "3F000"}
"""What the server says to a user who may make no tables, or sees no schema to make them in."""


class PostgreSQL(Database):
    """One database on a PostgreSQL server."""

    path: str

    def __init__(self, url: URL) -> None:
        """``url`` is the address with user and password. Raises NoDriver."""
        self.url = url.set(drivername=DRIVER)
        self.path = address(url)
        self._watcher = self._engine("AUTOCOMMIT", pool_size=WATCHERS)
        super().__init__(
            self.path,
            reader=self._engine(
                "REPEATABLE READ",
                pool_size=READERS,
                execution_options={"postgresql_readonly": True},
            ),
            writer=self._engine("READ COMMITTED", pool_size=1),
        )
        self._notify_from = 0.0
        event.listen(self._writer, "begin", take_write_lock)
        event.listen(self.writing, "after_flush", self._notify_of_rooms)
        event.listen(self._writer, "commit", self._notify)

    @classmethod
    def open(cls, url: URL) -> PostgreSQL:
        """Return the database at an address, checked and migrated. It must exist, and may be empty.

        Raises NoDriver, Unreachable, NotLetIn, UnsafeServer, CorruptDatabase, NewerSchema,
        DatabaseBusy or DiskFull.
        """
        database = cls(url)
        try:
            database.upgrade()
            database._check_tables()
        except BaseException:
            database.close()
            raise
        return database

    def upgrade(self) -> None:
        with self._writer.begin() as connection:
            self._migrate(connection)

    def scrub_deleted(self) -> None:
        """Write attempts and answers anew, in the order of their keys and not of their arrival.

        It takes milliseconds, in which nobody reads or writes them; somebody who reads for longer
        is not waited for. What the server keeps elsewhere, docs/data.md says. Raises DatabaseBusy.
        """
        self._await_readers()
        for table in (Answer.__tablename__, Attempt.__tablename__):
            with self._writer.begin() as connection:  # one at a time: readers may hold the other
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{SHORT_PATIENCE}s'")
                connection.exec_driver_sql(f"CLUSTER {table} USING pk_{table}")

    def watch(self) -> Watch:
        return ListeningWatch(self._watcher)

    def require_alone(self) -> None:
        """Raise DatabaseBusy if other processes of ours are connected, on whatever machine."""
        self.close()  # what is connected then is not of this process
        end = monotonic() + SHORT_PATIENCE
        with self._watcher.connect() as connection:
            while connection.exec_driver_sql(OTHERS).scalar():
                if monotonic() > end:
                    raise DatabaseBusy(self.path)
                sleep(0.01)

    def close(self) -> None:
        self._watcher.dispose()
        super().close()

    def _notify_of_rooms(self, session: Session, _flush: object) -> None:
        """Let the next commit notify, if a room has changed: phones wait for that."""
        changed = chain(session.new, session.dirty, session.deleted)
        if any(isinstance(each, Room) for each in changed):
            self._notify_from = 0.0

    def _notify(self, connection: Connection) -> None:
        """Notify with a commit, but not with each: all that notify wait for a lock of their own."""
        now = monotonic()
        if now >= self._notify_from:
            self._notify_from = now + NOTIFY_INTERVAL
            connection.exec_driver_sql(NOTIFY)

    def _await_readers(self) -> None:
        """Wait until nobody sees what was deleted before now: for her it would be kept."""
        end = monotonic() + SHORT_PATIENCE
        with self._watcher.connect() as connection:
            now = connection.exec_driver_sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
            query = NO_OLDER_SNAPSHOT.format(now.scalar_one())
            while not connection.exec_driver_sql(query).scalar():
                if monotonic() > end:
                    raise DatabaseBusy(self.path)
                sleep(0.01)

    def _engine(self, isolation_level: Any, **options: Any) -> Engine:
        try:
            engine = create_engine(
                self.url,
                isolation_level=isolation_level,
                max_overflow=0,
                pool_timeout=PATIENCE,
                pool_pre_ping=True,  # the server may have been started anew meanwhile
                connect_args={
                    "connect_timeout": PATIENCE,
                    "application_name": APPLICATION,
                    **LOST_LINE,
                },
                hide_parameters=True,  # an error may be logged; what somebody answered may not
                **options,
            )
        except ImportError as missing:
            raise NoDriver(self.path) from missing

        @event.listens_for(engine, "connect")
        def promise(connection: Any, _record: object) -> None:
            apply_settings(connection, self.path)

        @event.listens_for(engine, "handle_error")
        def refuse(context: ExceptionContext) -> None:
            if not context.is_pre_ping:
                refusal = refusal_of(context.original_exception, self.path, context.connection)
                if refusal:
                    raise refusal from context.original_exception

        return engine


def address(url: URL) -> str:
    """Return the address of a database as it may be shown: without user and password."""
    host = url.host or url.query.get("host")
    name = URL.create("postgresql", host=str(host or ""), port=url.port, database=url.database)
    return name.render_as_string()


def take_write_lock(connection: Connection) -> None:
    """Wait until nobody else writes."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")


def apply_settings(connection: Any, path: str) -> None:
    """Set what every connection needs, and see that the server keeps it. Raises UnsafeServer."""
    for name, value in SETTINGS.items():
        connection.execute(f"SET SESSION {name} = '{value}'")
    for name, value in (SETTINGS | DEMANDS).items():
        (actual,) = connection.execute(f"SHOW {name}").fetchone()
        if actual != value:
            raise UnsafeServer(path, f"{name} = {actual}")
    connection.commit()  # what is set in a transaction that is rolled back was never set


def refusal_of(error: Any, path: str, connection: Connection | None) -> StoreRefusal | None:
    """Return the refusal that an error of the driver means, if it means one."""
    state = getattr(error, "sqlstate", None)
    if refusal := REFUSALS.get(state or ""):
        return refusal(path)
    if state in NO_PERMISSION:
        return NotLetIn(path, str(error).partition("\n")[0])
    if connection is not None:
        return None
    # The driver passes on no SQLSTATE of a connection that was refused; the server's own words
    # have a severity before them.
    _, fatal, words = str(error).rpartition("FATAL:")
    return NotLetIn(path, words.strip()) if fatal else Unreachable(path)
