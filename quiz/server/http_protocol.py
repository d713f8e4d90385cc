"""HTTP protocol of uvicorn with limits on the time and bytes that one connection may cost.

uvicorn waits without end for the rest of a request, keeps all that arrives of it, and waits again
until the response has been read. That would be enough to stop a class.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from quiz.web import limits

HEADER_TIMEOUT = 30.0
"""Seconds until all headers must have arrived."""

WRITE_TIMEOUT = 30.0
"""Seconds until the client must have read something where 64 KiB wait for it."""

MAX_REQUEST_BYTES = 192 * 1024
"""Bytes of a request with its headers. A form may have 64 KiB; one a little longer is still read,
so that the client can be told."""

MAX_UNFINISHED_PER_ADDRESS = 256
"""Unfinished requests of one address. A school behind one address has a few at any moment."""


class LimitedProtocol(HttpToolsProtocol):
    """Closes connections of clients that are too slow or send too much.

    When the process could soon open no more files, the connection that has waited longest for a
    request is closed. (The limit of uvicorn would refuse everybody then.) So is the oldest one of
    an address that leaves too many requests unfinished.
    """

    max_connections: ClassVar[int | None] = None
    """Connections at once in this process."""

    idle: ClassVar[dict[LimitedProtocol, None]] = {}
    """Connections without a whole request, ordered by the time since when they wait for one."""

    unfinished: ClassVar[defaultdict[str, dict[LimitedProtocol, None]]] = defaultdict(dict)
    """Connections of each address that have sent a part of a request, ordered by its begin."""

    header_timer: asyncio.TimerHandle | None = None
    write_timer: asyncio.TimerHandle | None = None
    address = ""
    received = 0
    header_bytes = 0
    headers_complete = False
    answering = False
    refusal = 400

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.wait_for_request()
        if self.max_connections is not None and len(self.connections) > self.max_connections:
            next(iter(self.idle)).drop()

    def wait_for_request(self) -> None:
        """Register as idle, and start the timer of the next request."""
        self.idle.setdefault(self)
        self.header_timer = self.loop.call_later(HEADER_TIMEOUT, self.transport.abort)

    def stop_waiting(self) -> None:
        """Remove this connection from those that wait for a whole request."""
        self.idle.pop(self, None)
        same_address = self.unfinished[self.address]
        same_address.pop(self, None)
        if not same_address:
            del self.unfinished[self.address]

    def stop_header_timer(self) -> None:
        """Stop waiting for headers. The time for a body is limited by ``asgi``."""
        if self.header_timer is not None:
            self.header_timer.cancel()

    def drop(self) -> None:
        """Close the connection at once, to make room for others."""
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
        elif self.received > MAX_REQUEST_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        if self.answering:
            raise ValueError  # closes the connection: we support no pipelining of requests
        super().on_message_begin()
        same_address = self.unfinished[self.address]
        same_address[self] = None
        if len(same_address) > MAX_UNFINISHED_PER_ADDRESS:
            next(iter(same_address)).drop()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > limits.LONGEST_TARGET:
            self.refusal = 414
            raise ValueError

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self.header_bytes += len(name) + len(value)
        if limits.are_too_many(len(self.headers), self.header_bytes):
            self.refusal = 431
            raise ValueError

    def on_headers_complete(self) -> None:
        self.stop_header_timer()
        self.headers_complete = self.answering = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.stop_waiting()
        self.received = self.header_bytes = 0
        self.headers_complete = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.answering = False
        super().on_response_complete()
        self.wait_for_request()

    def send_400_response(self, _msg: str) -> None:
        """Answer a request that is invalid or too long, and close the connection."""
        if self.answering and self.cycle.response_started:
            self.transport.abort()
            return
        application: Any = self.config.app
        self.transport.write(application.plain.octets(self.refusal))
        self.transport.close()

    def pause_writing(self) -> None:
        self.write_timer = self.loop.call_later(WRITE_TIMEOUT, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        if self.write_timer is not None:
            self.write_timer.cancel()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_header_timer()
        self.stop_waiting()
        super().connection_lost(exc)  # which resumes writing
