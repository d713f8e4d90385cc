"""How a process notices what any process has committed.

On SQLite it asks for a number every 50 ms. On PostgreSQL it is told by NOTIFY, and asks nothing
while nothing happens; docs/decisions/0020 says why not every commit tells.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from socket import socketpair
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

POLL_INTERVAL = 0.05
"""Seconds between two questions to SQLite."""

CHANNEL = "quiz"
"""What PostgreSQL calls the notifications; each database has its own."""

NOTIFY = f"SELECT pg_notify('{CHANNEL}', '')"
"""Notify every process that listens, once and as soon as the transaction is committed."""

NOTIFY_INTERVAL = 1.0
"""Seconds for which a process that has notified need not notify again, unless a room moved."""

ASK_INTERVAL = 1.0
"""Seconds between two questions to PostgreSQL, while there is a reason to ask."""

ASK_FOR = 3.0
"""Seconds after a change in which a process asks for others: not every commit notifies."""

PROOF_TIMEOUT = 1.0
"""Seconds in which a notification should arrive that a process sends to itself, as a proof."""

SNAPSHOT = "SELECT pg_current_snapshot()::text"
"""Which transactions are visible: it differs once any has been committed."""


class Watch(ABC):
    """Waits for commits in one thread, which any other thread may wake.

    ``wait`` is called again and again; between two calls nothing is missed.
    """

    def __init__(self) -> None:
        self._waker, self._woken = socketpair()
        self._selector = DefaultSelector()
        for end in (self._waker, self._woken):
            end.setblocking(False)
        self._selector.register(self._woken, EVENT_READ)

    @abstractmethod
    def wait(self, timeout: float) -> bool:
        """Wait until something is committed, or for so many seconds at most.

        Return whether anything may have been committed since the last call: at the first call, it
        may. Raises SQLAlchemyError.
        """

    def wake(self) -> None:
        """Let ``wait`` return True at once, now or when it is called next."""
        with suppress(BlockingIOError):  # it has been woken often enough
            self._waker.send(b"!")

    def close(self) -> None:
        """Give back what it holds. Nobody may wait for it or wake it any more."""
        for each in (self._selector, self._waker, self._woken):
            each.close()

    def _ready_within(self, seconds: float) -> set[Any]:
        """Return which of what is registered can be read, as soon as anything can."""
        ready = {key.fileobj for key, _ in self._selector.select(seconds)}
        if self._woken in ready:
            self._woken.recv(4096)
        return ready


class PollingWatch(Watch):
    """Asks SQLite for its data version, which takes some ten microseconds."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._connection: Connection | None = None
        self._seen: int | None = None

    def wait(self, timeout: float) -> bool:
        end = monotonic() + timeout
        while True:
            woken = self._ready_within(min(POLL_INTERVAL, end - monotonic()))
            version = self._data_version()
            if woken or version != self._seen:
                self._seen = version
                return True
            if monotonic() >= end:
                return False

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        super().close()

    def _data_version(self) -> int:
        """Return a number that differs once anything is committed on another connection."""
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(no_transaction=True)
        version: int = self._connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        return version


class ListeningWatch(Watch):
    """Listens to PostgreSQL's notifications on a connection of its own.

    While none can be heard, as through a pooler that hands out no whole sessions, and for a moment
    after each change, it asks once a second.
    """

    def __init__(self, engine: Engine) -> None:
        """The engine commits each statement by itself, and has a second connection to give."""
        super().__init__()
        self._engine = engine
        self._connection: Connection | None = None
        self._socket = -1
        self._hears = self._notified = False
        self._seen: str | None = None
        self._ask_until = 0.0

    def wait(self, timeout: float) -> bool:
        if self._connection is None:
            self._listen()
            return True
        asks = not self._hears or monotonic() < self._ask_until
        ready = self._ready_within(min(timeout, ASK_INTERVAL) if asks else timeout)
        if self._woken in ready:
            return True
        told = self._socket in ready
        try:
            return (asks or told) and self._ask(self._connection, told=told)
        except SQLAlchemyError:
            self._hang_up()
            return True  # perhaps; whether there still is a server, the next call finds out

    def close(self) -> None:
        self._hang_up()
        super().close()

    def _listen(self) -> None:
        """Open the connection, and find out whether notifications are heard on it."""
        self._connection = connection = self._engine.connect()
        try:
            driver: Any = connection.connection.driver_connection
            driver.add_notify_handler(self._note)
            self._socket = driver.fileno()
            self._selector.register(self._socket, EVENT_READ)
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            with self._engine.connect() as other:
                other.exec_driver_sql(NOTIFY)
            self._hears = False
            self._ask(connection, told=self._socket in self._ready_within(PROOF_TIMEOUT))
        except BaseException:
            self._hang_up()
            raise

    def _ask(self, connection: Connection, *, told: bool) -> bool:
        """Return whether anything was committed since the last time.

        A notification that comes with the reply may be of a commit that the reply does not know.
        One that came before, when nothing had been asked (``told``), proves that more will come.
        """
        self._notified = False
        snapshot = connection.exec_driver_sql(SNAPSHOT).scalar_one()
        self._hears |= told and self._notified
        changed = self._notified or snapshot != self._seen
        self._seen = snapshot
        if changed:
            self._ask_until = monotonic() + ASK_FOR
        return changed

    def _note(self, _notification: object) -> None:
        self._notified = True

    def _hang_up(self) -> None:
        """Close the connection: whoever got it next would be sent notifications."""
        if self._connection is not None:
            with suppress(KeyError):  # it was lost before it could be registered
                self._selector.unregister(self._socket)
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
