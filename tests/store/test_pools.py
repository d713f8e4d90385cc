"""Small classes are published together or not at all."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from quiz.domain.tally import Tally
from quiz.store import attempts, rooms, tallies
from quiz.store.sealing import seal_room
from quiz.store.tables import Batch, Room
from tests.classes import add_facilitator
from tests.store.participants import QUESTIONS, TODAY, answer

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@pytest.fixture
def hold_class(database):
    """Hold a class of so many people, and seal it."""
    with database.writing() as db:
        facilitator = add_facilitator(db, NOW).id
        db.commit()

    def hold(people, *, phase="single", after=None, right=None):
        with database.writing() as db:
            room = Room(
                facilitator=facilitator,
                name="",
                mode="live",
                phase=phase,
                theme="mixed",
                questions=" ".join(QUESTIONS),
                projector="vi",
                province="Lào Cai",
                chapter="",
                stage="prepared",
                day=TODAY,
                paired=after,
            )
            db.add(room)
            db.flush()
            for number in range(people):
                attempt = attempts.start(
                    db,
                    attempts.attempt_id(attempts.new_token()),
                    room=room.id,
                    theme="mixed",
                    language="vi",
                    questions=QUESTIONS,
                    position=0,
                )
                knows = right is None or number < right
                answer(db, attempt, QUESTIONS[0], "tell-somebody", 100 if knows else 0)
            db.flush()
            batch = seal_room(db, room, {}, today=TODAY)
            room.batch = batch.id if batch else None
            db.commit()
            return room.id

    return hold


def released(db):
    rows = db.scalars(select(Batch).where(Batch.released.is_not(None)).order_by(Batch.id))
    return [(batch.source, batch.phase, batch.people) for batch in rows]


def test_a_class_of_ten_is_released_by_itself(database, hold_class):
    hold_class(10)
    with database.reading() as db:
        assert released(db) == [("room", "single", 10)]
        assert db.scalars(select(Batch.province)).all() == ["Lào Cai"]


def test_small_classes_wait_until_they_are_enough_together(database, hold_class):
    for people in (6, 3):
        hold_class(people)
    with database.reading() as db:
        assert released(db) == []
    hold_class(2)  # eleven people, but six are more than half of them
    with database.reading() as db:
        assert released(db) == []
    hold_class(1)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 12)]
        pool = db.scalars(select(Batch).where(Batch.source == "pool")).one()
        members = db.scalars(select(Batch).where(Batch.pool == pool.id)).all()
        assert [each.people for each in members] == [6, 3, 2, 1]
        together = sum((tallies.of_batch(db, each) for each in members), start=Tally())
        assert tallies.of_batch(db, pool) == together
        assert (pool.province, pool.language) == ("", None)


def test_a_pool_is_never_added_to(database, hold_class):
    for people in (5, 5, 5, 4, 4):
        hold_class(people)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 15)]
    hold_class(4)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 15), ("pool", "single", 12)]


def test_before_and_after_are_pooled_apart(database, hold_class):
    for people in (5, 5, 5):
        first = hold_class(people, phase="before")
        hold_class(people - 2, phase="after", after=first)
    with database.reading() as db:
        assert released(db) == [("pool", "before", 15)]
        assert len(tallies.small_classes(db, "after")) == 3


def test_a_class_after_the_lesson_remembers_which_came_before(database, hold_class):
    hold_class(12, phase="after", after=hold_class(11, phase="before"))
    with database.reading() as db:
        before, after = db.scalars(select(Batch).order_by(Batch.id)).all()
        assert after.paired == before.id
        assert rooms.after(db, db.scalars(select(Room).where(Room.paired.is_(None))).one())
