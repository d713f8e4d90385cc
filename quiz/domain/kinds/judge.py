"""Judge: say whether a message is genuine or fake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from quiz.domain.kinds.choice import Choice
from quiz.domain.question import Kind, Message, Text


@dataclass(frozen=True, kw_only=True, eq=False)
class Judge(Choice):
    """Say whether a message is genuine or fake. The two options are fixed, and never mixed."""

    kind = Kind.JUDGE

    GENUINE: ClassVar[str] = "genuine"
    FAKE: ClassVar[str] = "fake"

    message: Message
    signs: tuple[Text, ...]

    @property
    def genuine(self) -> bool:
        """Whether the message is what it says it is."""
        return self.correct == self.GENUINE

    def arrange(self, chance: Random) -> Sequence[str]:
        return [self.GENUINE, self.FAKE]
