"""Where everything stands in the drawing of a story: scenes in layers, an arrow for each turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from textwrap import shorten, wrap

from quiz.domain.kinds import Story
from quiz.domain.question import Node, Turn
from quiz.store.bank.editorial import MARKS, layers
from quiz.web.locale import in_language

CELL = 170
"""Width of what can be chosen; a scene is as wide as three of them."""
WIDTH = 3 * CELL
HEAD = 52
"""Height of a scene's name and first words; an ending has no more."""
HEIGHT = HEAD + 98
GAP = 56
"""Room between scenes, for arrows."""
LANE = 16
"""Room for an arrow that passes by scenes, right of them."""


@dataclass(frozen=True)
class Cell:
    """What can be chosen in a scene: its mark, its words line by line, and its arrow."""

    turn: Turn
    mark: str
    lines: Sequence[str]
    x: int
    arrow: str


@dataclass(frozen=True)
class Box:
    """A scene: its upper left corner, its first words, and what can be chosen."""

    node: Node
    words: str
    x: int
    y: int
    height: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Drawing:
    """A story as boxes, and how much room they take."""

    width: int
    height: int
    boxes: Sequence[Box]


def draw(story: Story) -> Drawing:
    """Return the drawing of a story in the language of the request."""
    levels = layers(story)
    inner = max(len(level) for level in levels) * (WIDTH + GAP) - GAP
    corners = {
        node.id: ((inner - len(level) * (WIDTH + GAP) + GAP) // 2 + n * (WIDTH + GAP), y)
        for y, level in zip(count(0, HEIGHT + GAP), levels, strict=False)
        for n, node in enumerate(level)
    }
    lanes = count(inner + LANE, LANE)
    boxes = [
        Box(
            node=node,
            words=shorten(in_language(node.lines[0].text), 64, placeholder="…"),
            x=corners[node.id][0],
            y=corners[node.id][1],
            height=HEAD if node.ending else HEIGHT,
            cells=list(cells(node, corners, lanes)),
        )
        for level in levels
        for node in level
    ]
    return Drawing(next(lanes), corners[levels[-1][0].id][1] + HEAD, boxes)


def cells(node: Node, corners: dict[str, tuple[int, int]], lanes: Iterator[int]) -> Iterator[Cell]:
    """Yield what can be chosen in a scene, from left to right."""
    left, top = corners[node.id]
    for n, turn in enumerate(node.choices):
        x = left + n * CELL
        to_left, to_top = corners[turn.next]
        start, end = (
            (x + CELL // 2, top + HEIGHT),
            (to_left + WIDTH // 2 + 24 * (n - 1), to_top - 6),
        )
        between = []
        if to_top > top + HEIGHT + GAP:
            lane = next(lanes)
            between = [(lane, start[1] + GAP // 4), (lane, end[1] - GAP // 4)]
            between = [(start[0], between[0][1]), *between, (end[0], between[1][1])]
        yield Cell(
            turn=turn,
            mark=MARKS[turn.quality],
            lines=wrap(in_language(turn.text), 21, max_lines=4, placeholder="…"),
            x=x,
            arrow=" ".join(f"{x},{y}" for x, y in (start, *between, end)),
        )
