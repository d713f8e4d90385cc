"""The pattern book: every macro in each of its variants, to look at when one is changed.

Only registered in development.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from quiz.domain.kinds import Story
from quiz.web.access import open_to_all
from quiz.web.pages import bank

bp = Blueprint("pattern_book", __name__)


@bp.get("/pattern-book")
@open_to_all
def show() -> str:
    """Show every macro, with words of its own, and with contacts and a story of the bank."""
    contacts = [bank().contacts[name] for name in ("child-111", "stopncii")]
    story = next(each for each in bank().questions.values() if isinstance(each, Story))
    return render_template("pattern_book/show.html", contacts=contacts, story=story)
