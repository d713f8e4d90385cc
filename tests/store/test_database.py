"""What holds of a database, whichever kind it is."""

from threading import Thread

import pytest
from sqlalchemy import update
from sqlalchemy.exc import InternalError, OperationalError

from quiz.store import attempts
from quiz.store.tables import Attempt
from tests.store.crash_processes import Victim, open_and_tell, processes
from tests.store.participants import begin, count, take


def test_what_was_not_committed_is_gone(database):
    with database.writing() as db:
        take(db)
    with database.reading() as db:
        assert count(db, Attempt) == 0


def test_a_session_for_reading_cannot_write(database):
    with (
        database.reading() as db,
        pytest.raises((OperationalError, InternalError), match=r"readonly|read-only"),
    ):
        begin(db)


def test_processes_that_start_together_migrate_once(opener):
    barrier = processes.Barrier(4)
    crowd = [Victim(open_and_tell, barrier, opener) for _ in range(4)]
    assert [member.last_words() for member in crowd] == [["open"]] * 4


def test_whoever_writes_finds_what_the_one_before_wrote(database, opener):
    """Each reads a number and writes the next: none is lost, though none says what it locks."""
    with database.writing() as db:
        id = begin(db).id
        db.commit()

    def count_up():
        other = opener()
        for _ in range(10):
            with other.writing() as db:
                position = attempts.enter(db, id).position or 0
                db.execute(update(Attempt).values(position=position + 1))
                db.commit()
        other.close()

    crowd = [Thread(target=count_up) for _ in range(4)]
    for member in crowd:
        member.start()
    for member in crowd:
        member.join()
    with database.reading() as db:
        assert attempts.enter(db, id).position == 40


@pytest.mark.parametrize("backend", ["wal", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_whoever_reads_sees_one_moment(database):
    """With a rollback journal, the commit would wait for her."""
    with database.writing() as writing, database.reading() as reading:
        take(writing)
        assert count(reading, Attempt) == 0
        writing.commit()
        assert count(reading, Attempt) == 0
    with database.reading() as reading:
        assert count(reading, Attempt) == 1
