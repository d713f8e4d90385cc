"""Headers of every response, and the proof that a form is ours.

A form proves itself twice: by a token, bound to the cookie of whoever it was made for and signed
with the secret key, and by ``Origin``, which a page cannot forge. ``Sec-Fetch-Site`` says the same
where browsers send it, which is over HTTPS alone.

The second proof matters most where a token belongs to nobody yet: signing in, beginning a quiz,
joining a class. Under ``Referrer-Policy: same-origin`` our own forms send our origin, and no other
site learns where somebody came from. A site that hides its origin sends ``null``, so that is
refused like any other.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from flask import Flask, Request, Response, abort, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup

from quiz.web import permissions
from quiz.web.participant import cookie
from quiz.web.staff import sessions

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",  # answers sent by script
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "quiz",  # the one policy, in submit.js, for pages that our own server rendered
}

HEADERS = {
    "Content-Security-Policy": "; ".join(
        f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items()
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Quiz-Page": "1",  # by which our scripts know what is ours, and not of a portal on the way
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    ),
}

STRICT_TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"  # two years

FIELD = "form_token"

LASTS = 2 * 24 * 60 * 60
"""Seconds for which a form can be sent: longer than a class or a session of staff lasts."""


def init(app: Flask) -> None:
    """Check every POST, and put the headers on every response."""
    app.before_request(check_form)
    app.after_request(add_headers)


def private_headers(*, secure: bool) -> dict[str, str]:
    """Return the headers of a response that no cache and no search engine may keep."""
    headers = {**HEADERS, "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
    if secure:
        headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
    return headers


def add_headers(response: Response) -> Response:
    """Put the headers on a response."""
    response.headers.update(private_headers(secure=request.is_secure))
    if request.endpoint == "static" and response.status_code in {200, 304}:
        # The name of the file changes with its content, so nobody has to ask for its age or its
        # version; the server says the date; and no phone asks for a part.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        for name in ("Last-Modified", "ETag", "Content-Disposition", "Date", "Accept-Ranges"):
            response.headers.pop(name, None)
    if request.endpoint == "pages.landing" and response.status_code == 200:
        del response.headers["X-Robots-Tag"]
    return response


def check_form() -> None:
    """Refuse a POST that does not come from one of our forms."""
    if request.method != "POST":
        return
    made_for = verified_owner(request, current_app.config["SECRET_KEY"])
    if made_for is None:
        abort(403)
    accepted = {form_owner()}
    if request.endpoint in {"solo.start", "classroom.join"}:
        accepted.add(participant(None))  # the same form again, after it gave her a cookie
    if made_for not in accepted:
        abort(403)


def field() -> Markup:
    """Return the hidden field that proves a form is ours."""
    value = signer().dumps(form_owner())
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)


def is_from_here(sent: Request) -> bool:
    """Whether a browser says that a page of ours sends this, or says nothing."""
    if sent.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    own = f"{sent.scheme}://{sent.host}"
    return sent.headers.get("Origin", own).lower() == own.lower()


def verified_owner(sent: Request, secret_key: str) -> str | None:
    """Return for whom one of our pages made a form, if it did so not long ago, and sends it."""
    if not is_from_here(sent):
        return None
    try:
        owner: str = signer_with(secret_key).loads(sent.form.get(FIELD, ""), max_age=LASTS)
    except BadSignature:
        return None
    return owner


def form_owner() -> str:
    """Return whom the forms of this page belong to: of staff the person, and not her browser.

    So what she sent after she was signed out can be sent again once she has signed in. A new
    password ends all forms made before, like all sessions elsewhere.
    """
    person = sessions.current() if permissions.is_for_staff(request.endpoint) else None
    return digest("person", f"{person.id} {person.password}") if person else binding()


def binding() -> str:
    """Return which browser asks.

    Before somebody has signed in they belong to nobody, so that a page which has been open since
    before she did so elsewhere still works.
    """
    if permissions.is_for_staff(request.endpoint):
        return digest("staff", sessions.token())
    if request.blueprint in {"login", "first_run"}:
        return digest("sign-in", None)
    return participant(cookie.token())


def participant(token: str | None) -> str:
    """Return what a form token says about a participant."""
    return digest("participant", token)


def digest(purpose: str, token: str | None) -> str:
    """Return what a form token says about its owner: a digest, never her token."""
    return hashlib.sha256(f"{purpose}:{token or ''}".encode()).hexdigest()[:16]


def signer() -> URLSafeTimedSerializer:
    """Return what signs form tokens."""
    return signer_with(current_app.config["SECRET_KEY"])


@lru_cache(maxsize=2)
def signer_with(key: str) -> URLSafeTimedSerializer:
    """Return what signs with a key. Its time stamp only makes each token different."""
    return URLSafeTimedSerializer(key, salt="form")
