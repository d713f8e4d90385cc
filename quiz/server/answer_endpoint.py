"""The lane of answers: what a class sends at once goes a shorter way than all else.

Two thousand phones answer within two seconds. Nearly all of them send the same few things: a plain
answer by script, in a form that is ours. Those are read here, in asyncio; they wait for their
commit without a thread, and get a response that was made once, but for what they chose.

Whatever is in any way different goes to Flask, which knows all cases and says what is wrong; so
nothing is accepted here that it would refuse. Why: decision 13.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from quiz.domain.question import Chosen
from quiz.domain.refusals import Moved
from quiz.server.wsgi_adapter import environ_of, run_wsgi
from quiz.service.answering import Kept, Sent
from quiz.service.cache import Cache
from quiz.store.writer import Writer
from quiz.web import behind_proxies, limits, participant, room, security
from quiz.web.receipts import Receipt, packed
from quiz.web.submission import Submission

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

DIFFERS_BY = ("SCRIPT_NAME", "wsgi.url_scheme", "HTTP_ACCEPT_ENCODING")
"""What a response depends on besides what was kept: language, scheme, and how it is packed."""

MOST = 1000
"""Responses that are kept, of some four kilobytes each."""


class AnswerEndpoint:
    """Takes plain answers, and leaves the rest."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.front = behind_proxies(lambda environ, _start: environ, proxies=app.config["PROXIES"])
        self.limits: limits.Limits = app.extensions["limits"]
        self.answers: Writer[Sent, Kept] = app.extensions["answers"]
        self.ready: Cache[Ready] = Cache(MOST)

    async def __call__(self, scope: Any, body: bytes) -> list[Any] | None:
        """Return the messages of a response; None if this is not for the lane."""
        if scope["method"] != "POST" or not scope["path"].endswith("/r"):
            return None
        if len(body) > limits.LONGEST_ANSWER or len(scope["headers"]) > limits.MOST_HEADERS:
            return None
        environ = self.front(environ_of(scope, body), None)
        if self.limits.fault(environ):
            return None
        sent = self.parse(environ)
        if sent is None:
            return None
        try:
            kept = await asyncio.wrap_future(self.answers.promise(sent))
            key = (kept.room, kept.version, *map(environ.get, DIFFERS_BY))
            if ready := self.ready.find(key):
                return ready.messages(kept.chosen)
            return await asyncio.to_thread(self.render, environ, kept, key)
        except Exception:  # Flask sends it to the writer once more, and says what became of it
            return None

    def parse(self, environ: WSGIEnvironment) -> Sent | None:
        """Return what was sent as an answer, if it is a plain one."""
        with self.app.request_context(environ):
            if (
                request.endpoint != "room.act"
                or "Quiz-Send" not in request.headers
                or not participant.has_cookie()
            ):
                return None
            try:
                security.check_form()
                submission = Submission(request.form)
                return None if submission.action in {"change", "show"} else room.sent(submission)
            except HTTPException:
                return None

    def render(self, environ: WSGIEnvironment, kept: Kept, key: Hashable) -> list[Any]:
        """Return the response that Flask would give, and keep what it has in common with others."""
        with self.app.request_context(environ):
            response = self.app.process_response(room.received(kept))
            start, body = run_wsgi(response, environ, None)
            try:
                receipt = room.receipt(kept)
            except Moved:
                return [start, body]
        self.ready.keep(key, Ready(start, receipt))
        return [start, body]


class Ready:
    """The response to an answer, but for what was chosen."""

    def __init__(self, start: dict[str, Any], receipt: Receipt) -> None:
        """Return what makes responses like one that begins with ``start``."""
        headers = dict(start["headers"])
        del headers[b"content-length"]
        self.packing = headers.get(b"content-encoding", b"").decode()
        self.headers = list(headers.items())
        self.status = start["status"]
        self.receipt = receipt

    def messages(self, chosen: Chosen) -> list[Any]:
        """Return the messages of the response to a choice."""
        body = packed(self.receipt.text(chosen), self.packing)
        headers = [*self.headers, (b"content-length", str(len(body)).encode())]
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        return [start, {"type": "http.response.body", "body": body}]
