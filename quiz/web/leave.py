"""Leaving: one neutral path that forgets the participant and lands on a dull page.

The only page that changes something on GET, because it must work as a plain link: it can only
take away what belongs to the caller.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from quiz.service import solo
from quiz.web import db, participant

bp = Blueprint("leave", __name__)


@bp.get("/x")
def leave() -> Response:
    """Forget the cookie and the unfinished attempt, and go away."""
    if request.method == "HEAD" or looks_ahead():
        return Response(status=204)
    forget_attempt()
    response = make_response(redirect(current_app.config["LEAVE_TO"], code=303))
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return participant.forget(response)


def looks_ahead() -> bool:
    """Whether a browser asks on its own, before anybody has pressed anything."""
    purposes = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose")]
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)


def forget_attempt() -> None:
    """Delete the unfinished attempt. Leaving goes on if the database cannot: sealing will."""
    token = participant.token()
    if token is None:
        return
    try:
        session = db.writing()
        solo.leave(session, token)
        session.commit()
    except SQLAlchemyError:
        current_app.logger.warning("an attempt could not be deleted on leaving")
