"""Question: what all kinds have in common, and the values they are made of.

What a person chose is a tuple of word ids, whatever the kind: the option of a choice, the steps
of an order in her order, the ``node:choice`` pairs of a story so far.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import ClassVar

from quiz.domain.refusals import (
    NothingChosen,
)

Text = Mapping[str, str]
"""One text in every language of the bank: language code to words."""

FIRST_LANGUAGE = "vi"
"""What everything is written in, and read in where another language is not written yet."""


def in_language(text: Text, code: str) -> str:
    """Return a text in a language, or in the first one where it is not written in that."""
    return text.get(code) or text[FIRST_LANGUAGE]


Chosen = tuple[str, ...]
"""What a person chose: word ids of options, steps, fragments or ``node:choice`` pairs."""

NOT_SURE: Chosen = ("not-sure",)
SKIPPED: Chosen = ("skip",)


class Theme(StrEnum):
    """The three themes of the bank."""

    HARASSMENT = "harassment"
    ABDUCTION = "abduction"
    LITERACY = "literacy"


class Skill(StrEnum):
    """What a question lets a person practise."""

    RECOGNISE = "recognise"
    JUDGE = "judge"
    RESPOND = "respond"
    PROTECT = "protect"
    SUPPORT = "support"
    RIGHTS = "rights"


class Kind(StrEnum):
    """The six ways in which a question is answered."""

    CHOICE = "choice"
    MULTIPLE = "multiple"
    JUDGE = "judge"
    FLAGS = "flags"
    ORDER = "order"
    STORY = "story"


class Audience(StrEnum):
    """Whom a question is written for."""

    ALL = "all"
    TEEN = "teen"
    ADULT = "adult"


class Channel(StrEnum):
    """The way a message reached somebody."""

    SMS = "sms"
    CHAT = "chat"
    CALL = "call"
    VIDEO = "video"
    EMAIL = "email"
    PUSH = "push"
    POST = "post"
    PAPER = "paper"


class Quality(StrEnum):
    """How good one choice in a story is."""

    BEST = "best"
    OK = "ok"
    RISKY = "risky"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing that can be answered, with the reason shown after the answer."""

    id: str
    text: Text
    why: Text


@dataclass(frozen=True, kw_only=True)
class Fragment(Option):
    """One part of a message; ``flag`` says whether it is a warning sign."""

    flag: bool


@dataclass(frozen=True, kw_only=True)
class Turn(Option):
    """One choice at a node of a story, and the node that follows."""

    quality: Quality
    next: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a message or a story; ``by`` is a member of the cast, or nobody: narration."""

    text: Text
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """A simulated message: how it came, who seems to have sent it, and its lines."""

    channel: Channel
    sender: Text
    lines: tuple[Line, ...] = ()
    unaccented: bool = False


@dataclass(frozen=True, kw_only=True)
class Node:
    """One scene of a story; an ending asks nothing and has no choices."""

    id: str
    ask: Text
    lines: tuple[Line, ...]
    choices: tuple[Turn, ...]

    @property
    def ending(self) -> bool:
        """Whether the story stops here."""
        return not self.choices


@dataclass(frozen=True, kw_only=True, eq=False)
class Question(ABC):
    """One thing asked.

    ``revision`` changes whenever the file does: totals are kept by (id, revision), so that
    editing the bank never changes what old totals mean. A question is only equal to itself.
    """

    kind: ClassVar[Kind]

    id: str
    revision: str
    theme: Theme
    topic: str
    skill: Skill
    level: int
    audience: Audience
    stem: Text
    why: Text
    advice: tuple[Text, ...]
    source_line: Text
    help: tuple[str, ...]
    sources: tuple[str, ...]
    checked: date
    note: Text | None = None
    pair: str | None = None

    def accept(self, chosen: Sequence[str]) -> Chosen:
        """Return the answer in its one canonical form.

        Raises NotAnAnswer (or a child that says what is missing) if the question does not
        offer it.
        """
        if tuple(chosen) in (NOT_SURE, SKIPPED):
            return tuple(chosen)
        if not chosen:
            raise NothingChosen
        return self._accept(tuple(chosen))

    def score(self, chosen: Chosen) -> Fraction | None:
        """Return the score between 0 and 1, or None if the answer leaves the mean alone.

        Not being sure scores 0, skipping and an unfinished story score nothing.
        """
        if chosen == SKIPPED or not self.is_complete(chosen):
            return None
        if chosen == NOT_SURE:
            return Fraction(0)
        return self._score(chosen)

    def is_complete(self, chosen: Chosen) -> bool:
        """Whether nothing more is asked once this has been chosen."""
        return bool(chosen)

    def counted(self, chosen: Chosen) -> Chosen:
        """Return the names under which totals count this answer; there may be several."""
        return chosen

    @property
    @abstractmethod
    def best(self) -> Chosen:
        """The answer that scores 1."""

    @abstractmethod
    def arrange(self, chance: Random) -> Sequence[str]:
        """Return the ids of what can be chosen, in the order in which to show them."""

    @abstractmethod
    def _accept(self, chosen: Chosen) -> Chosen: ...

    @abstractmethod
    def _score(self, chosen: Chosen) -> Fraction: ...
