"""One question: how hard it is, how well it tells people apart, and whom each option draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from quiz.domain.statistics.intervals import ENOUGH_FOR_MEAN, Estimate, mean_correlation, wilson
from quiz.domain.tally import Tally
from quiz.domain.unit import Unit

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
    """What a tally holds of one revision of a question: answers by percent, and by option."""

    scores: Mapping[int, int]
    options: Mapping[str, int]

    @cached_property
    def answers(self) -> int:
        """How many answers were scored; not being sure is scored, skipping is not."""
        return sum(self.scores.values())

    def share(self, option: str) -> float:
        """Return the share of answers that chose an option."""
        return self.chosen(option) / self.answers if self.answers else 0.0

    def chosen(self, option: str) -> int:
        """Return how often an option was chosen, also one that nobody chose."""
        return self.options.get(option, 0)


@dataclass(frozen=True, kw_only=True)
class Correlations:
    """How a question goes with the same people's other answers, over all units there are of it."""

    people: int = 0
    discrimination: Estimate | None = None
    options: Mapping[str, Estimate] = field(default_factory=dict)


def correlations(units: Iterable[Unit]) -> Correlations:
    """Return the means of what units say."""
    found = list(units)
    scores = [
        (unit.discrimination / 100, unit.people)
        for unit in found
        if unit.discrimination is not None
    ]
    options: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for unit in found:
        for option, correlation in unit.options.items():
            options[option].append((correlation / 100, unit.people))
    return Correlations(
        people=sum(unit.people for unit in found),
        discrimination=mean_correlation(scores) if scores else None,
        options={option: mean_correlation(each) for option, each in options.items()},
    )


class Doubt(StrEnum):
    """A reason to read a question again. It is no verdict: the question may be right as it is."""

    TOO_EASY = "too-easy"
    TOO_HARD = "too-hard"
    KEY_NOT_CHOSEN_BY_STRONG = "key-not-chosen-by-strong"
    UNUSED_OPTION = "unused-option"


def by_question(tally: Tally) -> dict[tuple[str, str], QuestionTotals]:
    """Return a tally arranged by question and revision."""
    scores: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    options: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for (question, revision, score), count in tally.questions.items():
        scores[question, revision][score] = count
    for (question, revision, option), count in tally.options.items():
        options[question, revision][option] = count
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
    points = sum(score * count for score, count in totals.scores.items())
    return wilson(points / (100 * totals.answers), totals.answers)


def unused(totals: QuestionTotals, wrong: Iterable[str]) -> list[str] | None:
    """Return the wrong options that fewer than 5 % choose; an easy question must have some."""
    if totals.answers < ENOUGH_TO_DOUBT_SHARE:
        return None
    return [option for option in wrong if totals.share(option) < FUNCTIONING]


def doubts(
    totals: QuestionTotals,
    linked: Correlations,
    *,
    right: Collection[str] = (),
    wrong: Collection[str] = (),
    chance: float = 0.0,
) -> list[Doubt]:
    """Return what speaks for reading a question again; nothing as long as too few have answered.

    ``right`` and ``wrong`` are the options it offers, none where steps are put in order or a story
    is told; ``chance`` is the mean score (0 to 1) of those who guess.
    """
    found: list[Doubt] = []
    mean = difficulty(totals)
    if mean and totals.answers >= ENOUGH_TO_DOUBT_SHARE:
        if mean.value > EASY:
            found.append(Doubt.TOO_EASY)
        if mean.value < max(HARD, chance):
            found.append(Doubt.TOO_HARD)
    lures = [option for option in wrong if totals.share(option) >= FUNCTIONING]
    if linked.people >= ENOUGH_TO_DOUBT_CORRELATION and (
        is_flat(linked) or lures_the_strong(linked, right, lures)
    ):
        found.append(Doubt.KEY_NOT_CHOSEN_BY_STRONG)
    if unused(totals, wrong):
        found.append(Doubt.UNUSED_OPTION)
    return found


def is_flat(linked: Correlations) -> bool:
    """Whether a question hardly tells those who know from those who do not."""
    return linked.discrimination is not None and linked.discrimination.value < FLAT


def lures_the_strong(linked: Correlations, right: Iterable[str], lures: Iterable[str]) -> bool:
    """Whether a wrong option goes with a higher rest than a right one.

    ``lures`` are without those that hardly anybody chooses: their correlations are accidents.
    """
    keyed, lured = (
        [linked.options[option].value for option in options if option in linked.options]
        for options in (right, lures)
    )
    return bool(keyed and lured) and min(keyed) < max(lured)
