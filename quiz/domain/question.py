"""Question: what all kinds have in common, and the values they are made of.

What a person chose is a tuple of word ids, whatever the kind: the option of a choice, the steps
of an order in her order, the ``node:choice`` pairs of a story so far.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import ClassVar

from quiz.domain.refusals import NotAnAnswer, NothingChosen

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

Posted = Mapping[str, Sequence[str]]
"""The fields of a form that was sent: the values of each, under its name."""

ACTION_FIELD = "do"
ANSWER_FIELD = "a"
"""The fields of a form that say which button was pressed, and what was chosen."""

NON_ANSWERS: Mapping[str, Chosen] = {"unsure": NOT_SURE, "skip": SKIPPED}
"""What the buttons mean that answer any question."""


def parse_non_answer(posted: Posted) -> Chosen | None:
    """Return NOT_SURE or SKIPPED if such a button was pressed, or None."""
    return NON_ANSWERS.get("".join(posted.get(ACTION_FIELD, ())))


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
    """The ways in which a question is answered."""

    CHOICE = "choice"
    MULTIPLE = "multiple"
    JUDGE = "judge"
    FLAGS = "flags"
    ORDER = "order"
    STORY = "story"
    MATCH = "match"


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

    def texts(self) -> Iterator[Text]:
        """Yield everything that is written in the message."""
        yield self.sender
        yield from (line.text for line in self.lines)


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


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that can be chosen in a question, and the name under which totals count it.

    ``text`` is None where the interface has the words: genuine and fake. ``offered`` is what
    ``Question.arrange`` calls it. ``position`` says, from 1, where a step was put or which partner
    was chosen for a thing: there is an item for each. ``node`` is the step of a story, and ``next``
    the one that follows. ``scored`` says whether who chose it has a score.
    """

    id: str
    offered: str
    tally_name: str
    text: Text | None
    why: Text | None = None
    right: bool = False
    position: int | None = None
    node: str | None = None
    next: str | None = None
    scored: bool = True


@dataclass(frozen=True)
class PaperMark:
    """What a facilitator counts on paper: its name, and what it adds to the score of a sheet."""

    name: str
    score: Fraction


@dataclass(frozen=True, kw_only=True, eq=False)
class Question(ABC):
    """One thing asked.

    ``revision`` changes whenever a word of the question or its answer does: totals are kept by
    (id, revision), so that editing the bank never changes what old totals mean. ``title`` names
    the question in lists, ``sign`` what is right in it, and ``discuss`` is asked of a class
    afterwards: they can change without a new revision. A question is only equal to itself.
    """

    kind: ClassVar[Kind]

    exclusive: ClassVar[bool] = False
    """Whether exactly one item is chosen."""

    has_single_best: ClassVar[bool] = False
    """Whether one best item stands among others that have words of their own."""

    has_material: ClassVar[bool] = False
    """Whether there is more to read than what is asked and what can be chosen."""

    several: ClassVar[bool] = False
    """Whether any number of items may be chosen."""

    id: str
    revision: str
    theme: Theme
    topic: str
    skill: Skill
    level: int
    audience: Audience
    title: Text
    discuss: Text
    stem: Text
    why: Text
    advice: tuple[Text, ...]
    source_line: Text
    help: tuple[str, ...]
    sources: tuple[str, ...]
    checked: date
    note: Text | None = None
    sign: Text | None = None
    """What is called right where that is a warning and no advice: “Is control”."""

    pair: str | None = None
    people: tuple[str, ...] = ()
    """The given names of those of whom it tells, one word each, as the Vietnamese writes them."""

    @property
    def genuine(self) -> bool | None:
        """Whether a message to be judged is genuine; None if the question is about no message."""
        return None

    @property
    def asks_for_action(self) -> bool:
        """Whether somebody is to act, rather than to recognise something or to know a right."""
        return self.skill in {Skill.RESPOND, Skill.PROTECT, Skill.SUPPORT}

    @property
    def scenes(self) -> Sequence[Node]:
        """The steps of a question that is answered one step after another; else none."""
        return ()

    def node_after(self, chosen: Chosen) -> Node | None:
        """Return the step that is asked after what was chosen; None if there is one step only."""
        return None

    def path(self, chosen: Chosen) -> Chosen:
        """Return what was chosen at the steps so far; nothing if there is one step only."""
        return ()

    @abstractmethod
    def items(self, node: Node | None = None) -> Sequence[Item]:
        """Return everything that can be chosen, or what can be chosen at one step.

        In the order of the file; steps to be ordered and pairs in the right order.
        """

    def result_items(self, node: Node | None = None) -> Sequence[Item]:
        """Return each thing that can be chosen once: steps and pairs where they belong."""
        return [item for item in self.items(node) if item.right or item.position is None]

    @cached_property
    def texts_by_id(self) -> Mapping[str, Text | None]:
        """The words of everything that is offered or chosen, under its id; see ``Item.text``."""
        return {item.id: item.text for item in self.items()}

    def right_names(self, node: Node | None = None) -> frozenset[str]:
        """Return the names under which totals count what is right, or what is at one step."""
        return frozenset(item.tally_name for item in self.items(node) if item.right)

    @property
    def chance_score(self) -> float:
        """The mean score of those who guess; 0 where that is not simple to say."""
        return 0.0

    @property
    def paper_lines(self) -> Sequence[Sequence[PaperMark]]:
        """What can be chosen on each line of an answer sheet; no line if paper cannot ask it.

        The names are those under which totals count it. A sheet is counted if it has exactly one
        on each line; its score is the sum of theirs.
        """
        return ()

    @property
    def paper_scores(self) -> Sequence[PaperMark]:
        """What says the score of a sheet; each sheet has exactly one of these.

        It is what stands on the only line. Where there are several, sheets are counted by score.
        """
        return next(iter(self.paper_lines), ())

    def texts(self) -> Iterator[Text]:
        """Yield everything that is written in the question, each in all its languages."""
        yield from (self.title, self.discuss, self.stem, self.why, self.source_line, *self.advice)
        yield from filter(None, (self.note, self.sign))
        yield from self.option_texts()
        yield from (item.why for item in self.result_items() if item.why)

    def texts_asked(self, chosen: Chosen) -> Iterator[Text]:
        """Yield what a reader meets before she has answered; in a story, on the way she chose."""
        if self.note:
            yield self.note
        yield self.stem
        yield from self.option_texts()

    def texts_explained(self, chosen: Chosen) -> Iterator[Text]:
        """Yield what a reader meets after her answer, as long as she unfolds nothing.

        One reason stands open: that of the first thing she got wrong.
        """
        yield from self._reasons(chosen)
        yield from self.advice

    def option_texts(self) -> Iterator[Text]:
        """Yield the words of everything that can be chosen, each as it is written."""
        yield from (item.text for item in self.result_items() if item.text)

    def read(self, posted: Posted, before: Chosen = ()) -> Chosen:
        """Return the answer that a form sent. ``before`` was chosen at the steps before.

        Raises as ``accept`` does.
        """
        return parse_non_answer(posted) or self._read(posted, before)

    def _read(self, posted: Posted, before: Chosen) -> Chosen:
        return self.accept(posted.get(ANSWER_FIELD, ()))

    def read_vote(self, posted: Posted, node: Node) -> Chosen:
        """Return what a form sent as the vote at a step that a class takes together.

        Raises NotAnAnswer if the step does not offer it.
        """
        raise NotAnAnswer

    def score_in_class(self, chosen: Chosen) -> Fraction | None:
        """Return the score of an answer that was given in a live class."""
        return self.score(chosen)

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
    def simulate(self, knows: float, chance: Random) -> Chosen:
        """Return a made-up answer of somebody who knows the right one with this probability."""

    @abstractmethod
    def arrange(self, chance: Random) -> Sequence[str]:
        """Return the ids of what can be chosen, in the order in which to show them."""

    def _reasons(self, chosen: Chosen) -> Iterator[Text]:
        """Yield what could be chosen, and after an answer that was not right, one reason."""
        yield from self.option_texts()
        if chosen not in (self.best, NOT_SURE):
            yield from [item.why for item in self.result_items() if item.why][:1]

    @abstractmethod
    def _accept(self, chosen: Chosen) -> Chosen: ...

    @abstractmethod
    def _score(self, chosen: Chosen) -> Fraction: ...
