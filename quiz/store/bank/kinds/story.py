"""Story: its model and its editorial rules, and where its paths lead."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, Self

from pydantic import StrictBool, model_validator

from quiz.domain.kinds import Story
from quiz.domain.question import Line, Node, Quality, Turn
from quiz.store.bank import answer_cues as cues
from quiz.store.bank.common import QuestionModel
from quiz.store.bank.faults import counted
from quiz.store.bank.kinds.options import (
    OptionId,
    OptionModel,
    check_number,
    check_options,
    make_options,
)
from quiz.store.bank.lengths import ASK, LINE, NAME, OPTION, REJECTED
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import (
    EMPTY,
    NONE,
    ReadBy,
    RequiredText,
    Shape,
    TextModel,
    WordId,
    wrong,
)
from quiz.store.bank.wording import check_text

CHOICES = range(2, 5)
CHOICES_ON_A_PATH = range(3, 7)
NODES_THAT_READ_BEST = range(5, 9)


class LineModel(TextModel):
    """A line, said by a member of the cast or told by nobody."""

    by: str | None = None


class TurnModel(OptionModel):
    """A choice, and the node to which it leads."""

    quality: Quality = NONE
    next: str = ""

    def option(self, id_: str) -> Turn:
        """Return the choice."""
        return Turn(id=id_, text=self.text, why=self.why, quality=self.quality, next=self.next)


class NodeModel(Shape):
    """A scene, which asks or ends."""

    lines: tuple[LineModel, ...] = ()
    ask: RequiredText | None = None
    choices: Annotated[tuple[Turn, ...], ReadBy(dict[OptionId, TurnModel], make_options)] = EMPTY
    ending: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def fill_ask(cls, values: Any) -> Any:
        """Read the missing question of a scene as empty, so that its languages are named."""
        is_scene = isinstance(values, dict) and values.get("ending") is not True
        return {"ask": {}, **values} if is_scene and values.get("choices") else values

    @model_validator(mode="after")
    def check_ending(self) -> Self:
        """Find an ending that goes on, or a scene that does not."""
        if self.ending and self.choices:
            raise wrong("ending-goes-on")
        if self.ending and self.ask:
            raise wrong("ending-asks")
        if not self.ending and not self.choices:
            raise wrong("no-choices")
        return self


def make_nodes(models: Mapping[str, NodeModel]) -> Mapping[str, Node]:
    """Return the scenes by their ids."""
    return {
        id_: Node(
            id=id_,
            ask=model.ask or {},
            lines=tuple(Line(text=line.text, by=line.by) for line in model.lines),
            choices=model.choices,
        )
        for id_, model in models.items()
    }


class Model(QuestionModel):
    """Scenes, each with what can be chosen and where that leads."""

    makes = Story

    cast: dict[WordId, RequiredText] = EMPTY
    nodes: Annotated[Mapping[str, Node], ReadBy(dict[WordId, NodeModel], make_nodes)] = EMPTY
    start: str = ""


def check(question: Story, file: ParsedFile) -> None:
    """Add what is wrong with the scenes, and paths that lead nowhere."""
    for id_, name in question.cast.items():
        check_text(file, f"cast.{id_}", name, NAME)
    for node in question.nodes.values():
        check_node(node, file, question.cast.keys())
    if len(question.nodes) not in NODES_THAT_READ_BEST:
        number = counted(len(question.nodes), "nodes")
        file.warning("nodes", "nodes", counted=number)
    check_paths(question, file)


def check_node(node: Node, file: ParsedFile, cast: Container[str]) -> None:
    """Add what is wrong with the lines of a scene and with what can be chosen there."""
    at = f"nodes.{node.id}"
    check_number(file, f"{at}.lines", node.lines, "story", 1, 8)
    for position, line in enumerate(node.lines, start=1):
        check_text(file, f"{at}.lines[{position}]", line.text, LINE)
        if line.by is not None and line.by not in cast:
            field = f"{at}.lines[{position}].by"
            file.error(field, "not-in-cast", name=line.by)
    if not node.ending:
        check_text(file, f"{at}.ask", node.ask, ASK)
        check_choices(node.choices, file, f"{at}.choices")


def check_choices(turns: Sequence[Turn], file: ParsedFile, at: str) -> None:
    """Add what is wrong with what can be chosen at a node."""
    if len(turns) not in CHOICES:
        file.error(at, "choices", counted=counted(len(turns), "choices"))
    best = [turn.id for turn in turns if turn.quality is Quality.BEST]
    if len(best) != 1:
        file.error(at, "one-best")
    check_options(file, at, turns, lambda turn: OPTION if turn.id in best else REJECTED)
    cues.warn_full_stops(file, at, turns)
    # A choice answers what was just said, so that words shared with the scene give nothing away.
    for id_ in best[:1]:
        cues.check_longest(file, at, turns, id_)
        cues.warn_careful(file, at, turns, id_)


def check_paths(story: Story, file: ParsedFile) -> None:
    """Add choices that lead nowhere, nodes never met, circles, and paths of the wrong length."""
    nodes = story.nodes
    if story.start not in nodes:
        file.error("start", "start")
        return
    strangers = [
        (node.id, turn)
        for node in nodes.values()
        for turn in node.choices
        if turn.next not in nodes
    ]
    for id_, turn in strangers:
        field = f"nodes.{id_}.choices.{turn.id}.next"
        file.error(field, "dead-end", name=turn.next)
    leads_to = {
        node.id: {turn.next for turn in node.choices if turn.next in nodes}
        for node in nodes.values()
    }
    for unmet in nodes.keys() - met_from(story.start, leads_to):
        file.error(f"nodes.{unmet}", "unmet")
    try:
        # Endings come first, so that what follows a node has been measured before the node.
        order = list(TopologicalSorter(leads_to).static_order())
    except CycleError as error:
        circle = error.args[1][::-1]
        file.error(f"nodes.{circle[0]}", "circle", circle=" > ".join(circle))
        return
    if not strangers:
        check_lengths(story, order, leads_to, file)


def check_lengths(
    story: Story, order: Sequence[str], leads_to: Mapping[str, set[str]], file: ParsedFile
) -> None:
    """Add paths with too few or too many choices."""
    shortest: dict[str, int] = {}
    longest: dict[str, int] = {}
    for node in order:
        shortest[node] = min((shortest[next_] + 1 for next_ in leads_to[node]), default=0)
        longest[node] = max((longest[next_] + 1 for next_ in leads_to[node]), default=0)
    if shortest[story.start] < CHOICES_ON_A_PATH[0]:
        file.error("nodes", "short-path", counted=counted(shortest[story.start], "choices"))
    if longest[story.start] > CHOICES_ON_A_PATH[-1]:
        file.error("nodes", "long-path", counted=counted(longest[story.start], "choices"))


def met_from(start: str, leads_to: Mapping[str, set[str]]) -> set[str]:
    """Return every node that some path from the start meets."""
    met: set[str] = set()
    ahead = [start]
    while ahead:
        node = ahead.pop()
        if node not in met:
            met.add(node)
            ahead.extend(leads_to[node])
    return met
