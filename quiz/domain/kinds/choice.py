"""Choice: pick one best option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from quiz.domain.kinds.common import shuffled
from quiz.domain.question import Chosen, Kind, Option, Question
from quiz.domain.refusals import NotAnAnswer


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice(Question):
    """Pick one best option."""

    kind = Kind.CHOICE

    options: tuple[Option, ...]
    correct: str

    @property
    def best(self) -> Chosen:
        return (self.correct,)

    def arrange(self, chance: Random) -> Sequence[str]:
        return shuffled([option.id for option in self.options], chance)

    def _accept(self, chosen: Chosen) -> Chosen:
        (only, *more) = chosen
        if more or only not in {option.id for option in self.options}:
            raise NotAnAnswer
        return chosen

    def _score(self, chosen: Chosen) -> Fraction:
        return Fraction(chosen == self.best)
