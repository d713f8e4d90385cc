"""The outermost application: open responses of live rooms here, everything else through Flask.

Flask decides who may listen to what, and answers at once. Where its answer asks for it, the
response is kept open here, in asyncio, where two thousand that wait cost no thread.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from random import uniform
from typing import Any

from flask import Flask

from quiz.server.answer_endpoint import Lane
from quiz.server.wsgi_adapter import Bridge
from quiz.web import limits, room
from quiz.web.errors import places
from quiz.web.live_updates import GZIP_HEADER, HEADER, STAFF, Position, Update, Watcher
from quiz.web.plain import PlainResponses

THREADS = 6
"""Requests that Flask works on at once. Threads that wait for Python wake up again and again to ask
for it; with sixteen, a class took a fifth longer to come in. Answers take the lane, and no thread.
"""

THREADS_FOR_REPORTS = 2
"""Requests for reports at once. They take long, and wait for others; no class waits for a thread
of theirs."""

THREADS_FOR_PASSWORDS = 2
"""Forms at once that may have a password hashed. Each waits for its turn; no class waits for them,
however many somebody sends."""

PATIENCE = 20.0
"""Seconds in which a form must have arrived: 64 KiB take two on the slowest line we promise."""

REPORT = re.compile(r"(/[\w-]+)?/(reports|api)(/|$)")
"""Addresses of reports, in any language."""

PASSWORDS = re.compile(r"(/[\w-]+)?/(sign-in|invitation|account|people|keys)(/|$)")
"""Addresses of forms with a password, in any language."""

MOST_FOR_STAFF, MOST_FOR_PHONES = 3, 1
"""Open responses for one browser: console, wall and a second console; and one where people answer.
Over HTTP/1.1 a browser has six connections to a host, and needs some of them for everything else.
"""

PUSH, PUSH_PACKED = b":\n\n", b"\x00\x00\x00\xff\xff"
"""What follows an update at once and says nothing: a comment, or an empty block of deflate. Filters
on the way hold back the last piece of a response until there is another one."""


LONGEST_STREAM = (240.0, 360.0)
"""Seconds after which an open response ends: at random, so that a class that came in together does
not come back together. The page asks anew at once, and whoever has left, or may no longer lead a
class, is refused."""

ANEW = Update.of("retry: 50\n\n")
"""Tells a page to ask anew within milliseconds."""


class Application:
    """Speak ASGI to the server and WSGI to Flask."""

    def __init__(self, pages: Flask) -> None:
        self.flask = pages
        self.plain: PlainResponses = pages.extensions["limits"].plain
        self.pages = Bridge(pages, threads=THREADS)
        self.reports = Bridge(pages, threads=THREADS_FOR_REPORTS)
        self.passwords = Bridge(pages, threads=THREADS_FOR_PASSWORDS)
        self.watcher = Watcher(pages, partial(room.update, pages))
        self.lane = Lane(pages)
        self.streams: defaultdict[str, list[Stream]] = defaultdict(list)
        pages.extensions["watcher"] = self.watcher  # whom views tell of what they changed

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request. If even the page that says so breaks, a plain one says that we broke.

        What is sent after a response has begun would be taken for a part of it: the server ends
        the connection then.
        """
        begun = False

        async def send_on(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        if scope["type"] != "http":
            return
        try:
            await self.serve(scope, receive, send_on)
        except Exception as error:
            self.flask.logger.error("a request broke\n%s", places(error))
            if not begun:
                await send_all(self.plain.messages(500), send)

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request.

        A form is read here, before it takes a thread: slow senders keep only themselves waiting.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                body = await read(receive)
        except TimeoutError:
            await send_all(self.plain.messages(408), send)
            return
        if body is None:
            return
        if receipt := await self.lane(scope, body):
            await send_all(receipt, send)
            return

        stream = Stream(send)
        await self.bridge(scope)(scope, body, stream.pass_on)
        if stream.start is not None:
            with self.one_more(stream):
                await stream.keep_open(self.watcher, accepts_gzip(scope), receive)

    def bridge(self, scope: Any) -> Bridge:
        """Return the threads that serve a request."""
        if REPORT.match(scope["path"]):
            return self.reports
        if scope["method"] == "POST" and PASSWORDS.match(scope["path"]):
            return self.passwords
        return self.pages

    @contextmanager
    def one_more(self, stream: Stream) -> Iterator[None]:
        """Count an open response. Where a browser has too many, the one it opened first ends."""
        mine = self.streams[stream.owner]
        mine.append(stream)
        most = MOST_FOR_STAFF if stream.audience == STAFF else MOST_FOR_PHONES
        for old in mine[:-most]:
            old.close()
        try:
            yield
        finally:
            mine.remove(stream)
            if not mine:
                del self.streams[stream.owner]

    def end_streams(self) -> None:
        """End every open response, so that the server can stop. May be called by a signal."""
        for stream in chain(*self.streams.values()):
            stream.loop.call_soon_threadsafe(stream.close)


class Stream:
    """A response that is passed on as it is, unless it asks to be kept open."""

    def __init__(self, send: Any) -> None:
        self.send = send
        self.start: Any = None
        self.room = self.version = self.audience = self.owner = ""
        self.first = b""
        self.loop = asyncio.get_running_loop()
        self.waiting = self.loop.create_future()
        self.update: Update | None = None
        self.position = Position()
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

    async def keep_open(self, watcher: Watcher, gzip: bool, receive: Any) -> None:
        """Send updates as they come, until the phone has gone."""
        hidden = {HEADER.lower().encode(), b"content-length"}
        headers = [pair for pair in self.start["headers"] if pair[0].lower() not in hidden]
        if gzip:
            headers.append((b"content-encoding", b"gzip"))
        await self.send({**self.start, "headers": headers})
        first = Update.of(self.first.decode())
        await self.write(GZIP_HEADER + first.packed if gzip else first.plain)
        await self.write(PUSH_PACKED if gzip else PUSH)
        end = watcher.listen(int(self.room), self.audience, int(self.version), self.take)
        gone = asyncio.ensure_future(receive())
        gone.add_done_callback(lambda _gone: self.close())
        over = self.loop.call_later(uniform(*LONGEST_STREAM), self.close)  # noqa: S311 - no secret
        try:
            while not self.ended:
                await self.waiting
                self.waiting = self.loop.create_future()
                update, self.update = self.update, None
                if update is not None:
                    await self.write(self.position.piece(update) if gzip else update.plain)
                    await asyncio.sleep(0)  # the others first
                    await self.write(PUSH_PACKED if gzip else PUSH)
            await self.write(ANEW.packed if gzip else ANEW.plain)
            await self.send({"type": "http.response.body", "body": b""})
        finally:
            over.cancel()
            end()
            gone.cancel()

    async def write(self, body: bytes) -> None:
        """Send a piece of the open response."""
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    def take(self, update: Update) -> None:
        """Take an update. A slow phone that has not had the one before gets only this one."""
        if self.update is None or not update.is_life:
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


async def read(receive: Any) -> bytes | None:
    """Return a form, or as much of it as shows that it is too long; None if it was cut off."""
    body = b""
    while len(body) <= limits.LONGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


async def send_all(messages: Iterable[Any], send: Any) -> None:
    """Send a whole response."""
    for message in messages:
        await send(message)


def find(headers: Any, name: str) -> str:
    """Return the value of a header, or nothing. Any bytes may stand in it."""
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for key, value in headers if key.lower() == wanted), "")


def accepts_gzip(scope: Any) -> bool:
    """Whether whoever asks can read gzip."""
    return "gzip" in limits.codings(find(scope["headers"], "accept-encoding"))
