"""Who may open which page: one table. A page that nobody thought about is closed."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, abort, current_app, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from quiz.domain.staff import Role
from quiz.service import accounts
from quiz.web import db, limits, security
from quiz.web.clock import now
from quiz.web.staff import sessions

STAFF: frozenset[Role | None] = frozenset(Role)
ADMINS: frozenset[Role | None] = frozenset({Role.ADMIN})
OFFICERS: frozenset[Role | None] = frozenset({Role.OFFICER, Role.ADMIN})
EVERYBODY: frozenset[Role | None] = STAFF | {None}
"""None stands for somebody who is not signed in."""

PAGES: dict[str, frozenset[Role | None]] = {
    "static": EVERYBODY,
    "pages.landing": EVERYBODY,
    "pages.help_": EVERYBODY,
    "pages.notes": EVERYBODY,
    "pages.about": EVERYBODY,
    "pages.sources": EVERYBODY,
    "pages.accessibility": EVERYBODY,
    "pages.health": EVERYBODY,
    "solo.themes": EVERYBODY,
    "solo.start": EVERYBODY,
    "solo.show": EVERYBODY,
    "solo.submit": EVERYBODY,
    "solo.certificate": EVERYBODY,
    "solo.certificate_without_cookies": EVERYBODY,
    "solo.review": EVERYBODY,
    "solo.review_without_cookies": EVERYBODY,
    "solo.advice_card": EVERYBODY,
    "solo.advice_card_without_cookies": EVERYBODY,
    "quick_exit.leave": EVERYBODY,
    "style_guide.show": EVERYBODY,
    "style_guide.stories": EVERYBODY,
    "first_run.show": EVERYBODY,  # and asks for a token, and for this very computer
    "first_run.submit": EVERYBODY,
    "login.show": EVERYBODY,
    "login.enter": EVERYBODY,
    "login.second": EVERYBODY,
    "login.give_code": EVERYBODY,
    "login.invitation": EVERYBODY,
    "login.accept": EVERYBODY,
    "account.show": STAFF,
    "account.submit": STAFF,
    "account.second_factor": STAFF,
    "account.change_second_factor": STAFF,
    "account.sign_out": STAFF,
    "classroom.scan": EVERYBODY,
    "classroom.ask": EVERYBODY,
    "classroom.join": EVERYBODY,
    "classroom.show": EVERYBODY,
    "classroom.submit": EVERYBODY,
    "classroom.events": EVERYBODY,
    "rooms.index": STAFF,
    "rooms.new": STAFF,
    "rooms.prepare": STAFF,
    "rooms.edit": STAFF,
    "rooms.change": STAFF,
    "rooms.show": STAFF,
    "rooms.events": STAFF,
    "rooms.wall": STAFF,
    "rooms.submit": STAFF,
    "rooms.result": STAFF,
    "rooms.result_file": STAFF,
    "guide.show": STAFF,
    "choosing.show": STAFF,
    "choosing.submit": STAFF,
    "choosing.preview": STAFF,
    "paper.show": STAFF,
    "paper.submit": STAFF,
    "paper.sheets": STAFF,
    "reports.index": OFFICERS,
    "reports.questions": OFFICERS,
    "reports.question": OFFICERS,
    "reports.take": OFFICERS,
    "reports.file": OFFICERS,
    "reports.schema": OFFICERS,
    "waiting.show": OFFICERS,
    "waiting.submit": OFFICERS,
    "api_keys.report": EVERYBODY,  # and asks for a key
    "api_keys.keys": ADMINS,
    "api_keys.submit": ADMINS,
    "accounts.index": ADMINS,
    "accounts.invite": ADMINS,
    "accounts.show": ADMINS,
    "accounts.submit": ADMINS,
}

NOT_TYPED = {"form_token", "form_key", "version", "do"}
"""Fields that a page fills in by itself. A press of a button is not offered once more."""

SECRETS = {"account", "api_keys"}
"""Where people type passwords and codes: those come back to no page."""


def init(app: Flask) -> None:
    """Answer every request that the table does not allow."""
    app.before_request(close)
    app.add_template_global(sign_in_address)


def close() -> Response | tuple[str, int] | None:
    """Let a request pass, or say why not."""
    if request.endpoint is None:
        return None
    allowed = PAGES.get(request.endpoint, frozenset())
    if allowed == EVERYBODY:
        return None
    if not allowed:
        abort(404)
    person = sessions.current()
    if person is None:
        return ask_to_sign_in()
    if person.role not in allowed:
        audit_denied()
        abort(404)
    if allowed != STAFF and accounts.lacks_second_factor(person):
        return redirect(url_for("account.second_factor"), code=303)
    request.max_content_length = limits.LONGEST_BODY
    return None


def is_for_staff(endpoint: str | None) -> bool:
    """Whether a page is for people who are signed in."""
    return None not in PAGES.get(endpoint or "", EVERYBODY)


def ask_to_sign_in() -> Response | tuple[str, int]:
    """Lead to the page for signing in, and from there to what was wanted."""
    next_url = sign_in_address()
    if request.method != "POST":
        return redirect(next_url, code=303)
    sent = list(request.form.items(multi=True))
    typed = [name for name, value in sent if value and name not in NOT_TYPED]
    is_ours = security.verified_owner(request, current_app.config["SECRET_KEY"]) is not None
    restores = bool(typed) and request.blueprint not in SECRETS and is_ours
    page = render_template(
        "errors/signed_out.html", next_url=next_url, sent=sent if restores else None
    )
    return page, 403


def sign_in_address() -> str:
    """Return where somebody signs in who comes back to this page."""
    wanted = quote(request.script_root + request.path)
    return url_for("login.show", next=signer().dumps(wanted))


def wanted_path(signed: str) -> str | None:
    """Return the path that we signed, or None: nobody else can lead people on from here."""
    try:
        path: str = signer().loads(signed)
    except BadSignature:
        return None
    return path


def signer() -> URLSafeSerializer:
    """Return what signs the page that somebody wanted."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="wanted page")


def audit_denied() -> None:
    """Keep that somebody of the staff asked for a page that is not hers."""
    with db.database().writing() as writing:
        accounts.audit_denied(writing, sessions.here().staff, request.endpoint or "", now=now())
        writing.commit()
