"""What the house does by itself: seal what is due, and close rooms that were left open."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from quiz.domain.day import day_of
from quiz.service.live import rooms
from quiz.store import forms, staff
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.releasing import release_due
from quiz.store.sealing import Sealed, seal_due
from quiz.store.tables import Attempt, Event, Room


def seal(database: Database, bank: Bank, *, now: datetime) -> Sealed:
    """Turn the attempts of other days into totals and destroy them, exactly once.

    Then release what is due. What staff left and nobody needs any more is deleted as well. It
    commits: what it deletes must be gone from the disk before it returns. Raises DatabaseBusy
    if that has to be tried again.
    """
    today = day_of(now)
    with database.writing() as db:
        sealed = seal_due(db, bank.questions, today=today)
        release_due(db, today=today)
        staff.forget_old(db, now=now, today=today)
        forms.forget_old(db, today=today)
        db.commit()
    database.scrub_deleted()  # also what people who left have deleted since the last time
    return sealed


def close_rooms(
    database: Database, bank: Bank, *, now: datetime, reckoned: datetime, today: date
) -> int:
    """Close the rooms that have been open for too long, and commit. Return how many they were.

    Afterwards the database has to forget what was deleted.

    They are left open if they have not been by the time that is ``reckoned`` from an earlier
    moment: then somebody has set the clock in the middle of a class.
    """
    with database.reading() as db:
        if not rooms.are_overdue(db, now, reckoned):
            return 0
    with database.writing() as db:
        closed = rooms.close_overdue(db, bank, now, reckoned, today=today)
        db.commit()
    return closed


def newest_day(db: Session) -> date | None:
    """Return the last day of which anything is kept: no right clock can be before it."""
    days = [db.scalar(select(func.max(model.day))) for model in (Attempt, Event, Room)]
    return max(filter(None, days), default=None)


def are_overdue(db: Session, *, today: date) -> bool:
    """Whether answers of a day that is over have yet to be added to the totals and destroyed."""
    return db.scalars(select(exists().where(Attempt.day < today))).one()
