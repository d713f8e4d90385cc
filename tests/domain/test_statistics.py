from fractions import Fraction
from itertools import chain, repeat
from math import sqrt
from random import Random
from statistics import correlation, fmean, stdev, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.attempt import Discernment
from quiz.domain.kinds import Judge
from quiz.domain.question import Theme
from quiz.domain.statistics import (
    Doubt,
    Estimate,
    QuestionTotals,
    Spread,
    by_question,
    difficulty,
    discernment,
    discrimination,
    doubts,
    gain,
    mean_score,
    option_rest,
    reliability,
    sensitivity,
    spread,
    trend,
    unused,
)
from quiz.domain.statistics.groups import normalised_gain
from quiz.domain.statistics.intervals import (
    Z,
    bonett,
    fisher,
    hedges,
    line,
    student,
    t_quantile,
    welch,
    wilson,
)
from quiz.domain.tally import (
    Counted,
    OptionKey,
    OptionSums,
    QuestionKey,
    QuestionSums,
    ScoreKey,
    Tally,
    add_up,
)
from tests.questions import make_judge

# Five questions of the Law School Admission Test, sections 6 and 7, answered by 1000 people: how
# often each pattern of right and wrong occurred. Bock & Lieberman, Psychometrika 35 (1970) 179-197.
LSAT6 = """
    00000:3   00001:6   00010:2   00011:11  00100:1   00101:1   00110:3   00111:4
    01000:1   01001:8   01010:0   01011:16  01100:0   01101:3   01110:2   01111:15
    10000:10  10001:29  10010:14  10011:81  10100:3   10101:28  10110:15  10111:80
    11000:16  11001:56  11010:21  11011:173 11100:11  11101:61  11110:28  11111:298
"""
LSAT7 = """
    00000:12  00001:19  00010:1   00011:7   00100:3   00101:19  00110:3   00111:17
    01000:10  01001:5   01010:3   01011:7   01100:7   01101:23  01110:8   01111:28
    10000:7   10001:39  10010:11  10011:34  10100:14  10101:51  10110:15  10111:90
    11000:6   11001:25  11010:7   11011:35  11100:18  11101:136 11110:32  11111:308
"""


def people(patterns):
    """Answers of each person, 1 for right."""
    counted = (entry.split(":") for entry in patterns.split())
    rows = chain.from_iterable(repeat(pattern, int(count)) for pattern, count in counted)
    return [[int(letter) for letter in row] for row in rows]


def counted(question, percent, name=None, theme=Theme.LITERACY):
    return Counted(
        question=question,
        revision="r1",
        theme=theme,
        names=(name or ("right" if percent == 100 else "wrong"),),
        percent=percent,
    )


def tally_of(rows):
    """What stays of people whose answers are given as percents."""
    return add_up([[counted(f"q{i}", percent) for i, percent in enumerate(row)] for row in rows])


def questions_of(tally):
    """The totals of each question, in the order of their names."""
    return [totals for _, totals in sorted(by_question(tally).items())]


def scored(*points, answered=1):
    """The tally of people of whom only the sums of their percents are known."""
    return sum(
        (Tally(people=1, scores={ScoreKey("all", answered, sum_): 1}) for sum_ in points), Tally()
    )


def asked(right=0, wrong=0, *, rests=(80, 40), **lures):
    """Totals of a choice: counts by option, with the rest of those who are right and wrong.

    Half of the people have a rest that is 10 higher, half one that is 10 lower.
    """
    lures |= {"wrong": wrong} if wrong else {}
    high, low = rests
    off = sum(lures.values())
    return QuestionTotals(
        {
            100: QuestionSums(right, right * high, right * (high**2 + 100)),
            0: QuestionSums(off, off * low, off * (low**2 + 100)),
        },
        {"right": OptionSums(right, right * high)}
        | {lure: OptionSums(count, count * low) for lure, count in lures.items()},
    )


# ── Published data, by way of the tally ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("patterns", "means", "correlations", "alpha", "error"),
    [
        # ltm::descript(LSAT), Rizopoulos, J. Stat. Softw. 17:5 (2006): "Excluded"; the error is
        # SEM.alpha of mirt::itemstats(expand.table(LSAT6)), Chalmers, J. Stat. Softw. 48:6 (2012).
        (
            LSAT6,
            [0.924, 0.709, 0.553, 0.763, 0.870],
            [0.1128, 0.1532, 0.1728, 0.1444, 0.1216],
            0.2949972,
            0.869,
        ),
        # mirt::itemstats(expand.table(LSAT7)): total.r_if_rm, SEM.alpha.
        (
            LSAT7,
            [0.828, 0.658, 0.772, 0.606, 0.843],
            [0.246, 0.247, 0.313, 0.223, 0.175],
            0.4534087,
            0.886,
        ),
    ],
    ids=["LSAT6", "LSAT7"],
)
def test_totals_tell_what_was_published_of_the_law_school_admission_test(
    patterns, means, correlations, alpha, error
):
    rows = people(patterns)
    tally = tally_of([[100 * answer for answer in row] for row in rows])
    questions = questions_of(tally)

    assert len(rows) == tally.people == 1000
    assert [difficulty(totals).value for totals in questions] == means
    found = [discrimination(totals).value for totals in questions]
    assert found == pytest.approx(correlations, abs=5e-4)
    assert reliability(tally).alpha.value == pytest.approx(alpha, abs=5e-8)
    assert 5 * reliability(tally).error == pytest.approx(error, abs=5e-4)

    # The same from the answers themselves: four other questions have a mean that needs no rounding.
    for totals, own, value in zip(questions, zip(*rows, strict=True), found, strict=True):
        rest = [sum(row) - answer for row, answer in zip(rows, own, strict=True)]
        assert value == pytest.approx(correlation(own, rest))
        assert option_rest(totals, "right").value == pytest.approx(value)
        assert option_rest(totals, "wrong").value == pytest.approx(-value)
    mean = mean_score(tally)
    assert mean.value == pytest.approx(sum(means) / 5)
    half = 1.9623 * stdev(map(fmean, rows)) / sqrt(1000)  # Student's t, 999 degrees of freedom
    assert mean.high - mean.value == pytest.approx(half, rel=1e-4)


def test_totals_tell_of_half_right_answers_what_the_answers_do():
    chance = Random(5)
    rows = [
        [round(100 * min(1, max(0, chance.gauss(able, 0.3)))) for _ in range(8)]
        for able in (chance.random() for _ in range(200))
    ]
    tally = tally_of(rows)
    first = questions_of(tally)[0]
    own = [row[0] for row in rows]
    rest = [round(Fraction(sum(row[1:]), 7)) for row in rows]
    sums = [sum(row) for row in rows]
    parts = sum(variance(answers) for answers in zip(*rows, strict=True))

    assert difficulty(first).value == pytest.approx(fmean(own) / 100)
    assert discrimination(first).value == pytest.approx(correlation(own, rest))
    assert option_rest(first, "right").value == pytest.approx(
        correlation([answer == 100 for answer in own], rest)
    )
    alpha = 8 / 7 * (1 - parts / variance(sums))
    assert reliability(tally).alpha.value == pytest.approx(alpha)
    assert reliability(tally).error == pytest.approx(stdev(sums) / 800 * sqrt(1 - alpha))
    assert spread(tally) == pytest.approx(
        (200, fmean(sums) / 800, variance(each / 800 for each in sums))
    )


# ── Published figures of each formula ─────────────────────────────────────────────────────────────

# Each was computed again with SciPy 1.17 and statsmodels 0.15, but for Feldt’s interval, which is
# as the documentation of statpsych prints it.


# Newcombe, Stat. Med. 17 (1998) 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("of", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals(of, n, low, high):
    assert wilson(of / n, n) == pytest.approx((of / n, low, high), abs=5e-5)


# Fisher & Yates, Statistical Tables (1963) table III, column 0.05.
@pytest.mark.parametrize(
    ("freedom", "t"),
    [
        (4, 2.776),
        (5, 2.571),
        (6, 2.447),
        (7, 2.365),
        (8, 2.306),
        (9, 2.262),
        (10, 2.228),
        (12, 2.179),
        (15, 2.131),
        (20, 2.086),
        (30, 2.042),
        (60, 2.000),
        (120, 1.980),
        (10**9, 1.960),
    ],
)
def test_quantiles_of_student(freedom, t):
    assert t_quantile(freedom) == pytest.approx(t, abs=1e-3)


def test_student_on_ten_people():
    half = 2.262 * 0.1 / sqrt(10)
    assert student(Spread(10, 0.5, 0.01)) == pytest.approx((0.5, 0.5 - half, 0.5 + half), abs=1e-5)
    assert student(Spread(10, 0.99, 0.01)).high == 1
    assert student(Spread(10, 0.01, 0.01)).low == 0


def test_welch_on_the_sleep_of_student():
    # Student, Biometrika 6 (1908) 20; in R, t.test(extra ~ group, sleep): -3.3654832 0.2054832.
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    before, after = (Spread(10, fmean(hours), variance(hours)) for hours in (first, second))
    assert welch(before, after) == pytest.approx((1.58, -0.2054832, 3.3654832), abs=1e-5)


def test_hedges_on_the_example_of_borenstein():
    # Introduction to Meta-Analysis (2009) 26-27: g = 0.5924, its variance 0.0411.
    found = hedges(Spread(50, 100, 4.5**2), Spread(50, 103, 5.5**2))
    assert found.value == pytest.approx(0.5924, abs=5e-5)
    assert ((found.high - found.low) / 2 / Z) ** 2 == pytest.approx(0.0411, abs=5e-5)


def test_normalised_gain_is_a_share_of_what_was_possible():
    # Hake, Amer. J. Phys. 66 (1998) 64: <g> = (<Sf> - <Si>) / (100 - <Si>).
    assert normalised_gain(0.44, 0.72) == pytest.approx(0.5)
    assert normalised_gain(0.5, 0.4) == pytest.approx(-0.2)
    assert normalised_gain(1, 1) is None


def test_fisher_on_weight_and_consumption_of_cars():
    # Henderson & Velleman, Biometrics 37 (1981) 391; in R, cor.test(mtcars$mpg, mtcars$wt).
    expected = (-0.8676594, -0.9338264, -0.7440872)
    assert fisher(-0.8676594, 32) == pytest.approx(expected, abs=1e-7)
    assert fisher(1.0000000002, 50) == (1, 1, 1)


def test_bonett_is_near_to_the_exact_interval_of_feldt():
    # statpsych::ci.cronbach(.05, .85, 7, 89), after Feldt, Psychometrika 30 (1965) 357-370.
    found = bonett(0.85, questions=7, people=89)
    assert found == pytest.approx((0.85, 0.7971, 0.8931), abs=5e-3)


def test_the_line_through_weighted_points():
    # Weisberg, Applied Linear Regression (2005) 5.1: slope 530.835, its error 47.550.
    x = [0.345, 0.287, 0.251, 0.225, 0.207, 0.186, 0.161, 0.132, 0.084, 0.060]
    y = [367, 311, 295, 268, 253, 239, 220, 213, 193, 192]
    off = [17, 9, 9, 7, 7, 6, 6, 6, 5, 5]
    found = line(list(zip(x, y, [error**-2 for error in off], strict=True)))
    half = 2.306 * 47.550
    assert found == pytest.approx((530.835, 530.835 - half, 530.835 + half), abs=0.01)


# ── Fake and genuine ──────────────────────────────────────────────────────────────────────────────


def test_sensitivity_on_the_example_of_wickens():
    # Elementary Signal Detection Theory (2002) ch. 2, with the log-linear correction as in
    # statpsych::signal(82, 46, 100, 100): d-prime 1.002793, bias -0.4019603.
    found = sensitivity(
        Discernment(fake=100, hits=82, genuine=100, false_alarms=46, unsure=0),
    )
    assert (found.hit_rate, found.false_alarm_rate) == (0.82, 0.46)
    assert found.d_prime == pytest.approx(1.002793, abs=1e-6)
    assert found.criterion == pytest.approx(-0.4019603, abs=1e-6)


@pytest.mark.parametrize(("hits", "false_alarms"), [(30, 0), (0, 30), (30, 30), (0, 0)])
def test_sensitivity_is_finite_where_all_agree(hits, false_alarms):
    judged = Discernment(fake=30, hits=hits, genuine=30, false_alarms=false_alarms, unsure=0)
    found = sensitivity(judged)
    assert abs(found.d_prime) < 5
    assert abs(found.criterion) < 3
    assert (found.d_prime > 0) == (hits > false_alarms)
    assert (found.criterion < 0) == (hits + false_alarms > 30)


def test_discernment_counts_calls_over_all_revisions():
    tally = add_up(
        [
            [counted("fake", 100, "fake"), counted("genuine", 0, "fake")],
            [counted("fake", 0, "genuine"), counted("genuine", 100, "genuine")],
            [counted("fake", 0, "not-sure"), counted("genuine", None, "skip")],
            [counted("other", 0, "fake")],
        ]
    )
    again = Tally(
        people=7,
        options={OptionKey("fake", "r2", "fake"): OptionSums(7, 0)},
        questions={QuestionKey("fake", "r2", 100): QuestionSums(7, 0, 0)},
    )
    messages = [make_judge(Judge.FAKE, id="fake"), make_judge(Judge.GENUINE, id="genuine")]
    assert discernment(tally + again, messages) == Discernment(
        fake=10, hits=8, genuine=2, false_alarms=1, unsure=1
    )


# ── What is too little to say ─────────────────────────────────────────────────────────────────────


def test_ten_answers_make_a_mean():
    assert difficulty(asked(9)) is None
    assert difficulty(asked(10)).value == 1
    assert mean_score(scored(*[50] * 9)) is None
    assert mean_score(scored(*[50] * 10)).value == 0.5


def test_fifty_answers_make_a_correlation():
    assert discrimination(asked(25, 24)) is None
    assert discrimination(asked(25, 25)).value > 0.5
    assert option_rest(asked(25, 24), "wrong") is None
    assert option_rest(asked(25, 25), "wrong").value < -0.5


def test_what_never_varies_correlates_with_nothing():
    nothing_to_compare = QuestionTotals(
        {100: QuestionSums(50, 0, 0), 0: QuestionSums(50, 0, 0)}, {"right": OptionSums(50, 0)}
    )
    assert discrimination(asked(100)) is None
    assert discrimination(nothing_to_compare) is None
    assert option_rest(asked(50, 50), "never-chosen") is None


def test_two_questions_that_always_agree_correlate_fully():
    tally = tally_of([[0, 0], [100, 100]] * 30)
    assert discrimination(questions_of(tally)[0]) == (1, 1, 1)
    assert reliability(tally).alpha == pytest.approx((1, 1, 1))
    assert reliability(tally).error == pytest.approx(0)


def test_sixty_answers_show_what_nobody_chooses():
    assert unused(asked(49, 10), ["wrong", "rare"]) is None
    assert unused(asked(50, 10), ["wrong", "rare"]) == ["rare"]
    assert unused(asked(95, rare=5), ["rare"]) == []
    assert unused(asked(96, rare=4), ["rare"]) == ["rare"]


ALIKE = [[100, 0, 50], [0, 100, 0], [100, 100, 100]] * 10


@pytest.mark.parametrize(
    "tally",
    [
        tally_of(ALIKE[:29]),
        tally_of([[percent] for percent in [0, 100] * 20]),
        tally_of([[100, 0]] * 20 + [[0, 100]] * 20),
        tally_of([*ALIKE, [100, 0, None]]),
        tally_of([*ALIKE, [100, 0]]),
        tally_of(ALIKE) + Tally(people=30),
        tally_of(ALIKE)
        + add_up([[counted(f"other{i}", percent) for i, percent in enumerate(ALIKE[0])]]),
    ],
    ids=[
        "too few people",
        "one question",
        "all have the same sum",
        "one skipped",
        "one had a shorter quiz",
        "sums of people are missing",
        "one had another quiz",
    ],
)
def test_reliability_is_that_of_one_quiz_that_all_have_answered(tally):
    assert reliability(tally_of(ALIKE))
    assert reliability(tally) is None


def test_sensitivity_takes_thirty_judgements_of_each_sort():
    enough = {"hits": 5, "false_alarms": 5, "unsure": 0}
    assert sensitivity(Discernment(fake=29, genuine=90, **enough)) is None
    assert sensitivity(Discernment(fake=90, genuine=29, **enough)) is None
    assert sensitivity(Discernment(fake=30, genuine=30, **enough))


# ── Doubts ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        (asked(60, 40), []),
        (asked(95, 5), []),
        (asked(96, 4), [Doubt.TOO_EASY, Doubt.UNUSED_OPTION]),
        (asked(59), []),
        (asked(60), [Doubt.TOO_EASY, Doubt.UNUSED_OPTION]),
        (asked(25, 75), []),
        (asked(24, 76), [Doubt.TOO_HARD]),
        (asked(0, 59), []),
        (asked(60, 40, rests=(50, 50)), [Doubt.KEY_NOT_CHOSEN_BY_STRONG]),
        (asked(60, 39, rests=(40, 80)), []),
        (asked(60, 40, rests=(40, 80)), [Doubt.KEY_NOT_CHOSEN_BY_STRONG]),
    ],
)
def test_doubts_about_a_choice(totals, expected):
    assert doubts(totals, right=["right"], wrong=["wrong"], chance=0.25) == expected


def test_a_wrong_option_that_draws_the_strong_is_a_doubt():
    """Most who are wrong know little, but those whom the lure draws know most of all."""
    totals = QuestionTotals(
        {100: QuestionSums(50, 50 * 60, 50 * 3700), 0: QuestionSums(50, 50 * 44, 50 * 2700)},
        {
            "right": OptionSums(50, 50 * 60),
            "wrong": OptionSums(35, 35 * 29),
            "lure": OptionSums(15, 15 * 79),
        },
    )
    assert discrimination(totals).value > 0.2
    assert option_rest(totals, "lure").value > option_rest(totals, "right").value
    found = doubts(totals, right=["right"], wrong=["wrong", "lure"])
    assert found == [Doubt.KEY_NOT_CHOSEN_BY_STRONG]
    assert doubts(totals, right=["right"], wrong=["wrong"]) == []


def test_a_few_strong_people_who_erred_are_no_doubt():
    totals = QuestionTotals(
        {
            100: QuestionSums(50, 50 * 60, 50 * 3700),
            0: QuestionSums(50, 46 * 40 + 4 * 100, 50 * 2300),
        },
        {
            "right": OptionSums(50, 50 * 60),
            "wrong": OptionSums(46, 46 * 40),
            "odd": OptionSums(4, 4 * 100),
        },
    )
    assert option_rest(totals, "odd").value > option_rest(totals, "right").value
    assert doubts(totals, right=["right"], wrong=["wrong", "odd"]) == [Doubt.UNUSED_OPTION]


def test_where_nothing_is_offered_only_the_scores_are_doubted():
    assert doubts(asked(15, 85)) == [Doubt.TOO_HARD]
    assert doubts(asked(60, 40)) == []


# ── Classes and months ────────────────────────────────────────────────────────────────────────────


def test_who_skipped_everything_has_no_score():
    tally = scored(*[100] * 10) + scored(*[0] * 5, answered=0)
    assert spread(tally) == Spread(10, 1, 0)


def test_who_answered_more_does_not_count_more():
    tally = scored(*[900] * 10, answered=9) + scored(*[0] * 10)
    assert mean_score(tally).value == 0.5


def test_themes_have_means_of_their_own():
    answers = [counted("q", 100), counted("r", 50, theme=Theme.ABDUCTION)]
    tally = add_up([answers] * 10)
    assert mean_score(tally).value == 0.75
    assert mean_score(tally, Theme.ABDUCTION).value == 0.5
    assert mean_score(tally, Theme.HARASSMENT) is None


def test_people_who_all_scored_a_third_leave_room_for_doubt():
    mean = mean_score(scored(*[99] * 20, answered=3))
    assert mean == wilson(0.33, 20)


def test_a_gain_is_told_in_three_ways():
    before, after = scored(*[20, 40, 60] * 10), scored(*[40, 60, 80, 100] * 10)
    first, second = spread(before), spread(after)
    assert first
    assert second
    found = gain(before, after)
    assert found.difference.value == pytest.approx(0.3)
    assert found.difference == welch(first, second)
    assert found.effect == hedges(first, second)
    assert found.normalised == pytest.approx(0.5)
    backwards = gain(after, before)
    assert backwards.difference.value == -found.difference.value
    assert backwards.effect.value == -found.effect.value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (scored(*range(9)), scored(*range(10))),
        (scored(*range(10)), scored(*range(9))),
        (scored(*[40] * 10), scored(*[60] * 10)),
    ],
)
def test_a_gain_takes_ten_people_before_and_after_who_are_not_all_alike(before, after):
    assert gain(before, after) is None


def test_a_trend_is_a_line_through_the_months_that_have_enough_people():
    months = {
        f"2026-{month:02}": scored(*[40 + 2 * month, 60 + 2 * month] * 5) for month in range(7, 13)
    }
    # From December to February two months pass, in which scores go on as before.
    months |= {"2027-02": scored(*[68, 88] * 50), "2027-01": scored(0, 0)}
    assert trend(means(months)) == pytest.approx((0.02, 0.02, 0.02))


def means(months):
    """Return the mean score and the number of people of each month."""
    return {
        month: (
            sum(key.points / key.answered / 100 * n for key, n in tally.scores.items())
            / tally.people,
            tally.people,
        )
        for month, tally in months.items()
    }


def test_many_people_pull_a_trend_more_than_few():
    months = {f"2026-{month:02}": scored(*[40, 60] * 5) for month in range(1, 7)}
    few = trend(means(months | {"2026-07": scored(*[70, 90] * 5)}))
    many = trend(means(months | {"2026-07": scored(*[70, 90] * 50)}))
    assert many.value > few.value > 0


def test_six_months_make_a_trend():
    months = {f"2026-{month:02}": scored(*[40, 60 + month] * 5) for month in range(1, 7)}
    assert trend(means(months))
    months["2026-06"] = scored(50)
    assert trend(means(months)) is None
    assert trend({}) is None


# ── Whatever the numbers ──────────────────────────────────────────────────────────────────────────

SHARES = st.floats(0, 1)
SPREADS = st.builds(Spread, st.integers(10, 500), SHARES, st.floats(1e-4, 0.25))
ROWS = st.integers(1, 4).flatmap(
    lambda length: st.lists(st.lists(st.integers(0, 100), min_size=length, max_size=length))
)


def holds(found: Estimate, low=0.0, high=1.0):
    return low <= found.low <= found.value <= found.high <= high


@given(SHARES, st.integers(1, 10**6))
def test_wilson_stays_between_0_and_1(share, n):
    assert holds(wilson(share, n))


@given(SHARES, st.integers(1, 10**4))
def test_twice_the_people_are_twice_as_telling(share, n):
    once, twice = wilson(share, n), wilson(share, 2 * n)
    assert twice.high - twice.low < once.high - once.low


@given(SPREADS)
def test_means_stay_between_0_and_1(scores):
    assert holds(student(scores))


@given(SPREADS, SPREADS)
def test_differences_lie_in_their_intervals(before, after):
    assert holds(welch(before, after), -3, 3)
    assert holds(hedges(before, after), -1000, 1000)


@given(st.floats(-1, 1), st.integers(50, 10**5))
def test_correlations_stay_between_minus_1_and_1(r, n):
    found = fisher(r, n)
    assert -1 <= found.low <= r + 1e-12
    assert r - 1e-12 <= found.high <= 1


@settings(deadline=None)  # how long an example takes is no fault of the figures
@given(ROWS, st.integers(1, 60))
def test_any_class_has_figures_that_make_sense_or_none(rows, times):
    tally = tally_of(rows * times)
    assert (mean_score(tally) is None) == (len(rows) * times < 10)
    for totals in by_question(tally).values():
        assert (found := difficulty(totals)) is None or holds(found)
        assert (found := discrimination(totals)) is None or -1 <= found.value <= 1
        doubts(totals, right=["right"], wrong=["wrong"])
    whole = reliability(tally)
    assert whole is None or (whole.alpha.value <= 1 and whole.error >= 0)
    gain(tally, tally)
