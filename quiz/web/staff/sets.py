"""The sets of questions that whoever is signed in may begin with, as lists offer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from quiz.domain.choosing import QuestionSet
from quiz.service.live import question_sets
from quiz.web import db
from quiz.web.common import current_bank
from quiz.web.labels import how_long
from quiz.web.locale import in_language, language
from quiz.web.staff import sessions


def offered() -> Mapping[str, QuestionSet]:
    """Return the sets that she may use, by their ids."""
    return question_sets.offered(db.session(), current_bank(), sessions.current_user().id)


def questions_of(id_: str) -> Sequence[str]:
    """Return the questions of a set that she may use; of any other none."""
    found = offered().get(id_)
    return found.questions if found else ()


def choices() -> list[SelectChoice]:
    """Return what a list of sets offers: each with its name, and how long it is."""
    bank = current_bank().questions
    return [
        SelectChoice(
            value=each.id,
            label=f"{in_language(each.title, language())} ("
            f"{how_long([bank[id_] for id_ in each.questions])})",
        )
        for each in offered().values()
    ]
