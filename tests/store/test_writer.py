"""Answers that share a commit."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from quiz.domain.refusals import NotAnAnswer
from quiz.store.refusals import DiskFull
from quiz.store.tables import Answer
from quiz.store.writer import Work, Writer
from tests.store.participants import answer, begin, one_by_one

FIRST, SECOND, THIRD = "har-first", "abd-second", "lit-third"


@pytest.fixture
def write(database):
    """Write in one batch for somebody; return what each was told, and the answers there are."""
    with database.writing() as db:
        attempt = begin(db)
        db.commit()

    def together(*works):
        batch: list[Work[Any, Any]] = [Work(partial(work, attempt=attempt)) for work in works]
        Writer(database, one_by_one).write_together(batch)
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
