"""Classes straight in a database, for tests whose subject lies elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from quiz.domain.day import day_of
from quiz.domain.room import Mode, Phase
from quiz.domain.staff import Role
from quiz.service import live, rooms, staffing
from quiz.service.rooms import Plan
from quiz.store.bank import Bank
from quiz.store.tables import Room, Staff

EMAIL, PASSWORD = "lan@example.org", "năm con cá bơi ngược dòng"


def add_facilitator(db: Session, now: datetime) -> Staff:
    """Add a facilitator who has chosen her password."""
    token = staffing.invite(db, EMAIL, Role.FACILITATOR, by=None, now=now)
    lan = staffing.invited(db, token, now=now)
    staffing.accept(db, lan, token, PASSWORD, now=now)
    return lan


def open_class(db: Session, bank: Bank, questions: Sequence[str], now: datetime) -> Room:
    """Open a live class with these questions, led by a facilitator of its own."""
    plan = Plan(
        name="A",
        mode=Mode.LIVE,
        phase=Phase.SINGLE,
        theme="mixed",
        questions=questions,
        projector="vi",
        province="",
        chapter="",
        expected=None,
        told_optional=True,
        told_parents=True,
        knows_disclosure=True,
    )
    today = day_of(now)
    lan = add_facilitator(db, now)
    room = rooms.prepare(db, bank, plan, facilitator=lan.id, today=today)
    live.open_room(db, bank, room, now=now, today=today, chance=Random(1))
    db.flush()
    return room
