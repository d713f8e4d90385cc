"""Where an attempt stands, and what its result says."""

import pytest

from quiz.domain.attempt import AttemptStage, Verdict, check_open, result, standing, verdict
from quiz.domain.question import NOT_SURE, SKIPPED, Theme
from quiz.domain.refusals import AlreadyAnswered
from tests.questions import make_choice, make_judge, make_multiple, make_story

CHOICE = make_choice(theme=Theme.HARASSMENT)
STORY = make_story(theme=Theme.ABDUCTION)
MULTIPLE = make_multiple(theme=Theme.HARASSMENT)
GENUINE, FAKE = make_judge("genuine"), make_judge("fake")
QUIZ = [CHOICE, STORY]
RIGHT, WRONG = ("leave",), ("hide",)
HALF_WAY, TO_THE_END = ("call:best",), STORY.best


@pytest.mark.parametrize(
    ("position", "answers", "expected"),
    [
        (None, {}, AttemptStage.NOTICE),
        (0, {}, AttemptStage.ASKING),
        (0, {CHOICE.id: SKIPPED}, AttemptStage.ASKING),
        (0, {CHOICE.id: WRONG}, AttemptStage.EXPLAINING),
        (0, {CHOICE.id: NOT_SURE}, AttemptStage.EXPLAINING),
        (1, {CHOICE.id: RIGHT, STORY.id: HALF_WAY}, AttemptStage.ASKING),
        (1, {CHOICE.id: RIGHT, STORY.id: TO_THE_END}, AttemptStage.EXPLAINING),
        (2, {}, AttemptStage.FINISHED),
    ],
)
def test_where_an_attempt_stands(position, answers, expected):
    assert standing(position, QUIZ, answers) is expected


@pytest.mark.parametrize(
    ("question", "chosen", "expected"),
    [
        (CHOICE, RIGHT, Verdict.RIGHT),
        (CHOICE, WRONG, Verdict.RETRY),
        (CHOICE, NOT_SURE, Verdict.UNSURE),
        (CHOICE, SKIPPED, Verdict.SKIPPED),
        (MULTIPLE, ("password", "location"), Verdict.PARTLY),
        (STORY, STORY.best, Verdict.RIGHT),
        (STORY, HALF_WAY, Verdict.SKIPPED),
    ],
)
def test_what_comes_of_a_question(question, chosen, expected):
    assert verdict(question, chosen) is expected


@pytest.mark.parametrize(
    ("question", "before", "now"),
    [
        (CHOICE, None, RIGHT),
        (CHOICE, SKIPPED, RIGHT),
        (CHOICE, RIGHT, RIGHT),
        (STORY, HALF_WAY, TO_THE_END),
        (STORY, HALF_WAY, ()),
    ],
)
def test_an_answer_may_change_until_it_is_explained(question, before, now):
    check_open(question, before, now)


@pytest.mark.parametrize(
    ("question", "before", "now"),
    [(CHOICE, WRONG, RIGHT), (CHOICE, NOT_SURE, RIGHT), (STORY, TO_THE_END, HALF_WAY)],
)
def test_once_it_is_explained_the_first_answer_stands(question, before, now):
    with pytest.raises(AlreadyAnswered):
        check_open(question, before, now)


def test_a_result_counts_what_was_right_by_theme():
    quiz = [CHOICE, MULTIPLE, STORY, GENUINE]
    answers = {
        CHOICE.id: RIGHT,
        MULTIPLE.id: ("password", "location"),
        STORY.id: SKIPPED,
        GENUINE.id: NOT_SURE,
    }
    outcome = result(quiz, answers)
    harassment, abduction, literacy = outcome.themes
    assert (harassment.right, harassment.partly, harassment.answered) == (1, 1, 2)
    assert (abduction.right, abduction.partly, abduction.answered, abduction.total) == (0, 0, 0, 1)
    assert (literacy.right, literacy.partly, literacy.answered, literacy.total) == (0, 0, 0, 1)
    assert (outcome.right, outcome.partly, outcome.answered) == (1, 1, 2)
    assert (outcome.unsure, outcome.skipped) == (1, 1)


def test_saying_that_one_is_not_sure_costs_no_more_than_skipping():
    outcomes = [
        result([CHOICE, MULTIPLE], {CHOICE.id: RIGHT, MULTIPLE.id: said})
        for said in (NOT_SURE, SKIPPED)
    ]
    assert len({(each.right, each.partly, each.answered, each.themes) for each in outcomes}) == 1


def test_what_was_furthest_from_right_comes_first_and_what_was_skipped_last():
    quiz = [CHOICE, STORY, MULTIPLE, GENUINE]
    answers = {CHOICE.id: RIGHT, MULTIPLE.id: ("password", "location"), GENUINE.id: NOT_SURE}
    assert result(quiz, answers).missed == (GENUINE, MULTIPLE, STORY)


def test_a_theme_that_the_quiz_does_not_have_is_not_in_the_result():
    assert [theme.theme for theme in result([CHOICE], {}).themes] == [Theme.HARASSMENT]


@pytest.mark.parametrize(
    ("genuine", "fake", "expected"),
    [
        (
            ("genuine",),
            ("fake",),
            {"hits": 1, "false_alarms": 0},
        ),
        (("fake",), ("fake",), {"hits": 1, "false_alarms": 1}),
        (
            ("genuine",),
            ("genuine",),
            {"hits": 0, "false_alarms": 0},
        ),
        (NOT_SURE, NOT_SURE, {"hits": 0, "unsure": 2}),
    ],
)
def test_suspecting_everything_is_told_from_telling_apart(genuine, fake, expected):
    whole = result([GENUINE, FAKE], {GENUINE.id: genuine, FAKE.id: fake})
    outcome = whole.discernment
    assert whole.genuine_recognised == (genuine == ("genuine",))
    assert (outcome.genuine, outcome.fake) == (1, 1)
    assert {name: getattr(outcome, name) for name in expected} == expected


def test_skipped_messages_are_left_out_of_discernment():
    outcome = result([GENUINE, FAKE], {GENUINE.id: SKIPPED}).discernment
    assert (outcome.genuine, outcome.fake) == (0, 0)
