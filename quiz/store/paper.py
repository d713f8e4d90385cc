"""What facilitators entered for classes on paper, until it is sealed."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from quiz.domain.paper import Entry
from quiz.store.tables import PaperCount, Room

SCORES = ""
"""Stands in the place of a question for the table of scores."""


def entry(db: Session, room: Room) -> Entry:
    """Return what was entered so far."""
    options: dict[str, dict[str, int]] = {}
    right: dict[int, int] = {}
    for row in db.scalars(select(PaperCount).where(PaperCount.room == room.id)):
        if row.question == SCORES:
            right[int(row.option)] = row.count
        else:
            options.setdefault(row.question, {})[row.option] = row.count
    return Entry(people=room.people or 0, options=options, right=right)


def save(db: Session, room: Room, entry: Entry) -> None:
    """Put an entry in place of what was entered before."""
    forget(db, room)
    room.people = entry.people
    counts = {
        **{
            (question, option): count
            for question, options in entry.options.items()
            for option, count in options.items()
        },
        **{(SCORES, str(right)): people for right, people in entry.right.items()},
    }
    db.add_all(
        PaperCount(room=room.id, question=question, option=option, count=count)
        for (question, option), count in counts.items()
        if count
    )
    db.flush()


def forget(db: Session, room: Room) -> None:
    """Delete what was entered."""
    db.execute(delete(PaperCount).where(PaperCount.room == room.id))
    room.people = None
    db.flush()
    db.expire_all()
