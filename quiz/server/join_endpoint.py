"""Endpoint of joining a class, ``/j``: served in asyncio as far as nothing has to be waited for.

A school joins within a minute. The pages on the way come from a cache; to take a thread for one and
come back costs as much as the page. Who joins waits for the commit here, without a thread, and the
Flask view is given what became of it. Why: decision 21.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from flask import Flask

from quiz.server.form_reader import FormReader
from quiz.server.wsgi_adapter import WSGIAdapter
from quiz.service.live.joining import JoinRequest, JoinResult
from quiz.store.group_commit import GroupCommitQueue
from quiz.web.participant import classroom


class JoinEndpoint:
    """Serves the pages on which a code is typed, the notice is read, and a class is joined."""

    def __init__(self, app: Flask, view: WSGIAdapter) -> None:
        self.app = app
        self.view = view
        self.form = FormReader(app, "/j")
        self.joins: GroupCommitQueue[JoinRequest, JoinResult] = app.extensions["joins"]

    async def __call__(self, scope: Any, body: bytes, send: Any) -> None:
        """Serve one request."""
        joining = self.parse(scope, body) if scope["method"] == "POST" else None
        if joining is None:
            await self.view.in_loop(scope, body, send, {})
            return
        saving = self.joins.submit(joining)
        with suppress(Exception):  # the view says why she could not be taken in
            await asyncio.wrap_future(saving)
        await self.view.in_loop(scope, body, send, {classroom.JOINING: (joining, saving)})

    def parse(self, scope: Any, body: bytes) -> JoinRequest | None:
        """Return who wants to join, if the form is ours and carries the code that we signed.

        A code that was typed is for the view: it may be one of too many.
        """
        with self.app.app_context():  # which has the key of our signatures
            _environ, joining = self.form.read(scope, body, classroom.parse_join, or_tokens=[None])
        return joining
