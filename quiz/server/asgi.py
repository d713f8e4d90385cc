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
from typing import Any

from flask import Flask

from quiz.server.answer_endpoint import Lane
from quiz.server.broadcaster import Broadcaster
from quiz.server.event_stream import Stream, accepts_gzip
from quiz.server.wsgi_adapter import WSGIAdapter
from quiz.web import limits, room
from quiz.web.errors import places
from quiz.web.live_updates import STAFF
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


class Application:
    """Speak ASGI to the server and WSGI to Flask."""

    def __init__(self, pages: Flask) -> None:
        self.flask = pages
        self.plain: PlainResponses = pages.extensions["limits"].plain
        self.pages = WSGIAdapter(pages, threads=THREADS)
        self.reports = WSGIAdapter(pages, threads=THREADS_FOR_REPORTS)
        self.passwords = WSGIAdapter(pages, threads=THREADS_FOR_PASSWORDS)
        self.broadcaster = Broadcaster(pages, partial(room.update, pages))
        self.lane = Lane(pages)
        self.streams: defaultdict[str, list[Stream]] = defaultdict(list)
        pages.extensions["broadcaster"] = self.broadcaster  # for views that change a room

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
        await self.adapter(scope)(scope, body, stream.pass_on)
        if stream.start is not None:
            with self.one_more(stream):
                await stream.keep_open(self.broadcaster, accepts_gzip(scope), receive)

    def adapter(self, scope: Any) -> WSGIAdapter:
        """Return the pool of threads that serves a request."""
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
