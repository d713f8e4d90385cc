"""What several kinds of question use."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from quiz.domain.question import Chosen
from quiz.domain.refusals import NotAnAnswer


def shuffled(ids: Sequence[str], chance: Random) -> list[str]:
    """Return the ids in an order that chance decides."""
    return chance.sample(ids, len(ids))


def subset(chosen: Chosen, offered: Sequence[str]) -> Chosen:
    """Return what was chosen, each once and in the order of the file."""
    if not set(chosen) <= set(offered):
        raise NotAnAnswer
    return tuple(id_ for id_ in offered if id_ in chosen)


def right_less_wrong(chosen: Chosen, correct: frozenset[str]) -> Fraction:
    """Return (right ones selected - wrong ones selected) / right ones, never below 0."""
    right = len(correct.intersection(chosen))
    wrong = len(chosen) - right
    return max(Fraction(right - wrong, len(correct)), Fraction(0))
