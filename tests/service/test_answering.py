"""Answers that a class sends at the same moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.domain.refusals import (
    NotAnAnswer,
    NothingChosen,
    PositionsRepeated,
    QuestionClosed,
    Refusal,
    RoomClosed,
)
from quiz.domain.room import Move
from quiz.service.live import answers, moves, room_view, rooms
from quiz.service.live.answers import AnswerIn, SavedAnswer
from quiz.store.attempts import attempt_id
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.tables import Answer, Room
from tests.classes import join, open_class
from tests.databases import BACKENDS
from tests.questions import posted

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PEOPLE = ("an", "binh", "chi")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def asking(db: Session, bank: Bank, kind: str) -> Room:
    """Return a room that asks three people a question of a kind."""
    question = next(each for each in bank.questions.values() if each.kind == kind)
    room = open_class(db, bank, [question.id], NOW)
    for token in PEOPLE:
        join(db, room, token)
    moves.move(db, bank, room, Move.NEXT, version=room.version, today=TODAY)
    db.commit()
    return room


def send(db: Session, bank: Bank, *sent: AnswerIn) -> list[object]:
    """Return what each was told: what was kept of hers, or which refusal."""
    outcomes = answers.save_answers(bank, db, sent)
    db.commit()
    return [each.chosen if isinstance(each, SavedAnswer) else type(each) for each in outcomes]


def kept(db: Session) -> dict[bytes, str]:
    return {row.attempt: row.chosen for row in db.scalars(select(Answer))}


def test_each_is_told_what_became_of_hers_and_the_later_of_two_stands(
    database: Database, bank: Bank
) -> None:
    with database.writing() as db:
        room = asking(db, bank, "choice")
        (question,) = room.questions.split()
        first, second, *_ = room_view.RoomView(db, bank, room).offered

        def sent(token: str, *chosen: str, step: int = 0, of: str = question) -> AnswerIn:
            return AnswerIn(
                token=token,
                question=of,
                step=step,
                posted=posted(bank.questions[question], chosen),
            )

        told = send(
            db,
            bank,
            sent("an", first),
            sent("nobody", first),
            sent("binh", "not-sure"),
            sent("chi", "no such thing"),
            sent("chi"),
            sent("chi", first, step=1),
            sent("chi", first, of="har-other"),
            sent("an", second),
        )
        refused: list[type[Refusal]] = [NotAnAnswer, NothingChosen, QuestionClosed, QuestionClosed]
        assert told == [(first,), RoomClosed, ("not-sure",), *refused, (second,)]
        assert kept(db) == {attempt_id("an"): second, attempt_id("binh"): "not-sure"}
        assert send(db, bank, sent("nobody", first)) == [RoomClosed]


def test_votes_in_a_story_are_added_to_those_before(database: Database, bank: Bank) -> None:
    with database.writing() as db:
        room = asking(db, bank, "story")
        (story,) = room.questions.split()
        votes = []
        for step in range(2):
            first, second, *_ = room_view.RoomView(db, bank, room).offered

            def sent(token: str, *chosen: str, step: int = step) -> AnswerIn:
                given = posted(bank.questions[story], chosen)
                return AnswerIn(token=token, question=story, step=step, posted=given)

            told = send(
                db, bank, sent("an", first), sent("binh", first), sent("binh", first, second),
                sent("chi", "skip"), sent("an", second), sent("chi", first, step=step + 1),
            )  # fmt: skip
            skip = f"{first.partition(':')[0]}:skip"
            assert told == [
                (first,), (first,), NotAnAnswer, (skip,), (second,), QuestionClosed,
            ]  # fmt: skip
            votes.append({"an": second, "binh": first, "chi": skip})
            for move in (Move.REVEAL, Move.NEXT):
                moves.move(db, bank, room, move, version=room.version, today=TODAY)
            db.commit()
        assert kept(db) == {
            attempt_id(token): f"{votes[0][token]} {votes[1][token]}" for token in PEOPLE
        }


def test_an_order_is_given_by_positions(database: Database, bank: Bank) -> None:
    with database.writing() as db:
        room = asking(db, bank, "order")
        (question,) = room.questions.split()
        steps = bank.questions[question].best
        right = posted(bank.questions[question], steps)
        told = send(
            db,
            bank,
            AnswerIn(token="an", question=question, posted=right),
            AnswerIn(token="binh", question=question, posted={step: ["1"] for step in right}),
            AnswerIn(token="chi", question=question, posted={"do": ["unsure"]}),
        )
        assert told == [steps, PositionsRepeated, ("not-sure",)]


def test_two_rooms_are_asked_at_once(database: Database, bank: Bank) -> None:
    with database.writing() as db:
        room = asking(db, bank, "choice")
        (question,) = room.questions.split()
        chosen = room_view.RoomView(db, bank, room).offered[:1]
        other = rooms.copy(db, bank, room, today=TODAY)
        other.told_optional = other.told_parents = other.knows_disclosure = True
        moves.open_room(db, bank, other, now=NOW, today=TODAY, chance=Random(2))
        join(db, other, "dung")
        here, there = (
            AnswerIn(token=token, question=question, posted={"a": chosen})
            for token in ("an", "dung")
        )
        assert send(db, bank, here, there) == [(*chosen,), QuestionClosed]
        moves.move(db, bank, other, Move.NEXT, version=other.version, today=TODAY)
        assert send(db, bank, here, there) == [(*chosen,), (*chosen,)]
        order = AnswerIn(token="an", question=question, posted={f"place-{chosen[0]}": ["1"]})
        assert send(db, bank, order) == [NothingChosen]
