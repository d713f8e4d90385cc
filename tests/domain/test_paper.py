"""What a class on paper can be asked, and what its totals say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.paper import Entry, Mismatch, Mistake, fit, mismatches, tally
from quiz.domain.question import Theme
from tests.questions import make_choice, make_judge, make_multiple, make_order, make_story

QUIZ = [make_choice(id="har-a"), make_judge("fake", id="har-b")]
FIRST, SECOND = QUIZ


def entry(people=10, first=(6, 3), second=(4, 5), right=None):
    options = [
        dict(zip([each.id for each in question.options], counts, strict=False))
        for question, counts in zip(QUIZ, (first, second), strict=True)
    ]
    return Entry(
        people=people, options={"har-a": options[0], "har-b": options[1]}, right=right or {}
    )


def test_numbers_that_fit_are_all_right():
    assert mismatches(entry(), QUIZ) == []
    known = entry().correct(FIRST) + entry().correct(SECOND)
    assert mismatches(entry(right={1: known, 0: 10 - known}), QUIZ) == []


@pytest.mark.parametrize(
    ("made", "mistake"),
    [
        (entry(people=0, first=(), second=()), Mismatch(Mistake.NOBODY)),
        (entry(first=(8, 3)), Mismatch(Mistake.TOO_MANY, "har-a", 11, 10)),
        (entry(right={1: 4}), Mismatch(Mistake.SCORES_OF_OTHERS, None, 4, 10)),
    ],
)
def test_what_does_not_fit_is_named(made, mistake):
    assert mistake in mismatches(made, QUIZ)


def test_scores_must_say_what_the_questions_say():
    wrong = entry(right={0: 10})
    assert [each.mistake for each in mismatches(wrong, QUIZ)] == [Mistake.OTHER_SCORES]


counts = st.integers(0, 40)


@given(st.lists(counts, min_size=2, max_size=2), st.lists(counts, min_size=2, max_size=2))
def test_totals_hold_what_was_entered_and_nothing_else(first, second):
    made = entry(people=80, first=first, second=second, right={2: 30, 0: 50})
    found = tally(made, QUIZ)
    assert found.people == max(made.chosen(question) for question in QUIZ)
    for question in QUIZ:
        given_ = {
            key.option: count for key, count in found.options.items() if key.question == question.id
        }
        assert given_ == {o: n for o, n in made.options[question.id].items() if n}
        scores = {
            key.score: count
            for key, count in found.questions.items()
            if key.question == question.id
        }
        assert sum(scores.values()) == made.chosen(question)
        assert scores.get(100, 0) == made.correct(question)
    assert found.rests == {}


def test_what_does_not_work_on_paper_is_replaced_by_what_is_most_like_it():
    bank = {
        question.id: question
        for question in (
            make_story(id="abd-story", theme=Theme.ABDUCTION, topic="money"),
            make_choice(id="abd-far", theme=Theme.ABDUCTION, topic="family"),
            make_choice(id="abd-near", theme=Theme.ABDUCTION, topic="money"),
            make_choice(id="har-near", theme=Theme.HARASSMENT, topic="money"),
            make_multiple(id="abd-many", theme=Theme.ABDUCTION, topic="money"),
            make_order(id="lit-order", theme=Theme.LITERACY),
        )
    }
    quiz = ("abd-story", "abd-many", "lit-order", "har-near")
    assert fit(quiz, bank) == ("abd-near", "abd-far", "har-near")
    assert fit(("abd-near", "abd-story"), bank) == ("abd-near", "abd-far")
