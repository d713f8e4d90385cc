"""What may leave the house: figures over whole batches of enough people."""

from __future__ import annotations

K_PUBLISH = 10
"""People in a batch before its figures may leave the house.

Ten is what statistical offices ask of a published group. Every published figure is a sum over
whole batches, so taking one publication from another leaves at least ten people, never one.
"""

K_REVEAL = 5
"""Answers before a class sees how it answered.

With fewer, those who know their own answer and a neighbour's can work out the rest.
"""


def may_be_released(people: int) -> bool:
    """Whether a batch of so many people may be published; from then on it is never added to."""
    return people >= K_PUBLISH


def may_be_shown(answers: int) -> bool:
    """Whether a class may see how so many of its people answered."""
    return answers >= K_REVEAL
