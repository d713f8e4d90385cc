"""Endpoint of answers in a class: ``POST /r``, read and saved in asyncio, without a thread.

Two thousand phones answer within two seconds. The form is read here with the functions of the
Flask view; the answer waits for its commit without a thread. Nearly all are sent by script and
saved, and get a receipt that was rendered once. All else is rendered by the view, which is given
what became of the answer: no script, a refusal, trouble with the database. A form that is no
answer, or is not ours, goes to the view as it came. Why: decisions 13 and 18.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask

from quiz.server.form_reader import FormReader
from quiz.server.wsgi_adapter import WSGIAdapter, send_all
from quiz.service.live.answers import AnswerIn, SavedAnswer
from quiz.store.group_commit import GroupCommitQueue
from quiz.web import security
from quiz.web.participant import classroom, receipts
from quiz.web.participant.receipts import Receipt

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class AnswerEndpoint:
    """Serves what is posted to the address of answers."""

    def __init__(self, app: Flask, view: WSGIAdapter) -> None:
        self.app = app
        self.view = view
        self.form = FormReader(app, "/r")
        self.answers: GroupCommitQueue[AnswerIn, SavedAnswer] = app.extensions["answers"]

    async def __call__(self, scope: Any, body: bytes, send: Any) -> None:
        """Serve one request."""
        environ, answer = self.form.read(scope, body, classroom.parse_answer)
        if answer is None:
            await self.view(scope, body, send)
            return
        saving = self.answers.submit(answer)
        messages = None
        with suppress(Exception):  # the view says why it was not saved, or where the room is now
            saved = await asyncio.wrap_future(saving)
            if "HTTP_QUIZ_SEND" in environ:
                messages = await self.render(environ, saved)
        if messages is None:
            await self.view(scope, body, send, {classroom.SAVING: saving})
            return
        await send_all(messages, send)

    async def render(self, environ: WSGIEnvironment, saved: SavedAnswer) -> list[Any]:
        """Return the messages of the response to an answer. Raises StaleVersion."""
        key = classroom.receipt_key(saved, environ["SCRIPT_NAME"])
        receipt: Receipt | None = self.app.extensions["receipts"].get(key)
        if receipt is None:
            receipt = await asyncio.to_thread(self.render_receipt, environ, saved)
        encoding = receipts.encoding(environ["HTTP_ACCEPT_ENCODING"])
        body = receipts.encoded(receipt.text(saved.chosen), encoding)
        headers = [
            *receipt_headers(environ["wsgi.url_scheme"] == "https", encoding),
            (b"content-length", str(len(body)).encode()),
        ]
        start = {"type": "http.response.start", "status": 200, "headers": headers}
        return [start, {"type": "http.response.body", "body": body}]

    def render_receipt(self, environ: WSGIEnvironment, saved: SavedAnswer) -> Receipt:
        """Return the receipt of the question that was answered. Raises StaleVersion."""
        with self.app.request_context(environ):
            return classroom.receipt(saved)


@cache
def receipt_headers(secure: bool, encoding: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of a receipt, but for its length."""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Vary": "Accept-Encoding",
        **security.private_headers(secure=secure),
    }
    if encoding:
        headers["Content-Encoding"] = encoding
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
