"""People together: how dependable a quiz is, how a class did, and what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import lcm, sqrt
from statistics import NormalDist

from quiz.domain.attempt import Discernment
from quiz.domain.kinds import Judge
from quiz.domain.question import NOT_SURE
from quiz.domain.statistics.intervals import (
    ENOUGH_FOR_MEAN,
    Estimate,
    Spread,
    bonett,
    hedges,
    line,
    student,
    welch,
)
from quiz.domain.statistics.questions import by_question
from quiz.domain.tally import ALL, Tally

ENOUGH_FOR_RELIABILITY = 30
"""People. With twenty, an alpha of 0.7 from ten questions could as well be 0.4 or 0.85."""

ENOUGH_FOR_SENSITIVITY = 30
"""Judgements of each sort. The log-linear correction then moves a rate by 2 points at most."""

ENOUGH_FOR_TREND = 6
"""Months. A line takes two of them, and Student's t is known here from 4 degrees of freedom up."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha, at most 1, and the standard error of measurement of a score (0 to 1)."""

    alpha: Estimate
    error: float


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

    ``difference`` is that of the mean scores, ``effect`` the same in standard deviations, and
    ``normalised`` the same as a share of what was left to gain, None if nothing was.
    """

    difference: Estimate
    effect: Estimate
    normalised: float | None


def reliability(tally: Tally) -> Reliability | None:
    """Return how dependable the scores of one quiz are, if all people answered all its questions.

    None if one of them skipped a question, or had another quiz or revision: the variance of the
    sums is then not that of one quiz. Where answers are right or wrong, alpha is KR-20.
    Kuder & Richardson, Psychometrika 2 (1937) 151-160; Cronbach, Psychometrika 16 (1951) 297-334.
    """
    people = tally.people
    scored = [totals.scores for totals in by_question(tally).values() if totals.scores]
    results = {key: count for key, count in tally.scores.items() if key.theme == ALL}
    # With so many questions in all, and as many answers from each person, nobody left one out.
    same = all(key.answered == len(scored) for key in results)
    same = same and sum(results.values()) == people
    if people < ENOUGH_FOR_RELIABILITY or len(scored) < 2 or not same:
        return None
    whole = variance({key.points: count for key, count in results.items()})
    parts = sum(
        variance({score: sums.count for score, sums in scores.items()}) for scores in scored
    )
    if whole == 0:
        return None
    # Rounding may push the alpha of questions that always agree past 1.
    alpha = min(1.0, len(scored) / (len(scored) - 1) * (1 - parts / whole))
    return Reliability(
        alpha=bonett(alpha, questions=len(scored), people=people),
        error=sqrt(whole * (1 - alpha)) / (100 * len(scored)),
    )


def variance(counts: Mapping[int, int]) -> float:
    """Return the unbiased variance of whole numbers, given how often each occurs."""
    n = sum(counts.values())
    total = sum(number * count for number, count in counts.items())
    squares = sum(number**2 * count for number, count in counts.items())
    return (n * squares - total**2) / (n * (n - 1))


def discernment(tally: Tally, messages: Iterable[Judge]) -> Discernment:
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
        hits=sum(totals.chosen(Judge.FAKE).count for totals in of_fake),
        genuine=sum(totals.answers for totals in of_genuine),
        false_alarms=sum(totals.chosen(Judge.FAKE).count for totals in of_genuine),
        unsure=sum(totals.chosen(*NOT_SURE).count for _, totals in judged),
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


def spread(tally: Tally, theme: str = ALL) -> Spread | None:
    """Return how mean scores are spread over those who have scored answers in a theme.

    None if they are fewer than ten.
    """
    found = [(key, count) for key, count in tally.scores.items() if key.theme == theme]
    # Whole numbers over one denominator: people who scored the same have no variance at all.
    shared = lcm(*(key.answered for key, _ in found if key.answered))
    scores: Counter[int] = Counter()
    for key, count in found:
        if key.answered:
            scores[key.points * (shared // key.answered)] += count
    people = scores.total()
    if people < ENOUGH_FOR_MEAN:
        return None
    whole = 100 * shared
    total = sum(score * count for score, count in scores.items())
    return Spread(people, total / (people * whole), variance(scores) / whole**2)


def mean_score(tally: Tally, theme: str = ALL) -> Estimate | None:
    """Return the mean score in a theme, each person counting once, however much she answered."""
    scores = spread(tally, theme)
    return None if scores is None else student(scores)


def gain(before: Tally, after: Tally, theme: str = ALL) -> Gain | None:
    """Return what changed between two groups, or None if scores are the same within both.

    They are treated as different people. If they are mostly the same, the truth is likely nearer
    than the intervals say, for those who did well before do well after.
    """
    first, second = spread(before, theme), spread(after, theme)
    if first is None or second is None or first.variance + second.variance == 0:
        return None
    return Gain(
        difference=welch(first, second),
        effect=hedges(first, second),
        normalised=normalised_gain(first.mean, second.mean),
    )


def normalised_gain(before: float, after: float) -> float | None:
    """Return the gain as a share of what was left to gain, or None if nothing was.

    The class-average gain of Hake, Amer. J. Phys. 66 (1998) 64-74.
    """
    return (after - before) / (1 - before) if before < 1 else None


def trend(months: Mapping[str, tuple[float, int]]) -> Estimate | None:
    """Return by how much the mean score changes in a month: the slope of a line through months.

    Each month, given as ``YYYY-MM``, has a mean score and a number of people; with fewer than ten
    it is left out. Months weigh as their people do. How far the months stray from the line, and
    not how many people there were, makes the interval: each month other classes come.
    """
    points = [
        (12 * int(month[:4]) + int(month[5:]), mean, people)
        for month, (mean, people) in sorted(months.items())
        if people >= ENOUGH_FOR_MEAN
    ]
    return line(points) if len(points) >= ENOUGH_FOR_TREND else None
