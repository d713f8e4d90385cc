"""Telling two series of measurements apart by their ranks, whatever disturbs a few of them.

If both are taken in turns left to chance, this needs no other assumption (Mann and Whitney, 1947).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import sqrt

CLEAR = 2.9
"""From here on it is no chance: that is exceeded four times in a thousand if nothing differs."""


def apart(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how far the larger numbers lie in one of two series, in standard deviations."""
    pairs = len(one) * len(other)
    larger = sum((a > b) + (a == b) / 2 for a, b in product(one, other))
    return abs(larger - pairs / 2) / sqrt(pairs * (len(one) + len(other) + 1) / 12)
