"""The pages that anybody may read: landing, help, a shared phone, about, accessibility, health."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, current_app, render_template, request

from quiz.domain.fact import Fact
from quiz.store.bank import Bank
from quiz.web import db
from quiz.web.common import current_bank, published_contacts

bp = Blueprint("pages", __name__)

LOOKED_OVER = date(2026, 11, 30)
"""When somebody last compared the page on accessibility with what is so."""


@bp.get("/")
def landing() -> str:
    """Say what this is, and offer the way in."""
    return render_template(
        "participant/pages/landing.html", operator=current_app.config["OPERATOR"]
    )


@bp.get("/help")
def help_() -> str:
    """Say who can help, and what to do on a watched phone."""
    return render_template("participant/pages/help.html", contacts=published_contacts())


@bp.get("/notes")
def notes() -> str:
    """Say how to keep to oneself what was read here."""
    return render_template("participant/pages/notes.html")


@bp.get("/about")
def about() -> str:
    """Say who may use this, under which licence, and what is kept."""
    config = current_app.config
    return render_template(
        "participant/pages/about.html", source=config["SOURCE"], operator=config["OPERATOR"]
    )


@bp.get("/sources")
def sources() -> str:
    """Say where the facts were read: all on which anything rests, or those that are asked for."""
    facts = cited_facts(current_bank())
    if asked := request.args.getlist("id"):
        facts = [fact for fact in facts if fact.id in asked]
        if not facts:
            abort(404)
    return render_template("participant/pages/sources.html", facts=facts, some=bool(asked))


@bp.get("/accessibility")
def accessibility() -> str:
    """Say how accessible this is, what is missing, and whom to tell."""
    contact = current_app.config["CONTACT"]
    return render_template(
        "participant/pages/accessibility.html", contact=contact, checked=LOOKED_OVER
    )


@bp.get("/health")
def health() -> Response:
    """Tell a proxy that this process can serve, and nothing else; 503 says that it cannot."""
    db.database().check_answers()
    return Response("ok\n", mimetype="text/plain")


def cited_facts(bank: Bank) -> list[Fact]:
    """Return every fact on which a question or a published contact rests, by id."""
    cited = {source for question in bank.questions.values() for source in question.sources}
    for contact in bank.contacts.values():
        if contact.published:
            cited.update(contact.sources)
    return [fact for id_, fact in sorted(bank.facts.items()) if id_ in cited]
