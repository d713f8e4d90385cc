"""Formulas with an interval, each from the place where it was published."""

from __future__ import annotations

from collections.abc import Collection
from math import atanh, copysign, exp, inf, sqrt, tanh
from statistics import NormalDist, fmean
from typing import NamedTuple

ENOUGH_FOR_MEAN = 10
"""People. The interval of a share is then at most 53 points wide; a wider one says nothing."""

Z = NormalDist().inv_cdf(0.975)


class Estimate(NamedTuple):
    """A value, and the 95 % interval around it."""

    value: float
    low: float
    high: float


class Spread(NamedTuple):
    """How scores between 0 and 1 are spread over people; the variance is the unbiased one."""

    people: int
    mean: float
    variance: float


def wilson(share: float, n: int) -> Estimate:
    """Return a share (0 to 1) of n with Wilson's score interval, which never leaves 0 to 1.

    Wilson, J. Amer. Stat. Assoc. 22 (1927) 209-212; Newcombe, Stat. Med. 17 (1998) 857-872.
    """
    middle = share + Z**2 / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2)
    low, high = ((middle + side) / (1 + Z**2 / n) for side in (-half, half))
    # Rounding may leave an end on the wrong side of a share of 0 or 1.
    return Estimate(share, max(0.0, min(low, share)), min(1.0, max(high, share)))


def student(scores: Spread) -> Estimate:
    """Return a mean score (0 to 1) with Student's interval, cut at 0 and 1.

    Student, Biometrika 6 (1908) 1-25. Where all people scored the same there is no variance to
    go by, and Wilson's interval, the widest there can be, takes its place.
    """
    people, mean, variance = scores
    if variance == 0:
        return wilson(mean, people)
    half = t_quantile(people - 1) * sqrt(variance / people)
    return Estimate(mean, max(0.0, mean - half), min(1.0, mean + half))


def fisher(r: float, n: int) -> Estimate:
    """Return the correlation (-1 to 1) of n pairs with Fisher's interval: Metron 1 (1921) 3-32."""
    r = max(-1.0, min(r, 1.0))
    z = atanh(r) if abs(r) < 1 else copysign(inf, r)
    half = Z / sqrt(n - 3)
    return Estimate(r, tanh(z - half), tanh(z + half))


def bonett(alpha: float, *, questions: int, people: int) -> Estimate:
    """Return Cronbach's alpha with Bonett's interval: J. Educ. Behav. Stat. 27 (2002) 335-340."""
    stretch = exp(Z * sqrt(2 * questions / ((questions - 1) * (people - 2))))
    return Estimate(alpha, 1 - (1 - alpha) * stretch, 1 - (1 - alpha) / stretch)


def welch(before: Spread, after: Spread) -> Estimate:
    """Return the difference of two means, with the interval of Welch, Biometrika 34 (1947) 28-35.

    Degrees of freedom: Satterthwaite, Biometrics Bull. 2 (1946) 110-114. One variance must be
    above 0.
    """
    first, second = before.variance / before.people, after.variance / after.people
    freedom = (first + second) ** 2 / (
        first**2 / (before.people - 1) + second**2 / (after.people - 1)
    )
    half = t_quantile(freedom) * sqrt(first + second)
    difference = after.mean - before.mean
    return Estimate(difference, difference - half, difference + half)


def hedges(before: Spread, after: Spread) -> Estimate:
    """Return Hedges' g: the difference of two means in standard deviations, not both 0.

    Hedges & Olkin, Statistical Methods for Meta-Analysis (1985) ch. 5; variance and steps as in
    Borenstein, Hedges, Higgins & Rothstein, Introduction to Meta-Analysis (2009) ch. 4.
    """
    one, two = before.people, after.people
    freedom = one + two - 2
    pooled = ((one - 1) * before.variance + (two - 1) * after.variance) / freedom
    d = (after.mean - before.mean) / sqrt(pooled)
    unbiased = 1 - 3 / (4 * freedom - 1)
    half = Z * unbiased * sqrt((one + two) / (one * two) + d**2 / (2 * (one + two)))
    return Estimate(unbiased * d, unbiased * d - half, unbiased * d + half)


def line(points: Collection[tuple[float, float, float]]) -> Estimate:
    """Return the slope of the line through points (x, y, weight), at least 6 and at several x.

    Weighted least squares: Weisberg, Applied Linear Regression (3rd ed. 2005) 5.1.
    """
    xs, ys, weights = zip(*points, strict=True)
    x, y = fmean(xs, weights), fmean(ys, weights)
    across = sum(weight * (at - x) ** 2 for at, _, weight in points)
    slope = sum(weight * (at - x) * (value - y) for at, value, weight in points) / across
    astray = sum(weight * (value - y - slope * (at - x)) ** 2 for at, value, weight in points)
    freedom = len(points) - 2
    half = t_quantile(freedom) * sqrt(astray / freedom / across)
    return Estimate(slope, slope - half, slope + half)


def t_quantile(freedom: float) -> float:
    """Return the 97.5 % quantile of Student's t, good to 0.001 from 4 degrees of freedom up.

    The expansion of Fisher & Cornish, Technometrics 2 (1960) 209-225, as in Abramowitz & Stegun,
    Handbook of Mathematical Functions (1964) 26.7.5.
    """
    terms = (
        Z,
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )
    return sum(term / freedom**power for power, term in enumerate(terms))
