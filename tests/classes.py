"""Classes straight in a database, for tests whose subject lies elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from quiz.domain.day import day_of
from quiz.domain.refusals import Refusal
from quiz.domain.room import Mode, Phase
from quiz.domain.staff import Role
from quiz.service import accounts
from quiz.service.live import answers, joining, moves, rooms
from quiz.service.live.answers import AnswerIn
from quiz.service.live.joining import JoinRequest
from quiz.service.live.rooms import Plan
from quiz.store import attempts, sealing
from quiz.store.bank import Bank
from quiz.store.releasing import release_due
from quiz.store.tables import Room, Staff
from tests.questions import posted

REVISION = "0a1b2c3d"
EMAIL, PASSWORD = "lan@example.org", "năm con cá bơi ngược dòng"


def add_facilitator(db: Session, now: datetime, email: str = EMAIL) -> Staff:
    """Add a facilitator who has chosen her password."""
    token = accounts.invite(db, email, Role.FACILITATOR, by=None, now=now)
    lan = accounts.invited(db, token, now=now)
    accounts.accept(db, lan, token, PASSWORD, now=now)
    return lan


def open_class(
    db: Session, bank: Bank, questions: Sequence[str], now: datetime, email: str = EMAIL
) -> Room:
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
    lan = add_facilitator(db, now, email)
    room = rooms.prepare(db, bank, plan, facilitator=lan.id, today=today)
    moves.open_room(db, bank, room, now=now, today=today, chance=Random(1))
    db.flush()
    return room


def join(db: Session, room: Room, token: str) -> None:
    """Take somebody into a room. Raises the refusal, if there is one."""
    (outcome,) = joining.join_all(
        db, [JoinRequest(typed=room.code or "", token=token, language="vi")]
    )
    if isinstance(outcome, Refusal):
        raise outcome


def answer(db: Session, bank: Bank, token: str, question: str, chosen: Sequence[str]) -> None:
    """Answer what a room asks. Raises the refusal, if there is one."""
    sent = AnswerIn(token=token, question=question, posted=posted(bank.questions[question], chosen))
    (outcome,) = answers.save_answers(bank, db, [sent])
    if isinstance(outcome, Refusal):
        raise outcome


def seat_class(
    db: Session,
    facilitator: Staff,
    people: Sequence[Mapping[str, tuple[str, int | None]]],
    *,
    today: date,
    phase: str = "single",
    after: Room | None = None,
    province: str = "",
    chapter: str = "",
    bank: Bank | None = None,
) -> Room:
    """Let a class answer. Each of its people is given by what she chose, and its percent.

    The questions are those of a bank, or nothing but ids.
    """
    questions = list(dict.fromkeys(question for answers in people for question in answers))
    revisions = {id_: bank.questions[id_].revision if bank else REVISION for id_ in questions}
    room = Room(
        facilitator=facilitator.id,
        name="A",
        mode="live",
        phase=phase,
        theme="mixed",
        questions=" ".join(questions),
        revisions=" ".join(revisions.values()),
        projector="vi",
        province=province,
        chapter=chapter,
        stage="prepared",
        day=today,
        paired=after.id if after else None,
    )
    db.add(room)
    db.flush()
    for given in people:
        attempt = attempts.start(
            db,
            attempts.attempt_id(attempts.new_token()),
            room=room.id,
            theme="mixed",
            language="vi",
            questions=questions,
            position=0,
        )
        for question, (chosen, score) in given.items():
            attempts.save(
                db,
                attempt.id,
                question=question,
                revision=revisions[question],
                chosen=chosen,
                score=score,
            )
    db.flush()
    return room


def hold_class(
    db: Session,
    facilitator: Staff,
    people: Sequence[Mapping[str, tuple[str, int | None]]],
    *,
    today: date,
    **about: Any,
) -> Room:
    """Let a class answer, seal it, and let the next day come, on which it is released."""
    room = seat_class(db, facilitator, people, today=today, **about)
    bank = about.get("bank")
    batch = sealing.seal_room(db, room, bank.questions if bank else {})
    room.batch = batch.id if batch else None
    release_due(db, today=today + timedelta(days=1))
    return room
