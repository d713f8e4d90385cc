"""Questions that facilitators keep under a name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from quiz.store.tables import OwnSet


def of_facilitator(db: Session, facilitator: int) -> Sequence[OwnSet]:
    """Return the sets of a facilitator by their names."""
    query = select(OwnSet).where(OwnSet.facilitator == facilitator).order_by(OwnSet.name)
    return db.scalars(query).all()


def save(db: Session, facilitator: int, name: str, questions: Sequence[str]) -> OwnSet:
    """Save questions under a name, in place of what had that name before."""
    own = OwnSet.facilitator == facilitator
    found = db.scalar(select(OwnSet).where(own, OwnSet.name == name))
    own_set = found or OwnSet(facilitator=facilitator, name=name)
    own_set.questions = " ".join(questions)
    db.add(own_set)
    db.flush()
    return own_set


def remove(db: Session, facilitator: int, id: int) -> None:
    """Delete a set of this facilitator, if there is one with this id."""
    db.execute(delete(OwnSet).where(OwnSet.facilitator == facilitator, OwnSet.id == id))
