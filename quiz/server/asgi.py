"""ASGI application around Flask: keeps event streams open, and passes everything else to Flask.

Flask decides who may listen to what, and answers at once. If its response asks for it, the
response is kept open here, in asyncio, where two thousand of them need no thread.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any

from flask import Flask

from quiz.server.answer_endpoint import AnswerEndpoint
from quiz.server.broadcaster import Broadcaster
from quiz.server.event_stream import EventStream, accepts_gzip
from quiz.server.join_endpoint import JoinEndpoint
from quiz.server.wsgi_adapter import WSGIAdapter, send_all
from quiz.web import limits
from quiz.web.errors import describe_exception
from quiz.web.live_updates import screen_of
from quiz.web.participant import classroom
from quiz.web.plain import PlainResponses
from quiz.web.staff import rooms

THREADS = 6
"""Requests that Flask works on at once. Threads that wait for Python wake up again and again to ask
for it; with sixteen, a class took a fifth longer to join. Most answers need no thread.
"""

REPORT_THREADS = 2
"""Requests for reports at once. They take long, so that no class waits for one of their threads."""

PASSWORD_THREADS = 2
"""Forms at once that may have a password hashed. Each waits for its turn, and no class waits for
them, however many somebody sends."""

BODY_TIMEOUT = 20.0
"""Seconds in which a form must have arrived: 64 KiB take two on the slowest line we promise."""

REPORT_PATH = re.compile(r"(/[\w-]+)?/(reports|api)(/|$)")
"""Paths of reports, in any language."""

PASSWORD_PATH = re.compile(r"(/[\w-]+)?/(sign-in|invitation|account|people|keys)(/|$)")
"""Paths of forms with a password, in any language."""

JOIN_PATH = re.compile(r"(/[\w-]+)?/j(/[^/]*)?$")
"""Paths of joining a class, in any language."""

ANSWER_PATH = re.compile(r"(/[\w-]+)?/r$")
"""Paths of answers in a class, in any language."""

MAX_STAFF_STREAMS, MAX_PARTICIPANT_STREAMS = 3, 1
"""Event streams of one browser: console, projector and a second console; and one where people
answer. Over HTTP/1.1 a browser has six connections to a host, and needs some for all else."""


class Application:
    """ASGI application that serves the quiz."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.plain: PlainResponses = app.extensions["limits"].plain
        self.pages = WSGIAdapter(app, threads=THREADS)
        self.reports = WSGIAdapter(app, threads=REPORT_THREADS)
        self.passwords = WSGIAdapter(app, threads=PASSWORD_THREADS)
        self.broadcaster = Broadcaster(
            app, partial(classroom.update, app), partial(rooms.update_counts, app)
        )
        self.join_endpoint = JoinEndpoint(app, self.pages)
        self.answer_endpoint = AnswerEndpoint(app, self.pages)
        self.streams: defaultdict[str, list[EventStream]] = defaultdict(list)
        app.extensions["broadcaster"] = self.broadcaster  # for views that change a room

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request. If even the error page breaks, a plain one is sent.

        What is sent after a response has begun would be taken for a part of it: the server closes
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
            self.app.logger.error("a request broke\n%s", describe_exception(error))
            if not begun:
                await send_all(self.plain.messages(500), send)

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request.

        The body is read before a thread is taken: a slow client keeps nobody else waiting.
        """
        try:
            async with asyncio.timeout(BODY_TIMEOUT):
                body = await read_body(receive)
        except TimeoutError:
            await send_all(self.plain.messages(408), send)
            return
        if body is None:
            return
        stream = EventStream(send)
        await self.handler(scope)(scope, body, stream.forward)
        if stream.start is not None:
            with self.registered(stream):
                await stream.hold_open(self.broadcaster, accepts_gzip(scope), receive)

    def handler(self, scope: Any) -> WSGIAdapter | JoinEndpoint | AnswerEndpoint:
        """Return what serves a request: one of two endpoints, or a pool of threads."""
        path, is_post = scope["path"], scope["method"] == "POST"
        if REPORT_PATH.match(path):
            return self.reports
        if is_post and PASSWORD_PATH.match(path):
            return self.passwords
        if JOIN_PATH.match(path):
            return self.join_endpoint
        if is_post and ANSWER_PATH.match(path):
            return self.answer_endpoint
        return self.pages

    @contextmanager
    def registered(self, stream: EventStream) -> Iterator[None]:
        """Register an open stream. Where a browser has too many, its oldest one is closed."""
        same_owner = self.streams[stream.owner]
        same_owner.append(stream)
        most = MAX_STAFF_STREAMS if screen_of(stream.audience) else MAX_PARTICIPANT_STREAMS
        for oldest in same_owner[:-most]:
            oldest.close()
        try:
            yield
        finally:
            same_owner.remove(stream)
            if not same_owner:
                del self.streams[stream.owner]

    def close_streams(self) -> None:
        """Close every event stream, so that the server can stop. A signal handler may call it."""
        for stream in chain(*self.streams.values()):
            stream.loop.call_soon_threadsafe(stream.close)


async def read_body(receive: Any) -> bytes | None:
    """Return the body of a request, or as much as shows it is too long; None if it was cut off."""
    body = b""
    while len(body) <= limits.LONGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body
