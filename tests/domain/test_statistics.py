from math import sqrt
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.attempt import Discernment
from quiz.domain.kinds import Judge
from quiz.domain.question import Theme
from quiz.domain.statistics import (
    Correlations,
    Doubt,
    Estimate,
    QuestionTotals,
    Sums,
    correlations,
    difficulty,
    discernment,
    doubts,
    gain,
    mean_score,
    sensitivity,
    trend,
    unused,
)
from quiz.domain.statistics.groups import normalised_gain
from quiz.domain.statistics.intervals import (
    line,
    mean_correlation,
    ratio,
    t_quantile,
    wilson,
)
from quiz.domain.tally import Counted, OptionKey, QuestionKey, Tally, add_up
from quiz.domain.unit import Unit
from tests.questions import make_judge


def counted(question, percent, name, theme=Theme.LITERACY):
    return Counted(question=question, revision="r1", theme=theme, names=(name,), percent=percent)


def asked(right=0, wrong=0, **lures):
    """Totals of a choice: counts by option."""
    lures |= {"wrong": wrong} if wrong else {}
    return QuestionTotals({100: right, 0: sum(lures.values())}, {"right": right} | lures)


def linked(*, people=100, right=0.3, **wrong):
    """What units say of a choice: how choosing each option goes with the rest."""
    options = {"right": right} | wrong
    return Correlations(
        people=people,
        discrimination=Estimate(right, right, right),
        options={option: Estimate(r, r, r) for option, r in options.items()},
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


def test_normalised_gain_is_a_share_of_what_was_possible():
    # Hake, Amer. J. Phys. 66 (1998) 64: <g> = (<Sf> - <Si>) / (100 - <Si>).
    assert normalised_gain(0.44, 0.72) == pytest.approx(0.5)
    assert normalised_gain(0.5, 0.4) == pytest.approx(-0.2)
    assert normalised_gain(1, 1) is None


def test_the_correlation_of_weight_and_consumption_of_cars():
    # Henderson & Velleman, Biometrics 37 (1981) 391; in R, cor.test(mtcars$mpg, mtcars$wt).
    expected = (-0.8676594, -0.9338264, -0.7440872)
    assert mean_correlation([(-0.8676594, 32)]) == pytest.approx(expected, abs=1e-7)
    assert mean_correlation([(1, 50)]).value == pytest.approx(0.995)


def test_the_mean_of_several_correlations():
    # Fisher, Statistical Methods for Research Workers, 34: 0.60 of 28 and 0.80 of 20 pairs; their z
    # are 0.6931 and 1.0986, and their mean, weighted with 25 and 17, is 0.8573.
    found = mean_correlation([(0.6, 28), (0.8, 20)])
    assert found.value == pytest.approx(0.6949, abs=2e-4)


def test_the_ratio_of_clusters():
    # Computed in fractions: of 5 clusters x and y, R = 150/250; the residuals y - R x are
    # 4, -2, 0, 3, -5, so s = sqrt(54 / 4), and the half width is t(4) sqrt(5) s / 250.
    x, y = [40, 60, 50, 45, 55], [28, 34, 30, 30, 28]
    half = 2.7764 * sqrt(5 * 54 / 4) / 250
    assert ratio(x, y) == pytest.approx((0.6, 0.6 - half, 0.6 + half), abs=1e-4)
    assert ratio([10, 10], [10, 10]) == (1, 1, 1)


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
        options={OptionKey("fake", "r2", "fake"): 7},
        questions={QuestionKey("fake", "r2", 100): 7},
    )
    messages = [make_judge(Judge.FAKE, id="fake"), make_judge(Judge.GENUINE, id="genuine")]
    assert discernment(tally + again, messages) == Discernment(
        fake=10, hits=8, genuine=2, false_alarms=1, unsure=1
    )


# ── What is too little to say ─────────────────────────────────────────────────────────────────────


def test_ten_answers_make_a_difficulty():
    assert difficulty(asked(9)) is None
    assert difficulty(asked(10)).value == 1


def test_five_batches_make_a_mean():
    four = [Sums(12, 600)] * 4
    assert mean_score(four) is None
    assert mean_score([*four, Sums(12, 600)]) == (0.5, 0.5, 0.5)


def test_classes_that_differ_make_a_mean_less_sure_than_its_answers_would():
    apart = mean_score([Sums(30, 600), Sums(30, 2400)] * 5)
    assert apart.value == 0.5
    assert apart.high - apart.low > wilson(0.5, 300).high - wilson(0.5, 300).low


def test_sixty_answers_show_what_nobody_chooses():
    assert unused(asked(49, 10), ["wrong", "rare"]) is None
    assert unused(asked(50, 10), ["wrong", "rare"]) == ["rare"]
    assert unused(asked(95, rare=5), ["rare"]) == []
    assert unused(asked(96, rare=4), ["rare"]) == ["rare"]


def test_sensitivity_takes_thirty_judgements_of_each_sort():
    enough = {"hits": 5, "false_alarms": 5, "unsure": 0}
    assert sensitivity(Discernment(fake=29, genuine=90, **enough)) is None
    assert sensitivity(Discernment(fake=90, genuine=29, **enough)) is None
    assert sensitivity(Discernment(fake=30, genuine=30, **enough))


# ── Doubts ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("totals", "correlations", "expected"),
    [
        (asked(60, 40), linked(), []),
        (asked(95, 5), linked(), []),
        (asked(96, 4), linked(), [Doubt.TOO_EASY, Doubt.UNUSED_OPTION]),
        (asked(59), linked(), []),
        (asked(60), linked(), [Doubt.TOO_EASY, Doubt.UNUSED_OPTION]),
        (asked(25, 75), linked(), []),
        (asked(24, 76), linked(), [Doubt.TOO_HARD]),
        (asked(0, 59), linked(), []),
        (asked(60, 40), linked(right=0.09), [Doubt.KEY_NOT_CHOSEN_BY_STRONG]),
        (asked(60, 40), linked(right=0.09, people=90), []),
        (asked(60, 40), Correlations(), []),
    ],
)
def test_doubts_about_a_choice(totals, correlations, expected):
    found = doubts(totals, correlations, right=["right"], wrong=["wrong"], chance=0.25)
    assert found == expected


def test_a_wrong_option_that_draws_the_strong_is_a_doubt():
    totals, known = asked(50, 35, lure=15), linked(right=0.3, wrong=-0.6, lure=0.4)
    found = doubts(totals, known, right=["right"], wrong=["wrong", "lure"])
    assert found == [Doubt.KEY_NOT_CHOSEN_BY_STRONG]
    assert doubts(totals, known, right=["right"], wrong=["wrong"]) == []


def test_a_few_strong_people_who_erred_are_no_doubt():
    totals, known = asked(50, 46, odd=4), linked(right=0.3, wrong=-0.4, odd=0.4)
    found = doubts(totals, known, right=["right"], wrong=["wrong", "odd"])
    assert found == [Doubt.UNUSED_OPTION]


def test_where_nothing_is_offered_only_the_scores_are_doubted():
    assert doubts(asked(15, 85), linked()) == [Doubt.TOO_HARD]
    assert doubts(asked(60, 40), linked()) == []


def test_units_of_a_question_are_told_together():
    units = [
        Unit(people=60, discrimination=30, options={"right": 30, "wrong": -20}),
        Unit(people=90, discrimination=None, options={}),
        Unit(people=50, discrimination=50, options={"right": 50}),
    ]
    found = correlations(units)
    assert found.people == 200
    assert found.discrimination == mean_correlation([(0.3, 60), (0.5, 50)])
    assert found.options["wrong"] == mean_correlation([(-0.2, 60)])
    assert correlations([]) == Correlations()


# ── Classes and months ────────────────────────────────────────────────────────────────────────────


def test_a_gain_is_told_by_pairs_of_classes():
    before = [Sums(10, 400), Sums(20, 700), Sums(15, 700), Sums(12, 500), Sums(18, 700)]
    after = [Sums(11, 600), Sums(18, 1100), Sums(15, 1000), Sums(10, 500), Sums(16, 900)]
    found = gain([*zip(before, after, strict=True)])
    first, second = 3000 / 7500, 4100 / 7000
    assert found.difference == pytest.approx(second - first)
    assert found.normalised == pytest.approx((second - first) / (1 - first))
    # the same by the jackknife over pairs, which agrees with linearising up to 1 / pairs
    left_out = [
        gain([pair for j, pair in enumerate(zip(before, after, strict=True)) if j != i]).difference
        for i in range(5)
    ]
    error = sqrt(4 / 5 * sum((each - fmean(left_out)) ** 2 for each in left_out))
    assert found.interval
    low, high = found.interval
    assert (low + high) / 2 == pytest.approx(found.difference)
    assert (high - low) / 2 == pytest.approx(2.776 * error, rel=0.15)
    backwards = gain([*zip(after, before, strict=True)])
    assert backwards.difference == -found.difference


def test_fewer_than_five_pairs_say_what_changed_and_not_how_sure_it_is():
    found = gain([(Sums(10, 400), Sums(11, 660))] * 4)
    assert found.difference == pytest.approx(0.2)
    assert found.interval is None


def test_a_trend_is_a_line_through_the_months_that_have_enough_answers():
    months = {f"2026-{month:02}": (0.5 + 0.02 * month, 10) for month in range(7, 13)}
    # From December to February two months pass, in which scores go on as before.
    months |= {"2027-02": (0.78, 100), "2027-01": (0.0, 2)}
    assert trend(months) == pytest.approx((0.02, 0.02, 0.02))
    assert trend({month: months[month] for month in [*months][:5]}) is None


def test_many_answers_pull_a_trend_more_than_few():
    months = {f"2026-{month:02}": (0.5, 10) for month in range(1, 7)}
    few = trend(months | {"2026-07": (0.8, 10)})
    many = trend(months | {"2026-07": (0.8, 100)})
    assert many.value > few.value > 0


# ── Whatever the numbers ──────────────────────────────────────────────────────────────────────────

SHARES = st.floats(0, 1)
SUMS = st.integers(10, 500).flatmap(
    lambda answers: st.builds(Sums, st.just(answers), st.integers(0, 100 * answers))
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


@given(st.lists(SUMS, min_size=5))
def test_means_stay_between_0_and_1(batches):
    found = mean_score(batches)
    assert found is not None
    assert holds(found)


@given(st.lists(st.tuples(SUMS, SUMS), min_size=5))
def test_differences_lie_in_their_intervals(pairs):
    found = gain(pairs)
    assert found.interval
    low, high = found.interval
    assert low <= found.difference <= high
    assert -1 <= found.difference <= 1


@given(st.lists(st.tuples(st.floats(-1, 1), st.integers(50, 10**5)), min_size=1))
def test_correlations_stay_between_minus_1_and_1(found):
    assert holds(mean_correlation(found), -1, 1)
