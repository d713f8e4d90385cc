"""Answers that share a commit."""

import gc
import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic, sleep
from typing import Any
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quiz.domain.refusals import NotAnAnswer
from quiz.store.group_commit import GroupCommitQueue, QueuedItem
from quiz.store.refusals import DiskFull
from quiz.store.sqlite import SQLite
from quiz.store.tables import Answer
from tests.store.participants import answer, begin, one_by_one

FIRST, SECOND, THIRD = "har-first", "abd-second", "lit-third"


@pytest.fixture
def write(database):
    """Write in one batch for somebody; return what each was told, and the answers there are."""
    with database.writing() as db:
        attempt = begin(db)
        db.commit()

    def together(*works):
        batch: list[QueuedItem[Any, Any]] = [
            QueuedItem(partial(work, attempt=attempt)) for work in works
        ]
        GroupCommitQueue(database, one_by_one).write_together(batch)
        with database.reading() as db:
            kept = set(db.scalars(select(Answer.question)))
        return [type(work.future.exception()) for work in batch], kept

    return together


def keeping(question):
    return lambda db, attempt: answer(db, attempt, question, "badge", 0)


def failing(error):
    def fail(db, attempt):
        keeping(SECOND)(db, attempt)
        raise error

    return fail


def refuse(_db, attempt):
    raise NotAnAnswer


def test_all_are_kept(write):
    told, kept = write(keeping(FIRST), keeping(SECOND), keeping(THIRD))
    assert told == [type(None)] * 3
    assert kept == {FIRST, SECOND, THIRD}


def test_a_refusal_is_told_to_whom_it_concerns(write):
    told, kept = write(keeping(FIRST), refuse, keeping(THIRD))
    assert told == [type(None), NotAnAnswer, type(None)]
    assert kept == {FIRST, THIRD}


def test_what_breaks_after_it_has_written_leaves_nothing_and_harms_nobody(write):
    told, kept = write(keeping(FIRST), refuse, failing(KeyError()), keeping(THIRD))
    assert told == [type(None), NotAnAnswer, KeyError, type(None)]
    assert kept == {FIRST, THIRD}


def test_trouble_with_the_database_is_told_to_all(write):
    told, kept = write(keeping(FIRST), failing(DiskFull("")), keeping(THIRD))
    assert told == [DiskFull] * 3
    assert kept == set()


@given(calls=st.lists(st.sampled_from(["before", "during", "after", "never"]), max_size=12))
@settings(deadline=None, max_examples=40, database=None, derandomize=True)
def test_whoever_goes_away_takes_nobody_with_her(migrated, calls):
    """Each of many calls her answer off: before it is written, while it is, or when it was."""
    writing, go_on = Event(), Event()

    def write_all(_db, items):
        writing.set()
        assert go_on.wait(30)
        return items

    with TemporaryDirectory() as folder:
        shutil.copy(migrated, path := Path(folder) / "quiz.db")
        database = SQLite.open(path)
        writer: GroupCommitQueue[int, int] = GroupCommitQueue(database, write_all)
        first = writer.submit(-1)
        assert writing.wait(30)  # what comes now is the next batch
        futures = [writer.submit(number) for number in range(len(calls))]
        gone = [
            future.cancel() for future, call in zip(futures, calls, strict=True) if call == "before"
        ]
        assert all(gone)
        assert not first.cancel(), "it is being written"
        go_on.set()
        assert first.result(30) == -1
        for number, (future, call) in enumerate(zip(futures, calls, strict=True)):
            if call == "during":
                future.cancel()
            elif call != "before":
                assert future.result(30) == number
            if call == "after":
                assert not future.cancel()
        assert writer.write(99) == 99
        writer.stop()
        database.close()


def test_a_mistake_of_the_program_ends_nothing_but_what_it_concerns(database):
    def write_all(_db, items):
        return [] if 13 in items else items

    writer: GroupCommitQueue[int, int] = GroupCommitQueue(database, write_all)
    with pytest.raises(ValueError, match="zip"):
        writer.submit(13).result(30)
    assert writer.submit(1).result(30) == 1
    writer.stop()


def test_nothing_that_was_written_is_held_while_no_more_comes(database):
    """Nor who asked: what was refused would keep her whole request."""

    class Work:
        def __call__(self, _db: object) -> None:
            raise NotAnAnswer

    work = Work()
    held = ref(work)
    queue: GroupCommitQueue[Any, Any] = GroupCommitQueue(database, one_by_one)
    with pytest.raises(NotAnAnswer):
        queue.write(work)
    del work
    until = monotonic() + 10
    while held() is not None and monotonic() < until:  # the thread may still be at its end
        gc.collect()
        sleep(0.01)
    assert held() is None
    queue.stop()
