"""Event stream: a response of Flask that is kept open, and sends events as they come."""

from __future__ import annotations

import asyncio
from random import uniform
from typing import Any

from quiz.server.broadcaster import Broadcaster
from quiz.server.shared_compression import GZIP_HEADER, ClientState, Frame
from quiz.web import limits
from quiz.web.live_updates import HEADER

FLUSH, FLUSH_COMPRESSED = b":\n\n", b"\x00\x00\x00\xff\xff"
"""What follows an event at once and says nothing: a comment, or an empty block of deflate. Proxies
that filter hold back the last part of a response until another one arrives."""

LIFETIME = (240.0, 360.0)
"""Seconds after which a stream ends: at random, so that a class that came in together does not
come back together. The page reconnects at once, and whoever has left, or may no longer lead the
class, is refused then."""

RECONNECT = Frame.of("retry: 50\n\n")
"""Tells a page to reconnect within milliseconds."""


class EventStream:
    """Forwards a response of Flask, and keeps it open if it asks for that."""

    def __init__(self, send: Any) -> None:
        self.send = send
        self.start: Any = None
        self.room = self.version = self.audience = self.owner = ""
        self.first = b""
        self.loop = asyncio.get_running_loop()
        self.woken = self.loop.create_future()
        self.frame: Frame | None = None
        self.client = ClientState()
        self.closed = False

    async def forward(self, message: Any) -> None:
        """Forward a message of Flask; hold it back if the response is to be kept open."""
        wanted = get_header(message.get("headers", ()), HEADER)
        if wanted:
            self.start = message
            self.room, self.version, self.audience, self.owner = wanted.split()
        elif self.start is None:
            await self.send(message)
        else:
            self.first += message.get("body", b"")

    async def hold_open(self, broadcaster: Broadcaster, gzip: bool, receive: Any) -> None:
        """Send events until the client disconnects, or the stream is closed."""
        hidden = {HEADER.lower().encode(), b"content-length"}
        headers = [pair for pair in self.start["headers"] if pair[0].lower() not in hidden]
        if gzip:
            headers.append((b"content-encoding", b"gzip"))
        await self.send({**self.start, "headers": headers})
        first = Frame.of(self.first.decode())
        await self.write(GZIP_HEADER + first.standalone if gzip else first.plain)
        await self.write(FLUSH_COMPRESSED if gzip else FLUSH)
        unsubscribe = broadcaster.subscribe(
            int(self.room), self.audience, int(self.version), self.enqueue
        )
        disconnect = asyncio.ensure_future(receive())
        disconnect.add_done_callback(lambda _disconnect: self.close())
        lifetime = self.loop.call_later(uniform(*LIFETIME), self.close)  # noqa: S311 - no secret
        try:
            while not self.closed:
                await self.woken
                self.woken = self.loop.create_future()
                frame, self.frame = self.frame, None
                if frame is not None:
                    await self.write(self.client.compressed(frame) if gzip else frame.plain)
                    await asyncio.sleep(0)  # other clients first
                    await self.write(FLUSH_COMPRESSED if gzip else FLUSH)
            await self.write(RECONNECT.standalone if gzip else RECONNECT.plain)
            await self.send({"type": "http.response.body", "body": b""})
        finally:
            lifetime.cancel()
            unsubscribe()
            disconnect.cancel()

    async def write(self, body: bytes) -> None:
        """Send a part of the open response."""
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    def enqueue(self, frame: Frame) -> None:
        """Send a frame next. It replaces one that a slow client has not been sent yet."""
        if self.frame is None or not frame.is_heartbeat:
            self.frame = frame
        self.wake()

    def close(self) -> None:
        """End the response: the client has gone, has too many streams, or the server stops."""
        self.closed = True
        self.wake()

    def wake(self) -> None:
        """Let ``keep_open`` send what is due."""
        if not self.woken.done():
            self.woken.set_result(None)


def get_header(headers: Any, name: str) -> str:
    """Return the value of a header, or an empty string. Any bytes may stand in it."""
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for key, value in headers if key.lower() == wanted), "")


def accepts_gzip(scope: Any) -> bool:
    """Whether the client can read gzip."""
    return "gzip" in limits.codings(get_header(scope["headers"], "accept-encoding"))
