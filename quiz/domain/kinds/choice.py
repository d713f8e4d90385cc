"""Choice: pick one best option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from quiz.domain.kinds.common import option_items, shuffled
from quiz.domain.question import (
    NOT_SURE,
    Chosen,
    Item,
    Kind,
    Node,
    Option,
    PaperMark,
    Question,
    Text,
)
from quiz.domain.refusals import NotAnAnswer


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice(Question):
    """Pick one best option."""

    kind = Kind.CHOICE
    exclusive = True
    has_single_best = True

    options: tuple[Option, ...]
    correct: str

    @property
    def best(self) -> Chosen:
        return (self.correct,)

    @property
    def chance_score(self) -> float:
        return 1 / len(self.options)

    @property
    def paper_lines(self) -> Sequence[Sequence[PaperMark]]:
        names = [*(option.id for option in self.options), *NOT_SURE]
        return [[PaperMark(name, Fraction(name == self.correct)) for name in names]]

    def items(self, node: Node | None = None) -> Sequence[Item]:
        return option_items(self.options, self.best)

    def simulate(self, knows: float, chance: Random) -> Chosen:
        """Choose the best option, or one of the others: some of them draw more people."""
        if chance.random() < knows:
            return self.best
        # The order of the others is any that is always the same.
        order = self.arrange(Random(0))  # noqa: S311 - what is made up is no secret
        others = [each for each in order if each != self.correct]
        weights = [2**-rank for rank in range(len(others))]
        return tuple(chance.choices(others, weights))

    def arrange(self, chance: Random) -> Sequence[str]:
        return shuffled([option.id for option in self.options], chance)

    def _reasons(self, chosen: Chosen) -> Iterator[Text]:
        """Yield the best option, and what is said of the one that was chosen."""
        for option in self.options:
            if option.id in (*chosen, self.correct) and option.text:
                yield option.text
            if option.id in chosen:
                yield option.why

    def _accept(self, chosen: Chosen) -> Chosen:
        (only, *more) = chosen
        if more or only not in {option.id for option in self.options}:
            raise NotAnAnswer
        return chosen

    def _score(self, chosen: Chosen) -> Fraction:
        return Fraction(chosen == self.best)
