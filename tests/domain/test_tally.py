from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.question import Theme
from quiz.domain.tally import (
    CellKey,
    Counted,
    OptionKey,
    QuestionKey,
    RestKey,
    RestSums,
    Tally,
    add_up,
    percent,
)

THEMES = {"har": Theme.HARASSMENT, "abd": Theme.ABDUCTION, "lit": Theme.LITERACY}


def answered(question: str, *names: str, percent: int | None, exclusive: bool = False) -> Counted:
    return Counted(
        question=question,
        revision="r1",
        theme=THEMES[question[:3]],
        names=names,
        percent=percent,
        exclusive=exclusive,
    )


LAN = [
    answered("har-a", "tell", percent=100, exclusive=True),
    answered("har-b", "keep", "save", percent=33),
    answered("lit-c", "not-sure", percent=0, exclusive=True),
    answered("lit-e", "not-sure", percent=0),
    answered("lit-d", "skip", percent=None),
]

ATTEMPTS = st.lists(
    st.lists(
        st.builds(
            answered,
            st.sampled_from(["har-a", "har-b", "abd-c", "lit-d", "lit-e"]),
            st.sampled_from(["leave", "badge", "skip"]),
            percent=st.none() | st.integers(0, 100),
            exclusive=st.booleans(),
        ),
        max_size=5,
        unique_by=lambda answer: answer.question,
    ),
    max_size=8,
)


def test_nobody_adds_up_to_nothing():
    assert add_up([]) == Tally()
    assert Tally().people == 0


def test_one_person_adds_up_by_hand():
    tally = add_up([LAN])

    assert tally.people == 1
    assert tally.options == {
        OptionKey("har-a", "r1", "tell"): 1,
        OptionKey("har-b", "r1", "keep"): 1,
        OptionKey("har-b", "r1", "save"): 1,
        OptionKey("lit-c", "r1", "not-sure"): 1,
        OptionKey("lit-e", "r1", "not-sure"): 1,
    }
    assert tally.questions == {
        QuestionKey("har-a", "r1", 100): 1,
        QuestionKey("har-b", "r1", 33): 1,
        QuestionKey("lit-c", "r1", 0): 1,
        QuestionKey("lit-e", "r1", 0): 1,
    }
    assert tally.rests == {
        RestKey("har-a", "r1", "tell", 100): RestSums(1, 11, 121),  # (33 + 0 + 0) / 3
        RestKey("har-b", "r1", "", 33): RestSums(1, 33, 1089),
        RestKey("lit-c", "r1", "not-sure", 0): RestSums(1, 44, 1936),  # 44.3
        RestKey("lit-e", "r1", "", 0): RestSums(1, 44, 1936),
    }


@pytest.mark.parametrize("scored", [0, 1, 2, 3])
def test_who_has_few_other_answers_has_no_rest(scored):
    """Of two answers, the rest of the one is the other itself."""
    tally = add_up([[*LAN[:scored], LAN[-1]]])
    assert tally.people == min(scored, 1)
    assert tally.rests == {}


def test_what_was_not_scored_counts_nowhere():
    """A story that was not finished has options and no score: shares would pass 100 %."""
    told = [answered("abd-story", "n1:call", "n2:wait", percent=100)] * 12
    begun = [answered("abd-story", "n1:call", percent=None)] * 16
    tally = add_up([[each] for each in (*told, *begun)])
    assert tally.answers == {CellKey("abd-story", "r1"): 12}
    assert set(tally.options.values()) == {12}


def test_people_are_as_many_as_answered_the_same_question():
    """Of thirty seats, ten answered one question and eight another: who else sat there?"""
    first = [[answered("har-a", "tell", percent=100)] for _ in range(10)]
    other = [[answered("har-b", "keep", percent=0)] for _ in range(8)]
    silent = [[answered("har-a", "skip", percent=None)], *[[]] * 11]
    assert add_up([*first, *other, *silent]).people == 10


def test_a_part_is_about_some_questions():
    tally = add_up([LAN] * 3)
    part = tally.only({CellKey("har-a", "r1")})
    assert part.questions == {QuestionKey("har-a", "r1", 100): 3}
    assert {key[0] for key in (*part.options, *part.rests)} == {"har-a"}
    assert tally.only(tally.answers) == tally
    assert tally.only(tally.answers, rests=False).rests == {}


@given(ATTEMPTS, ATTEMPTS)
def test_tallies_add(first, second):
    assert add_up(first) + add_up(second) == add_up(first + second)


@given(ATTEMPTS, st.randoms(use_true_random=False))
def test_who_came_first_does_not_matter(attempts, chance):
    mixed = chance.sample(attempts, len(attempts))
    assert add_up(mixed) == add_up(attempts)


@given(ATTEMPTS)
def test_every_scored_answer_counts_once(attempts):
    tally = add_up(attempts)
    scored = sum(answer.percent is not None for answers in attempts for answer in answers)
    assert sum(tally.questions.values()) == sum(tally.options.values()) == scored
    assert tally.people <= len(attempts)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (None, None),
        (Fraction(0), 0),
        (Fraction(1), 100),
        (Fraction(1, 3), 33),
        (Fraction(2, 3), 67),
        (Fraction(1, 8), 12),  # 12.5
        (Fraction(3, 8), 38),  # 37.5
    ],
)
def test_a_score_is_a_whole_percent(score, expected):
    assert percent(score) == expected
