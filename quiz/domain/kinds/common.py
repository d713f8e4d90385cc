"""What several kinds of question use."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from quiz.domain.question import Chosen, Item, Option, Posted, Question
from quiz.domain.refusals import NotAnAnswer


def option_items(options: Sequence[Option], best: Chosen) -> Sequence[Item]:
    """Return options as items."""
    return [
        Item(
            id=option.id,
            offered=option.id,
            tally_name=option.id,
            text=option.text,
            why=option.why,
            right=option.id in best,
        )
        for option in options
    ]


def simulate_independent_picks(question: Question, knows: float, chance: Random) -> Chosen:
    """Return several options as somebody picks them who judges each by itself."""
    right = 0.5 + 0.5 * knows
    picked = [item.id for item in question.items() if item.right == (chance.random() < right)]
    return question.accept(picked or question.best[:1])


def fields_after(prefix: str, posted: Posted) -> dict[str, str]:
    """Return the fields whose names begin with a prefix, under the rest of their names."""
    return {
        name.removeprefix(prefix): "".join(values)
        for name, values in posted.items()
        if name.startswith(prefix)
    }


def small_number(text: str) -> int | None:
    """Return a number of one or two digits, or None."""
    return int(text) if text.isdecimal() and len(text) < 3 else None


def shuffled(ids: Sequence[str], chance: Random) -> list[str]:
    """Return the ids in an order that chance decides."""
    return chance.sample(ids, len(ids))


def subset(chosen: Chosen, offered: Sequence[str]) -> Chosen:
    """Return what was chosen, each once and in the order of the file."""
    if not set(chosen) <= set(offered):
        raise NotAnAnswer
    return tuple(id_ for id_ in offered if id_ in chosen)


def score_right_minus_wrong(chosen: Chosen, correct: frozenset[str]) -> Fraction:
    """Return (right ones selected - wrong ones selected) / right ones, never below 0."""
    right = len(correct.intersection(chosen))
    wrong = len(chosen) - right
    return max(Fraction(right - wrong, len(correct)), Fraction(0))
