"""Browsers in which somebody of the staff has signed in before.

A cookie with our signature says for which accounts; it opens nothing. Wrong passwords given in such
a browser are counted for it alone, so that nobody else can make its owner wait (OWASP: device
cookies). It is given once somebody has signed in whole, or chosen a password with her link.
"""

from __future__ import annotations

import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from quiz.store.tables import Staff

COOKIE = "d"

LASTS = 180 * 24 * 60 * 60
"""Seconds for which a browser is known after somebody last signed in there."""

MOST = 8
"""Accounts for which one browser is known: colleagues share laptops."""


def cookie_name() -> str:
    """Return the name of the cookie. The prefix binds it to this host, and needs HTTPS."""
    return f"__Host-{COOKIE}" if request.is_secure else COOKIE


def mark(person: Staff | None) -> str | None:
    """Return what tells this browser from others of an account, or None if it is not known."""
    return None if person is None else marks().get(str(person.id))


def set_cookie(response: Response, person: Staff) -> Response:
    """Let this browser be known for an account."""
    account = str(person.id)
    known = marks()
    own = known.pop(account, None) or secrets.token_urlsafe(16)
    newest = dict([(account, own), *known.items()][:MOST])
    response.set_cookie(
        cookie_name(),
        signer().dumps(newest),
        path="/",
        max_age=LASTS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def marks() -> dict[str, str]:
    """Return the marks that this browser was given, by account."""
    try:
        found: dict[str, str] = signer().loads(
            request.cookies.get(cookie_name(), ""), max_age=LASTS
        )
    except BadSignature:
        return {}
    return found


def signer() -> URLSafeTimedSerializer:
    """Return what signs the cookie."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")
