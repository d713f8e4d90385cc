"""The six kinds of question: what counts as an answer, and what it scores between 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import ClassVar

from quiz.domain.question import (
    NOT_SURE,
    SKIPPED,
    Chosen,
    Fragment,
    Kind,
    Message,
    Node,
    Option,
    Quality,
    Question,
    Text,
    Turn,
)
from quiz.domain.refusals import (
    NotAnAnswer,
    NothingChosen,
    PositionsMissing,
    PositionsRepeated,
)


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


@dataclass(frozen=True, kw_only=True, eq=False)
class Multiple(Question):
    """Pick every option that applies."""

    kind = Kind.MULTIPLE

    options: tuple[Option, ...]
    correct: frozenset[str]

    @property
    def best(self) -> Chosen:
        return tuple(option.id for option in self.options if option.id in self.correct)

    def arrange(self, chance: Random) -> Sequence[str]:
        return shuffled([option.id for option in self.options], chance)

    def _accept(self, chosen: Chosen) -> Chosen:
        return subset(chosen, [option.id for option in self.options])

    def _score(self, chosen: Chosen) -> Fraction:
        return right_less_wrong(chosen, self.correct)


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

    def accept_positions(self, positions: Mapping[str, int | None]) -> Chosen:
        """Return the order meant by a position for each step, counted from 1."""
        given = {step: place for step, place in positions.items() if place is not None}
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
        return tuple(f"{step}:{place}" for place, step in enumerate(chosen, start=1))

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Story(Question):
    """Choose at each node, and see where it leads. Chosen are ``node:choice`` pairs in order."""

    kind = Kind.STORY

    title: Text
    cast: Mapping[str, Text]
    nodes: Mapping[str, Node]
    start: str

    @property
    def best(self) -> Chosen:
        """The path of best choices."""
        path: list[str] = []
        node = self.nodes[self.start]
        while not node.ending:
            turn = next(turn for turn in node.choices if turn.quality is Quality.BEST)
            path.append(f"{node.id}:{turn.id}")
            node = self.nodes[turn.next]
        return tuple(path)

    def arrange(self, chance: Random) -> Sequence[str]:
        """Return every ``node:choice`` pair, the choices of each node mixed."""
        return [
            f"{node.id}:{turn}"
            for node in self.nodes.values()
            for turn in shuffled([turn.id for turn in node.choices], chance)
        ]

    def walk(self, chosen: Chosen) -> Iterator[tuple[Node, Turn]]:
        """Yield each node met and the turn taken there.

        Raises NotAnAnswer if the path leaves the story.
        """
        node = self.nodes[self.start]
        for step in chosen:
            at, _, choice = step.partition(":")
            turn = next((turn for turn in node.choices if turn.id == choice), None)
            if at != node.id or turn is None:
                raise NotAnAnswer
            yield node, turn
            node = self.nodes[turn.next]

    def node_after(self, chosen: Chosen) -> Node:
        """Return the node where a path stands."""
        turns = [turn for _, turn in self.walk(chosen)]
        return self.nodes[turns[-1].next] if turns else self.nodes[self.start]

    def is_complete(self, chosen: Chosen) -> bool:
        return chosen in (NOT_SURE, SKIPPED) or self.node_after(chosen).ending

    def vote_score(self, votes: Chosen) -> Fraction | None:
        """Return the share of best turns among votes, where a class goes one way together.

        The votes need not make a path: the class may have gone another way than she would have.
        """
        best = {
            f"{node.id}:{turn.id}"
            for node in self.nodes.values()
            for turn in node.choices
            if turn.quality is Quality.BEST
        }
        given = [vote for vote in votes if not vote.endswith(f":{SKIPPED[0]}")]
        return Fraction(sum(vote in best for vote in given), len(given)) if given else None

    def _accept(self, chosen: Chosen) -> Chosen:
        for _ in self.walk(chosen):
            pass
        return chosen

    def _score(self, chosen: Chosen) -> Fraction:
        turns = [turn for _, turn in self.walk(chosen)]
        return Fraction(sum(turn.quality is Quality.BEST for turn in turns), len(turns))


def shuffled(ids: Sequence[str], chance: Random) -> list[str]:
    """Return the ids in an order that chance decides."""
    return chance.sample(ids, len(ids))


def subset(chosen: Chosen, offered: Sequence[str]) -> Chosen:
    """Return what was chosen, each once and in the order of the file."""
    if not set(chosen) <= set(offered):
        raise NotAnAnswer
    return tuple(id_ for id_ in offered if id_ in chosen)


def right_less_wrong(chosen: Chosen, correct: frozenset[str]) -> Fraction:
    """Return (right ones selected - wrong ones selected) / right ones, never below 0."""
    right = len(correct.intersection(chosen))
    wrong = len(chosen) - right
    return max(Fraction(right - wrong, len(correct)), Fraction(0))
