"""Who of the staff is asking. The cookie holds a random token; the database knows whose it is."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, Response, abort, g, request
from sqlalchemy.exc import SQLAlchemyError

from quiz.domain.staff import IDLE, WARNING
from quiz.service import accounts
from quiz.store.staff import Browser
from quiz.store.tables import Staff
from quiz.web import db
from quiz.web.clock import now

COOKIE = "w"


def init(app: Flask) -> None:
    """Let templates know who is signed in, for how long, and which pages there are."""
    app.add_template_global(current, "signed_in")
    app.jinja_env.globals["idle_warning"] = round(WARNING.total_seconds())
    app.jinja_env.globals["idle_end"] = round(IDLE.total_seconds())


def cookie_name() -> str:
    """Return the name of the cookie. The prefix binds it to this host, and needs HTTPS."""
    return f"__Host-{COOKIE}" if request.is_secure else COOKIE


def token() -> str | None:
    """Return the token of this browser, whether or not it is worth anything."""
    return request.cookies.get(cookie_name())


def current() -> Staff | None:
    """Return who is signed in, with all that was asked of her, or None."""
    found = browser()
    return found.staff if found and found.complete else None


def waiting() -> Browser | None:
    """Return a browser that gave the password, and has yet to give a code."""
    found = browser()
    return found if found and not found.complete else None


def here() -> Browser:
    """Return the browser in which somebody is signed in; on pages of staff there is one."""
    found = browser()
    if found is None or not found.complete:
        abort(404)
    return found


def current_user() -> Staff:
    """Return who is signed in. Only pages of staff may ask."""
    return here().staff


def browser() -> Browser | None:
    """Return the browser that is asking, if its token is worth something."""
    if "staff_browser" not in g:
        g.staff_browser = find()
    found: Browser | None = g.staff_browser
    return found


def look_again() -> None:
    """Forget what was read of whoever is asking: she has changed."""
    g.pop("staff_browser", None)


def find() -> Browser | None:
    """Look a browser up, and note that it was seen, before anything else is read or written."""
    value = token()
    if value is None:
        return None
    with db.database().reading() as reading:
        found = accounts.find_session(reading, value)
    if found is None:
        return None
    if accounts.needs_refresh(found, now=now()):
        with suppress(SQLAlchemyError), db.database().writing() as writing:
            accounts.refresh_session(writing, found, now=now())
            writing.commit()
    return None if accounts.over(found, now=now()) else found


def set_cookie(response: Response, value: str) -> Response:
    """Give a browser its cookie. It ends with the browser, or before."""
    response.set_cookie(
        cookie_name(), value, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def delete_cookie(response: Response) -> Response:
    """Take the cookie back."""
    response.delete_cookie(
        cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response
