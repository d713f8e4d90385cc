"""The quiz taken alone, one floor below the web: a real database, the real bank."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from quiz.domain.question import NOT_SURE, Theme
from quiz.domain.quiz import Length
from quiz.domain.refusals import AlreadyAnswered, NoAttempt, NoStory, NoSuchQuestion, NotFinished
from quiz.service import maintenance, solo
from quiz.service.solo import Asking, Explaining, Finished, Notice
from quiz.store import attempts
from quiz.store.bank import Bank
from quiz.store.database import Database
from tests.databases import TWINS
from tests.questions import posted
from tests.shipped import shipped_bank

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
TODAY = NOON.date()
HERS, OTHER = "her-token", "another-token"
BANK = shipped_bank()


@pytest.fixture(params=TWINS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def start(db, token=HERS, *, bank=BANK, theme=None, length=Length.TEN, seed=1, previous=None):
    solo.start(
        db,
        bank,
        token=token,
        wanted=solo.Wanted(theme=theme, length=length),
        language="vi",
        today=TODAY,
        chance=Random(seed),
        previous=previous,
    )


def questions_of(db):
    """Return the ids of the quiz, as it was assembled."""
    return attempts.enter(db, attempts.attempt_id(HERS)).questions.split()


def begin(db, **options):
    """Start, and read the notice."""
    start(db, **options)
    solo.read_notice(db, BANK, options.get("token", HERS))
    return current_page(db, options.get("token", HERS))


def current_page(db, token=HERS):
    return solo.current_page(db, BANK, token)


def answer_best(db):
    question = current_page(db).question
    solo.answer(db, BANK, HERS, question.id, posted(question, question.best), "vi")
    return question


def finish(db):
    while not isinstance(current_page(db), Finished):
        question = answer_best(db)
        solo.go_on(db, BANK, HERS, question.id)


def test_the_notice_comes_first_then_a_question_then_its_explanation(db):
    start(db)
    assert current_page(db) == Notice(total=len(questions_of(db)))
    solo.read_notice(db, BANK, HERS)
    page_state = current_page(db)
    assert isinstance(page_state, Asking)
    assert (page_state.progress.number, page_state.progress.done) == (1, 0)
    answer_best(db)
    page_state = current_page(db)
    assert isinstance(page_state, Explaining)
    assert page_state.score == 1
    assert (page_state.progress.number, page_state.progress.done) == (1, 1)


def test_the_end_shows_what_to_take_along_and_who_can_help(db):
    begin(db, theme=Theme.HARASSMENT)
    while not isinstance(current_page(db), Finished):
        question = current_page(db).question
        solo.answer(db, BANK, HERS, question.id, posted(question, NOT_SURE), "vi")
        solo.go_on(db, BANK, HERS, question.id)
    end = current_page(db)
    assert len(end.advice) == 3
    assert end.contacts
    assert all(contact.published for contact in end.contacts)
    assert end.result.right == 0


def test_a_second_answer_is_refused_and_the_first_one_stands(db):
    begin(db, theme=Theme.LITERACY)
    question = answer_best(db)
    with pytest.raises(AlreadyAnswered):
        solo.answer(db, BANK, HERS, question.id, posted(question, NOT_SURE), "vi")
    assert current_page(db).chosen == question.best


def test_the_same_answer_again_changes_nothing(db):
    begin(db)
    question = answer_best(db)
    solo.answer(db, BANK, HERS, question.id, posted(question, question.best), "vi")
    assert isinstance(current_page(db), Explaining)


def test_a_question_that_was_not_reached_cannot_be_answered(db):
    begin(db)
    ahead = attempts.enter(db, attempts.attempt_id(HERS)).questions.split()[-1]
    with pytest.raises(NoSuchQuestion):
        solo.answer(db, BANK, HERS, ahead, {"do": ["unsure"]}, "vi")
    with pytest.raises(NoSuchQuestion):
        solo.skip(db, BANK, HERS, ahead)


def test_going_on_waits_for_an_answer(db):
    question = begin(db).question
    solo.go_on(db, BANK, HERS, question.id)
    assert current_page(db).question is question


@pytest.mark.parametrize("press", [solo.skip, solo.go_on, solo.go_back])
def test_a_button_of_a_page_that_was_left_changes_nothing(db, press):
    begin(db)
    first = answer_best(db)
    solo.go_on(db, BANK, HERS, first.id)
    second = answer_best(db)
    solo.go_on(db, BANK, HERS, second.id)
    here = current_page(db).progress.number
    press(db, BANK, HERS, first.id)
    assert current_page(db).progress.number == here


def skip_everything(db):
    while isinstance(page_state := current_page(db), Asking):
        last = page_state.question
        solo.skip(db, BANK, HERS, last.id)
    return last


@pytest.mark.parametrize("press", [solo.skip, solo.go_on, solo.go_back])
def test_a_finished_quiz_stays_finished(db, press):
    begin(db)
    last = skip_everything(db)
    press(db, BANK, HERS, last.id)
    assert isinstance(current_page(db), Finished)


def test_a_skipped_question_is_answered_where_it_stands_or_not_at_all(db):
    first = begin(db).question
    solo.skip(db, BANK, HERS, first.id)
    with pytest.raises(NoSuchQuestion):
        solo.answer(db, BANK, HERS, first.id, posted(first, NOT_SURE), "vi")
    solo.go_back(db, BANK, HERS, current_page(db).question.id)
    solo.answer(db, BANK, HERS, first.id, posted(first, NOT_SURE), "vi")
    assert isinstance(current_page(db), Explaining)


def reach_story(db):
    while (question := current_page(db).question).kind != "story":
        solo.skip(db, BANK, HERS, question.id)
    return question


def test_going_back_in_a_story_counts_once_for_each_page(db):
    begin(db)
    story = reach_story(db)
    for turns, step in enumerate(story.best[:2]):
        solo.answer(db, BANK, HERS, story.id, posted(story, [step]), "vi", turns)
    for _ in range(3):
        solo.go_back(db, BANK, HERS, story.id, 2)
    assert current_page(db).chosen == story.best[:1]


def test_a_turn_that_was_taken_back_does_not_return(db):
    begin(db)
    story = reach_story(db)
    solo.answer(db, BANK, HERS, story.id, posted(story, [story.best[0]]), "vi", 0)
    solo.answer(db, BANK, HERS, story.id, posted(story, [story.best[0]]), "vi", 0)
    solo.answer(db, BANK, HERS, story.id, posted(story, [story.best[1]]), "vi", 1)
    solo.go_back(db, BANK, HERS, story.id, 2)
    solo.answer(db, BANK, HERS, story.id, posted(story, [story.best[0]]), "vi", 0)
    assert current_page(db).chosen == story.best[:1]


def test_a_question_that_changed_is_asked_again(db):
    begin(db)
    question = answer_best(db)
    corrected = replace(question, revision="ffffffff")
    newer = Bank(
        questions={**BANK.questions, question.id: corrected}, contacts=BANK.contacts, sources={}
    )
    page_state = solo.current_page(db, newer, HERS)
    assert isinstance(page_state, Asking)
    assert page_state.question is corrected


def test_a_question_that_left_the_bank_moves_nobody(db):
    begin(db)
    first = answer_best(db)
    solo.go_on(db, BANK, HERS, first.id)
    second = current_page(db).question
    rest = {id_: each for id_, each in BANK.questions.items() if id_ != first.id}
    smaller = Bank(questions=rest, contacts=BANK.contacts, sources={})
    assert solo.current_page(db, smaller, HERS).question is second
    solo.skip(db, smaller, HERS, second.id)
    assert current_page(db).progress.number == 3


def test_nobody_finds_what_belongs_to_another(db):
    begin(db)
    with pytest.raises(NoAttempt):
        current_page(db, OTHER)


def test_the_certificate_waits_for_the_end(db):
    begin(db)
    with pytest.raises(NotFinished):
        solo.certificate(db, BANK, HERS)
    finish(db)
    assert solo.certificate(db, BANK, HERS) == len(questions_of(db))


def test_leaving_forgets_what_is_unfinished_and_keeps_what_is(db):
    begin(db)
    solo.leave(db, HERS)
    with pytest.raises(NoAttempt):
        current_page(db)
    begin(db)
    finish(db)
    solo.leave(db, HERS)
    assert isinstance(current_page(db), Finished)


def test_another_quiz_needs_no_second_notice(db):
    begin(db)
    finish(db)
    start(db, OTHER, previous=HERS)
    assert isinstance(current_page(db, OTHER), Asking)


def test_a_question_that_left_the_bank_is_passed_over(db):
    begin(db)
    gone = current_page(db).question.id
    smaller = Bank(
        questions={id_: each for id_, each in BANK.questions.items() if id_ != gone},
        contacts=BANK.contacts,
        sources={},
    )
    page_state = solo.current_page(db, smaller, HERS)
    assert isinstance(page_state, Asking)
    assert page_state.question.id != gone
    assert page_state.progress.total == len(questions_of(db)) - 1


def test_an_answer_remembers_the_revision_that_was_answered(db):
    question = begin(db).question
    corrected = replace(question, revision="ffffffff")
    newer = Bank(
        questions={**BANK.questions, question.id: corrected}, contacts=BANK.contacts, sources={}
    )
    solo.answer(db, newer, HERS, question.id, posted(question, question.best), "vi")
    attempt = attempts.enter(db, attempts.attempt_id(HERS))
    assert attempts.answers(db, attempt)[question.id].revision == "ffffffff"


def test_the_house_seals_what_is_over(database):
    with database.writing() as db:
        begin(db)
        finish(db)
        begin(db, token=OTHER)
        db.commit()
    assert maintenance.seal(database, BANK, now=NOON).people == 0
    sealed = maintenance.seal(database, BANK, now=NOON + timedelta(days=1))
    assert (sealed.people, sealed.discarded) == (1, 1)
    again = maintenance.seal(database, BANK, now=NOON + timedelta(days=1))
    assert (again.people, again.discarded) == (0, 0)


def test_what_several_people_press_is_done_together_and_a_refusal_spoils_nothing(db):
    """The writer gives one session to all who wait, and commits it once."""
    people = ["an", "binh", "chi"]
    for each in people:
        begin(db, token=each)
    question = solo.current_page(db, BANK, "an").question
    sent = posted(question, question.best)

    def answers(token, id_):
        return lambda db: solo.answer(db, BANK, token, id_, sent, "vi")

    an, binh, nobody, chi = solo.handle_all(
        db,
        [
            answers("an", question.id),
            answers("binh", "no-such-question"),
            answers("somebody-else", question.id),
            lambda db: solo.AttemptState(db, BANK, "chi"),
        ],
    )
    assert isinstance(an, solo.AttemptState)
    assert isinstance(chi, solo.AttemptState)
    assert isinstance(solo.page_of(an), Explaining)
    assert isinstance(binh, NoSuchQuestion)
    assert isinstance(nobody, NoAttempt)
    assert isinstance(solo.page_of(chi), Asking)
    db.commit()
    assert isinstance(solo.current_page(db, BANK, "an"), Explaining)
    assert isinstance(solo.current_page(db, BANK, "binh"), Asking)


def test_a_story_alone_is_one_question_and_a_theme_without_one_changes_nothing(db):
    begin(db, length=Length.STORY, theme=Theme.ABDUCTION)
    assert current_page(db).question.scenes
    assert current_page(db).progress.total == 1
    told = {id_: each for id_, each in BANK.questions.items() if not each.scenes}
    without = replace(BANK, questions=told)
    with pytest.raises(NoStory):
        start(db, "another", bank=without, length=Length.STORY, previous=HERS)
    assert current_page(db).question.scenes
