"""Leaving: one neutral path that forgets the participant and lands on a dull page.

The only page that changes something on GET, because it must work as a plain link: it can only
take away what belongs to the caller. From a page of another site it takes away nothing. Where a
browser does not say where a link came from, over plain HTTP, the cookie protects itself: a page of
another site cannot make the browser send it, and without it there is nothing to forget.

Only our own cookies are taken back. ``Clear-Site-Data: "cookies"`` would empty the whole
registrable domain: she would be signed out of the other services of her school, which is a trace,
and a facilitator out of her class.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from quiz.service import solo
from quiz.web import db
from quiz.web.participant import classroom, cookie

bp = Blueprint("quick_exit", __name__)


@bp.get("/x")
def leave() -> Response:
    """Forget the cookie and the unfinished attempt, and go away."""
    if request.method == "HEAD" or looks_ahead():
        return Response(status=204)
    response = make_response(redirect(current_app.config["LEAVE_TO"], code=303))
    if comes_from_elsewhere():
        return response
    forget_attempt()
    response.headers["Clear-Site-Data"] = '"storage"'
    return classroom.forget_code(cookie.delete_cookie(response))


def looks_ahead() -> bool:
    """Whether a browser asks on its own, before anybody has pressed anything."""
    purposes = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose")]
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)


def comes_from_elsewhere() -> bool:
    """Whether a page of another site led here."""
    return request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}


def forget_attempt() -> None:
    """Delete the unfinished attempt. Leaving goes on if the database cannot: sealing will."""
    token = cookie.token()
    if token is None:
        return
    try:
        session = db.writing()
        solo.leave(session, token)
        session.commit()
    except SQLAlchemyError:
        current_app.logger.warning("an attempt could not be deleted on leaving")
