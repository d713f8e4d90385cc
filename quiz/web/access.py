"""Who may open a page. A page that nobody thought about is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., object])


def open_to_all(view: View) -> View:
    """Mark a page as open to everybody."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def is_open(endpoint: str) -> bool:
    """Whether the page was marked as open. Static files are."""
    view = current_app.view_functions[endpoint]
    return endpoint == "static" or getattr(view, "open_to_all", False)


def init(app: Flask) -> None:
    """Answer 404 for every page that was not opened."""

    @app.before_request
    def close() -> None:
        if request.endpoint is not None and not is_open(request.endpoint):
            abort(404)
