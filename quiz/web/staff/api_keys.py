"""Reports for programs: keys that an admin makes and revokes, and the address that they open."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest
from wtforms import Form, StringField
from wtforms.validators import DataRequired, Length

from quiz.domain.refusals import TooManyTries, WrongPassword
from quiz.domain.staff import KEY
from quiz.domain.text import clean
from quiz.service import accounts
from quiz.store import staff
from quiz.web import addresses, db, errors, form_key
from quiz.web.clock import now, today
from quiz.web.common import redirect_to, set_language_path
from quiz.web.staff import account, reports, sessions
from quiz.web.staff.account import PasswordForm

bp = Blueprint("api_keys", __name__)


class TokenForm(Form):
    """What a key is for."""

    name = StringField(
        _l("What the key is for"),
        [
            DataRequired(_l("Enter what the key is for, such as the name of the dashboard.")),
            Length(max=80, message=_l("Use at most 80 letters.")),
        ],
        render_kw={"autocomplete": "off", "maxlength": "80"},
    )


class MakeForm(TokenForm, PasswordForm):
    """What the key is for, and the password of whoever makes it."""


@bp.get("/keys")
def keys() -> str:
    """List the keys."""
    return list_page(MakeForm())


@bp.post("/keys")
def submit() -> Response:
    """Make a key and show it once, or revoke one."""
    session = db.session()
    match request.form.get("do"):
        case "make":
            return make(MakeForm(request.form))
        case "revoke":
            try:
                id_ = bytes.fromhex(request.form.get("key", ""))
            except ValueError:
                raise BadRequest from None
            accounts.revoke_api_token(session, id_, by=sessions.current_user(), now=now())
            session.commit()
            return redirect_to(url_for("api_keys.keys"))
        case _:
            raise BadRequest


def make(form: MakeForm) -> Response:
    """Make a key and show it; the same form sent again shows the same key."""
    if not form.validate():
        return make_response(list_page(form), 400)
    try:
        account.require_password(form)
    except (WrongPassword, TooManyTries) as refusal:
        page = list_page(form)
        return make_response(page, errors.status(refusal), errors.headers(refusal))
    name, session, token = clean(form.name.data or ""), db.session(), form_key.secret()
    if form_key.used() is None:
        accounts.make_api_token(session, token, name, by=sessions.current_user(), now=now())
        form_key.use()
        session.commit()
    set_language_path("api_keys.keys")
    return make_response(
        render_template(
            "staff/api_keys/key.html",
            token=token,
            name=name,
            address=addresses.public("api_keys.report"),
            until=today() + KEY,
        )
    )


@bp.get("/api/report.json")
def report() -> Response:
    """Send the report to a program that has a key, filtered as the address says."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    key = accounts.find_api_token(db.reading(), token.strip(), now=now())
    if scheme.lower() != "bearer" or key is None:
        return refused(401, _("This key is not valid. Ask an administrator for a new one."))
    form = reports.filled()
    if not form.validate():
        return refused(400, form.said_errors())
    response = make_response(reports.render_file("report.json", form))
    response.mimetype = "application/json"
    if key.used != today():
        with db.database().writing() as writing:
            accounts.audit_api_download(writing, key, now=now())
            writing.commit()
    return response


def refused(status: int, why: object) -> Response:
    """Say to a program why it gets nothing."""
    response = jsonify(error=why)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def list_page(form: MakeForm) -> str:
    """Return the page of all keys."""
    return render_template(
        "staff/api_keys/keys.html",
        form=form,
        keys=staff.api_tokens(db.reading()),
        email=sessions.current_user().email,
        lasts=KEY,
        today=today(),
    )
