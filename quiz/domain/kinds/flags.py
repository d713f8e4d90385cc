"""Flags: select the warning signs in a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from quiz.domain.kinds.common import (
    option_items,
    score_right_minus_wrong,
    simulate_independent_picks,
    subset,
)
from quiz.domain.question import Chosen, Fragment, Item, Kind, Message, Node, Question, Text


@dataclass(frozen=True, kw_only=True, eq=False)
class Flags(Question):
    """Select the warning signs in a message; its fragments keep their order."""

    kind = Kind.FLAGS
    several = True

    message: Message
    fragments: tuple[Fragment, ...]

    @property
    def best(self) -> Chosen:
        return tuple(fragment.id for fragment in self.fragments if fragment.flag)

    def items(self, node: Node | None = None) -> Sequence[Item]:
        return option_items(self.fragments, self.best)

    def simulate(self, knows: float, chance: Random) -> Chosen:
        return simulate_independent_picks(self, knows, chance)

    def texts(self) -> Iterator[Text]:
        yield from super().texts()
        yield from self.message.texts()

    def texts_asked(self, chosen: Chosen) -> Iterator[Text]:
        yield from super().texts_asked(chosen)
        yield from self.message.texts()

    def arrange(self, chance: Random) -> Sequence[str]:
        return [fragment.id for fragment in self.fragments]

    def _accept(self, chosen: Chosen) -> Chosen:
        return subset(chosen, [fragment.id for fragment in self.fragments])

    def _score(self, chosen: Chosen) -> Fraction:
        return score_right_minus_wrong(chosen, frozenset(self.best))
