"""One open response: what Flask answered first, and then updates as they come."""

from __future__ import annotations

import asyncio
from random import uniform
from typing import Any

from quiz.server.broadcaster import Broadcaster
from quiz.server.shared_compression import GZIP_HEADER, ClientState, Frame
from quiz.web import limits
from quiz.web.live_updates import HEADER

PUSH, PUSH_PACKED = b":\n\n", b"\x00\x00\x00\xff\xff"
"""What follows an update at once and says nothing: a comment, or an empty block of deflate. Filters
on the way hold back the last piece of a response until there is another one."""


LONGEST_STREAM = (240.0, 360.0)
"""Seconds after which an open response ends: at random, so that a class that came in together does
not come back together. The page asks anew at once, and whoever has left, or may no longer lead a
class, is refused."""

ANEW = Frame.of("retry: 50\n\n")
"""Tells a page to ask anew within milliseconds."""


class Stream:
    """A response that is passed on as it is, unless it asks to be kept open."""

    def __init__(self, send: Any) -> None:
        self.send = send
        self.start: Any = None
        self.room = self.version = self.audience = self.owner = ""
        self.first = b""
        self.loop = asyncio.get_running_loop()
        self.waiting = self.loop.create_future()
        self.update: Frame | None = None
        self.client = ClientState()
        self.ended = False

    async def pass_on(self, message: Any) -> None:
        """Pass on what Flask answers, or hold it back if there is more to come."""
        wanted = find(message.get("headers", ()), HEADER)
        if wanted:
            self.start = message
            self.room, self.version, self.audience, self.owner = wanted.split()
        elif self.start is None:
            await self.send(message)
        else:
            self.first += message.get("body", b"")

    async def keep_open(self, broadcaster: Broadcaster, gzip: bool, receive: Any) -> None:
        """Send updates as they come, until the phone has gone."""
        hidden = {HEADER.lower().encode(), b"content-length"}
        headers = [pair for pair in self.start["headers"] if pair[0].lower() not in hidden]
        if gzip:
            headers.append((b"content-encoding", b"gzip"))
        await self.send({**self.start, "headers": headers})
        first = Frame.of(self.first.decode())
        await self.write(GZIP_HEADER + first.standalone if gzip else first.plain)
        await self.write(PUSH_PACKED if gzip else PUSH)
        end = broadcaster.subscribe(int(self.room), self.audience, int(self.version), self.take)
        gone = asyncio.ensure_future(receive())
        gone.add_done_callback(lambda _gone: self.close())
        over = self.loop.call_later(uniform(*LONGEST_STREAM), self.close)  # noqa: S311 - no secret
        try:
            while not self.ended:
                await self.waiting
                self.waiting = self.loop.create_future()
                update, self.update = self.update, None
                if update is not None:
                    await self.write(self.client.compressed(update) if gzip else update.plain)
                    await asyncio.sleep(0)  # the others first
                    await self.write(PUSH_PACKED if gzip else PUSH)
            await self.write(ANEW.standalone if gzip else ANEW.plain)
            await self.send({"type": "http.response.body", "body": b""})
        finally:
            over.cancel()
            end()
            gone.cancel()

    async def write(self, body: bytes) -> None:
        """Send a piece of the open response."""
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    def take(self, update: Frame) -> None:
        """Take an update. A slow phone that has not had the one before gets only this one."""
        if self.update is None or not update.is_heartbeat:
            self.update = update
        self.go_on()

    def close(self) -> None:
        """End, for nobody listens any more, or the server stops."""
        self.ended = True
        self.go_on()

    def go_on(self) -> None:
        """Let the loop above look what there is to do."""
        if not self.waiting.done():
            self.waiting.set_result(None)


def find(headers: Any, name: str) -> str:
    """Return the value of a header, or nothing. Any bytes may stand in it."""
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for key, value in headers if key.lower() == wanted), "")


def accepts_gzip(scope: Any) -> bool:
    """Whether whoever asks can read gzip."""
    return "gzip" in limits.codings(find(scope["headers"], "accept-encoding"))
