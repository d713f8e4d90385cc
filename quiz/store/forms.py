"""Forms of the staff that have been carried out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from quiz.store.tables import UsedForm


def find_used(db: Session, id: bytes) -> UsedForm | None:
    """Return what became of a form, or None if it has not been carried out."""
    return db.get(UsedForm, id)


def use(db: Session, id: bytes, *, day: date, room: int | None) -> None:
    """Keep that a form was carried out, and which room it made. Once for each form."""
    db.add(UsedForm(id=id, day=day, room=room))
    db.flush()


def forget_old(db: Session, *, today: date) -> None:
    """Delete what was kept on other days: nobody presses a button twice that slowly."""
    db.execute(delete(UsedForm).where(UsedForm.day != today))
