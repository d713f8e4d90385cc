"""One database carried into another, of whatever kind."""

from contextlib import closing

import pytest
from sqlalchemy import insert, select, update

from quiz.store import table_copy
from quiz.store.sqlite import SQLite
from quiz.store.tables import Answer, Attempt, Base, Batch, Room, Staff
from tests.databases import BACKENDS
from tests.installations import everything
from tests.store.participants import count

SHORT_LIVED = {
    "attempt",
    "answer",
    "reveal",
    "reveal_option",
    "staff_session",
    "invitation",
    "used_form",
}


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


@pytest.fixture
def file(tmp_path):
    """Another database, which is empty."""
    with closing(SQLite.open(tmp_path / "other.sqlite3")) as file:
        yield file


def carry(source, target, copy):
    with source.reading() as old, target.writing() as new:
        copied = copy(old, new)
        new.commit()
    return copied


def test_somebody_has_thought_about_every_table():
    """Before a name is added: may it be in a file that lies about for years?"""
    lasting = {table.name for table in table_copy.LASTING}
    assert lasting | SHORT_LIVED == {table.name for table in Base.metadata.sorted_tables}
    assert not lasting & SHORT_LIVED


def test_everything_is_carried_there_and_back(lived_in, file, opener_of, new_location):
    before = everything(lived_in)
    assert all(before.values()), "something is in every table"
    copied = carry(lived_in, file, table_copy.copy_everything)
    assert everything(file) == before
    with closing(opener_of(new_location())()) as third:
        assert carry(file, third, table_copy.copy_everything) == copied
        assert everything(third) == before


def test_new_rows_are_numbered_after_those_that_were_carried(
    lived_in, file, opener_of, new_location
):
    carry(lived_in, file, table_copy.copy_everything)
    with closing(opener_of(new_location())()) as third:
        carry(file, third, table_copy.copy_everything)
        with third.writing() as db:
            last = max(db.scalars(select(Staff.id)))
            new = db.execute(insert(Staff).values(email="mai@example.org", role="officer"))
            assert new.inserted_primary_key == (last + 1,)


def test_nothing_short_lived_is_carried_with_what_lasts(lived_in, file):
    before = everything(lived_in)
    copied = carry(lived_in, file, table_copy.copy_lasting)
    after = everything(file)
    for name, rows in before.items():
        if name in SHORT_LIVED:
            assert after[name] == []
        else:
            assert len(after[name]) == len(rows) == copied[name]
            assert after[name] == rows or name == "room"


def test_a_class_that_was_open_is_prepared_again(lived_in, file):
    with lived_in.reading() as db:
        (open_room,) = db.scalars(select(Room).where(Room.opened.is_not(None)))
    carry(lived_in, file, table_copy.copy_lasting)
    with file.reading() as db:
        room = db.get_one(Room, open_room.id)
        assert (room.stage, room.opened, room.code, room.revisions) == ("prepared", None, None, "")
        assert not room.told_optional
        assert room.questions == open_room.questions
        others = db.scalars(select(Room.batch).where(Room.id != room.id)).all()
        assert len([batch for batch in others if batch]) == 4


def test_pools_and_pairs_stay_together(lived_in, file):
    carry(lived_in, file, table_copy.copy_lasting)
    with file.reading() as db:
        (pool,) = db.scalars(select(Batch.id).where(Batch.source == "pool"))
        assert db.scalars(select(Batch.pool).where(Batch.pool.is_not(None))).all() == [pool] * 3
        assert count(db, Attempt) == count(db, Answer) == 0
        assert db.scalars(select(Batch.paired).where(Batch.paired.is_not(None))).one()


def test_an_empty_database_is_told_from_one_that_holds_something(database, file):
    with database.reading() as db, file.writing() as other:
        assert table_copy.is_empty(db)
        assert table_copy.is_empty(other)
        other.add(Batch(source="solo", phase="single", month="2026-11", people=1))
        other.flush()
        assert not table_copy.is_empty(other)
        assert table_copy.counts(other) == {"batch": 1}


def test_a_rehearsal_is_a_prepared_room_in_what_lasts(lived_in, file):
    with lived_in.writing() as db:
        db.execute(update(Room).where(Room.opened.is_not(None)).values(rehearsal=True))
        db.commit()
    carry(lived_in, file, table_copy.copy_lasting)
    with file.reading() as db:
        assert not db.scalars(select(Room.rehearsal).where(Room.rehearsal)).all()
        assert "prepared" in db.scalars(select(Room.stage)).all()
