"""Coming into a room: all who are waiting come in together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from quiz.domain import join_code
from quiz.domain.refusals import NoSuchRoom, NotACode, Refusal, RoomFull, RoomLocked
from quiz.domain.room import capacity
from quiz.store import attempts, rooms
from quiz.store.rooms import RoomRow


@dataclass(frozen=True, kw_only=True)
class JoinRequest:
    """Somebody who comes in: the code as she typed it, her new token, and one that she had."""

    typed: str
    token: str
    language: str
    previous: str | None = None


@dataclass(frozen=True)
class JoinResult:
    """The room that somebody is in, and whether she was in it before and stays who she is."""

    room: RoomRow
    already_joined: bool


def find_open(db: Session, code: str) -> int:
    """Return the id of the open room with a code. Raises NoSuchRoom."""
    room = rooms.find_open(db, code)
    if room is None:
        raise NoSuchRoom
    return room


def is_rehearsal(db: Session, code: str) -> bool:
    """Whether the open room with a code is only tried out."""
    return rooms.is_rehearsal(db, code)


def join_all(db: Session, entries: Sequence[JoinRequest]) -> Sequence[JoinResult | Refusal]:
    """Take people into rooms under their new tokens; whoever is in hers already stays who she is.

    An unfinished quiz that somebody had begun before is left. Whoever sends the same token again
    has her seat already. Returns for each where she is now, or why she could not come in: NotACode,
    NoSuchRoom, RoomLocked or RoomFull. A whole class comes at once; so all are found by one
    statement and let in by one. Nothing is committed.
    """
    typed = [join_code.clean(entry.typed) for entry in entries]
    had = [attempts.attempt_id(entry.previous) if entry.previous else None for entry in entries]
    open_ = rooms.open_by_code(db, {code for code in typed if code})
    own = [attempts.attempt_id(entry.token) for entry in entries]
    seen = rooms.of_attempts(db, [*own, *filter(None, had)])
    inside = {id: room.id for id, room in seen.items()}
    joined = {room.id: room.joined for room in open_.values()}
    seats: list[attempts.NewAttempt] = []
    outcomes: list[JoinResult | Refusal] = []
    for entry, code, id, new in zip(entries, typed, had, own, strict=True):
        room = open_.get(code or "")
        if room is None:
            outcomes.append(NoSuchRoom() if code else NotACode())
            continue
        if id is not None and inside.get(id) == room.id:
            outcomes.append(JoinResult(room, already_joined=True))
            continue
        if inside.get(new) == room.id:
            outcomes.append(JoinResult(room, already_joined=False))
            continue
        if room.locked:
            outcomes.append(RoomLocked())
            continue
        if joined[room.id] >= capacity(room.expected):
            outcomes.append(RoomFull())
            continue
        if id is not None:
            attempts.leave(db, id)
        outcomes.append(JoinResult(room, already_joined=False))
        inside[new] = room.id
        joined[room.id] += 1
        seats.append(
            attempts.NewAttempt(
                id=new,
                room=room.id,
                theme=room.theme,
                language=entry.language,
                questions=room.questions,
                position=0,
            )
        )
    if seats:
        attempts.seat_all(db, seats)
    return outcomes
