"""A class session: the stages of a room, and the moves that its facilitator may make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_QUESTIONS = 20
"""How many questions a room may have."""

LONGEST = timedelta(hours=12)
"""How long a room stays open; then it closes by itself, with nobody present."""


EXPECTED = 100
"""How many people a class is thought to have, if its facilitator has not said it."""

CROWD = 3
"""How many times as many people as were expected may join, until she says that more are."""


class Mode(StrEnum):
    """Who sets the pace."""

    LIVE = "live"
    SELF_PACED = "self-paced"
    PAPER = "paper"


class Phase(StrEnum):
    """When a room takes place, seen from the lesson."""

    SINGLE = "single"
    BEFORE = "before"
    AFTER = "after"


class Stage(StrEnum):
    """Where a room stands. A self-paced room is asking for as long as it is open."""

    PREPARED = "prepared"
    LOBBY = "lobby"
    ASKING = "asking"
    REVEALING = "revealing"
    CLOSED = "closed"


class Move(StrEnum):
    """What a facilitator may do with a room."""

    OPEN = "open"
    NEXT = "next"
    REVEAL = "reveal"
    SKIP = "skip"
    BACK = "back"
    CLOSE = "close"


MOVES: Mapping[Mode, Mapping[Stage, frozenset[Move]]] = {
    Mode.LIVE: {
        Stage.PREPARED: frozenset({Move.OPEN}),
        Stage.LOBBY: frozenset({Move.NEXT, Move.CLOSE}),
        Stage.ASKING: frozenset({Move.REVEAL, Move.SKIP, Move.BACK, Move.CLOSE}),
        Stage.REVEALING: frozenset({Move.NEXT, Move.BACK, Move.CLOSE}),
        Stage.CLOSED: frozenset(),
    },
    Mode.SELF_PACED: {
        Stage.PREPARED: frozenset({Move.OPEN}),
        Stage.ASKING: frozenset({Move.CLOSE}),
        Stage.CLOSED: frozenset(),
    },
    Mode.PAPER: {Stage.PREPARED: frozenset(), Stage.CLOSED: frozenset()},
}
"""The table of moves. Nobody goes from revealing back to asking: an answer given after the figures
were seen could be told from those given before."""


@dataclass(frozen=True)
class RoomPosition:
    """Where a room stands: the stage, the question counted from 0, and the step of a story."""

    stage: Stage
    position: int = 0
    step: int = 0


@dataclass(frozen=True, kw_only=True)
class RoomProgress:
    """The quiz of a room, as far as it has been shown."""

    revealed: Sequence[int]
    """How many steps of each question were revealed; a question that is no story has one step."""

    finished: Sequence[bool]
    """Whether nothing more of it is to be asked."""


def moves(mode: Mode, current: RoomPosition, course: RoomProgress) -> frozenset[Move]:
    """Return the moves that can be made now."""
    possible = MOVES[mode][current.stage]
    last = current.position >= len(course.revealed) - 1
    if current.stage is Stage.ASKING and last:
        possible -= {Move.SKIP}
    if current.stage is Stage.REVEALING and last and not story_goes_on(current, course):
        possible -= {Move.NEXT}
    return possible


def after(mode: Mode, current: RoomPosition, move: Move, course: RoomProgress) -> RoomPosition:
    """Return where a possible move leads."""
    match move:
        case Move.OPEN:
            return RoomPosition(Stage.LOBBY if mode is Mode.LIVE else Stage.ASKING)
        case Move.CLOSE:
            return RoomPosition(Stage.CLOSED, current.position, current.step)
        case Move.REVEAL:
            return RoomPosition(Stage.REVEALING, current.position, current.step)
        case Move.SKIP:
            return forward_to(current.position + 1, course)
        case Move.NEXT:
            return next_position(current, course)
        case Move.BACK:
            return previous_position(current, course)


def next_position(current: RoomPosition, course: RoomProgress) -> RoomPosition:
    """Return the next step of a story, or the next question."""
    if current.stage is Stage.LOBBY:
        return forward_to(0, course)
    if story_goes_on(current, course):
        step = current.step + 1
        seen = step < course.revealed[current.position]
        return RoomPosition(Stage.REVEALING if seen else Stage.ASKING, current.position, step)
    return forward_to(current.position + 1, course)


def previous_position(current: RoomPosition, course: RoomProgress) -> RoomPosition:
    """Return the step or question before. What was revealed is shown as it was, not asked again."""
    if current.step:
        return RoomPosition(Stage.REVEALING, current.position, current.step - 1)
    if not current.position:
        return RoomPosition(Stage.LOBBY)
    position = current.position - 1
    revealed = course.revealed[position]
    return (
        RoomPosition(Stage.REVEALING, position, revealed - 1)
        if revealed
        else RoomPosition(Stage.ASKING, position)
    )


def forward_to(position: int, course: RoomProgress) -> RoomPosition:
    """Return the beginning of a question: asked if it is new, shown if it was revealed before."""
    return RoomPosition(Stage.REVEALING if course.revealed[position] else Stage.ASKING, position)


def is_early(joined: int, answered: int) -> bool:
    """Whether fewer than half of a class have answered. A reveal may then be a slip of the hand.

    What was revealed is not asked again, so it cannot be taken back.
    """
    return 2 * answered < joined


def story_goes_on(current: RoomPosition, course: RoomProgress) -> bool:
    """Whether another step of the same story follows."""
    revealed = course.revealed[current.position]
    return current.step + 1 < revealed or not course.finished[current.position]


def closes_at(opened: datetime) -> datetime:
    """Return when a room closes by itself."""
    return opened + LONGEST


def capacity(expected: int | None) -> int:
    """Return how many may join a room of which so many people are expected."""
    return CROWD * (expected or EXPECTED)


def more_than_expected(joined: int, expected: int | None) -> bool:
    """Whether clearly more have joined than were expected: a fifth more, and at least three."""
    return expected is not None and joined > expected + max(2, expected // 5)
