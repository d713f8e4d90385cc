from fractions import Fraction
from random import Random
from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.question import Theme
from quiz.domain.release import K_PUBLISH, K_REVEAL, may_be_released
from quiz.domain.tally import (
    Counted,
    OptionKey,
    OptionSums,
    QuestionKey,
    QuestionSums,
    ScoreKey,
    Tally,
    add_up,
    percent,
)

THEMES = {"har": Theme.HARASSMENT, "abd": Theme.ABDUCTION, "lit": Theme.LITERACY}


def answered(question: str, *names: str, percent: int | None) -> Counted:
    return Counted(
        question=question,
        revision="r1",
        theme=THEMES[question[:3]],
        names=names,
        percent=percent,
    )


LAN = [
    answered("har-a", "tell", percent=100),
    answered("har-b", "keep", "save", percent=33),
    answered("lit-c", "not-sure", percent=0),
    answered("lit-d", "skip", percent=None),
]

ATTEMPTS = st.lists(
    st.lists(
        st.builds(
            answered,
            st.sampled_from(["har-a", "har-b", "abd-c", "lit-d", "lit-e"]),
            st.sampled_from(["leave", "badge", "skip"]),
            percent=st.none() | st.integers(0, 100),
        ),
        max_size=5,
        unique_by=lambda answer: answer.question,
    ),
    max_size=8,
)


def test_nobody_adds_up_to_nothing():
    assert add_up([]) == Tally()


def test_one_person_adds_up_by_hand():
    tally = add_up([LAN])

    assert tally.people == 1
    assert tally.options == {
        OptionKey("har-a", "r1", "tell"): OptionSums(1, 16),  # (33 + 0) / 2 = 16.5
        OptionKey("har-b", "r1", "keep"): OptionSums(1, 50),
        OptionKey("har-b", "r1", "save"): OptionSums(1, 50),
        OptionKey("lit-c", "r1", "not-sure"): OptionSums(1, 66),  # 66.5
        OptionKey("lit-d", "r1", "skip"): OptionSums(1, 44),
    }
    assert tally.questions == {
        QuestionKey("har-a", "r1", 100): QuestionSums(1, 16, 256),
        QuestionKey("har-b", "r1", 33): QuestionSums(1, 50, 2500),
        QuestionKey("lit-c", "r1", 0): QuestionSums(1, 66, 4356),
    }
    assert tally.scores == {
        ScoreKey("harassment", 2, 133): 1,
        ScoreKey("literacy", 1, 0): 1,
        ScoreKey("all", 3, 133): 1,
    }


def test_an_only_answer_has_no_rest():
    tally = add_up([[answered("har-a", "tell", percent=100)]])
    assert tally.options == {OptionKey("har-a", "r1", "tell"): OptionSums(1, 0)}
    assert tally.questions == {QuestionKey("har-a", "r1", 100): QuestionSums(1, 0, 0)}


def test_who_skipped_everything_is_counted_and_scores_nowhere():
    tally = add_up([[answered("har-a", "skip", percent=None)], []])
    assert tally.people == 2
    assert tally.questions == {}
    assert tally.scores == {ScoreKey("all", 0, 0): 2}


@given(ATTEMPTS, ATTEMPTS)
def test_tallies_add(first, second):
    assert add_up(first) + add_up(second) == add_up(first + second)


@given(ATTEMPTS, st.randoms(use_true_random=False))
def test_who_came_first_does_not_matter(attempts, chance):
    mixed = chance.sample(attempts, len(attempts))
    assert add_up(mixed) == add_up(attempts)


@given(ATTEMPTS)
def test_nobody_is_counted_twice(attempts):
    tally = add_up(attempts)
    assert tally.people == len(attempts)
    assert sum(n for key, n in tally.scores.items() if key.theme == "all") == len(attempts)
    scored = sum(answer.percent is not None for answers in attempts for answer in answers)
    assert sum(sums.count for sums in tally.questions.values()) == scored


def test_item_statistics_follow_from_the_sums_alone():
    chance = Random(23)
    attempts = [
        [
            answered(question, name, percent=100 * (name == "leave"))
            for question in ("har-a", "har-b", "abd-c", "lit-d", "lit-e")
            for name in (chance.choices(["leave", "badge"], [able, 10 - able])[0],)
        ]
        for able in (chance.randint(1, 9) for _ in range(200))
    ]
    own = [answers[0].percent or 0 for answers in attempts]
    rest = [round(sum(answer.percent or 0 for answer in answers[1:]) / 4) for answers in attempts]

    tally = add_up(attempts)
    sums = {key.score: row for key, row in tally.questions.items() if key.question == "har-a"}
    n = sum(row.count for row in sums.values())
    mean_own = sum(score * row.count for score, row in sums.items()) / n
    mean_rest = sum(row.rest_sum for row in sums.values()) / n
    spread_own = sum(score**2 * row.count for score, row in sums.items()) / n - mean_own**2
    spread_rest = sum(row.rest_square_sum for row in sums.values()) / n - mean_rest**2
    shared = sum(score * row.rest_sum for score, row in sums.items()) / n - mean_own * mean_rest
    assert shared / (spread_own * spread_rest) ** 0.5 == pytest.approx(correlation(own, rest))

    badge = tally.options[OptionKey("har-a", "r1", "badge")]
    share = badge.count / n
    shared = badge.rest_sum / n - share * mean_rest
    chose = [score == 0 for score in own]
    assert shared / (share * (1 - share) * spread_rest) ** 0.5 == pytest.approx(
        correlation(chose, rest)
    )


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


def test_ten_people_may_be_published_and_five_answers_shown():
    assert (K_PUBLISH, K_REVEAL) == (10, 5)
    assert [people for people in range(12) if may_be_released(people)] == [10, 11]
