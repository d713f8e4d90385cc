"""Cache of pages that are the same for a whole class, with placeholders for personal fields.

Sixty phones that join by one code get one page. Rendering it takes longer than all else that they
ask for; it differs only in the hidden fields that prove whose forms these are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import TypeVar

from flask import Flask, Response, current_app, g, make_response, request
from flask_compress import Compress
from markupsafe import Markup

from quiz.service.cache import Cache
from quiz.web import db, security
from quiz.web.participant import cookie

Value = TypeVar("Value")

FIELDS = {
    "form_token": security.field,
    "participant_field": cookie.field,
    "seat_field": cookie.seat_field,
}
"""Functions that templates call for the hidden fields of whoever asks."""

PLACEHOLDERS = {name: Markup(f"<!-- {name} -->") for name in FIELDS}  # noqa: S704 - our own names
"""What stands for the fields in a cached page. Text is escaped, and so never looks like it."""

MAX_ENTRIES = 1000
"""Pages in each cache, of two to eight kilobytes each."""


def init(app: Flask) -> None:
    """Register the caches, and the fields of forms as template globals."""
    app.extensions["pages"] = Cache(MAX_ENTRIES)
    app.extensions["compressed_pages"] = Cache(MAX_ENTRIES)
    app.extensions["receipts"] = Cache(MAX_ENTRIES)
    app.extensions["rooms_by_code"] = Cache(MAX_ENTRIES)
    for name in FIELDS:
        app.add_template_global(partial(field, name), name)


def field(name: str) -> Markup:
    """Return a field of whoever asks, or its placeholder while a page is rendered for the cache."""
    return PLACEHOLDERS[name] if "rendering_for_cache" in g else FIELDS[name]()


def response(key: Hashable, render: Callable[[], str]) -> Response:
    """Return the response with a page of the cache, with the fields of whoever asks.

    People without a token all have the same fields, so for them the response is compressed once,
    too.
    """
    if cookie.token() is not None:
        return make_response(cached_page(key, render))

    def compress() -> tuple[bytes, str | None]:
        extension: Compress = current_app.extensions["compress"]
        compressed = extension.after_request(make_response(cached_page(key, render)))
        return compressed.get_data(), compressed.content_encoding

    cache: Cache[tuple[bytes, str | None]] = current_app.extensions["compressed_pages"]
    accepted = request.headers.get("Accept-Encoding")
    body, encoding = get_or_create(
        cache, (key, request.script_root, request.is_secure, accepted), compress
    )
    return Response(body, headers={"Content-Encoding": encoding} if encoding else None)


def get_or_create(cache: Cache[Value], key: Hashable, create: Callable[[], Value]) -> Value:
    """Return a value of a cache. To create it, or wait for it, takes a thread."""
    value = cache.get(key)
    if value is None:
        db.require_thread()
        value = cache.get_or_create(key, create)
    return value


def cached_page(key: Hashable, render: Callable[[], str]) -> str:
    """Return a page with the fields of whoever asks; it is rendered if it is not in the cache.

    ``key`` names all that it depends on besides its language and whether the connection is secure.
    What ``render`` raises is raised here.
    """

    def render_for_cache() -> str:
        g.rendering_for_cache = True
        try:
            return render()
        finally:
            del g.rendering_for_cache

    cache: Cache[str] = current_app.extensions["pages"]
    page = get_or_create(cache, (key, request.script_root, request.is_secure), render_for_cache)
    for name, placeholder in PLACEHOLDERS.items():
        if placeholder in page:
            page = page.replace(placeholder, FIELDS[name]())
    return page
