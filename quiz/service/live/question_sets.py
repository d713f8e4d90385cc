"""Sets of questions to begin with: the ready-made ones of the bank, and a facilitator's own.

Each function takes the session of one request first. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from quiz.domain.choosing import QuestionSet
from quiz.domain.question import FIRST_LANGUAGE
from quiz.domain.refusals import NameMissing, TooFewQuestions
from quiz.domain.text import clean
from quiz.store import own_sets
from quiz.store.bank import Bank

OWN = "own-"
"""What the id of somebody's own set begins with, before its number in the database."""

LONGEST_NAME = 80


def offered(db: Session, bank: Bank, facilitator: int) -> Mapping[str, QuestionSet]:
    """Return the sets that a facilitator may use, by their ids: first the ready-made ones.

    What has left the bank since a set was kept is left out.
    """
    own = {
        f"{OWN}{each.id}": QuestionSet(
            id=f"{OWN}{each.id}",
            title={FIRST_LANGUAGE: each.name},
            questions=[id_ for id_ in each.questions.split() if id_ in bank.questions],
        )
        for each in own_sets.of_facilitator(db, facilitator)
    }
    return {**bank.sets, **{id_: each for id_, each in own.items() if each.questions}}


def save(db: Session, facilitator: int, name: str, questions: Sequence[str]) -> str:
    """Save questions under a name, and return the id of their set.

    Raises TooFewQuestions, NameMissing.
    """
    if not questions:
        raise TooFewQuestions
    name = clean(name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise NameMissing
    return f"{OWN}{own_sets.save(db, facilitator, name, questions).id}"


def remove(db: Session, facilitator: int, id_: str) -> None:
    """Delete a set of one's own; anything else stays."""
    number = id_.removeprefix(OWN)
    if id_.startswith(OWN) and number.isdecimal() and len(number) < 10:
        own_sets.remove(db, facilitator, int(number))
