from hashlib import sha256
from random import Random

import pytest
from sqlalchemy import select

from quiz.domain.refusals import NoAttempt
from quiz.store import attempts
from quiz.store.tables import Answer, Attempt
from tests.store.crash_processes import Victim, answer_without_pause
from tests.store.participants import QUESTIONS, TODAY, answer, begin, count, take

IMAGES, AUTHORITY, OTP = QUESTIONS


def kept(db, attempt):
    return {
        question: (answer.chosen, answer.score)
        for question, answer in attempts.answers(db, attempt).items()
    }


def test_a_token_is_random_and_the_id_does_not_give_it_away():
    tokens = {attempts.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {22}
    ids = {attempts.attempt_id(token) for token in tokens}
    assert len(ids) == 1000
    assert {len(id) for id in ids} == {16}
    assert attempts.attempt_id("a token") == sha256(b"a token").digest()[:16]


def test_an_attempt_that_began_is_found_again(database):
    id = attempts.attempt_id("her token")
    with database.writing() as db:
        attempts.start(
            db, id, day=TODAY, theme="literacy", language="en", questions=[OTP, AUTHORITY]
        )
        db.commit()
    with database.reading() as db:
        attempt = attempts.enter(db, id)
        assert attempt is attempts.find(db, id)
        assert (attempt.day, attempt.theme, attempt.language) == (TODAY, "literacy", "en")
        assert attempt.questions == f"{OTP} {AUTHORITY}"
        assert attempt.position is None
        assert attempt.finished is False
        assert kept(db, attempt) == {}


def test_an_attempt_that_never_was_is_refused(database):
    with database.reading() as db:
        assert attempts.find(db, b"0123456789abcdef") is None
        with pytest.raises(NoAttempt):
            attempts.enter(db, b"0123456789abcdef")


def test_an_answer_sent_again_replaces_and_never_doubles(database):
    with database.writing() as db:
        attempt = begin(db)
        for _ in range(5):
            answer(db, attempt, IMAGES, "share", 0)
        assert kept(db, attempt) == {IMAGES: ("share", 0)}

        answer(db, attempt, IMAGES, "tell-somebody", 100)
        answer(db, attempt, OTP, "skip", None)
        db.commit()
    with database.reading() as db:
        assert kept(db, attempt) == {IMAGES: ("tell-somebody", 100), OTP: ("skip", None)}
        assert count(db, Answer) == 2


def test_leaving_takes_the_answers_along_and_nobody_elses(database):
    with database.writing() as db:
        stays = take(db, finished=False)
        leaves = take(db, finished=False)
        attempts.leave(db, leaves)
        attempts.leave(db, leaves)
        db.commit()
    with database.reading() as db:
        assert attempts.find(db, leaves) is None
        assert db.scalars(select(Attempt.id)).all() == [stays]
        assert set(db.scalars(select(Answer.attempt))) == {stays}


def test_who_has_finished_is_counted_though_she_leaves(database):
    with database.writing() as db:
        id = take(db)
        attempts.leave(db, id)
        db.commit()
        assert attempts.enter(db, id).finished


def test_an_acknowledged_answer_survives_a_kill(database, opener):
    with database.writing() as db:
        id = begin(db).id
        db.commit()
    database.close()

    chance = Random(1)
    acknowledged = -1
    for _ in range(15):
        victim = Victim(answer_without_pause, opener, id, acknowledged + 1)
        assert victim.word() == "ready"
        words = victim.kill_in_a_step(chance)
        acknowledged = max([acknowledged, *words])

        database = opener()
        with database.reading() as db:
            answers = kept(db, attempts.enter(db, id))
        database.close()
        # the last one may have been kept without the acknowledgement having got through
        assert len(answers) - 1 - acknowledged in (0, 1)
        assert answers == {
            f"lit-question-{number}": (f"chose-{number}", number % 101)
            for number in range(len(answers))
        }
    assert acknowledged > 15
