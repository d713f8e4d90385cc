"""One connection, to whoever it may be: what it may cost us, and for how long.

The server waits as long as a client likes for a request that never ends, keeps all of it, and
waits again until its response is read. Whoever wants to stop a class needs no more than that.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from quiz.web import limits

PATIENCE = 30.0
"""Seconds until headers have come, and until something is read where 64 KiB wait for it."""

LONGEST = 192 * 1024
"""Bytes of a request, headers and all. A form may have 64 KiB, and a little more is told so."""

MOST_OF_ONE = 256
"""Unfinished requests of one address. A hall behind one address has a few at any moment."""


class Connection(HttpToolsProtocol):
    """A connection that ends when its client makes us wait for too long, or sends too much.

    Where there are so many that the process could open no file any more, the one that has waited
    longest for the rest of a request gives way. (The limit of uvicorn would refuse everybody
    then.) So does the oldest of an address that leaves too many requests unfinished.
    """

    most: ClassVar[int | None] = None
    """How many there may be at once in this process."""

    idle: ClassVar[dict[Connection, None]] = {}
    """Those that wait for a whole request, in the order in which they began to."""

    unfinished: ClassVar[defaultdict[str, dict[Connection, None]]] = defaultdict(dict)
    """Those of each address that have sent a part of a request, in the order of its begin."""

    waiting: asyncio.TimerHandle | None = None
    stalled: asyncio.TimerHandle | None = None
    address = ""
    received = 0
    size_of_headers = 0
    headers_complete = False
    answering = False
    refusal = 400

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.wait_for_request()
        if self.most is not None and len(self.connections) > self.most:
            next(iter(self.idle)).give_way()

    def wait_for_request(self) -> None:
        """Wait for the next request."""
        self.idle.setdefault(self)
        self.waiting = self.loop.call_later(PATIENCE, self.transport.abort)

    def stop_waiting(self) -> None:
        """There is a whole request, or there will be none."""
        self.idle.pop(self, None)
        mine = self.unfinished[self.address]
        mine.pop(self, None)
        if not mine:
            del self.unfinished[self.address]

    def stop_timer(self) -> None:
        """There are headers, or there will be none. For how long a form may come, asgi says."""
        if self.waiting is not None:
            self.waiting.cancel()

    def give_way(self) -> None:
        """End, for others need the place."""
        self.stop_waiting()
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if not self.headers_complete and self.received > limits.LONGEST_HEADERS:
            self.refusal = 431
            self.send_400_response("")
        elif self.received > LONGEST:
            self.transport.abort()

    def on_message_begin(self) -> None:
        if self.answering:
            raise ValueError  # ends the line: nobody else asks again before she was answered
        super().on_message_begin()
        mine = self.unfinished[self.address]
        mine[self] = None
        if len(mine) > MOST_OF_ONE:
            next(iter(mine)).give_way()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > limits.LONGEST_TARGET:
            self.refusal = 414
            raise ValueError

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self.size_of_headers += len(name) + len(value)
        if limits.are_too_many(len(self.headers), self.size_of_headers):
            self.refusal = 431
            raise ValueError

    def on_headers_complete(self) -> None:
        self.stop_timer()
        self.headers_complete = self.answering = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.stop_waiting()
        self.received = self.size_of_headers = 0
        self.headers_complete = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.answering = False
        super().on_response_complete()
        self.wait_for_request()

    def send_400_response(self, _msg: str) -> None:
        """Answer what is no request, or too long a one, and end the line."""
        if self.answering and self.cycle.response_started:
            self.transport.abort()
            return
        application: Any = self.config.app
        self.transport.write(application.plain.octets(self.refusal))
        self.transport.close()

    def pause_writing(self) -> None:
        self.stalled = self.loop.call_later(PATIENCE, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        if self.stalled is not None:
            self.stalled.cancel()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_timer()
        self.stop_waiting()
        super().connection_lost(exc)  # which resumes writing
