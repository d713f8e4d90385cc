"""One question: how hard it is, how well it tells people apart, and whom each option draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import sqrt

from quiz.domain.statistics.intervals import ENOUGH_FOR_MEAN, Estimate, fisher, wilson
from quiz.domain.tally import OptionSums, QuestionSums, Tally

ENOUGH_FOR_CORRELATION = 50
"""Answers. The interval is then at most 0.29 to either side; poor and good are 0.2 apart."""

ENOUGH_TO_DOUBT_SHARE = 60
"""Answers. If nobody among 60 does a thing, hardly one in twenty would: the rule of three.

Hanley & Lippman-Hand, JAMA 249 (1983) 1743-1745.
"""

ENOUGH_TO_DOUBT_CORRELATION = 100
"""Answers. The standard error of a correlation near 0 is then 0.1, as large as the limit."""

FUNCTIONING = 0.05
"""Share of answers that a wrong option has to draw, or it makes a question no harder.

Haladyna & Downing, Educ. Psychol. Meas. 53 (1993) 999-1010.
"""

EASY, HARD, FLAT = 0.95, 0.2, 0.1
"""Mean scores above and below which, and a discrimination below which, a question is doubted.

Ebel & Frisbie, Essentials of Educational Measurement (5th ed. 1991) ch. 13, call a discrimination
below 0.2 poor; half of that is the limit here, as the rest of a short quiz is a blurred measure.
"""


@dataclass(frozen=True)
class QuestionTotals:
    """All that a tally holds of one revision of a question: sums by percent, and by option."""

    scores: Mapping[int, QuestionSums]
    options: Mapping[str, OptionSums]

    @cached_property
    def answers(self) -> int:
        """How many answers were scored; not being sure is scored, skipping is not."""
        return sum(sums.count for sums in self.scores.values())

    @cached_property
    def rests(self) -> tuple[int, int]:
        """The sum of the rests of all answers, and that of their squares."""
        sums = self.scores.values()
        return sum(each.rest_sum for each in sums), sum(each.rest_square_sum for each in sums)

    def share(self, option: str) -> float:
        """Return the share of answers that chose an option."""
        return self.chosen(option).count / self.answers if self.answers else 0.0

    def chosen(self, option: str) -> OptionSums:
        """Return the sums of an option, also of one that nobody chose."""
        return self.options.get(option, OptionSums(0, 0))


class Doubt(StrEnum):
    """A reason to read a question again. It is no verdict: the question may be right as it is."""

    TOO_EASY = "too-easy"
    TOO_HARD = "too-hard"
    KEY_NOT_CHOSEN_BY_STRONG = "key-not-chosen-by-strong"
    UNUSED_OPTION = "unused-option"


def by_question(tally: Tally) -> dict[tuple[str, str], QuestionTotals]:
    """Return a tally arranged by question and revision."""
    scores: dict[tuple[str, str], dict[int, QuestionSums]] = defaultdict(dict)
    options: dict[tuple[str, str], dict[str, OptionSums]] = defaultdict(dict)
    for (question, revision, score), sums in tally.questions.items():
        scores[question, revision][score] = sums
    for (question, revision, option), chosen in tally.options.items():
        options[question, revision][option] = chosen
    return {
        key: QuestionTotals(scores.get(key, {}), options.get(key, {})) for key in scores | options
    }


def difficulty(totals: QuestionTotals) -> Estimate | None:
    """Return the mean score of a question, 1 if all were right; Wilson's interval.

    For a question that can be half right the interval is wider than need be, never narrower: of
    all scores between 0 and 1 that have a mean m, right-or-wrong ones have the largest variance,
    m (1 - m) (Bhatia & Davis, Amer. Math. Monthly 107 (2000) 353-357).
    """
    if totals.answers < ENOUGH_FOR_MEAN:
        return None
    points = sum(score * sums.count for score, sums in totals.scores.items())
    return wilson(points / (100 * totals.answers), totals.answers)


def discrimination(totals: QuestionTotals) -> Estimate | None:
    """Return the correlation (-1 to 1) of the score with the rest, or None if either is constant.

    This is the corrected item-total correlation: the question itself is no part of the rest.
    Henrysson, Psychometrika 28 (1963) 211-218.
    """
    scores = totals.scores.items()
    return with_rest(
        totals,
        own=sum(score * sums.count for score, sums in scores),
        squares=sum(score**2 * sums.count for score, sums in scores),
        shared=sum(score * sums.rest_sum for score, sums in scores),
    )


def option_rest(totals: QuestionTotals, option: str) -> Estimate | None:
    """Return the correlation (-1 to 1) of choosing an option with the rest, None if all or none do.

    A wrong option should have a negative one: it should draw those who know less. This is the
    point-biserial correlation, with those who chose otherwise; its use for options is discussed by
    Attali & Fraenkel, J. Educ. Meas. 37 (2000) 77-86.
    """
    chosen = totals.chosen(option)
    return with_rest(totals, own=chosen.count, squares=chosen.count, shared=chosen.rest_sum)


def with_rest(totals: QuestionTotals, *, own: int, squares: int, shared: int) -> Estimate | None:
    """Return Pearson's correlation of something with the rest, from its sums over all answers."""
    n = totals.answers
    rest, rest_squares = totals.rests
    spreads = (n * squares - own**2) * (n * rest_squares - rest**2)
    if n < ENOUGH_FOR_CORRELATION or spreads <= 0:
        return None
    return fisher((n * shared - own * rest) / sqrt(spreads), n)


def unused(totals: QuestionTotals, wrong: Iterable[str]) -> list[str] | None:
    """Return the wrong options that fewer than 5 % choose; an easy question must have some."""
    if totals.answers < ENOUGH_TO_DOUBT_SHARE:
        return None
    return [option for option in wrong if totals.share(option) < FUNCTIONING]


def doubts(
    totals: QuestionTotals,
    linked: QuestionTotals | None = None,
    *,
    right: Collection[str] = (),
    wrong: Collection[str] = (),
    chance: float = 0.0,
) -> list[Doubt]:
    """Return what speaks for reading a question again; nothing as long as too few have answered.

    ``linked`` are the totals of answers that are known with others of the same person, if that is
    not all of them. ``right`` and ``wrong`` are the options it offers, none where steps are put in
    order or a story is told; ``chance`` is the mean score (0 to 1) of those who guess.
    """
    linked = linked or totals
    found: list[Doubt] = []
    mean = difficulty(totals)
    if mean and totals.answers >= ENOUGH_TO_DOUBT_SHARE:
        if mean.value > EASY:
            found.append(Doubt.TOO_EASY)
        if mean.value < max(HARD, chance):
            found.append(Doubt.TOO_HARD)
    if linked.answers >= ENOUGH_TO_DOUBT_CORRELATION and (
        is_flat(linked) or lures_the_strong(linked, right, wrong)
    ):
        found.append(Doubt.KEY_NOT_CHOSEN_BY_STRONG)
    if unused(totals, wrong):
        found.append(Doubt.UNUSED_OPTION)
    return found


def is_flat(totals: QuestionTotals) -> bool:
    """Whether a question hardly tells those who know from those who do not."""
    found = discrimination(totals)
    return found is not None and found.value < FLAT


def lures_the_strong(totals: QuestionTotals, right: Iterable[str], wrong: Iterable[str]) -> bool:
    """Whether a wrong option goes with a higher rest than a right one.

    Options that hardly anybody chooses are left out: their correlations are accidents.
    """
    lures = [option for option in wrong if totals.share(option) >= FUNCTIONING]
    drawn, lured = (
        [found.value for option in options if (found := option_rest(totals, option))]
        for options in (right, lures)
    )
    return bool(drawn and lured) and min(drawn) < max(lured)
