"""Pages that are the same for a whole class: drawn once, and handed to each with her own fields.

Sixty phones that come in by one code see one page. Drawing it takes longer than all else that
they ask for; only the fields that prove whose forms these are differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial

from flask import Flask, Response, current_app, g, make_response, request
from flask_compress import Compress
from markupsafe import Markup

from quiz.service.cache import Cache
from quiz.web import participant, security

FIELDS = {
    "form_token": security.field,
    "participant_field": participant.field,
    "seat_field": participant.seat_field,
}
"""What templates call, and what it returns to somebody."""

LEFT_OPEN = {name: Markup(f"<!-- {name} -->") for name in FIELDS}  # noqa: S704 - our own names
"""What stands in their place meanwhile. No word of a page can look like it: those are escaped."""

MOST = 1000
"""Drawings that are kept, of two to eight kilobytes each."""


def init(app: Flask) -> None:
    """Let forms have their fields, and pages be kept without them."""
    app.extensions["drawn"] = Cache(MOST)
    app.extensions["packed"] = Cache(MOST)
    app.extensions["receipts"] = Cache(MOST)
    app.extensions["lengths"] = Cache(1)
    for name in FIELDS:
        app.add_template_global(partial(field, name), name)


def field(name: str) -> Markup:
    """Return a field of whoever asks, or leave it open in a page that is drawn for many."""
    return LEFT_OPEN[name] if "drawn_for_many" in g else FIELDS[name]()


def response(of: Hashable, draw: Callable[[], str]) -> Response:
    """Return the response with a page for whoever asks, drawn as by ``once``.

    Before they have a token all have the same fields, for they are nobody yet: so it is packed once
    for all of them, too.
    """
    if participant.token() is not None:
        return make_response(once(of, draw))

    def pack() -> tuple[bytes, str | None]:
        compress: Compress = current_app.extensions["compress"]
        packed = compress.after_request(make_response(once(of, draw)))
        return packed.get_data(), packed.content_encoding

    kept: Cache[tuple[bytes, str | None]] = current_app.extensions["packed"]
    offered = request.headers.get("Accept-Encoding")
    body, packing = kept.once((of, request.script_root, request.is_secure, offered), pack)
    return Response(body, headers={"Content-Encoding": packing} if packing else None)


def once(of: Hashable, draw: Callable[[], str]) -> str:
    """Return a page for whoever asks; it is drawn if that has not been done before.

    ``of`` names all that it depends on besides its language. What ``draw`` raises is raised here.
    """

    def draw_for_many() -> str:
        g.drawn_for_many = True
        try:
            return draw()
        finally:
            del g.drawn_for_many

    pages: Cache[str] = current_app.extensions["drawn"]
    text = pages.once((of, request.script_root, request.is_secure), draw_for_many)
    for name, place in LEFT_OPEN.items():
        if place in text:
            text = text.replace(place, FIELDS[name]())
    return text
