"""Attempts and their answers: from the first question until the day is over."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple, TypedDict

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from quiz.domain.question import Chosen
from quiz.domain.refusals import NoAttempt
from quiz.store.dialects import INSERTS, Insert, dialect
from quiz.store.tables import Answer, Attempt


def new_token() -> str:
    """Return a random token for a cookie: 128 bits that stand for an attempt, and for nobody."""
    return secrets.token_urlsafe(16)


def attempt_id(token: str) -> bytes:
    """Return the id under which a token's attempt is stored. The token itself is stored nowhere."""
    return hashlib.sha256(token.encode()).digest()[:16]


def start(
    db: Session,
    id: bytes,
    *,
    theme: str,
    language: str,
    questions: Sequence[str],
    day: date | None = None,
    room: int | None = None,
    position: int | None = None,
) -> Attempt:
    """Begin an attempt, of a day or in a room. Without a position, the notice comes first."""
    attempt = Attempt(
        id=id,
        day=day,
        room=room,
        theme=theme,
        language=language,
        questions=" ".join(questions),
        position=position,
    )
    db.add(attempt)
    db.flush()
    return attempt


SEAT = insert(Attempt.__table__)  # type: ignore[arg-type]


class NewAttempt(TypedDict):
    """An attempt in a room, as it is stored when it begins."""

    id: bytes
    room: int
    theme: str
    language: str
    questions: str
    position: int


def seat_all(db: Session, seats: Sequence[NewAttempt]) -> None:
    """Begin attempts in rooms."""
    db.execute(SEAT, seats)


def delete_of_room(db: Session, room: int) -> None:
    """Delete all attempts in a room with their answers."""
    db.execute(delete(Attempt).where(Attempt.room == room))


def find(db: Session, id: bytes) -> Attempt | None:
    """Return an attempt, or None if it was left or sealed, or never was."""
    return db.get(Attempt, id)


def enter(db: Session, id: bytes) -> Attempt:
    """Return an attempt. Raises NoAttempt."""
    attempt = find(db, id)
    if attempt is None:
        raise NoAttempt
    return attempt


class StoredAnswer(NamedTuple):
    """What was chosen for a question, in which revision of it, and its score."""

    revision: str
    chosen: str
    score: int | None


ANSWER = Answer.__table__
ANSWERS = select(ANSWER.c.question, ANSWER.c.revision, ANSWER.c.chosen, ANSWER.c.score).where(
    ANSWER.c.attempt == bindparam("attempt")
)
CHOSEN = select(ANSWER.c.attempt, ANSWER.c.chosen).where(
    ANSWER.c.attempt.in_(bindparam("attempts", expanding=True)),
    ANSWER.c.question == bindparam("question"),
)
"""Made once: every page asks these, and making one takes longer than asking it."""


def answers(db: Session, attempt: Attempt) -> dict[str, StoredAnswer]:
    """Return the answers of an attempt by question."""
    rows = db.execute(ANSWERS, {"attempt": attempt.id})
    return {question: StoredAnswer(*answer) for question, *answer in rows}


def chosen(db: Session, id: bytes, question: str) -> Chosen:
    """Return what an attempt chose for one question; nothing if it has no answer."""
    return chosen_by(db, [id], question).get(id, ())


def chosen_by(db: Session, ids: Collection[bytes], question: str) -> dict[bytes, Chosen]:
    """Return what these attempts chose for one question, as far as they have answered it."""
    rows = db.execute(CHOSEN, {"attempts": ids, "question": question})
    return {attempt: tuple(chosen.split()) for attempt, chosen in rows}


def or_replace(insert: Insert) -> Insert:
    """Return an insert of an answer that replaces the one that is there, if there is one."""
    return insert.on_conflict_do_update(
        index_elements=["attempt", "question"],
        set_={name: insert.excluded[name] for name in ("revision", "chosen", "score")},
    )


UPSERT = {name: or_replace(insert(Answer.__table__)) for name, insert in INSERTS.items()}
"""Made once: making it takes longer than carrying it out."""


class NewAnswer(TypedDict):
    """An answer, as it is stored."""

    attempt: bytes
    question: str
    revision: str
    chosen: str
    score: int | None


def save_all(db: Session, rows: Sequence[NewAnswer]) -> None:
    """Save answers. One that was there is replaced, never doubled."""
    db.execute(UPSERT[dialect(db)], rows)


def save(
    db: Session, id: bytes, *, question: str, revision: str, chosen: str, score: int | None
) -> None:
    """Save the answer to one question."""
    save_all(
        db,
        [NewAnswer(attempt=id, question=question, revision=revision, chosen=chosen, score=score)],
    )


def leave(db: Session, id: bytes) -> None:
    """Delete an unfinished attempt with its answers. A finished one stays until it is sealed."""
    db.execute(delete(Attempt).where(Attempt.id == id, ~Attempt.finished))
