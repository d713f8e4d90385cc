"""Small classes are published together or not at all."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from quiz.domain.tally import Tally
from quiz.store import rooms, tallies
from quiz.store.tables import Batch, Room
from tests.classes import add_facilitator, hold_class
from tests.store.participants import TODAY

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@pytest.fixture
def hold(database):
    """Hold a class of so many people, and seal it."""
    with database.writing() as db:
        facilitator = add_facilitator(db, NOW)
        db.commit()

    def hold(people, *, phase="single", after=None):
        with database.writing() as db:
            answers = [{"har-images-class-chat": ("tell-somebody", 100)}] * people
            room = hold_class(
                db,
                facilitator,
                answers,
                today=TODAY,
                phase=phase,
                after=after,
                province="Lào Cai",
            )
            db.commit()
            return room

    return hold


def released(db):
    rows = db.scalars(select(Batch).where(Batch.released.is_not(None)).order_by(Batch.id))
    return [(batch.source, batch.phase, batch.people) for batch in rows]


def test_a_class_of_ten_is_released_by_itself(database, hold):
    hold(10)
    with database.reading() as db:
        assert released(db) == [("room", "single", 10)]
        assert db.scalars(select(Batch.province)).all() == ["Lào Cai"]


def test_small_classes_wait_until_they_are_enough_together(database, hold):
    for people in (6, 3):
        hold(people)
    with database.reading() as db:
        assert released(db) == []
    hold(2)  # eleven people, but six are more than half of them
    with database.reading() as db:
        assert released(db) == []
    hold(1)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 12)]
        pool = db.scalars(select(Batch).where(Batch.source == "pool")).one()
        members = db.scalars(select(Batch).where(Batch.pool == pool.id)).all()
        assert [each.people for each in members] == [6, 3, 2, 1]
        together = sum((tallies.of_batch(db, each) for each in members), start=Tally())
        assert tallies.of_batch(db, pool) == together
        assert (pool.province, pool.language) == ("", None)


def test_a_pool_is_never_added_to(database, hold):
    for people in (5, 5, 5, 4, 4):
        hold(people)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 15)]
    hold(4)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 15), ("pool", "single", 12)]


def test_before_and_after_are_pooled_apart(database, hold):
    for people in (5, 5, 5):
        first = hold(people, phase="before")
        hold(people - 2, phase="after", after=first)
    with database.reading() as db:
        assert released(db) == [("pool", "before", 15)]
        assert len(tallies.small_classes(db, "after")) == 3


def test_a_class_after_the_lesson_remembers_which_came_before(database, hold):
    hold(12, phase="after", after=hold(11, phase="before"))
    with database.reading() as db:
        before, after = db.scalars(select(Batch).order_by(Batch.id)).all()
        assert after.paired == before.id
        assert rooms.after(db, db.scalars(select(Room).where(Room.paired.is_(None))).one())
