"""Story: choose at each node, and see where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from quiz.domain.kinds.common import shuffled
from quiz.domain.question import (
    NOT_SURE,
    SKIPPED,
    Chosen,
    Kind,
    Node,
    Quality,
    Question,
    Text,
    Turn,
)
from quiz.domain.refusals import NotAnAnswer


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
