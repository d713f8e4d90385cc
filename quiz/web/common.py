"""What views of both audiences share."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, make_response, redirect, request, url_for

from quiz.domain.contact import Contact, ContactMethod
from quiz.store.bank import Bank

FIRST = ("police-113", "child-111", "medical-115", "police-near", "womens-union")
"""Of the contacts: in danger first, then children, then everything that can wait."""


def current_bank() -> Bank:
    """Return the bank of this application."""
    found: Bank = current_app.extensions["bank"]
    return found


def published_contacts() -> list[Contact]:
    """Return every contact that may be printed, the most urgent first."""
    contacts = [contact for contact in current_bank().contacts.values() if contact.published]
    return sorted(
        contacts, key=lambda contact: FIRST.index(contact.id) if contact.id in FIRST else len(FIRST)
    )


def help_numbers() -> list[Contact]:
    """Return those who can be called, for where there is no room to say more."""
    return [each for each in published_contacts() if each.method is ContactMethod.PHONE]


def sent_by_script() -> bool:
    """Whether submit.js sent this form, and not the browser itself."""
    return "Quiz-Send" in request.headers


def redirect_to(address: str) -> Response:
    """Send a browser on to a page: by redirect, or in words that submit.js reads."""
    if sent_by_script():
        return Response(status=204, headers={"Location": address})
    return make_response(redirect(address, code=303))


def set_language_path(endpoint: str, **values: Any) -> None:
    """Let the links to other languages lead to this page: the present one answers a form."""
    g.language_path = url_for(endpoint, **values).removeprefix(request.script_root)
