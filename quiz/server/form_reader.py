"""Forms of participants, read in the loop of the server with the checks of the Flask views."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Request
from werkzeug.exceptions import HTTPException

from quiz.server.wsgi_adapter import environ_of
from quiz.web import behind_proxies, limits, security
from quiz.web.participant import cookie

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Read = TypeVar("Read")


class FormReader:
    """Reads forms that are posted to one path, without a context of Flask."""

    def __init__(self, app: Flask, path: str) -> None:
        """``path`` is that of the view, without what names a language."""
        self.app = app
        self.path = path
        self.front = behind_proxies(lambda environ, _start: environ, proxies=app.config["PROXIES"])
        self.limits: limits.Limits = app.extensions["limits"]

    def read(
        self,
        scope: Any,
        body: bytes,
        parse: Callable[[Request, str | None], Read | None],
        *,
        or_tokens: Collection[str | None] = (),
    ) -> tuple[WSGIEnvironment, Read | None]:
        """Return a request as Flask sees it, and what ``parse`` makes of its form and its token.

        None of a form that is too long, says nothing that ``parse`` knows, or was not made here for
        whoever sends it; ``or_tokens`` are others for whom it may have been made.
        """
        environ: WSGIEnvironment = self.front(environ_of(scope, body), None)
        if len(body) > limits.LONGEST_ANSWER or self.limits.fault(environ):
            return environ, None
        if environ["PATH_INFO"] != self.path:
            return environ, None
        sent = self.app.request_class(environ)  # a context of Flask would cost as much again
        try:
            owner = security.verified_owner(sent, self.app.config["SECRET_KEY"])
            token = cookie.sent_token(sent)
            owners = {security.participant(each) for each in (token, *or_tokens)}
            return environ, parse(sent, token) if owner in owners else None
        except HTTPException:
            return environ, None
