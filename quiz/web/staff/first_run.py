"""The first of the staff of an installation: added in the browser, at the computer itself.

Whoever starts the quiz on an installation without staff is given a link, with a token that is kept
in the memory of this process alone. It works from this very computer, so that nobody in the same
Wi-Fi can be quicker; and until there is any staff.
"""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import IPv6Address, ip_address

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)

from quiz.domain.refusals import LinkExpired, NotAnEmail, UnfitPassword
from quiz.domain.staff import Role
from quiz.service import accounts
from quiz.store import staff
from quiz.web import addresses, db, errors
from quiz.web.clock import now
from quiz.web.staff import known_browser, sessions
from quiz.web.staff.accounts import RoleForm
from quiz.web.staff.login import EmailForm, NewPasswordForm, add_field_error, redirect_to

bp = Blueprint("first_run", __name__)

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
"""What a proxy says of whom it asks for. Through one, everybody seems to be at this computer."""


class FirstAccountForm(EmailForm, NewPasswordForm, RoleForm):
    """Who leads classes here, and what else she does."""


def offer(app: Flask) -> str:
    """Let the first of the staff be added in the browser; return the path of the link."""
    token = staff.new_token()
    app.config["FIRST_RUN"] = staff.token_id(token)
    with app.test_request_context():
        return url_for("first_run.show", token=token)


@bp.get("/begin/<token>")
def show(token: str) -> Response:
    """Ask who leads classes here."""
    if not is_open(token):
        return redirect_to(url_for("login.show"))
    return page(FirstAccountForm())


@bp.post("/begin/<token>")
def submit(token: str) -> Response:
    """Add the first of the staff, sign her in, and lead her to her first class."""
    if not is_open(token):
        return redirect_to(url_for("login.show"))
    form = FirstAccountForm(request.form)
    if not form.validate():
        return page(form, 400)
    try:
        signed_in = accounts.add_first(
            db.session(),
            form.email.data or "",
            form.new.data or "",
            Role(form.role.data or ""),
            now=now(),
            before=sessions.token(),
        )
    except (NotAnEmail, UnfitPassword) as refusal:
        db.give_up()
        add_field_error(form.email if isinstance(refusal, NotAnEmail) else form.new, refusal)
        return page(form, errors.status(refusal))
    except LinkExpired:
        db.give_up()
        return redirect_to(url_for("login.show"))
    db.session().commit()
    current_app.config["FIRST_RUN"] = None
    response = sessions.set_cookie(redirect_to(url_for("rooms.new")), signed_in.token)
    return known_browser.set_cookie(response, signed_in.staff)


def is_open(token: str) -> bool:
    """Whether this is the link, opened at this computer, and nobody leads classes yet."""
    expected = current_app.config["FIRST_RUN"]
    if expected is None or not is_at_this_computer():
        return False
    is_ours = compare_digest(staff.token_id(token), expected)
    return is_ours and not staff.is_anybody(db.reading())


def is_at_this_computer() -> bool:
    """Whether a browser on this computer asks, by an address that leads nowhere else."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback and addresses.is_here(request.host_url)


def page(form: FirstAccountForm, code: int = 200) -> Response:
    """Return the page of the first account."""
    return make_response(
        render_template("staff/login/first_account.html", form=form, roles=Role), code
    )
