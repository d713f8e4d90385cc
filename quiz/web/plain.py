"""Answers to what is no request, or one that we do not read: they are made once, without Flask.

Nobody knows yet in which language to speak, so they speak all.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_babel import force_locale
from markupsafe import escape

from quiz.web import errors, security

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

STATUSES = (400, 408, 413, 414, 421, 431, 500)


class PlainResponses:
    """One response for each status, with the headers that all of ours have."""

    def __init__(self, app: Flask) -> None:
        self.bodies = {status: page(app, status).encode() for status in STATUSES}

    def headers(self, status: int) -> list[tuple[str, str]]:
        """Return the headers of a response, which is the last of its connection."""
        return [
            *security.private_headers(secure=False).items(),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(self.bodies[status]))),
        ]

    def messages(self, status: int) -> list[dict[str, Any]]:
        """Return a response as messages of ASGI."""
        headers = [(name.lower().encode(), each.encode()) for name, each in self.headers(status)]
        headers.append((b"connection", b"close"))
        start = {"type": "http.response.start", "status": status, "headers": headers}
        return [start, {"type": "http.response.body", "body": self.bodies[status]}]

    def wsgi(self, status: int, start_response: StartResponse) -> Iterable[bytes]:
        """Give a response to a server of WSGI."""
        start_response(f"{status} {HTTPStatus(status).phrase}", self.headers(status))
        return [self.bodies[status]]

    def octets(self, status: int) -> bytes:
        """Return a response as it goes over the line."""
        head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Connection: close"]
        head += [f"{name}: {each}" for name, each in self.headers(status)]
        return "\r\n".join([*head, "", ""]).encode() + self.bodies[status]


def page(app: Flask, status: int) -> str:
    """Return a page that says in every language what was wrong."""
    parts = []
    with app.app_context():
        for code in app.extensions["languages"]:
            with force_locale(code):
                heading, words = (escape(str(each)) for each in errors.PAGES[status])
            parts.append(f'<main lang="{code}"><h1>{heading}</h1><p>{words}</p></main>')
    return f"<!DOCTYPE html><html><title>Vững Tâm</title>{''.join(parts)}</html>"
