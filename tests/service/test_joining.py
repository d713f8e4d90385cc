"""A class that comes in at the same moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.domain.refusals import NoSuchRoom, NotACode, Refusal
from quiz.domain.room import Move
from quiz.service import solo
from quiz.service.live import joining, moves, rooms
from quiz.service.live.joining import JoinRequest, JoinResult
from quiz.store import attempts
from quiz.store.attempts import attempt_id
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.tables import Attempt, Room
from tests.classes import open_class

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def two_rooms(db: Session, bank: Bank) -> tuple[Room, Room]:
    first = open_class(db, bank, [*bank.questions][:3], NOW)
    second = rooms.copy(db, bank, first, today=TODAY)
    second.told_optional = second.told_parents = second.knows_disclosure = True
    moves.open_room(db, bank, second, now=NOW, today=TODAY, chance=Random(2))
    db.flush()
    return first, second


def entry(room: Room, token: str, previous: str | None = None) -> JoinRequest:
    return JoinRequest(typed=room.code or "", token=token, language="vi", previous=previous)


def enter(db: Session, *entries: JoinRequest) -> list[tuple[int, bool] | type[Refusal]]:
    """Return what each was told: her room and whether she stays who she is, or which refusal."""
    outcomes = joining.join_all(db, entries)
    db.commit()
    return [
        (each.room.id, each.already_joined) if isinstance(each, JoinResult) else type(each)
        for each in outcomes
    ]


def seated(db: Session) -> dict[bytes, int | None]:
    return {row.id: row.room for row in db.scalars(select(Attempt))}


def test_each_comes_into_her_room_or_is_told_why_not(database: Database, bank: Bank) -> None:
    with database.writing() as db:
        first, second = two_rooms(db, bank)
        nobodys = f"{(int(first.code or 0) + 1) % 10**6:06}"
        told = enter(
            db,
            entry(first, "an"),
            JoinRequest(typed="12 34", token="binh", language="vi"),
            entry(second, "chi"),
            JoinRequest(typed=nobodys, token="dung", language="vi"),
            JoinRequest(typed=" ".join(first.code or ""), token="em", language="en"),
        )
        assert told == [
            (first.id, False),
            NotACode,
            (second.id, False),
            NoSuchRoom,
            (first.id, False),
        ]
        assert seated(db) == {
            attempt_id("an"): first.id,
            attempt_id("chi"): second.id,
            attempt_id("em"): first.id,
        }
        came = db.get_one(Attempt, attempt_id("em"))
        assert (came.language, came.questions, came.position, came.finished, came.day) == (
            "en",
            first.questions,
            0,
            False,
            None,
        )


def test_whoever_is_there_already_stays_and_whoever_was_elsewhere_leaves(
    database: Database, bank: Bank
) -> None:
    with database.writing() as db:
        first, second = two_rooms(db, bank)
        enter(db, entry(first, "an"), entry(second, "binh"))
        solo.start(
            db,
            bank,
            token="chi",
            wanted=solo.Wanted(),
            language="vi",
            today=TODAY,
            chance=Random(3),
        )
        told = enter(
            db,
            entry(first, "an-2", previous="an"),
            entry(first, "binh-2", previous="binh"),
            entry(first, "chi-2", previous="chi"),
            entry(first, "dung-2", previous="unknown"),
        )
        assert told == [(first.id, True), *[(first.id, False)] * 3]
        assert seated(db) == {
            attempt_id(token): first.id for token in ("an", "binh-2", "chi-2", "dung-2")
        }


def test_nobody_comes_into_a_room_that_has_closed(database: Database, bank: Bank) -> None:
    with database.writing() as db:
        first, second = two_rooms(db, bank)
        moves.move(db, bank, first, Move.CLOSE, version=first.version, today=TODAY)
        assert enter(db, entry(first, "an"), entry(second, "binh")) == [
            NoSuchRoom,
            (second.id, False),
        ]
        assert attempts.find(db, attempt_id("an")) is None
