"""Classes on paper: the sheets to print, and the totals to enter.

Each function takes the session of one request first. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from quiz.domain import paper as rules
from quiz.domain.paper import Entry, Mismatch
from quiz.domain.question import Question
from quiz.domain.refusals import NotReminded, StaleVersion
from quiz.domain.room import Mode, Stage
from quiz.store import paper, rooms, sealing, staff
from quiz.store.bank import Bank
from quiz.store.tables import Room


def questions(db: Session, bank: Bank, room: Room) -> Sequence[Question]:
    """Return what is asked on paper, in the wording that was frozen when it was first printed."""
    return [question for question in rooms.questions(db, bank, room) if question.paper_lines]


def freeze(db: Session, bank: Bank, room: Room) -> None:
    """Save the wording that is about to be printed: the totals are about just that.

    Raises NotReminded.
    """
    if not (room.told_optional and room.told_parents and room.knows_disclosure):
        raise NotReminded
    quiz = questions(db, bank, room)
    rooms.save_editions(db, bank, quiz)
    room.questions = " ".join(question.id for question in quiz)
    room.revisions = " ".join(question.revision for question in quiz)


def entry(db: Session, room: Room) -> Entry:
    """Return what was entered so far."""
    return paper.entry(db, room)


def save(db: Session, room: Room, entry: Entry, *, version: int) -> None:
    """Save a draft, whether or not its numbers fit.

    Raises StaleVersion if it was changed elsewhere.
    """
    save_draft(db, room, entry, version=version)
    room.version += 1


def save_draft(db: Session, room: Room, entry: Entry, *, version: int) -> None:
    """Save a draft while it is being typed: the page that shows it stays valid.

    Raises StaleVersion if it was changed elsewhere.
    """
    if room.version != version or Stage(room.stage) is not Stage.PREPARED:
        raise StaleVersion
    paper.save(db, room, entry)


def mismatches(db: Session, bank: Bank, room: Room, entry: Entry) -> Sequence[Mismatch]:
    """Return what does not fit together in an entry."""
    return rules.mismatches(entry, questions(db, bank, room))


def seal(db: Session, bank: Bank, room: Room, *, version: int, today: date) -> None:
    """Turn the draft into totals, exactly once.

    Raises StaleVersion if it was changed elsewhere, sealed already or does not fit together, or
    NotReminded.
    """
    found = entry(db, room)
    quiz = questions(db, bank, room)
    ready = Stage(room.stage) is Stage.PREPARED and Mode(room.mode) is Mode.PAPER
    if room.version != version or not ready or rules.mismatches(found, quiz):
        raise StaleVersion
    if not room.revisions:
        raise NotReminded
    languages = room.projector.split()
    batch = sealing.add_class_batch(
        db,
        room,
        rules.tally(found, quiz),
        source="paper",
        language=languages[0] if len(languages) == 1 else None,
    )
    paper.forget(db, room)
    room.batch = batch.id if batch else None
    room.day = today
    room.stage = Stage.CLOSED
    room.version += 1
    staff.record(db, "room-closed", day=today, about=f"room:{room.id}", staff=room.facilitator)
