"""Small classes are published together or not at all, question by question."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from quiz.store import rooms
from quiz.store.releasing import release_due
from quiz.store.tables import Batch, Cell, Room
from tests.classes import add_facilitator, hold_class
from tests.databases import QUERIES
from tests.store.participants import TODAY

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
IMAGES, AUTHORITY = "har-images-class-chat", "abd-authority-order-a"


@pytest.fixture(params=QUERIES)
def backend(request):
    return request.param


@pytest.fixture
def hold(database):
    """Hold a class of so many people, and seal it."""
    with database.writing() as db:
        facilitator = add_facilitator(db, NOW)
        db.commit()

    def hold(people, *, phase="single", after=None, questions=(IMAGES,), today=TODAY):
        with database.writing() as db:
            answers = [dict.fromkeys(questions, ("tell-somebody", 100))] * people
            room = hold_class(
                db,
                facilitator,
                answers,
                today=today,
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


def released_cells(db):
    rows = select(Cell.question, Cell.answers).where(Cell.released).order_by(Cell.question)
    return [tuple(row) for row in db.execute(rows)]


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
        assert released(db) == released_cells(db) == []
    hold(1)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 12)]
        assert released_cells(db) == [(IMAGES, 12)]
        pool = db.scalars(select(Batch).where(Batch.source == "pool")).one()
        members = db.scalars(select(Batch).where(Batch.pool == pool.id)).all()
        assert [each.people for each in members] == [6, 3, 2, 1]
        assert (pool.province, pool.language) == ("", None)


def test_a_question_that_two_small_classes_answered_is_not_in_their_pool(database, hold):
    hold(5, questions=(IMAGES, AUTHORITY))
    hold(5, questions=(IMAGES, AUTHORITY))
    hold(5)
    with database.reading() as db:
        assert released_cells(db) == [(IMAGES, 15)]
    for people in (4, 4, 4):  # a pool of their own, whose answers complete the question
        hold(people, questions=(AUTHORITY,))
    with database.reading() as db:
        assert released(db) == [("pool", "single", 27)]
        assert released_cells(db) == [(AUTHORITY, 22), (IMAGES, 15)]


def test_a_pool_grows_by_ten_people_and_answers_at_least(database, hold):
    for people in (5, 5, 5, 4, 4):
        hold(people)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 15)]
        assert released_cells(db) == [(IMAGES, 15)]
    hold(4)
    with database.reading() as db:
        assert released(db) == [("pool", "single", 27)]
        assert released_cells(db) == [(IMAGES, 27)]


def test_a_pool_is_of_one_month(database, hold):
    for people in (5, 5, 5):
        hold(people)
    for people in (4, 4, 4):
        hold(people, today=TODAY + timedelta(days=40))
    with database.reading() as db:
        assert released(db) == [("pool", "single", 15), ("pool", "single", 12)]


def test_before_and_after_are_pooled_apart(database, hold):
    for people in (5, 5, 5):
        first = hold(people, phase="before")
        hold(people - 2, phase="after", after=first)
    with database.reading() as db:
        assert released(db) == [("pool", "before", 15)]


def test_simulated_and_real_never_meet(database, hold):
    """What was simulated follows from its seed, and could be taken from a pool of both."""
    for number, people in enumerate((8, 8, 6)):
        hold(people, questions=(IMAGES, AUTHORITY))
        if number < 2:
            with database.writing() as db:
                newest = db.scalars(select(Batch).order_by(Batch.id.desc())).first()
                newest.simulated = True
                db.commit()
    with database.writing() as db:
        release_due(db, today=TODAY + timedelta(days=1))
        assert db.scalars(select(Batch).where(Batch.source == "pool")).all() == []


def test_a_class_after_the_lesson_remembers_which_came_before(database, hold):
    hold(12, phase="after", after=hold(11, phase="before"))
    with database.reading() as db:
        before, after = db.scalars(select(Batch).order_by(Batch.id)).all()
        assert after.paired == before.id
        assert rooms.after(db, db.scalars(select(Room).where(Room.paired.is_(None))).one())
