"""The pattern book: every macro in each of its variants, to look at when one is changed.

And every story as a drawing, for those who write them.

Only registered in development.
"""

from __future__ import annotations

from flask import Blueprint, render_template
from wtforms import Form, StringField

from quiz.domain.kinds.story import stories as stories_of
from quiz.service.reports.figures import Group, Share
from quiz.store.bank import editorial
from quiz.web.common import current_bank
from quiz.web.locale import in_language
from quiz.web.staff import story_drawing

bp = Blueprint("style_guide", __name__)

MONTHS = {"2026-03": 5130, "2026-04": 5580, "2026-09": 5400, "2026-11": 6480}
"""Points of ninety people in each of four months."""


@bp.get("/pattern-book")
def show() -> str:
    """Show every macro, with words of its own, and with contacts and a story of the bank."""
    contacts = [current_bank().contacts[name] for name in ("child-111", "stopncii")]
    story = stories_of(current_bank().questions.values())[0]
    return render_template(
        "staff/style_guide/show.html",
        contacts=contacts,
        form=sample_form(),
        months=[
            Group(name=month, batches=4, people=90, share=Share(answers=90, points=points))
            for month, points in MONTHS.items()
        ],
        story=story,
    )


@bp.get("/pattern-book/stories")
def stories() -> str:
    """Show every story as a drawing, and every way through it with its ending and score."""
    found = stories_of(current_bank().questions.values())
    return render_template(
        "staff/style_guide/stories.html",
        stories=[
            (story, story_drawing.draw(story), list(editorial.story_paths(story)))
            for story in found
        ],
        size=story_drawing,
    )


def sample_form() -> Form:
    """Return a form of one field as it should be, and one to mend."""

    class Sample(Form):
        name = StringField(
            in_language({"vi": "Tên lớp", "en": "Name of the class"}),
            description=in_language({"vi": "Chỉ bạn thấy.", "en": "Only you see it."}),
        )
        length = StringField(in_language({"vi": "Số câu", "en": "Questions"}), default="40")

    form = Sample()
    mend = {"vi": "Số câu phải từ 5 đến 20", "en": "Choose 5 to 20 questions"}
    form.length.errors = [in_language(mend)]
    return form
