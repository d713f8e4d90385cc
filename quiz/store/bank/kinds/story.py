"""Reading stories: who speaks, what can be chosen, and where each path leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from quiz.domain.kinds import Story
from quiz.domain.question import Line, Node, Quality, Text, Turn
from quiz.store.bank.answer_cues import note_longest, warn_careful, warn_full_stops
from quiz.store.bank.common import Common
from quiz.store.bank.faults import counted, quoted
from quiz.store.bank.lengths import ASK, LINE, NAME, OPTION, REJECTED
from quiz.store.bank.options import read_offered, read_why, stop_number, stop_twins
from quiz.store.bank.table import Table
from quiz.store.bank.wording import read_text

MOST_LINES = 8
CHOICES = range(2, 5)
CHOICES_ON_A_PATH = range(3, 7)
NODES_THAT_READ_BEST = range(5, 9)


def read_story(table: Table, common: Common) -> Story:
    """Return a story, and note paths that lead nowhere."""
    cast = {id_: read_text(name, NAME) for id_, name in table.tables("cast").items()}
    tables = table.tables("nodes")
    nodes = {id_: read_node(node, id_, cast) for id_, node in tables.items()}
    if len(nodes) not in NODES_THAT_READ_BEST:
        table.warn("nodes", f"{len(nodes)} nodes; five to eight read best.")
    start = table.find_string("start") or ""
    if start in nodes:
        check_paths(table, nodes, start)
    else:
        table.stop("start", "is not a node.")
    return Story(
        **common,
        title=read_text(table.table("title"), NAME),
        cast=cast,
        nodes=nodes,
        start=start,
    )


def read_node(table: Table, id_: str, cast: Mapping[str, Text]) -> Node:
    """Return one scene, which asks or ends."""
    lines = [read_line(line, cast) for line in table.list_of_tables("lines")]
    stop_number(table, "lines", len(lines), 1, MOST_LINES, "story")
    if table.truth("ending", default=False):
        if table.take("choices") is not None:
            table.stop("", "an ending has no choices.")
        return Node(id=id_, ask={}, lines=tuple(lines), choices=())
    return Node(
        id=id_,
        ask=read_text(table.table("ask"), ASK),
        lines=tuple(lines),
        choices=read_choices(table),
    )


def read_line(table: Table, cast: Mapping[str, Text]) -> Line:
    """Return one line, said by a member of the cast or told by nobody."""
    by = table.find_string("by")
    if by is not None and by not in cast:
        table.stop("by", f"{quoted(by)} is not in [cast].")
    return Line(text=read_text(table, LINE), by=by)


def read_choices(table: Table) -> tuple[Turn, ...]:
    """Return what can be chosen at a node."""
    turns = tuple(read_turn(choice, id_) for id_, choice in read_offered(table, "choices").items())
    if not turns:
        table.stop("", "has no choices. Add some, or write ending = true.")
        return ()
    if len(turns) not in CHOICES:
        table.stop("choices", f"{counted(len(turns), 'choices')}; give two to four.")
    best = [turn.id for turn in turns if turn.quality is Quality.BEST]
    if len(best) != 1:
        table.stop("choices", "exactly one choice must have quality best.")
    stop_twins(table, "choices", turns)
    warn_full_stops(table, "choices", turns)
    # A choice answers what was just said, so that words shared with the scene give nothing away.
    for id_ in best[:1]:
        note_longest(table, "choices", turns, id_)
        warn_careful(table, "choices", turns, id_)
    return turns


def read_turn(table: Table, id_: str) -> Turn:
    """Return one choice at a node."""
    quality = table.one_of("quality", Quality)
    return Turn(
        id=id_,
        text=read_text(table, OPTION if quality is Quality.BEST else REJECTED),
        why=read_why(table),
        quality=quality,
        next=table.find_string("next") or "",
    )


def check_paths(table: Table, nodes: Mapping[str, Node], start: str) -> None:
    """Note choices that lead nowhere, nodes never met, circles, and paths of the wrong length."""
    dead_ends = [id_ for id_ in nodes if table.at_fault(f"nodes.{id_}")]
    for node in nodes.values():
        for turn in node.choices:
            if turn.next not in nodes:
                dead_ends.append(node.id)
                field = f"nodes.{node.id}.choices.{turn.id}.next"
                table.stop(field, f"{quoted(turn.next)} is not a node.")
    leads_to = {
        node.id: {turn.next for turn in node.choices if turn.next in nodes}
        for node in nodes.values()
    }
    for unmet in nodes.keys() - met_from(start, leads_to):
        table.stop(f"nodes.{unmet}", "no path leads here.")
    try:
        # Endings come first, so that what follows a node has been measured before the node.
        order = list(TopologicalSorter(leads_to).static_order())
    except CycleError as error:
        circle = error.args[1][::-1]
        table.stop(f"nodes.{circle[0]}", f"the story runs in a circle: {' > '.join(circle)}.")
        return
    if not dead_ends:
        check_lengths(table, order, leads_to, start)


def check_lengths(
    table: Table, order: Sequence[str], leads_to: Mapping[str, set[str]], start: str
) -> None:
    """Note paths with too few or too many choices."""
    shortest: dict[str, int] = {}
    longest: dict[str, int] = {}
    for node in order:
        shortest[node] = min((shortest[next_] + 1 for next_ in leads_to[node]), default=0)
        longest[node] = max((longest[next_] + 1 for next_ in leads_to[node]), default=0)
    if shortest[start] < CHOICES_ON_A_PATH[0]:
        length = counted(shortest[start], "choices")
        table.stop("nodes", f"the shortest path has {length}; give at least three.")
    if longest[start] > CHOICES_ON_A_PATH[-1]:
        length = counted(longest[start], "choices")
        table.stop("nodes", f"the longest path has {length}; give at most six.")


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
