"""Judge: say whether a message is genuine or fake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import ClassVar

from quiz.domain.kinds.choice import Choice
from quiz.domain.question import Chosen, Item, Kind, Message, Node, Text


@dataclass(frozen=True, kw_only=True, eq=False)
class Judge(Choice):
    """Say whether a message is genuine or fake. The two options are fixed, and never mixed."""

    kind = Kind.JUDGE
    has_material = True
    has_single_best = False

    GENUINE: ClassVar[str] = "genuine"
    FAKE: ClassVar[str] = "fake"

    message: Message
    signs: tuple[Text, ...]

    @property
    def genuine(self) -> bool:
        """Whether the message is what it says it is."""
        return self.correct == self.GENUINE

    def items(self, node: Node | None = None) -> Sequence[Item]:
        """Return genuine and fake, whose words are the interface's."""
        return [replace(item, text=None) for item in super().items()]

    def texts(self) -> Iterator[Text]:
        yield from super().texts()
        yield from self.message.texts()
        yield from self.signs

    def texts_asked(self, chosen: Chosen) -> Iterator[Text]:
        yield from super().texts_asked(chosen)
        yield from self.message.texts()

    def _reasons(self, chosen: Chosen) -> Iterator[Text]:
        yield from super()._reasons(chosen)
        yield from self.signs

    def arrange(self, chance: Random) -> Sequence[str]:
        return [self.GENUINE, self.FAKE]
