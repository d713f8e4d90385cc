"""Warm-up: a class played before the first one comes, and rolled back."""

from __future__ import annotations

from datetime import datetime
from random import SystemRandom

from quiz.domain.day import day_of
from quiz.domain.question import ANSWER_FIELD
from quiz.domain.room import Mode, Move, Phase
from quiz.domain.staff import Role
from quiz.service.live import answers, joining, moves, rooms
from quiz.service.live.answers import AnswerIn
from quiz.service.live.joining import JoinRequest
from quiz.service.live.rooms import Plan
from quiz.store import staff
from quiz.store.attempts import new_token
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.tables import Room


def warm_up(database: Database, bank: Bank, *, now: datetime) -> None:
    """Play a class that joins, answers and goes on, then roll everything back.

    SQLAlchemy compiles a statement when it is first used, which takes a millisecond or two: the
    first class would wait at its first questions.
    """
    today = day_of(now)
    questions = [each for each in bank.questions.values() if each.kind == "choice"][:2]
    if len(questions) < 2:
        return
    question = questions[0]
    plan = Plan(
        name="",
        mode=Mode.LIVE,
        phase=Phase.SINGLE,
        theme=question.theme,
        questions=[each.id for each in questions],
        projector="vi",
        province="",
        chapter="",
        expected=None,
        told_optional=True,
        told_parents=True,
        knows_disclosure=True,
    )
    token = new_token()
    with database.writing() as db:
        facilitator = staff.add(db, email="warm-up@localhost", role=Role.FACILITATOR)
        room = rooms.prepare(db, bank, plan, facilitator=facilitator.id, today=today)
        moves.open_room(db, bank, room, now=now, today=today, chance=SystemRandom())
        joining.join_all(db, [JoinRequest(typed=room.code or "", token=token, language="vi")])
        sent = AnswerIn(token=token, question=question.id, posted={ANSWER_FIELD: question.best})
        for move in (Move.NEXT, Move.REVEAL, Move.NEXT):
            room = rooms.find(db, room.id, facilitator.id) or room
            moves.move(db, bank, room, move, version=room.version, today=today)
            db.flush()
            answers.save_answers(bank, db, [sent])  # once; later it is refused
        db.rollback()
    with database.reading() as db:
        db.get(Room, room.id)
