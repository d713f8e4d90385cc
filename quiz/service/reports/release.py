"""Classes that wait for release, and those that an officer withholds from all figures.

A class waits from its end until the next day, and a small one until enough of them can be published
together. Until then an officer can withhold it: because strangers filled it with phones, or its
facilitator only tried things out. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.domain.day import day_of
from quiz.domain.disclosure import may_be_published
from quiz.domain.refusals import NotWaiting
from quiz.store import staff
from quiz.store.releasing import waiting_classes
from quiz.store.tables import Batch, Staff


class Reason(StrEnum):
    """Why a class is withheld. The audit log takes no free text, which might name people."""

    TRIED_OUT = "tried-out"
    STRANGERS = "strangers"
    MISTAKE = "mistake"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class WaitingBatch:
    """A class before release, as an officer may know it: people only from ten up, no figures."""

    id: int
    month: str
    source: str
    phase: str
    province: str
    chapter: str
    people: int | None
    withheld: Reason | None


def list_waiting(db: Session) -> Sequence[WaitingBatch]:
    """Return the classes that wait for release, the newest first."""
    found = select(Batch).where(*waiting_classes(), ~Batch.simulated).order_by(Batch.id.desc())
    return [
        WaitingBatch(
            id=batch.id,
            month=batch.month,
            source=batch.source,
            phase=batch.phase,
            province=batch.province,
            chapter=batch.chapter,
            people=batch.people if may_be_published(batch.people) else None,
            withheld=Reason(batch.withheld) if batch.withheld else None,
        )
        for batch in db.scalars(found)
    ]


def withhold(db: Session, id_: int, reason: Reason, *, by: Staff, now: datetime) -> None:
    """Withhold a class from all figures. Raises NotWaiting if it was released already."""
    batch = get_waiting(db, id_)
    if batch.withheld != reason:
        batch.withheld = reason
        audit(db, f"class-withheld {reason}", batch, by=by, now=now)


def allow_release(db: Session, id_: int, *, by: Staff, now: datetime) -> None:
    """Stop withholding a class, so that it is released like others. Raises NotWaiting."""
    batch = get_waiting(db, id_)
    if batch.withheld:
        batch.withheld = None
        audit(db, "class-counts", batch, by=by, now=now)


def get_waiting(db: Session, id_: int) -> Batch:
    """Return a class that waits. Raises NotWaiting."""
    wanted = select(Batch).where(Batch.id == id_, *waiting_classes(), ~Batch.simulated)
    found = db.scalar(wanted)
    if found is None:
        raise NotWaiting
    return found


def audit(db: Session, what: str, batch: Batch, *, by: Staff, now: datetime) -> None:
    """Record in the audit log what was done with a class."""
    staff.record(db, what, day=day_of(now), about=f"batch:{batch.id}", staff=by.id)
