"""What views of both audiences share."""

from __future__ import annotations

from flask import Response, current_app, g, make_response, redirect, request, url_for

from quiz.store.bank import Bank


def current_bank() -> Bank:
    """Return the bank of this application."""
    found: Bank = current_app.extensions["bank"]
    return found


def sent_by_script() -> bool:
    """Whether submit.js sent this form, and not the browser itself."""
    return "Quiz-Send" in request.headers


def redirect_to(address: str) -> Response:
    """Send a browser on to a page: by redirect, or in words that submit.js reads."""
    if sent_by_script():
        return Response(status=204, headers={"Location": address})
    return make_response(redirect(address, code=303))


def set_language_path(endpoint: str) -> None:
    """Let the links to other languages lead to this page: the present one answers a form."""
    g.language_path = url_for(endpoint).removeprefix(request.script_root)
