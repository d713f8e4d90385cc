"""One's own account: password, second factor, and the browsers in which one is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest
from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired

from quiz.domain.refusals import TooManyTries, UnfitPassword, WrongCode, WrongPassword
from quiz.service import accounts
from quiz.store import staff
from quiz.web import db, errors
from quiz.web.clock import now
from quiz.web.common import redirect_to
from quiz.web.staff import qr, sessions
from quiz.web.staff.login import CodeForm, NewPasswordForm, add_field_error
from quiz.web.throttle import throttles

bp = Blueprint("account", __name__)


class PasswordForm(Form):
    """The password of whoever is signed in, asked for again before something weighty."""

    current = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )


class ChangePasswordForm(PasswordForm, NewPasswordForm):
    """The password that somebody has, and the one that she wants."""


class EndForm(Form):
    """Which session to end."""

    end = StringField()


@bp.get("/account")
def show() -> str:
    """Show what belongs to somebody's account."""
    return page(ChangePasswordForm())


@bp.post("/account")
def submit() -> Response:
    """Change the password, or end a session."""
    if "end" in request.form:
        return end_session(EndForm(request.form).end.data or "")
    form, here = ChangePasswordForm(request.form), sessions.here()
    if not form.validate():
        return make_response(page(form), 400)
    try:
        with failures_counted():
            accounts.change_password(
                db.session(),
                here,
                current=form.current.data or "",
                new=form.new.data or "",
                now=now(),
            )
    except (WrongPassword, UnfitPassword, TooManyTries) as refusal:
        add_field_error(form.new if isinstance(refusal, UnfitPassword) else form.current, refusal)
        return make_response(page(form), errors.status(refusal), errors.headers(refusal))
    db.session().commit()
    sessions.look_again()
    return make_response(page(ChangePasswordForm(), changed=True))


@bp.get("/account/second-factor")
def second_factor() -> str:
    """Show how to set up a second factor, or what can be done with it."""
    return second_factor_page(CodeForm(), PasswordForm())


@bp.post("/account/second-factor")
def change_second_factor() -> Response:
    """Set up a second factor, take it away, or make new recovery codes."""
    code, password = CodeForm(), PasswordForm()
    match request.form.get("do"):
        case "confirm":
            form: Form = (code := CodeForm(request.form))
        case "begin" | "remove" | "codes":
            form = password = PasswordForm(request.form)
        case _:
            raise BadRequest
    if not form.validate():
        return make_response(second_factor_page(code, password), 400)
    try:
        with failures_counted():
            codes = handle_action(code, password)
    except (WrongCode, WrongPassword, TooManyTries) as refusal:
        db.give_up()
        add_field_error(code.code if form is code else password.current, refusal)
        content = second_factor_page(code, password)
        return make_response(content, errors.status(refusal), errors.headers(refusal))
    db.session().commit()
    if not codes:
        return redirect_to(url_for("account.second_factor"))
    return make_response(render_template("staff/account/recovery_codes.html", codes=codes))


@bp.post("/sign-out")
def sign_out() -> Response:
    """Sign this browser out."""
    accounts.sign_out(db.session(), sessions.here())
    db.session().commit()
    return sessions.delete_cookie(redirect_to(url_for("pages.landing")))


@contextmanager
def failures_counted() -> Iterator[None]:
    """Count a wrong password or code against this session. Raises TooManyTries if it must wait."""
    tries, session = throttles().sessions, sessions.here().id.hex()
    tries.check(session)
    try:
        yield
    except (WrongCode, WrongPassword):
        tries.add(session)
        raise


def require_password(form: PasswordForm) -> None:
    """Ask again who somebody is, before something weighty; what was wrong stands at the field.

    Raises WrongPassword or TooManyTries.
    """
    try:
        with failures_counted():
            accounts.require_password(sessions.here(), form.current.data or "")
    except (WrongPassword, TooManyTries) as refusal:
        add_field_error(form.current, refusal)
        raise


def handle_action(code: CodeForm, password: PasswordForm) -> list[str]:
    """Do what a button for the second factor says; return recovery codes, if there are new ones.

    Raises WrongCode or WrongPassword.
    """
    here, given = sessions.here(), password.current.data or ""
    match request.form["do"]:
        case "begin":
            accounts.require_password(here, given)
            accounts.begin_totp(db.session(), here.staff)
            return []
        case "confirm":
            return accounts.confirm_totp(db.session(), here, code.code.data or "", now=now())
        case "codes":
            return accounts.replace_codes(db.session(), here, given, now=now())
        case _:
            accounts.remove_totp(db.session(), here, given, now=now())
            return []


def end_session(id: str) -> Response:
    """End one of somebody's own sessions; with this one, she is signed out."""
    here = sessions.here()
    try:
        ended = bytes.fromhex(id)
    except ValueError:
        raise BadRequest from None
    accounts.end_session(db.session(), here.staff, ended)
    db.session().commit()
    if ended == here.id:
        return sessions.delete_cookie(redirect_to(url_for("login.show")))
    return redirect_to(url_for("account.show"))


def page(form: ChangePasswordForm, *, changed: bool = False) -> str:
    """Return the page of somebody's account."""
    here = sessions.here()
    return render_template(
        "staff/account/show.html",
        form=form,
        here=here,
        sessions=accounts.sessions(db.reading(), here.staff, now=now()),
        has_second_factor=accounts.has_second_factor(here.staff),
        changed=changed,
    )


def second_factor_page(code: CodeForm, password: PasswordForm) -> str:
    """Return the page of somebody's second factor, as it stands now."""
    person = staff.get(db.reading(), sessions.here().staff.id)
    ready = accounts.has_second_factor(person)
    under_way = person.totp is not None and not ready
    return render_template(
        "staff/account/second_factor.html",
        person=person,
        code=code,
        password=password,
        ready=ready,
        required=accounts.lacks_second_factor(person),
        left=staff.count_codes(db.reading(), person.id),
        drawing=qr.drawing(accounts.totp_address(person)) if under_way else None,
    )
