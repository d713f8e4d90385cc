"""What facilitators do with a room: open it, move it on, reveal, close it.

Each function takes the session of one request first. Nothing here commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from random import Random

from sqlalchemy.orm import Session

from quiz.domain import join_code
from quiz.domain import room as rules
from quiz.domain.disclosure import may_show_counts
from quiz.domain.question import SKIPPED, Chosen, Node, Quality
from quiz.domain.refusals import (
    FewAnswers,
    NoSuchColleague,
    NotReminded,
    StaleVersion,
    TooFewQuestions,
)
from quiz.domain.room import Mode, Move, RoomPosition, RoomProgress, Stage
from quiz.domain.staff import clean_email
from quiz.service.live.room_view import RoomView, counts, is_early, votes_at
from quiz.store import attempts, rooms, sealing, staff
from quiz.store.bank import Bank
from quiz.store.rooms import RevealedStep
from quiz.store.tables import Room


def open_room(
    db: Session,
    bank: Bank,
    room: Room,
    *,
    now: datetime,
    today: date,
    chance: Random,
    rehearsal: bool = False,
) -> None:
    """Open a prepared room: freeze its questions, and give it a code.

    For a rehearsal there is nobody to be reminded of, and it is not in the record. Raises
    StaleVersion if it is open already, NotReminded, TooFewQuestions.
    """
    if Stage(room.stage) is not Stage.PREPARED:
        raise StaleVersion
    if not rehearsal and not (room.told_optional and room.told_parents and room.knows_disclosure):
        raise NotReminded
    quiz = rooms.questions(db, bank, room)
    if not quiz:
        raise TooFewQuestions
    rooms.save_editions(db, bank, quiz)
    room.questions = " ".join(question.id for question in quiz)
    room.revisions = " ".join(question.revision for question in quiz)
    room.code = join_code.generate(chance, rooms.codes_in_use(db, today))
    room.opened = now.astimezone(UTC).replace(tzinfo=None)
    room.rehearsal = rehearsal
    go_to(
        room,
        rules.after(Mode(room.mode), RoomPosition(Stage.PREPARED), Move.OPEN, NOTHING_REVEALED),
    )
    if not rehearsal:
        room.day = today
        staff.record(db, "room-opened", day=today, about=f"room:{room.id}", staff=room.facilitator)


NOTHING_REVEALED = RoomProgress(revealed=(), finished=())


def move(
    db: Session,
    bank: Bank,
    room: Room,
    move: Move,
    *,
    version: int,
    today: date,
    sure: bool = True,
) -> None:
    """Make a move. A press on a page that is out of date changes nothing.

    Raises StaleVersion if the room has been moved since, or cannot be moved so; FewAnswers if a
    reveal would come too early, and whoever asks for it is not ``sure``.
    """
    now = RoomView(db, bank, room)
    if room.version != version or move not in now.moves:
        raise StaleVersion
    if move is Move.CLOSE:
        close(db, bank, room, today=today, by=room.facilitator)
        return
    if move is Move.REVEAL:
        if not sure and is_early(now, counts(db, now)):
            raise FewAnswers
        reveal(db, now)
    go_to(room, rules.after(now.mode, now.current, move, now.course))


def stay_open(room: Room, *, now: datetime) -> None:
    """Let an open room stay open for as long again as if it were opened now."""
    if room.opened is None:
        raise StaleVersion
    room.opened = now.astimezone(UTC).replace(tzinfo=None)
    room.version += 1


def expect(room: Room, expected: int) -> None:
    """Say anew how many people an open room expects: three times as many may join.

    Raises StaleVersion if it is not open.
    """
    if room.opened is None:
        raise StaleVersion
    room.expected = expected
    room.version += 1


def lock(room: Room, *, locked: bool) -> None:
    """Let nobody else into an open room, or let people in again. Raises StaleVersion."""
    if room.opened is None:
        raise StaleVersion
    room.locked = locked
    room.version += 1


def name_wifi(room: Room, name: str, password: str) -> None:
    """Say on the wall which Wi-Fi phones can use, until the room closes. Raises StaleVersion."""
    if room.opened is None:
        raise StaleVersion
    room.wifi_name, room.wifi_password = name, password if name else ""
    room.version += 1


def share(db: Session, room: Room, email: str, *, today: date) -> None:
    """Let a colleague lead an open room too, until it closes; nobody any more without an address.

    Raises StaleVersion if it is not open, NoSuchColleague.
    """
    if room.opened is None:
        raise StaleVersion
    colleague = staff.find_email(db, clean_email(email)) if email else None
    if email and (
        colleague is None
        or colleague.disabled
        or colleague.password is None
        or colleague.id == room.facilitator
    ):
        raise NoSuchColleague
    room.colleague = colleague.id if colleague else None
    room.version += 1
    if colleague:
        staff.record(db, "room-shared", day=today, about=f"room:{room.id}", staff=room.facilitator)


def discard(db: Session, room: Room, *, version: int, today: date, by: int) -> None:
    """Close an open room without counting: everything that was answered is deleted.

    ``by`` is whoever of the staff closes it. Raises StaleVersion if it has been moved since, or is
    not open.
    """
    if room.version != version or room.opened is None:
        raise StaleVersion
    if room.rehearsal:
        end_rehearsal(db, room)
        return
    attempts.delete_of_room(db, room.id)
    rooms.delete_reveals(db, room)
    end(room)
    staff.record(db, "room-discarded", day=today, about=f"room:{room.id}", staff=by)


def end_rehearsal(db: Session, room: Room) -> None:
    """Delete everything that a rehearsal has brought; the room is prepared as it was before."""
    attempts.delete_of_room(db, room.id)
    rooms.delete_reveals(db, room)
    room.rehearsal = False
    room.opened = None
    forget_set_up(room)
    room.code = None
    room.revisions = ""
    go_to(room, RoomPosition(Stage.PREPARED))


def end(room: Room) -> None:
    """Let an open room be over."""
    room.opened = None
    forget_set_up(room)
    room.stage = Stage.CLOSED
    room.version += 1


def forget_set_up(room: Room) -> None:
    """Delete what a facilitator has set up for as long as a room is open."""
    room.colleague = None
    room.locked = False
    room.wifi_name = room.wifi_password = ""


def close(db: Session, bank: Bank, room: Room, *, today: date, by: int | None = None) -> None:
    """Close an open room: everything that was answered goes into totals, exactly once.

    ``by`` is whoever of the staff closes it, if it does not close by itself. A rehearsal only ends.
    """
    if room.rehearsal:
        end_rehearsal(db, room)
        return
    questions = {question.id: question for question in rooms.questions(db, bank, room)}
    batch = sealing.seal_room(db, room, questions)
    rooms.delete_reveals(db, room)
    room.batch = batch.id if batch else None
    room.day = today
    end(room)
    staff.record(db, "room-closed", day=today, about=f"room:{room.id}", staff=by)


def go_to(room: Room, target: RoomPosition) -> None:
    """Put a room at a position."""
    room.stage = target.stage
    room.position = target.position
    room.step = target.step
    room.version += 1


def reveal(db: Session, now: RoomView) -> None:
    """Save how the class has answered, for everybody to see.

    With fewer answers than may be shown, only their number is kept; a story then goes on with the
    best turn, for the way that it took would tell what somebody chose.
    """
    chosen = rooms.answers(db, now.room, now.question)
    if now.node is not None:
        chosen = [votes_at(now.node, answer) for answer in chosen]
    given = [answer for answer in chosen if answer and not is_skipped(answer)]
    options: Counter[str] = Counter()
    right: int | None = None
    if may_show_counts(len(given)):
        options.update(name for answer in given for name in now.question.counted(answer))
        if now.node is None:
            right = sum(now.question.score_in_class(answer) == 1 for answer in given)
    taken = taken_turn(now.node, options) if now.node else ""
    rooms.save_reveal(
        db,
        now.room,
        now.question,
        now.current.step,
        RevealedStep(len(given), taken, options, right),
    )


def is_skipped(answer: Chosen) -> bool:
    """Whether a question, or a step of a story, was left out."""
    return [name.rpartition(":")[2] for name in answer] == list(SKIPPED)


def taken_turn(node: Node, votes: Mapping[str, int]) -> str:
    """Return the turn that most voted for; among equals, and without votes, the safest."""
    qualities = list(Quality)
    turn = max(
        node.choices,
        key=lambda turn: (votes.get(f"{node.id}:{turn.id}", 0), -qualities.index(turn.quality)),
    )
    return f"{node.id}:{turn.id}"
