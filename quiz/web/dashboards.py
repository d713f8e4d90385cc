"""Reports for programs: keys that an admin makes and revokes, and the address that they open."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest
from wtforms import Form, StringField
from wtforms.validators import DataRequired, Length

from quiz.service import staffing
from quiz.store import staff
from quiz.store.tables import Staff
from quiz.web import addresses, db, reports, staff_session
from quiz.web.clock import now
from quiz.web.sign_in import moved

bp = Blueprint("dashboards", __name__)


class TokenForm(Form):
    """What a key is for."""

    name = StringField(
        _l("What the key is for"),
        [
            DataRequired(_l("Write what the key is for, such as the name of the dashboard.")),
            Length(max=80, message=_l("Write at most 80 letters.")),
        ],
        render_kw={"autocomplete": "off", "maxlength": "80"},
    )


@bp.get("/keys")
def keys() -> str:
    """List the keys."""
    return list_page(TokenForm())


@bp.post("/keys")
def act() -> Response:
    """Make a key and show it once, or revoke one."""
    session = db.session()
    match request.form.get("do"):
        case "make":
            form = TokenForm(request.form)
            if not form.validate():
                return make_response(list_page(form), 400)
            name = (form.name.data or "").strip()
            token = staffing.make_api_token(session, name, by=me(), now=now())
            session.commit()
            g.language_path = url_for("dashboards.keys").removeprefix(request.script_root)
            address = addresses.public("dashboards.report")
            page = render_template("dashboards/key.html", token=token, name=name, address=address)
            return make_response(page)
        case "revoke":
            try:
                id_ = bytes.fromhex(request.form.get("key", ""))
            except ValueError:
                raise BadRequest from None
            staffing.revoke_api_token(session, id_, by=me(), now=now())
            session.commit()
            return moved(url_for("dashboards.keys"))
        case _:
            raise BadRequest


@bp.get("/api/report.json")
def report() -> Response:
    """Send the report to a program that has a key, filtered as the address says."""
    kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or staff.find_api_token(db.reading(), token.strip()) is None:
        return refused(401, _("This key is not valid. Ask an administrator for a new one."))
    form = reports.filled()
    if not form.validate():
        return refused(400, form.said_errors())
    response = make_response(reports.written("report.json", form))
    response.mimetype = "application/json"
    return response


def refused(status: int, why: object) -> Response:
    """Say to a program why it gets nothing."""
    response = jsonify(error=why)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def me() -> Staff:
    """Return who is managing."""
    return staff_session.here().staff


def list_page(form: TokenForm) -> str:
    """Return the page of all keys."""
    tokens = staff.api_tokens(db.reading())
    return render_template("dashboards/keys.html", form=form, tokens=tokens)
