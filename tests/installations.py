"""An installation in the middle of its life, with something in every table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.domain.day import day_of
from quiz.domain.paper import Entry
from quiz.domain.room import Move
from quiz.domain.staff import Role
from quiz.service import accounts
from quiz.service.live import moves
from quiz.store import attempts, forms, own_sets, paper, staff
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.tables import Base, Cell, ItemUnit, ItemUnitOption, RestTally, Room
from tests.classes import answer, hold_class, join, open_class, seat_class
from tests.store.participants import take

RARE = "bell oak zinc"
"""What one person chose, and nobody else."""

TOKENS = [f"somebody in the open class {number}" for number in range(6)]
SESSION, LINK = "a browser of an admin", "a link of an admin"


def live_in(db: Session, bank: Bank, now: datetime) -> None:
    """Fill an empty database. The caller commits."""
    today = day_of(now)
    question = next(each for each in bank.questions.values() if each.kind == "choice")
    room = open_class(db, bank, [question.id], now)
    for token in TOKENS:
        join(db, room, token)
    moves.move(db, bank, room, Move.NEXT, version=room.version, today=today)
    for token in TOKENS:
        answer(db, bank, token, question.id, question.best)
    moves.move(db, bank, room, Move.REVEAL, version=room.version, today=today)

    lan = staff.get(db, room.facilitator)
    people = [{question.id: (question.best[0], 100)}] * 4
    befores = [hold_class(db, lan, people, today=today, phase="before") for _ in range(3)]
    hold_class(db, lan, people * 3, today=today, phase="after", after=befores[0])

    on_paper = seat_class(db, lan, [], today=today)
    on_paper.mode = "paper"
    entry = Entry(people=9, options={question.id: {question.best[0]: 9}}, right={1: 9})
    paper.save(db, on_paper, entry)

    take(db, answers={"lit-rare": (RARE, 50)}, day=today)
    take(db, day=today, finished=False)

    unit = ItemUnit(
        question=question.id,
        revision=question.revision,
        simulated=False,
        people=50,
        discrimination=31,
    )
    db.add(unit)
    db.flush()
    cell = db.scalars(select(Cell)).first()
    assert cell is not None
    db.add(
        RestTally(
            batch=cell.batch,
            question=cell.question,
            revision=cell.revision,
            option=question.best[0],
            score=100,
            people=3,
            rest_sum=200,
            rest_square_sum=20_000,
        )
    )
    db.add(ItemUnitOption(unit=unit.id, option=question.best[0], correlation=-12))

    accounts.invite(db, "hoa@example.org", Role.ADMIN, by=None, now=now)
    hoa = accounts.find_email(db, "hoa@example.org")
    assert hoa is not None
    staff.replace_link(db, LINK, staff=hoa.id, expires=now)
    staff.begin_session(db, SESSION, staff=lan.id, complete=True, now=now, begun=now)
    staff.replace_codes(db, lan.id, [bytes(range(16))])
    accounts.make_api_token(db, "a key", "Bảng", by=lan, now=now)
    own_sets.save(db, lan.id, "Buổi sáng", [question.id])
    forms.use(db, bytes(range(16)), day=today, room=room.id)
    db.flush()


def everything(database: Database) -> Mapping[str, Sequence[tuple[Any, ...]]]:
    """Return every row of every table, in an order that no database decides."""
    with database.reading() as db:
        return {
            table.name: sorted(map(tuple, db.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def secrets_of(db: Session) -> Sequence[bytes]:
    """Return bytes that are in an installation, and must be in no backup of it."""
    code = next(room.code for room in db.query(Room) if room.opened)
    return [
        RARE.encode(),
        *(attempts.attempt_id(token) for token in TOKENS),
        staff.token_id(SESSION),
        staff.token_id(LINK),
        code.encode(),
    ]
