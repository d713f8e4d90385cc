"""The staff, for those who manage it: who is there, and what each of them may do."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from wtforms import EmailField, Form, StringField
from wtforms.validators import AnyOf, InputRequired

from quiz.domain.refusals import EmailTaken, LastAdmin, NotAnEmail, Refusal
from quiz.domain.staff import Role, clean_email
from quiz.service import accounts
from quiz.service.live import moves
from quiz.store import rooms, staff
from quiz.store.tables import Room
from quiz.web import addresses, db, errors, form_key, live_updates
from quiz.web.clock import now, today
from quiz.web.common import current_bank, redirect_to, set_language_path
from quiz.web.staff import sessions
from quiz.web.staff.login import add_field_error

bp = Blueprint("accounts", __name__)


class RoleForm(Form):
    """What somebody may do."""

    role = StringField(default=Role.FACILITATOR, validators=[AnyOf(list(Role))])


class InviteForm(RoleForm):
    """Whom to invite."""

    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Enter an e-mail address, such as lan@example.org."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


@bp.get("/people")
def index() -> str:
    """List the staff."""
    return list_page(InviteForm())


@bp.post("/people")
def invite() -> Response:
    """Add somebody, and show the link with which she chooses a password."""
    form = InviteForm(request.form)
    if not form.validate():
        return make_response(list_page(form), 400)
    email, role, token = form.email.data or "", Role(form.role.data or ""), form_key.secret()
    session = db.session()
    try:
        if form_key.used() is None:
            accounts.invite(
                session, email, role, by=sessions.current_user(), now=now(), token=token
            )
            form_key.use()
            session.commit()
    except (NotAnEmail, EmailTaken) as refusal:
        db.give_up()
        add_field_error(form.email, refusal)
        return make_response(list_page(form), errors.status(refusal))
    return link_page(token, clean_email(email))


@bp.get("/people/<int:id>")
def show(id: int) -> str:
    """Show what can be changed about somebody."""
    return person_page(id)


@bp.post("/people/<int:id>")
def submit(id: int) -> Response:
    """Change what somebody may do, keep her out, let her in, or give her a new link."""
    session = db.session()
    try:
        match request.form.get("do"):
            case "role":
                form = RoleForm(request.form)
                if not form.validate():
                    raise BadRequest
                accounts.change_role(
                    session, id, Role(form.role.data or ""), by=sessions.current_user(), now=now()
                )
            case "disable":
                accounts.disable(session, id, by=sessions.current_user(), now=now())
            case "close" | "discard" as do:
                return end_class(id, counting=do == "close")
            case "enable":
                accounts.enable(session, id, by=sessions.current_user(), now=now())
            case "link" | "link-without-second-factor" as do:
                return new_link(id, without_second_factor=do != "link")
            case _:
                raise BadRequest
    except LastAdmin as refusal:
        db.give_up()
        return make_response(person_page(id, refusal), errors.status(refusal))
    session.commit()
    if request.form.get("do") == "disable" and open_classes(db.reading(), id):
        return redirect_to(url_for("accounts.show", id=id))
    return redirect_to(url_for("accounts.index"))


def end_class(id: int, *, counting: bool) -> Response:
    """End an open class that somebody leads, and come back; one that is over stays as it is."""
    session, back = db.session(), redirect_to(url_for("accounts.show", id=id))
    classes = {str(room.id): room for room in open_classes(session, id)}
    room = classes.get(request.form.get("room", ""))
    if room is None:
        return back
    if counting:
        moves.close(session, current_bank(), room, today=today(), by=sessions.current_user().id)
    else:
        moves.discard(
            session, room, version=room.version, today=today(), by=sessions.current_user().id
        )
    session.commit()
    live_updates.notify_now()
    current_app.extensions["scheduler"].scrub()
    return back


def open_classes(session: Session, id: int) -> list[Room]:
    """Return the classes that somebody leads at the moment."""
    return [room for room in rooms.open_now(session) if room.facilitator == id]


def new_link(id: int, *, without_second_factor: bool) -> Response:
    """Make a link for somebody, and show it; the same form sent again shows the same link."""
    session = db.session()
    email, token = staff.get(session, id).email, form_key.secret()
    if form_key.used() is None:
        accounts.renew_link(
            session,
            id,
            by=sessions.current_user(),
            now=now(),
            without_second_factor=without_second_factor,
            token=token,
        )
        form_key.use()
        session.commit()
    return link_page(token, email)


def list_page(form: InviteForm) -> str:
    """Return the page of all staff."""
    return render_template(
        "staff/accounts/index.html",
        form=form,
        roles=Role,
        people=staff.everybody(db.reading()),
        leading={room.facilitator for room in rooms.open_now(db.reading())},
        has_second_factor=accounts.has_second_factor,
    )


def person_page(id: int, problem: Refusal | None = None) -> str:
    """Return the page of one person."""
    person = staff.get(db.session(), id)
    classes = open_classes(db.reading(), id)
    return render_template(
        "staff/accounts/show.html",
        person=person,
        classes=classes,
        joined=rooms.how_many(db.reading(), {room.id for room in classes}),
        roles=Role,
        has_second_factor=accounts.has_second_factor(person),
        keys=staff.count_api_tokens(db.session(), id),
        problem=errors.words(problem) if problem else None,
    )


def link_page(token: str, email: str) -> Response:
    """Show a link once, to hand over."""
    set_language_path("accounts.index")
    address = addresses.public("login.invitation", token=token)
    return make_response(render_template("staff/accounts/link.html", address=address, email=email))
