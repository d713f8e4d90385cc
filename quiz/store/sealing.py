"""The one transaction that turns attempts into totals and deletes them.

It happens exactly once to each attempt: what is added and what is deleted is committed together,
and the write lock keeps a second process out until then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from quiz.domain.day import month_of
from quiz.domain.disclosure import may_be_published
from quiz.domain.question import Question, Theme
from quiz.domain.tally import Counted, Tally, add_up
from quiz.store import tallies
from quiz.store.tables import Answer, Attempt, Batch, Room

PREFIXES = {"har": Theme.HARASSMENT, "abd": Theme.ABDUCTION, "lit": Theme.LITERACY}
"""The theme that an id begins with, for questions that have left the bank."""


ANSWERS = select(
    Attempt.id,
    Attempt.day,
    Attempt.language,
    Answer.question,
    Answer.revision,
    Answer.chosen,
    Answer.score,
).order_by(Attempt.id)
"""Attempts with their answers; those of one attempt follow each other."""


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """How many people were added to the totals, and how many unfinished attempts were deleted."""

    people: int
    discarded: int


def seal_due(db: Session, questions: Mapping[str, Question], *, today: date) -> Sealed:
    """Add the finished attempts of other days to the totals, and delete all attempts of those days.

    Any other day is due, a later one too: a clock that once ran ahead must not leave answers
    behind for ever. The caller commits, and then has the database forget what was deleted.
    """
    due = Attempt.day != today
    rows = db.execute(ANSWERS.outerjoin(Answer).where(due, Attempt.finished))
    groups: dict[tuple[str, str], list[list[Counted]]] = defaultdict(list)
    for (_, day, language), answers in groupby(rows, key=lambda row: row[:3]):
        groups[month_of(min(day, today)), language].append(
            [counted(row, questions) for row in answers if row.question is not None]
        )
    for (month, language), attempts in sorted(groups.items()):
        add_to_open_batch(db, language, month, attempts)

    unfinished = select(func.count()).select_from(Attempt).where(due, ~Attempt.finished)
    sealed = Sealed(
        people=sum(len(attempts) for attempts in groups.values()),
        discarded=db.scalars(unfinished).one(),
    )
    db.execute(delete(Attempt).where(due))
    return sealed


def seal_room(db: Session, room: Room, questions: Mapping[str, Question]) -> Batch | None:
    """Add everybody who answered in a room to totals of its own, and delete all of its attempts.

    Somebody who answered only some of the questions is counted with those: a class does not end
    for all at the same question. Return the batch, or None if no answer was scored.
    """
    rows = db.execute(ANSWERS.join(Answer).where(Attempt.room == room.id)).all()
    attempts = [
        [counted(row, questions) for row in answers]
        for _, answers in groupby(rows, key=lambda row: row.id)
    ]
    languages = {row.language for row in rows}
    batch = add_class_batch(
        db,
        room,
        add_up(attempts),
        source="room",
        language=languages.pop() if len(languages) == 1 else None,
    )
    db.execute(delete(Attempt).where(Attempt.room == room.id))
    return batch


def add_class_batch(
    db: Session, room: Room, tally: Tally, *, source: str, language: str | None
) -> Batch | None:
    """Return the totals of one class as a batch of its own, or None if there are none.

    It waits to be released. Rests are kept only of what may become part of a unit.
    """
    if not tally.people:
        return None
    before = db.get(Room, room.paired) if room.paired is not None else None
    batch = Batch(
        source=source,
        phase=room.phase,
        language=language,
        month=month_of(room.day),
        people=tally.people,
        province=room.province,
        chapter=room.chapter,
        paired=before.batch if before else None,
    )
    tallies.add(db, batch, without_small_rests(tally))
    return batch


def without_small_rests(tally: Tally) -> Tally:
    """Return a tally whose rests are of questions with enough answers alone."""
    large = {cell for cell, answers in tally.answers.items() if may_be_published(answers)}
    return replace(tally, rests=tally.only(large).rests)


def counted(row: Row[*tuple[Any, ...]], questions: Mapping[str, Question]) -> Counted:
    """Return an answer as totals see it, whether or not its question is still in the bank."""
    chosen = tuple(row.chosen.split())
    question = questions.get(row.question)
    return Counted(
        question=row.question,
        revision=row.revision,
        theme=question.theme if question else PREFIXES[row.question.partition("-")[0]],
        names=question.counted(chosen) if question else chosen,
        percent=row.score,
        exclusive=question is not None and question.exclusive,
    )


def add_to_open_batch(
    db: Session, language: str, month: str, attempts: Sequence[Sequence[Counted]]
) -> None:
    """Add people to those of their language who wait to be released.

    Whoever had no answer scored is nobody of whom a figure could speak.
    """
    tally = add_up(attempts)
    if not tally.people:
        return
    batch = tallies.find_open(db, language) or Batch(
        source="solo", phase="single", language=language, month=month, people=0
    )
    batch.month = max(batch.month, month)
    batch.people += sum(any(each.percent is not None for each in answers) for answers in attempts)
    tallies.add(db, batch, tally)
