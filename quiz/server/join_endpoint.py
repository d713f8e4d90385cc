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
from werkzeug.exceptions import HTTPException

from quiz.server.wsgi_adapter import WSGIAdapter, environ_of
from quiz.service.live.joining import JoinRequest, JoinResult
from quiz.store.group_commit import GroupCommitQueue
from quiz.web import behind_proxies, limits, security
from quiz.web.participant import classroom, cookie

PATH = "/j"
"""The path of ``classroom.join``, without what names a language."""


class JoinEndpoint:
    """Serves the pages on which a code is typed, the notice is read, and a class is joined."""

    def __init__(self, app: Flask, view: WSGIAdapter) -> None:
        self.app = app
        self.view = view
        self.front = behind_proxies(lambda environ, _start: environ, proxies=app.config["PROXIES"])
        self.limits: limits.Limits = app.extensions["limits"]
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
        environ = self.front(environ_of(scope, body), None)
        if len(body) > limits.LONGEST_ANSWER or self.limits.fault(environ):
            return None
        if environ["PATH_INFO"] != PATH:
            return None
        sent = self.app.request_class(environ)
        try:
            owner = security.verified_owner(sent, self.app.config["SECRET_KEY"])
            owners = {security.participant(each) for each in (cookie.sent_token(sent), None)}
            with self.app.app_context():
                return classroom.parse_join(sent) if owner in owners else None
        except HTTPException:
            return None
