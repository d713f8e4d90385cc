"""Story: choose at each node, and see where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from quiz.domain.kinds.common import shuffled
from quiz.domain.question import (
    NOT_SURE,
    SKIPPED,
    Chosen,
    Item,
    Kind,
    Node,
    Posted,
    Quality,
    Question,
    Text,
    Turn,
    parse_non_answer,
)
from quiz.domain.refusals import NotAnAnswer

CHOICE_FIELD = "turn"
"""The name of the buttons that choose at a node."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Story(Question):
    """Choose at each node, and see where it leads. Chosen are ``node:choice`` pairs in order."""

    kind = Kind.STORY
    has_material = True
    has_single_best = True

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

    @property
    def scenes(self) -> Sequence[Node]:
        return tuple(self.nodes.values())

    def items(self, node: Node | None = None) -> Sequence[Item]:
        """Return the choices of one node, or of all."""
        return [
            Item(
                id=f"{each.id}:{turn.id}",
                offered=f"{each.id}:{turn.id}",
                tally_name=f"{each.id}:{turn.id}",
                text=turn.text,
                why=turn.why,
                right=turn.quality is Quality.BEST,
                node=each.id,
                next=turn.next,
            )
            for each in ([node] if node else self.nodes.values())
            for turn in each.choices
        ]

    def texts(self) -> Iterator[Text]:
        yield from super().texts()
        yield from self.cast.values()
        for node in self.nodes.values():
            yield from (line.text for line in node.lines)
            if not node.ending:
                yield node.ask

    def texts_asked(self, chosen: Chosen) -> Iterator[Text]:
        """Yield the title, and what is told, asked and offered in each scene on the way."""
        if self.note:
            yield self.note
        yield from (self.title, self.stem)
        for node, _turn in self.walk(chosen):
            yield from self._told(node)
            yield node.ask
            yield from (turn.text for turn in node.choices)

    def _reasons(self, chosen: Chosen) -> Iterator[Text]:
        """Yield how the story ended, and each choice with the best one in its scene."""
        yield from self._told(self.node_after(chosen))
        for node, taken in self.walk(chosen):
            for turn in node.choices:
                if turn is taken or turn.quality is Quality.BEST:
                    yield turn.text

    def _told(self, node: Node) -> Iterator[Text]:
        """Yield the lines of a scene, and who says them."""
        for line in node.lines:
            if line.by:
                yield self.cast[line.by]
            yield line.text

    def simulate(self, knows: float, chance: Random) -> Chosen:
        """Walk to an ending, by the best choice where it is known."""
        path: Chosen = ()
        while not self.is_complete(path):
            items = self.items(self.node_after(path))
            best = [item.id for item in items if item.right]
            every = [item.id for item in items]
            path = (*path, *(best if chance.random() < knows else [chance.choice(every)]))
        return path

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

    def lengths(self, chosen: Chosen) -> tuple[int, int]:
        """Return how many choices the shortest and the longest way have that begin like this."""
        return self._lengths_after(self.node_after(chosen), len(chosen))

    def _lengths_after(self, node: Node, made: int) -> tuple[int, int]:
        if node.ending:
            return made, made
        ways = [
            self._lengths_after(self.nodes[id_], made + 1)
            for id_ in {turn.next for turn in node.choices}
        ]
        return min(least for least, _ in ways), max(most for _, most in ways)

    def path(self, chosen: Chosen) -> Chosen:
        return () if chosen == SKIPPED else chosen

    def _read(self, posted: Posted, before: Chosen) -> Chosen:
        """Return the path with the choice that was made at its end."""
        return self.accept((*before, *posted.get(CHOICE_FIELD, ())))

    def read_vote(self, posted: Posted, node: Node) -> Chosen:
        """Return one choice of a node, as a pair of both ids."""
        if doubt := parse_non_answer(posted):
            return (f"{node.id}:{doubt[0]}",)
        vote = tuple(posted.get(CHOICE_FIELD, ()))
        if vote not in [(item.id,) for item in self.items(node)]:
            raise NotAnAnswer
        return vote

    def is_complete(self, chosen: Chosen) -> bool:
        return chosen in (NOT_SURE, SKIPPED) or self.node_after(chosen).ending

    def score_in_class(self, chosen: Chosen) -> Fraction | None:
        """Return the share of best choices among votes, where a class goes one way together.

        The votes need not make a path: the class may have gone another way than she would have.
        """
        best = self.right_names()
        given = [vote for vote in chosen if not vote.endswith(f":{SKIPPED[0]}")]
        return Fraction(sum(vote in best for vote in given), len(given)) if given else None

    def _accept(self, chosen: Chosen) -> Chosen:
        for _ in self.walk(chosen):
            pass
        return chosen

    def _score(self, chosen: Chosen) -> Fraction:
        turns = [turn for _, turn in self.walk(chosen)]
        return Fraction(sum(turn.quality is Quality.BEST for turn in turns), len(turns))


def stories(questions: Iterable[Question]) -> list[Story]:
    """Return the questions that are stories."""
    return [question for question in questions if isinstance(question, Story)]
