"""Multiple: pick every option that applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from quiz.domain.kinds.common import (
    option_items,
    score_right_minus_wrong,
    shuffled,
    simulate_independent_picks,
    subset,
)
from quiz.domain.question import Chosen, Item, Kind, Node, Option, Question


@dataclass(frozen=True, kw_only=True, eq=False)
class Multiple(Question):
    """Pick every option that applies."""

    kind = Kind.MULTIPLE
    several = True

    options: tuple[Option, ...]
    correct: frozenset[str]

    @property
    def best(self) -> Chosen:
        return tuple(option.id for option in self.options if option.id in self.correct)

    def items(self, node: Node | None = None) -> Sequence[Item]:
        return option_items(self.options, self.best)

    def simulate(self, knows: float, chance: Random) -> Chosen:
        return simulate_independent_picks(self, knows, chance)

    def arrange(self, chance: Random) -> Sequence[str]:
        return shuffled([option.id for option in self.options], chance)

    def _accept(self, chosen: Chosen) -> Chosen:
        return subset(chosen, [option.id for option in self.options])

    def _score(self, chosen: Chosen) -> Fraction:
        return score_right_minus_wrong(chosen, self.correct)
