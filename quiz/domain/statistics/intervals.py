"""Formulas with an interval, each from the place where it was published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import atanh, sqrt, tanh
from statistics import NormalDist, fmean
from typing import NamedTuple

ENOUGH_FOR_MEAN = 10
"""Answers. The interval of a share is then at most 53 points wide; a wider one says nothing."""

Z = NormalDist().inv_cdf(0.975)


class Estimate(NamedTuple):
    """A value, and the 95 % interval around it."""

    value: float
    low: float
    high: float


def wilson(share: float, n: int) -> Estimate:
    """Return a share (0 to 1) of n with Wilson's score interval, which never leaves 0 to 1.

    Wilson, J. Amer. Stat. Assoc. 22 (1927) 209-212; Newcombe, Stat. Med. 17 (1998) 857-872.
    """
    middle = share + Z**2 / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2)
    low, high = ((middle + side) / (1 + Z**2 / n) for side in (-half, half))
    # Rounding may leave an end on the wrong side of a share of 0 or 1.
    return Estimate(share, max(0.0, min(low, share)), min(1.0, max(high, share)))


def ratio(x: Sequence[float], y: Sequence[float]) -> Estimate:
    """Return the sum of y as a share of the sum of x, over clusters drawn as wholes, cut at 0, 1.

    Cochran, Sampling Techniques (3rd ed. 1977) 2.11: the ratio estimate, its variance from how far
    the clusters stray from it; Student's t with one degree of freedom less than there are clusters.
    """
    share = sum(y) / sum(x)
    half = half_width([each - share * of for of, each in zip(x, y, strict=True)], sum(x))
    return Estimate(share, max(0.0, share - half), min(1.0, share + half))


def half_width(astray: Sequence[float], total: float) -> float:
    """Return half of the interval of a total over clusters that stray so far, as its share."""
    clusters = len(astray)
    variance = clusters / (clusters - 1) * sum(each**2 for each in astray) / total**2
    return t_quantile(clusters - 1) * sqrt(variance)


def mean_correlation(found: Sequence[tuple[float, int]]) -> Estimate:
    """Return the mean of correlations (-1 to 1), each of n pairs, with its interval.

    Means are taken of Fisher's z, weighted with n - 3: Fisher, Metron 1 (1921) 3-32; Hedges &
    Olkin, Statistical Methods for Meta-Analysis (1985) ch. 11. Full correlation has no z, and
    counts as the largest that is rounded to it in hundredths.
    """
    weight = sum(n - 3 for _, n in found)
    z = sum((n - 3) * atanh(max(-0.995, min(r, 0.995))) for r, n in found) / weight
    half = Z / sqrt(weight)
    return Estimate(tanh(z), tanh(z - half), tanh(z + half))


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
