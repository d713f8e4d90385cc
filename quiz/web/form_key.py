"""A form of the staff is carried out once, however often its button is pressed.

Each page makes a random key for a form that creates or deletes something. The first request that
arrives with it is carried out, and keeps what it made in the same transaction; any other request
with the same key and content is led to that. Requests that write take turns, so the second one
sees what the first has kept. What was sent with another content (somebody went back and changed
it) is a form of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

from flask import current_app, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from quiz.store import forms
from quiz.store.tables import Room, UsedForm
from quiz.web import db
from quiz.web.clock import today
from quiz.web.staff import sessions

FIELD = "form_key"
KEY = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
NOT_CONTENT = {"form_token", "do"}
"""Fields that do not make another form of it: the proof that it is ours, and the button."""


def field() -> Markup:
    """Return the hidden field with a new key."""
    value = secrets.token_urlsafe(16)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)


def used() -> UsedForm | None:
    """Return what became of this form, if it has been carried out before. Raises BadRequest."""
    return forms.find_used(db.session(), form_id())


def use(room: Room | None = None) -> None:
    """Keep that this form is carried out, and which room it made. The caller commits."""
    forms.use(db.session(), form_id(), day=today(), room=room.id if room else None)


def secret() -> str:
    """Return a secret of 256 bits that is the same however often this form is sent on one day.

    So a link or key that is stored nowhere can be shown again to whoever has just made it. What is
    stored of the form is a hash, and does not tell it; nor does any other day lead to it again.
    """
    done = used()
    day = done.day if done else today()
    key: str = current_app.config["SECRET_KEY"]
    digest = hmac.digest(
        key.encode(), b"secret of a form:%s:" % str(day).encode() + sent(), "sha256"
    )
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def form_id() -> bytes:
    """Return the id under which a form is kept: a hash of what was sent."""
    return hashlib.sha256(sent()).digest()[:16]


def sent() -> bytes:
    """Return the key of a form with its content and its sender. Raises BadRequest."""
    if not KEY.fullmatch(request.form.get(FIELD, "")):
        raise BadRequest
    content = sorted(
        (name, value) for name, value in request.form.items(multi=True) if name not in NOT_CONTENT
    )
    return repr((sessions.here().staff.id, content)).encode()
