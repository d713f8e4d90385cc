"""What may leave the house: figures over whole batches of enough people."""

from __future__ import annotations

from collections.abc import Collection

K_PUBLISH = 10
"""People in a batch before its figures may leave the house.

Ten is what statistical offices ask of a published group. Every published figure is a sum over
whole batches, so taking one publication from another leaves at least ten people, never one.
"""

K_POOL = 3
"""Small batches that a pool must hold, none with more than half of its people.

Of two, each could take her own group from the sum and would hold the other.
"""

STEP = 5
"""Percent to which a figure of a single class is rounded, and how near it comes to 0 and to 100.

No file can then say what everybody in a class answered. Statistical offices call it top and bottom
coding.
"""

K_REVEAL = 5
"""Answers before a class sees how it answered.

With fewer, those who know their own answer and a neighbour's can work out the rest.
"""


def may_be_released(people: int) -> bool:
    """Whether a batch of so many people may be published; from then on it is never added to."""
    return people >= K_PUBLISH


def may_be_pooled(people: Collection[int]) -> bool:
    """Whether batches of so many people, each too small, may be released together."""
    together = sum(people)
    return may_be_released(together) and len(people) >= K_POOL and 2 * max(people) <= together


def coarse(percent: float) -> int:
    """Return what may be said of a single batch: steps of five percent, from 5 to 95."""
    return min(max(STEP * round(percent / STEP), STEP), 100 - STEP)


def may_be_shown(answers: int) -> bool:
    """Whether a class may see how so many of its people answered."""
    return answers >= K_REVEAL
