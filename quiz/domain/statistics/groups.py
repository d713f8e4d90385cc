"""People together: how they did, how they judge, and what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

from quiz.domain.attempt import Discernment
from quiz.domain.kinds import Judge
from quiz.domain.question import NOT_SURE, Question
from quiz.domain.statistics.intervals import ENOUGH_FOR_MEAN, Estimate, half_width, line, ratio
from quiz.domain.statistics.questions import by_question
from quiz.domain.tally import Tally

ENOUGH_BATCHES = 5
"""Batches, or pairs. Student's t is known here from 4 degrees of freedom up."""

ENOUGH_FOR_SENSITIVITY = 30
"""Judgements of each sort. The log-linear correction then moves a rate by 2 points at most."""

ENOUGH_FOR_TREND = 6
"""Months. A line takes two of them, and Student's t is known here from 4 degrees of freedom up."""


class Sums(NamedTuple):
    """What one batch answered: scored answers, and the sum of their percents."""

    answers: int
    points: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How well a group tells fake from genuine, and how readily it says fake.

    Rates are shares as observed. ``d_prime`` is 0 for guessing, about 1 for 69 % right and 3 for
    93 %. ``criterion`` is below 0 where people cry fake too soon, above 0 where they trust too
    much.
    """

    hit_rate: float
    false_alarm_rate: float
    d_prime: float
    criterion: float


@dataclass(frozen=True, slots=True)
class Gain:
    """What changed from one group to another.

    ``difference`` is that of the mean scores (-1 to 1), with an interval if five pairs or more make
    it, and ``normalised`` the same as a share of what was left to gain, None if nothing was.
    """

    difference: float
    interval: tuple[float, float] | None
    normalised: float | None


def discernment(tally: Tally, messages: Iterable[Question]) -> Discernment:
    """Return how these messages were judged, in all their revisions; skipped ones are left out."""
    genuine = {message.id: message.genuine for message in messages}
    judged = [
        (genuine[question], totals)
        for (question, _), totals in by_question(tally).items()
        if question in genuine
    ]
    of_fake = [totals for is_genuine, totals in judged if not is_genuine]
    of_genuine = [totals for is_genuine, totals in judged if is_genuine]
    return Discernment(
        fake=sum(totals.answers for totals in of_fake),
        hits=sum(totals.chosen(Judge.FAKE) for totals in of_fake),
        genuine=sum(totals.answers for totals in of_genuine),
        false_alarms=sum(totals.chosen(Judge.FAKE) for totals in of_genuine),
        unsure=sum(totals.chosen(*NOT_SURE) for _, totals in judged),
    )


def sensitivity(judged: Discernment) -> Sensitivity | None:
    """Return how well fake was told from genuine; not being sure is not having said fake.

    d' and c: Macmillan & Creelman, Detection Theory (2nd ed. 2005) ch. 1 and 2. Half a judgement
    is added to each cell, so that 0 % and 100 % have a place: Hautus, Behav. Res. Meth. Instrum.
    Comput. 27 (1995) 46-51. There is no interval, for the judgements of one person hang together.
    """
    if min(judged.fake, judged.genuine) < ENOUGH_FOR_SENSITIVITY:
        return None
    hit = NormalDist().inv_cdf((judged.hits + 0.5) / (judged.fake + 1))
    alarm = NormalDist().inv_cdf((judged.false_alarms + 0.5) / (judged.genuine + 1))
    return Sensitivity(
        hit_rate=judged.hits / judged.fake,
        false_alarm_rate=judged.false_alarms / judged.genuine,
        d_prime=hit - alarm,
        criterion=-(hit + alarm) / 2,
    )


def mean_score(batches: Collection[Sums]) -> Estimate | None:
    """Return the mean score of answers (0 to 1); None if fewer than five batches gave them.

    The people of a batch resemble each other; so the interval goes by how far batches differ.
    """
    if len(batches) < ENOUGH_BATCHES:
        return None
    return ratio([100 * each.answers for each in batches], [each.points for each in batches])


def gain(pairs: Collection[tuple[Sums, Sums]]) -> Gain:
    """Return what changed from one class of each pair to the other, over at least one pair.

    The interval goes by how far pairs differ: a linearised difference of two ratios over the same
    clusters, Cochran, Sampling Techniques (3rd ed. 1977) ch. 6.
    """
    before, after = (
        (100 * sum(each.answers for each in side), sum(each.points for each in side))
        for side in zip(*pairs, strict=True)
    )
    first, second = (points / most for most, points in (before, after))
    astray = [
        (late.points - 100 * second * late.answers) / after[0]
        - (early.points - 100 * first * early.answers) / before[0]
        for early, late in pairs
    ]
    difference = second - first
    half = half_width(astray, 1) if len(pairs) >= ENOUGH_BATCHES else None
    return Gain(
        difference=difference,
        interval=None if half is None else (difference - half, difference + half),
        normalised=normalised_gain(first, second),
    )


def normalised_gain(before: float, after: float) -> float | None:
    """Return the gain as a share of what was left to gain, or None if nothing was.

    The class-average gain of Hake, Amer. J. Phys. 66 (1998) 64-74.
    """
    return (after - before) / (1 - before) if before < 1 else None


def trend(months: Mapping[str, tuple[float, int]]) -> Estimate | None:
    """Return by how much the mean score changes in a month: the slope of a line through months.

    Each month, given as ``YYYY-MM``, has a mean score and a number of answers; with fewer than ten
    it is left out. Months weigh as their answers do. How far the months stray from the line, and
    not how many answers there were, makes the interval: each month other classes come.
    """
    points = [
        (12 * int(month[:4]) + int(month[5:]), mean, answers)
        for month, (mean, answers) in sorted(months.items())
        if answers >= ENOUGH_FOR_MEAN
    ]
    return line(points) if len(points) >= ENOUGH_FOR_TREND else None
