"""The one cookie of a participant: a random token, and nothing about a person.

Where a browser refuses cookies, the token travels in a hidden field of each form instead, and in
a header where a script asks.
"""

from __future__ import annotations

import re

from flask import Flask, Request, Response, g, request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from quiz.domain.attempt import AttemptStage
from quiz.service import solo
from quiz.store.attempts import new_token
from quiz.web import db

COOKIE = "s"
FIELD = "t"
SEAT = "seat"
"""The field of the form for joining: the token that somebody has once she is in."""

HEADER = "Quiz-Token"
"""By this header a script asks where a room stands, on a phone whose browser refuses cookies."""

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


def init(app: Flask) -> None:
    """Let pages lead back to the quiz."""
    app.add_template_global(stands, "quiz_stands")
    app.add_template_global(has_cookie, "has_cookie")


def field() -> Markup:
    """Return the hidden field that carries the token, if a browser may have refused the cookie."""
    value = None if has_cookie() else g.get("participant_token") or carried()
    return (
        Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)
        if value
        else Markup()
    )


def seat_field() -> Markup:
    """Return the hidden field with the token for whoever joins by this form, however often.

    So a form that is sent three times, with or without a cookie, takes one seat.
    """
    return Markup('<input type="hidden" name="{}" value="{}">').format(SEAT, new_token())


def seat(sent: Request) -> str:
    """Return the token of the form by which somebody joins; a new one if it has none."""
    value = sent.form.get(SEAT, "")
    return value if TOKEN.fullmatch(value) else new_token()


def cookie_name(sent: Request) -> str:
    """Return the name of the cookie. The prefix binds it to this host, and needs HTTPS."""
    return f"__Host-{COOKIE}" if sent.is_secure else COOKIE


def has_cookie() -> bool:
    """Whether this browser was given a token, and kept it."""
    return cookie_name(request) in request.cookies


def stands() -> AttemptStage | None:
    """Return whether a quiz of this browser is under way or finished; None if there is none.

    Pages that help somebody, and those that say what went wrong, are shown all the same if the
    database cannot say. Only the cookie is asked: a form may be what could not be read.
    """
    mine = request.cookies.get(cookie_name(request))
    try:
        return solo.stands(db.reading(), mine) if mine else None
    except SQLAlchemyError:
        return None


def token() -> str | None:
    """Return the token of the participant, if there is one."""
    made: str | None = g.get("participant_token")
    return made or sent_token(request)


def sent_token(sent: Request) -> str | None:
    """Return the token that came with a request: in the cookie, else in a form or a header."""
    if (value := sent.cookies.get(cookie_name(sent))) is not None:
        return value or None
    try:
        return sent.form.get(FIELD) or sent.headers.get(HEADER) or None
    except RequestEntityTooLarge:  # the page that says so asks, too
        return None


def carried() -> str | None:
    """Return the token that a form, or a script, carried because there is no cookie."""
    return None if has_cookie() else sent_token(request)


def set_cookie(response: Response, value: str) -> Response:
    """Give the participant her cookie. It ends with the browser."""
    response.set_cookie(
        cookie_name(request),
        value,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response


def delete_cookie(response: Response) -> Response:
    """Take the cookie back, if the browser sent one."""
    if not has_cookie():
        return response
    response.delete_cookie(
        cookie_name(request), path="/", secure=request.is_secure, httponly=True, samesite="Strict"
    )
    return response
