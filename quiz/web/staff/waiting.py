"""Classes that wait to be released, for officers: each can be withheld, with a reason, or not."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest

from quiz.domain.refusals import NotWaiting
from quiz.service.reports import release
from quiz.service.reports.release import Reason
from quiz.web import db, errors
from quiz.web.clock import now
from quiz.web.common import redirect_to
from quiz.web.staff import sessions

bp = Blueprint("waiting", __name__, url_prefix="/reports/waiting")

REASONS: Mapping[Reason, LazyString] = {
    Reason.STRANGERS: _l("more phones joined than there were people"),
    Reason.TRIED_OUT: _l("somebody only tried the program out"),
    Reason.MISTAKE: _l("month, place or kind of the class is wrong"),
    Reason.OTHER: _l("another reason"),
}


@bp.get("")
def show() -> str:
    """List the classes that no figure speaks for yet."""
    return page()


@bp.post("")
def submit() -> Response:
    """Withhold a class, or let it count again."""
    number = request.form.get("class", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise BadRequest
    session = db.session()
    by, id_ = sessions.here().staff, int(number)
    try:
        match request.form.get("do"):
            case "withhold":
                reason = request.form.get("reason", "")
                if reason not in set(Reason):
                    words = _("Choose why the class is withheld. The record will show it.")
                    return make_response(page(id_, words), 400)
                release.withhold(session, id_, Reason(reason), by=by, now=now())
            case "count":
                release.allow_release(session, id_, by=by, now=now())
            case _:
                raise BadRequest
    except NotWaiting as refusal:
        return make_response(page(None, errors.words(refusal)), errors.status(refusal))
    session.commit()
    return redirect_to(url_for("waiting.show"))


def page(unclear: int | None = None, problem: str = "") -> str:
    """Return the page, with what was wrong with one of its forms."""
    classes = release.list_waiting(db.session())
    return render_template(
        "staff/reports/waiting.html",
        classes=classes,
        reasons=REASONS,
        unclear=unclear,
        problem=problem,
    )
