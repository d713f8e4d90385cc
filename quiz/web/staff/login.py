"""Signing in, and the link with which somebody chooses a password."""

from __future__ import annotations

from contextlib import suppress

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from quiz.domain.refusals import (
    NotAnEmail,
    Refusal,
    SignInFailed,
    TooManyTries,
    UnfitPassword,
    WrongCode,
)
from quiz.domain.staff import SUGGESTED, Role, clean_email
from quiz.service import accounts
from quiz.store import staff
from quiz.store.tables import Staff
from quiz.web import db, errors, permissions
from quiz.web.clock import now
from quiz.web.common import set_language_path
from quiz.web.network import HERE
from quiz.web.staff import known_browser, sessions
from quiz.web.throttle import throttles

bp = Blueprint("login", __name__)


class EmailForm(Form):
    """Whose account it is."""

    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Enter your e-mail address."))],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )


class SignInForm(EmailForm):
    """Who wants to sign in, and where to go then."""

    next = HiddenField()
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(Form):
    """A code of the second factor, or a recovery code."""

    next = HiddenField()
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter the code that your app shows now."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class NewPasswordForm(Form):
    """A password that somebody chooses, twice: nobody sees what she types."""

    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Choose a password."))],
        description=_l(
            "At least 12 characters, better %(suggested)s or more: four or five words that do "
            "not belong together. Spaces and Vietnamese letters are welcome.",
            suggested=SUGGESTED,
        ),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The new password once more"),
        [EqualTo("new", _l("The two passwords differ. Enter the same one twice."))],
        render_kw={"autocomplete": "new-password"},
    )


@bp.get("/sign-in")
def show() -> str | Response:
    """Ask for e-mail address and password."""
    person = sessions.current()
    if person is not None:
        return redirect_to(home(person))
    if not staff.is_anybody(db.reading()):
        begins = f"http://{HERE}" if current_app.config["FIRST_RUN"] else None
        return render_template("staff/login/nobody.html", begins=begins)
    return render_template(
        "staff/login/show.html", form=SignInForm(next=request.args.get("next", ""))
    )


@bp.post("/sign-in")
def enter() -> Response:
    """Sign somebody in, or ask for the second factor."""
    form = SignInForm(request.form)
    if not form.validate():
        return make_response(render_template("staff/login/show.html", form=form), 400)
    email = form.email.data or ""
    with db.database().reading() as reading:
        person = accounts.find_email(reading, email)
    account, browser = account_of(person, email), known_browser.mark(person)
    tries = throttles().passwords
    try:
        tries.check(account, browser)
        signed_in = accounts.sign_in(
            db.session(),
            person,
            form.password.data or "",
            now=now(),
            before=sessions.token(),
        )
    except SignInFailed as refusal:
        tries.fail(account, browser)
        accounts.audit_failure(db.session(), person, now=now())
        db.session().commit()
        return refused("staff/login/show.html", form, refusal)
    except TooManyTries as refusal:
        return refused("staff/login/show.html", form, refusal)
    db.session().commit()
    tries.succeed(account, browser)
    if person is not None and signed_in.complete:
        return let_in(person, signed_in.token, form.next.data)
    asked = url_for("login.second", next=form.next.data or None)
    return sessions.set_cookie(redirect_to(asked), signed_in.token)


@bp.get("/sign-in/code")
def second() -> str | Response:
    """Ask for the second factor."""
    if sessions.waiting() is None:
        return redirect_to(url_for("login.show", next=request.args.get("next")))
    return render_template(
        "staff/login/second.html", form=CodeForm(next=request.args.get("next", ""))
    )


@bp.post("/sign-in/code")
def give_code() -> Response:
    """Take the second factor."""
    form = CodeForm(request.form)
    browser = sessions.waiting()
    if browser is None:
        return redirect_to(url_for("login.show", next=form.next.data or None))
    if not form.validate():
        return make_response(render_template("staff/login/second.html", form=form), 400)
    person, tries = browser.staff, throttles().second_factors
    account, known = f"staff:{person.id}", known_browser.mark(person)
    try:
        tries.check(account, known)
        signed_in = accounts.give_code(
            db.session(),
            browser,
            form.code.data or "",
            token=sessions.token() or "",
            now=now(),
        )
    except WrongCode as refusal:
        tries.fail(account, known)
        db.session().rollback()
        accounts.audit_wrong_code(db.session(), person, now=now())
        db.session().commit()
        return refused("staff/login/second.html", form, refusal)
    except TooManyTries as refusal:
        return refused("staff/login/second.html", form, refusal)
    db.session().commit()
    tries.succeed(account, known)
    return let_in(person, signed_in.token, form.next.data)


@bp.get("/invitation/<token>")
def invitation(token: str) -> str:
    """Let somebody choose a password with her link."""
    person = accounts.invited(db.session(), token, now=now())
    return render_template("staff/login/invitation.html", form=NewPasswordForm(), person=person)


@bp.post("/invitation/<token>")
def accept(token: str) -> Response:
    """Take the password that somebody chose. The link is used up."""
    with db.database().reading() as reading:
        person = accounts.invited(reading, token, now=now())
    form = NewPasswordForm(request.form)
    try:
        if not form.validate():
            page = render_template("staff/login/invitation.html", form=form, person=person)
            return make_response(page, 400)
        accounts.accept(db.session(), person, token, form.new.data or "", now=now())
    except UnfitPassword as refusal:
        add_field_error(form.new, refusal)
        page = render_template("staff/login/invitation.html", form=form, person=person)
        return make_response(page, errors.status(refusal))
    db.session().commit()
    set_language_path("login.show")
    return known_browser.set_cookie(
        make_response(render_template("staff/login/accepted.html")), person
    )


def account_of(person: Staff | None, email: str) -> str:
    """Return under what tries are counted: every spelling of an address, known or not, is one."""
    if person is not None:
        return f"staff:{person.id}"
    with suppress(NotAnEmail):
        email = clean_email(email)
    return f"nobody:{email}"


def let_in(person: Staff, token: str, wanted: str | None) -> Response:
    """Send somebody who has signed in on to her page, with the cookies of this browser."""
    return known_browser.set_cookie(
        sessions.set_cookie(redirect_to(next_url(wanted, person)), token), person
    )


def refused(template: str, form: Form, refusal: Refusal) -> Response:
    """Return a page with what was refused, at its last field."""
    *_fields, last = form
    add_field_error(last, refusal)
    page = render_template(template, form=form)
    return make_response(page, errors.status(refusal), errors.headers(refusal))


def add_field_error(field: object, refusal: Refusal) -> None:
    """Say at a field what was refused."""
    field.errors = [errors.words(refusal)]  # type: ignore[attr-defined]


def next_url(signed: str | None, person: Staff) -> str:
    """Return where to go after signing in: to the page that was wanted, if it is one of ours."""
    return permissions.wanted_path(signed or "") or home(person)


def home(person: Staff) -> str:
    """Return the page where the work of somebody of the staff begins."""
    if accounts.lacks_second_factor(person):
        return url_for("account.second_factor")
    return url_for("reports.index" if person.role == Role.OFFICER else "rooms.index")


def redirect_to(address: str) -> Response:
    """Send a browser on to a page."""
    return make_response(redirect(address, code=303))
