"""One connection, to whoever it may be: what it may cost us, and for how long.

The server waits as long as a client likes for a request that never ends, keeps all of it, and
waits again until its response is read. Whoever wants to stop a class needs no more than that.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 30.0
"""Seconds until headers have come, and until something is read where 64 KiB wait for it."""

LONGEST = 192 * 1024
"""Bytes of a request, headers and all. A form may have 64 KiB, and a little more is told so."""


class Connection(HttpToolsProtocol):
    """A connection that ends when its client makes us wait for too long, or sends too much.

    Where there are so many that the process could open no file any more, the one that has waited
    longest for a request gives way. (The limit of uvicorn would refuse everybody then.)
    """

    most: ClassVar[int | None] = None
    """How many there may be at once in this process."""

    idle: ClassVar[dict[Connection, None]] = {}
    """Those that wait for a request, in the order in which they began to."""

    waiting: asyncio.TimerHandle | None = None
    stalled: asyncio.TimerHandle | None = None
    received = 0
    answering = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.wait_for_headers()
        if self.most is not None and len(self.connections) > self.most:
            longest = next(iter(self.idle))
            del self.idle[longest]
            longest.transport.abort()

    def wait_for_headers(self) -> None:
        """Wait for the next request."""
        self.idle[self] = None
        self.waiting = self.loop.call_later(PATIENCE, self.transport.abort)

    def stop_waiting(self) -> None:
        """There is a request, or there will be none."""
        self.idle.pop(self, None)
        if self.waiting is not None:
            self.waiting.cancel()

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        super().data_received(data)
        if self.received > LONGEST:
            self.transport.abort()

    def on_message_begin(self) -> None:
        if self.answering:
            raise ValueError  # ends the line: nobody else asks again before she was answered
        self.received = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.stop_waiting()
        self.answering = True
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        self.answering = False
        super().on_response_complete()
        self.wait_for_headers()

    def pause_writing(self) -> None:
        self.stalled = self.loop.call_later(PATIENCE, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        if self.stalled is not None:
            self.stalled.cancel()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_waiting()
        super().connection_lost(exc)  # which resumes writing
