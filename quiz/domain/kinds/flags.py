"""Flags: select the warning signs in a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from quiz.domain.kinds.common import right_less_wrong, subset
from quiz.domain.question import Chosen, Fragment, Kind, Message, Question


@dataclass(frozen=True, kw_only=True, eq=False)
class Flags(Question):
    """Select the warning signs in a message; its fragments keep their order."""

    kind = Kind.FLAGS

    message: Message
    fragments: tuple[Fragment, ...]

    @property
    def best(self) -> Chosen:
        return tuple(fragment.id for fragment in self.fragments if fragment.flag)

    def arrange(self, chance: Random) -> Sequence[str]:
        return [fragment.id for fragment in self.fragments]

    def _accept(self, chosen: Chosen) -> Chosen:
        return subset(chosen, [fragment.id for fragment in self.fragments])

    def _score(self, chosen: Chosen) -> Fraction:
        return right_less_wrong(chosen, frozenset(self.best))
