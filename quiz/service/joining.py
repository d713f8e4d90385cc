"""Coming into a room: all who are waiting come in together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from quiz.domain import join_code
from quiz.domain.refusals import NoSuchRoom, NotACode, Refusal
from quiz.store import attempts, rooms
from quiz.store.tables import Room


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Somebody who comes in: the code as she typed it, her new token, and one that she had."""

    typed: str
    token: str
    language: str
    previous: str | None = None


@dataclass(frozen=True)
class Entered:
    """The room that somebody is in, and whether she was in it before and stays who she is."""

    room: Room
    stays: bool


def find_open(db: Session, typed: str) -> str:
    """Return the code of an open room, however it was typed. Raises NotACode, NoSuchRoom."""
    code = join_code.clean(typed)
    if code is None:
        raise NotACode
    if not rooms.is_open(db, code):
        raise NoSuchRoom
    return code


def take_in(db: Session, entries: Sequence[Entry]) -> Sequence[Entered | Refusal]:
    """Take people into rooms under their new tokens; whoever is in hers already stays who she is.

    An unfinished quiz that somebody had begun before is left. Returns for each where she is now, or
    why she could not come in: NotACode or NoSuchRoom. A whole class comes at once; so all are
    found by one statement and let in by one. Nothing is committed.
    """
    typed = [join_code.clean(entry.typed) for entry in entries]
    had = [attempts.attempt_id(entry.previous) if entry.previous else None for entry in entries]
    open_ = rooms.open_by_code(db, {code for code in typed if code})
    inside = rooms.of_attempts(db, {id for id in had if id}) if any(had) else {}
    seats: list[attempts.Seat] = []
    outcomes: list[Entered | Refusal] = []
    for entry, code, id in zip(entries, typed, had, strict=True):
        room = open_.get(code or "")
        if room is None:
            outcomes.append(NoSuchRoom() if code else NotACode())
            continue
        stays = id is not None and inside.get(id) is room
        outcomes.append(Entered(room, stays))
        if stays:
            continue
        if id is not None:
            attempts.leave(db, id)
        seats.append(
            attempts.Seat(
                id=attempts.attempt_id(entry.token),
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
