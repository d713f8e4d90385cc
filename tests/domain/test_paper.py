"""What a class on paper can be asked, and what its totals say."""

from collections import Counter
from dataclasses import replace
from operator import eq

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.paper import Entry, Mismatch, Mistake, fit, mismatches, tally
from quiz.domain.question import Theme
from quiz.domain.tally import Counted, add_up, percent
from tests.questions import (
    make_choice,
    make_judge,
    make_match,
    make_multiple,
    make_order,
    make_story,
)

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


MATCH = make_match(id="lit-match")


def matched(sheets, people=10, **more):
    """Return what is counted on sheets that give the three things these partners."""
    counts = Counter(
        f"{thing.id}:{partner}"
        for partners in sheets
        for thing, partner in zip(MATCH.things, partners, strict=True)
    )
    right = [thing.partner for thing in MATCH.things]
    counts.update(str(sum(map(eq, partners, right))) for partners in sheets)
    return Entry(people=people, options={MATCH.id: {**counts, **more}})


RIGHT = ("fake-page", "pressure", "isolation")
ONE_RIGHT = ("fake-page", "isolation", "pressure")
SAME_TWICE = ("fake-page", "pressure", "pressure")


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (matched([]), []),
        (matched([RIGHT, RIGHT, ONE_RIGHT, SAME_TWICE]), []),
        (matched([RIGHT] * 11), [Mismatch(Mistake.TOO_MANY, MATCH.id, 11, 10)]),
        (matched([], **{"3": 4}), [Mismatch(Mistake.NO_LINES, MATCH.id)]),
        (matched([], **{"link:prize": 4}), [Mismatch(Mistake.NO_SCORES, MATCH.id)]),
        (
            matched([RIGHT] * 6, **{"haste:prize": 2}),
            [Mismatch(Mistake.OTHER_LINE, MATCH.id, 8, 6, 2)],
        ),
        (
            matched([RIGHT, RIGHT, ONE_RIGHT], **{"3": 1, "2": 1}),
            [Mismatch(Mistake.OTHER_LINES_RIGHT, MATCH.id, 7, 6)],
        ),
    ],
)
def test_what_does_not_fit_in_a_match_is_named(made, found):
    assert mismatches(made, [MATCH]) == found


def test_a_match_is_right_if_all_its_lines_are():
    made = matched([RIGHT, RIGHT, ONE_RIGHT, SAME_TWICE])
    assert (made.chosen(MATCH), made.correct(MATCH)) == (4, 2)
    table = replace(made, people=4, right={1: 2, 0: 2})
    assert mismatches(table, [MATCH]) == []
    assert mismatches(replace(table, right={1: 3, 0: 1}), [MATCH]) == [
        Mismatch(Mistake.OTHER_SCORES, None, 3, 2)
    ]


@given(st.lists(st.permutations([partner.id for partner in MATCH.partners]), max_size=30))
def test_totals_of_a_match_are_those_of_the_same_answers_on_phones(orders):
    sheets = [order[:3] for order in orders]
    made = matched(sheets, people=30)
    assert mismatches(made, [MATCH]) == []
    names = [thing.id for thing in MATCH.things]
    answers = [MATCH.accept(list(map("{}:{}".format, names, partners))) for partners in sheets]
    on_phones = add_up(
        [
            Counted(
                question=MATCH.id,
                revision=MATCH.revision,
                theme=MATCH.theme,
                names=MATCH.counted(chosen),
                percent=percent(MATCH.score(chosen)),
            )
        ]
        for chosen in answers
    )
    assert tally(made, [MATCH]) == on_phones


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
            make_match(id="abd-match", theme=Theme.ABDUCTION, topic="family"),
        )
    }
    quiz = ("abd-story", "abd-many", "lit-order", "har-near")
    assert fit(quiz, bank) == ("abd-near", "abd-far", "har-near")
    assert fit(("abd-near", "abd-story"), bank) == ("abd-near", "abd-far")
    assert fit(("abd-match",), bank) == ("abd-match",)
