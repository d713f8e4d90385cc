from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select

from quiz.domain.question import Theme
from quiz.domain.tally import Tally
from quiz.store import attempts
from quiz.store.sealing import Sealed, seal_due
from quiz.store.tables import Answer, Attempt, Batch
from tests.databases import VERSIONS
from tests.proof import length
from tests.questions import make_choice, make_order
from tests.store.crash_processes import CLASS, Victim, processes, seal_day_after_day, seal_once
from tests.store.participants import (
    ANSWERS,
    OTP,
    TODAY,
    TOMORROW,
    YESTERDAY,
    begin,
    count,
    take,
    totals,
    totals_of,
)

KILLS = length(5, 25)


def batches(db):
    rows = db.execute(
        select(Batch.language, Batch.month, Batch.people, Batch.released).order_by(Batch.id)
    )
    return [tuple(row) for row in rows]


def take_often(db, times, **what):
    for _ in range(times):
        take(db, **what)


# ── What is added, and what is deleted ──


def test_tomorrow_answers_are_totals_and_nothing_else(database):
    with database.writing() as db:
        take_often(db, 12)
        take_often(db, 2, finished=False)
        begin(db)
        assert seal_due(db, {}, today=TODAY) == Sealed(people=0, discarded=0)
        assert seal_due(db, {}, today=TOMORROW) == Sealed(people=12, discarded=3)
        assert totals(db) == totals_of(12)
        assert count(db, Attempt) == count(db, Answer) == 0


def test_sealing_again_changes_nothing(database):
    with database.writing() as db:
        take_often(db, 4)
        assert seal_due(db, {}, today=TOMORROW) == Sealed(people=4, discarded=0)
        for _ in range(3):
            assert seal_due(db, {}, today=TOMORROW) == Sealed(people=0, discarded=0)
        assert totals(db) == totals_of(4)
        assert len(batches(db)) == 1


def test_a_sealing_that_is_not_committed_never_was(database):
    with database.writing() as db:
        take_often(db, 4)
        db.commit()
        seal_due(db, {}, today=TOMORROW)
    with database.writing() as db:
        assert totals(db) == totals_of(0)
        assert seal_due(db, {}, today=TOMORROW) == Sealed(people=4, discarded=0)
        assert totals(db) == totals_of(4)


@pytest.mark.parametrize("days", [-3650, -1, 1, 2, 3650])
def test_a_clock_that_jumps_leaves_nothing_behind(database, days):
    with database.writing() as db:
        take(db, day=TODAY + timedelta(days=days))
        take(db)
        assert seal_due(db, {}, today=TODAY) == Sealed(people=1, discarded=0)
        assert [attempt.day for attempt in db.scalars(select(Attempt))] == [TODAY]


def test_who_skipped_everything_is_in_no_total(database):
    with database.writing() as db:
        take(db, answers={})
        take(db, answers={OTP: ("skip", None)})
        assert seal_due(db, {}, today=TOMORROW) == Sealed(people=2, discarded=0)
        assert totals(db) == Tally()
        assert batches(db) == []


def test_the_question_says_under_which_names_and_theme_an_answer_counts(database):
    order = make_order(id="abd-recovery-first-steps", theme=Theme.ABDUCTION)
    moved = make_choice(id="lit-messages-moved", theme=Theme.HARASSMENT)
    with database.writing() as db:
        take(
            db,
            answers={
                order.id: ("stop bank police keep", 67),
                moved.id: ("leave", 100),
                "lit-gone-from-the-bank": ("one two", 50),
            },
        )
        seal_due(db, {order.id: order, moved.id: moved}, today=TOMORROW)
        tally = totals(db)
    assert {(key.question, key.option) for key in tally.options} == {
        (order.id, "stop:1"),
        (order.id, "bank:2"),
        (order.id, "police:3"),
        (order.id, "keep:4"),
        (moved.id, "leave"),
        ("lit-gone-from-the-bank", "one"),
        ("lit-gone-from-the-bank", "two"),
    }


# ── Which batch people are added to ──


def test_people_wait_until_they_are_ten(database):
    with database.writing() as db:
        for day in range(4):
            take_often(db, 3, day=TODAY + timedelta(days=day))
            seal_due(db, {}, today=TODAY + timedelta(days=day + 1))
            assert batches(db) == [("vi", "2026-11", 3 * (day + 1), None)]
            assert totals(db) == totals_of(3 * (day + 1))


def test_languages_are_kept_apart(database):
    with database.writing() as db:
        take_often(db, 11, language="vi")
        take_often(db, 4, language="en")
        seal_due(db, {}, today=TOMORROW)
        assert batches(db) == [("en", "2026-11", 4, None), ("vi", "2026-11", 11, None)]


def test_people_wait_in_the_month_of_the_last_of_them(database):
    with database.writing() as db:
        take_often(db, 3, day=date(2026, 11, 30))
        take_often(db, 6, day=date(2026, 12, 31))
        take_often(db, 7, day=date(2027, 1, 2))
        seal_due(db, {}, today=date(2027, 1, 3))
        assert batches(db) == [("vi", "2027-01", 16, None)]


def test_a_day_that_has_not_come_counts_in_this_month(database):
    with database.writing() as db:
        take_often(db, 10, day=date(2036, 5, 1))
        seal_due(db, {}, today=TODAY)
        assert batches(db) == [("vi", "2026-11", 10, None)]


# ── Exactly once, whatever happens ──


@pytest.mark.slow
def test_two_processes_seal_each_attempt_once(database, opener):
    barrier = processes.Barrier(3)
    people = 0
    for round_ in range(4):
        with database.writing() as db:
            take_often(db, 25)
            take(db, finished=False)
            db.commit()
        people += 25

        rivals = [Victim(seal_once, barrier, opener) for _ in range(3)]
        told = Counter(word for rival in rivals for word in rival.last_words())
        assert told == {Sealed(people=25, discarded=1): 1, Sealed(people=0, discarded=0): 2}, round_
        with database.reading() as db:
            assert totals(db) == totals_of(people)
            assert count(db, Attempt) == count(db, Answer) == 0


@pytest.mark.slow
def test_a_kill_while_sealing_loses_nobody_and_counts_nobody_twice(database, opener):
    database.close()
    chance = Random(3)
    begun = sealed = 0
    for _ in range(KILLS):
        victim = Victim(seal_day_after_day, opener)
        assert victim.word() == "ready"
        told = Counter(victim.kill_in_a_step(chance))

        database = opener()
        with database.reading() as db:
            tally = totals(db)
            waiting = count(db, Attempt)
        database.close()
        # either all of a day's attempts and no totals of theirs, or the other way round
        assert tally == totals_of(tally.people)
        assert waiting in (0, CLASS)
        # what was acknowledged happened, and at most one step more
        assert tally.people + waiting - begun - CLASS * told["taken"] in (0, CLASS)
        assert tally.people >= sealed + CLASS * (told["sealed"] - 1)
        begun, sealed = tally.people + waiting, tally.people
    assert sealed > KILLS


# ── Shredded means shredded ──


def in_folder(folder, needles):
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    return {needle for needle in needles if needle in content}


@pytest.mark.parametrize("backend", VERSIONS)
def test_what_was_sealed_or_left_is_in_no_file(database, tmp_path):
    rare = {number: f"bell oak {number} zinc" for number in range(2600, 2720)}
    unusual = {number: {**ANSWERS, "lit-rare": (rare[number], 50)} for number in rare}
    gone, here = set(), set()
    # Two days lie mixed, and pages are split. With these tokens SQLite leaves the copy of a row in
    # the gap of a page: overwriting what is deleted would not be enough.
    with database.writing() as db:
        for number, answers in unusual.items():
            gone.add(take(db, token=f"yesterday {number}", day=YESTERDAY, answers=answers))
            here.add(take(db, token=f"today {number}"))
        db.commit()
    with database.writing() as db:
        left = take(db, token="left", answers=unusual[2600], finished=False)
        gone |= {
            left,
            take(db, token="unfinished", day=YESTERDAY, answers=unusual[2601], finished=False),
        }
        db.commit()
        attempts.leave(db, left)
        db.commit()
    traces = gone | {pattern.encode() for pattern in rare.values()}
    assert len(in_folder(tmp_path, traces)) >= len(traces) - 1  # all but, perhaps, who left

    with database.writing() as db:
        assert seal_due(db, {}, today=TODAY) == Sealed(people=120, discarded=1)
        db.commit()
    database.scrub_deleted()
    assert in_folder(tmp_path, traces | here) == here

    database.close()
    assert in_folder(tmp_path, traces | here) == here
