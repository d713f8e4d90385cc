"""Order: put steps in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from random import Random

from quiz.domain.kinds.common import fields_after, shuffled, small_number
from quiz.domain.question import (
    NOT_SURE,
    SKIPPED,
    Chosen,
    Item,
    Kind,
    Node,
    Option,
    Posted,
    Question,
)
from quiz.domain.refusals import NotAnAnswer, NothingChosen, PositionsMissing, PositionsRepeated

POSITION_FIELD = "place-"
"""What the name of a field begins with that takes the position of a step."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Order(Question):
    """Put the steps in order. Pairs in ``free`` may stand either way and are not scored."""

    kind = Kind.ORDER

    steps: tuple[Option, ...]
    correct: Chosen
    free: frozenset[frozenset[str]] = frozenset()

    @property
    def best(self) -> Chosen:
        return self.correct

    def arrange(self, chance: Random) -> Sequence[str]:
        """Mix the steps, and never show them as they should be."""
        order = shuffled([step.id for step in self.steps], chance)
        return order if self._score(tuple(order)) < 1 else order[::-1]

    def items(self, node: Node | None = None) -> Sequence[Item]:
        """Return each step at each position, in the right order."""
        steps = {step.id: step for step in self.steps}
        return [
            Item(
                id=id_,
                offered=id_,
                tally_name=f"{id_}:{position}",
                text=steps[id_].text,
                why=steps[id_].why,
                right=position == correct,
                position=position,
            )
            for correct, id_ in enumerate(self.correct, start=1)
            for position in range(1, len(steps) + 1)
        ]

    def simulate(self, knows: float, chance: Random) -> Chosen:
        """Exchange two neighbours in the right order, unless it is known."""
        steps = list(self.best)
        if chance.random() > knows:
            here = chance.randrange(len(steps) - 1)
            steps[here], steps[here + 1] = steps[here + 1], steps[here]
        return self.accept(steps)

    def _read(self, posted: Posted, before: Chosen) -> Chosen:
        """Return the order meant by a position for each step, counted from 1."""
        given = {
            step: position
            for step, typed in fields_after(POSITION_FIELD, posted).items()
            if (position := small_number(typed)) is not None
        }
        if not given:
            raise NothingChosen
        if len(given) < len(self.steps):
            raise PositionsMissing
        if len(set(given.values())) < len(self.steps):
            raise PositionsRepeated
        return self.accept(sorted(given, key=lambda step: given[step]))

    def counted(self, chosen: Chosen) -> Chosen:
        """Count each step at its position, as ``step:position``."""
        if chosen in (NOT_SURE, SKIPPED):
            return chosen
        return tuple(f"{step}:{position}" for position, step in enumerate(chosen, start=1))

    @property
    def scored_pairs(self) -> Sequence[tuple[str, str]]:
        """The pairs of steps of which one has to come first, in that order."""
        pairs = combinations(self.correct, 2)
        return [pair for pair in pairs if frozenset(pair) not in self.free]

    def misplaced(self, chosen: Chosen) -> frozenset[str]:
        """Return the steps that stand on the wrong side of another; none if the score is full."""
        wrong = [
            pair for pair in self.scored_pairs if chosen.index(pair[0]) > chosen.index(pair[1])
        ]
        return frozenset(step for pair in wrong for step in pair)

    def _accept(self, chosen: Chosen) -> Chosen:
        if sorted(chosen) != sorted(self.correct):
            raise NotAnAnswer
        return chosen

    def _score(self, chosen: Chosen) -> Fraction:
        pairs = self.scored_pairs
        right = sum(chosen.index(first) < chosen.index(second) for first, second in pairs)
        return max(Fraction(2 * right - len(pairs), len(pairs)), Fraction(0))
