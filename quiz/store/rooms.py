"""Rooms: their questions, who is in them, and what was revealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, literal, select
from sqlalchemy.orm import Session

from quiz.domain.join_code import REST_DAYS
from quiz.domain.question import Chosen, Question
from quiz.domain.room import LONGEST
from quiz.domain.text import same_name
from quiz.store.attempts import attempt_id
from quiz.store.bank import Bank, read_edition
from quiz.store.dialects import insert
from quiz.store.tables import Answer, Attempt, Edition, Reveal, RevealOption, Room


@dataclass(frozen=True)
class Counts:
    """How many are in a room, and how many of them have answered what is asked now."""

    joined: int
    answered: int = 0


@dataclass(frozen=True)
class RevealedStep:
    """What a class was shown of its answers to a question, or to one step of a story."""

    people: int
    taken: str
    options: Mapping[str, int]
    right: int | None = None


class RoomVersion(NamedTuple):
    """A room, and what changes whenever it moves."""

    id: int
    version: int


class RoomRow(NamedTuple):
    """What a room asks now, and of whom: the columns of ``Room`` that joining and answering need.

    ``joined`` is how many are in it where it was found by its code, else 0.
    """

    id: int
    version: int
    mode: str
    stage: str
    theme: str
    questions: str
    revisions: str
    position: int
    step: int
    expected: int | None
    locked: bool
    joined: int


ROOM = Room.__table__
ROW = [ROOM.c[name] for name in RoomRow._fields[:-1]]
JOINED = select(func.count()).where(Attempt.room == ROOM.c.id).scalar_subquery()
OF_ATTEMPT = (Attempt.room == Room.id) & (Attempt.id == bindparam("attempt"))
OPEN = select(ROOM.c.id).where(ROOM.c.code == bindparam("code"), ROOM.c.opened.is_not(None))
OPEN_BY_CODE = select(ROOM.c.code, *ROW, JOINED).where(
    ROOM.c.code.in_(bindparam("codes", expanding=True)), ROOM.c.opened.is_not(None)
)
LED_BY = select(Room).where(
    Room.id == bindparam("id"),
    (Room.facilitator == bindparam("leader")) | (Room.colleague == bindparam("leader")),
)
BY_ATTEMPT = select(Room).where(OF_ATTEMPT)
VERSION = select(ROOM.c.id, ROOM.c.version).where(OF_ATTEMPT)
OF_ATTEMPTS = select(Attempt.__table__.c.id, *ROW, literal(0)).where(
    Attempt.id.in_(bindparam("attempts", expanding=True)), Attempt.room == ROOM.c.id
)
VERSIONS = select(ROOM.c.id, ROOM.c.version).where(
    ROOM.c.id.in_(bindparam("rooms", expanding=True)), ROOM.c.opened.is_not(None)
)
PARTICIPANTS = select(func.count()).where(Attempt.room == bindparam("room"))
FINISHED = PARTICIPANTS.where(Attempt.finished)
ANSWERED = (
    select(func.count())
    .select_from(Answer)
    .join(Attempt)
    .where(Attempt.room == bindparam("room"), Answer.question == bindparam("question"))
)
REVEALS = (
    select(Reveal.question, Reveal.step, Reveal.people, Reveal.taken, Reveal.right_people)
    .where(Reveal.room == bindparam("room"))
    .order_by(Reveal.question, Reveal.step)
)
REVEAL_OPTIONS = select(
    RevealOption.question, RevealOption.step, RevealOption.option, RevealOption.count
).where(RevealOption.room == bindparam("room"))
"""Made once: all pages of a class ask these, and making one takes longer than asking it."""


def find(db: Session, id: int, leader: int) -> Room | None:
    """Return a room that somebody may lead, or None."""
    return db.scalar(LED_BY, {"id": id, "leader": leader})


def find_open(db: Session, code: str) -> int | None:
    """Return the id of the open room that has a code, or None."""
    return db.scalar(OPEN, {"code": code})


def is_rehearsal(db: Session, code: str) -> bool:
    """Whether the open room that has a code is only tried out."""
    return bool(db.scalar(OPEN.where(Room.rehearsal), {"code": code}))


def open_by_code(db: Session, codes: Collection[str]) -> Mapping[str, RoomRow]:
    """Return the open rooms that have these codes, by their code, with how many are in each."""
    rows = db.execute(OPEN_BY_CODE, {"codes": codes})
    return {code: RoomRow(*room) for code, *room in rows}


def find_by_token(db: Session, token: str) -> Room | None:
    """Return the room that somebody is in, or None."""
    return db.scalar(BY_ATTEMPT, {"attempt": attempt_id(token)})


def version_of(db: Session, token: str) -> RoomVersion | None:
    """Return the room that somebody is in with its version, or None."""
    row = db.execute(VERSION, {"attempt": attempt_id(token)}).first()
    return None if row is None else RoomVersion(*row)


def of_attempts(db: Session, ids: Collection[bytes]) -> Mapping[bytes, RoomRow]:
    """Return the rooms in which attempts are, as far as they are in any."""
    rows = db.execute(OF_ATTEMPTS, {"attempts": ids})
    return {id: RoomRow(*room) for id, *room in rows}


def of_facilitator(db: Session, facilitator: int) -> Sequence[Room]:
    """Return the rooms of a facilitator and those that are shared with her, the newest first."""
    return db.scalars(
        select(Room)
        .where((Room.facilitator == facilitator) | (Room.colleague == facilitator))
        .order_by(Room.day.desc(), Room.id.desc())
    ).all()


def open_now(db: Session) -> Sequence[Room]:
    """Return the rooms that are open, the oldest first."""
    return db.scalars(select(Room).where(Room.opened.is_not(None)).order_by(Room.opened)).all()


def known_chapter(db: Session, name: str) -> str:
    """Return the name of a chapter as somebody has written it before, or as it is if nobody has.

    Reports group by the letters of this name, and two right spellings are one chapter.
    """
    known = db.scalars(select(Room.chapter).distinct().order_by(Room.chapter))
    return next((each for each in known if same_name(each) == same_name(name)), name)


def after(db: Session, before: Room) -> Room | None:
    """Return the room after the lesson that belongs to a room before it, or None."""
    return db.scalar(select(Room).where(Room.paired == before.id))


def overdue(db: Session, *clocks: datetime) -> Sequence[Room]:
    """Return the rooms that have been open for too long by each of these clocks.

    That includes rooms that were opened in the future.
    """
    moments = [now.astimezone(UTC).replace(tzinfo=None) for now in clocks]
    return db.scalars(
        select(Room).where(
            *((Room.opened <= now - LONGEST) | (Room.opened > now + LONGEST) for now in moments)
        )
    ).all()


def codes_in_use(db: Session, today: date) -> frozenset[str]:
    """Return the codes of open rooms, and of rooms that closed not long ago."""
    recent = Room.day > today - timedelta(days=REST_DAYS)
    return frozenset(
        db.scalars(
            select(Room.code).where(Room.code.is_not(None), Room.opened.is_not(None) | recent)
        )
    )


def questions(db: Session, bank: Bank, room: Room) -> Sequence[Question]:
    """Return the questions of a room, each in the revision that was frozen when it opened."""
    ids = room.questions.split()
    revisions = room.revisions.split()
    if not revisions:
        return [bank.questions[id_] for id_ in ids if id_ in bank.questions]
    return [edition(db, bank, id_, revision) for id_, revision in zip(ids, revisions, strict=True)]


def edition(db: Session, bank: Bank, id_: str, revision: str) -> Question:
    """Return a question in one revision: from the bank, or as it was kept when a room opened."""
    question = bank.questions.get(id_)
    if question and question.revision == revision:
        return question
    edition = db.get_one(Edition, (id_, revision))
    return read_edition(id_, revision, edition.source)


def save_editions(db: Session, bank: Bank, questions: Sequence[Question]) -> None:
    """Keep the text of these questions for as long as totals speak of them."""
    rows = [
        {
            "question": question.id,
            "revision": question.revision,
            "source": bank.sources[question.id],
        }
        for question in questions
    ]
    db.execute(insert(db, Edition).on_conflict_do_nothing(), rows)


def versions(db: Session, ids: Collection[int]) -> Mapping[int, int]:
    """Return the versions of those of these rooms that are open."""
    return dict(db.execute(VERSIONS, {"rooms": ids}).all())


def participants(db: Session, room: Room) -> int:
    """Return how many are in a room."""
    return db.scalars(PARTICIPANTS, {"room": room.id}).one()


def how_many(db: Session, ids: Collection[int]) -> Counter[int]:
    """Return how many are in each of these rooms."""
    query = select(Attempt.room, func.count()).where(Attempt.room.in_(ids)).group_by(Attempt.room)
    return Counter({room: joined for room, joined in db.execute(query) if room is not None})


def finished(db: Session, room: Room) -> int:
    """Return how many in a room have come to the end of its quiz."""
    return db.scalars(FINISHED, {"room": room.id}).one()


def answers(db: Session, room: Room, question: Question) -> Sequence[Chosen]:
    """Return what was chosen in a room for a question, in no particular order."""
    query = (
        select(Answer.chosen)
        .join(Attempt)
        .where(Attempt.room == room.id, Answer.question == question.id)
    )
    return [tuple(chosen.split()) for chosen in db.scalars(query)]


def answered(db: Session, room: Room, question: Question, node: str | None) -> int:
    """Return how many have answered a question, or the node of a story that is asked now."""
    asked = {"room": room.id, "question": question.id}
    if node is None:
        return db.scalars(ANSWERED, asked).one()
    here = (literal(" ") + Answer.chosen).contains(f" {node}:", autoescape=True)
    return db.scalars(ANSWERED.where(here), asked).one()


def reveals(db: Session, room: Room) -> Mapping[str, Sequence[RevealedStep]]:
    """Return what was revealed in a room: for each question its steps in order."""
    options: dict[tuple[str, int], Counter[str]] = {}
    for question, step, option, number in db.execute(REVEAL_OPTIONS, {"room": room.id}):
        options.setdefault((question, step), Counter())[option] = number
    found: dict[str, list[RevealedStep]] = {}
    for question, step, people, taken, right in db.execute(REVEALS, {"room": room.id}):
        counts = options.get((question, step), Counter())
        found.setdefault(question, []).append(RevealedStep(people, taken, counts, right))
    return found


def save_reveal(
    db: Session, room: Room, question: Question, step: int, revealed: RevealedStep
) -> None:
    """Save what a class is shown, so that nothing that happens afterwards moves the figures."""
    db.add(
        Reveal(
            room=room.id,
            question=question.id,
            step=step,
            people=revealed.people,
            taken=revealed.taken,
            right_people=revealed.right,
        )
    )
    db.flush()
    db.add_all(
        RevealOption(room=room.id, question=question.id, step=step, option=option, count=count)
        for option, count in revealed.options.items()
    )
    db.flush()


def delete_reveals(db: Session, room: Room) -> None:
    """Delete what was revealed: the totals say it from now on."""
    db.execute(delete(Reveal).where(Reveal.room == room.id))
