"""A live class: join, ask, answer, reveal, close; what phone, console and projector show now.

Each function takes the session of one request first. Nothing here commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cached_property
from random import Random

from sqlalchemy.orm import Session

from quiz.domain import join_code
from quiz.domain import room as rules
from quiz.domain.disclosure import may_show_counts
from quiz.domain.question import NOT_SURE, SKIPPED, Chosen, Item, Node, Quality, Question
from quiz.domain.refusals import (
    FewAnswers,
    NotReminded,
    StaleVersion,
    TooFewQuestions,
)
from quiz.domain.room import Mode, Move, RoomPosition, RoomProgress, Stage
from quiz.domain.tally import percent
from quiz.store import attempts, rooms, sealing, staff
from quiz.store.bank import Bank
from quiz.store.rooms import Counts, RoomVersion, Shown
from quiz.store.tables import Room

LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of how a class answered. Without a count the figures are withheld."""

    letter: str
    id: str
    count: int | None
    percent: int | None
    right: bool


class RoomView:
    """What a room shows now. Phone, console and projector are all made of it."""

    def __init__(self, db: Session, bank: Bank, room: Room) -> None:
        """Read what there is to know of a room, but nothing about anybody in it."""
        self.room = room
        self.mode = Mode(room.mode)
        self.place = RoomPosition(Stage(room.stage), room.position, room.step)
        self.quiz = rooms.questions(db, bank, room)
        self.shown = rooms.shown(db, room)

    @property
    def question(self) -> Question:
        """The question at the position."""
        return self.quiz[self.place.position]

    @property
    def stage_id(self) -> str:
        """What is the same for as long as the room asks, or shows, the same thing."""
        return f"{self.place.stage}.{self.place.position}.{self.place.step}"

    @property
    def total(self) -> int:
        """How many questions the room has."""
        return len(self.quiz)

    @property
    def done(self) -> int:
        """How many questions are behind the class."""
        return self.place.position + (
            self.place.stage is Stage.REVEALING and not self.story_continues
        )

    @cached_property
    def path(self) -> Chosen:
        """The turns that the class has taken in the story, up to this step."""
        return self.turns(self.question)[: self.place.step]

    @cached_property
    def node(self) -> Node | None:
        """The scene of the story that is asked or revealed now."""
        return self.question.node_after(self.path)

    @cached_property
    def offered(self) -> Sequence[str]:
        """What can be chosen, in the order that wall and phones share."""
        return offered(self.room, self.question, self.node)

    @property
    def letters(self) -> Mapping[str, str]:
        """The letter that stands before each thing that can be chosen."""
        return dict(zip(self.offered, LETTERS, strict=False))

    @property
    def revealed(self) -> Shown:
        """What the class was shown at this step."""
        return self.shown[self.question.id][self.place.step]

    @property
    def withheld(self) -> bool:
        """Whether too few have answered for figures to be shown."""
        return not may_show_counts(self.revealed.people)

    @property
    def unsure(self) -> int:
        """How many were not sure."""
        name = NOT_SURE[0] if self.node is None else f"{self.node.id}:{NOT_SURE[0]}"
        return self.revealed.options.get(name, 0)

    @property
    def rows(self) -> Sequence[Row]:
        """How the class answered, in the order of the letters, or of the right order."""
        items = self.question.result_items(self.node)
        if not any(item.position for item in items):
            items = sorted(items, key=lambda item: self.offered.index(item.offered))
        return [self.row(item) for item in items]

    def row(self, item: Item) -> Row:
        """Return how many chose an item."""
        count = None if self.withheld else self.revealed.options.get(item.tally_name, 0)
        return Row(
            letter=self.letters[item.offered],
            id=item.id,
            count=count,
            percent=None if count is None else percent(Fraction(count, self.revealed.people)),
            right=item.right and item.position is None,
        )

    @property
    def story_continues(self) -> bool:
        """Whether another step of the same story follows."""
        return rules.story_goes_on(self.place, self.course)

    @cached_property
    def course(self) -> RoomProgress:
        """The quiz as far as it has been shown."""
        return RoomProgress(
            shown=[len(self.shown.get(question.id, ())) for question in self.quiz],
            finished=[question.is_complete(self.turns(question)) for question in self.quiz],
        )

    @property
    def moves(self) -> frozenset[Move]:
        """The moves that can be made now."""
        return rules.moves(self.mode, self.place, self.course)

    def turns(self, question: Question) -> Chosen:
        """Return the turns that the class has taken in a story."""
        return tuple(shown.taken for shown in self.shown.get(question.id, ()))


def offered(room: Room, question: Question, node: Node | None) -> Sequence[str]:
    """Return what can be chosen in a room, in an order that stays the same."""
    order = question.arrange(Random(f"{room.id} {question.id}"))  # noqa: S311 - an order is no secret
    if node is None:
        return order
    return [step for step in order if step.partition(":")[0] == node.id]


def scene(db: Session, bank: Bank, room: Room) -> RoomView:
    """Return what a room shows now."""
    return RoomView(db, bank, room)


def counts(db: Session, scene: RoomView) -> Counts:
    """Return how many are in a room and, while a question is open, how many have answered it."""
    joined = rooms.participants(db, scene.room)
    if scene.mode is Mode.SELF_PACED:
        return Counts(joined, rooms.finished(db, scene.room))
    if scene.place.stage is not Stage.ASKING:
        return Counts(joined)
    node = scene.node
    return Counts(
        joined, rooms.answered(db, scene.room, scene.question, None if node is None else node.id)
    )


def is_early(scene: RoomView, counts: Counts) -> bool:
    """Whether a question is open that most of the class have not answered."""
    asking = Move.REVEAL in scene.moves
    return asking and rules.is_early(counts.joined, counts.answered)


# What participants do.


def room_of(db: Session, token: str) -> Room | None:
    """Return the open room that somebody is in, or None."""
    return rooms.find_by_token(db, token)


def version_of(db: Session, token: str) -> RoomVersion | None:
    """Return the open room that somebody is in with its version, or None."""
    return rooms.version_of(db, token)


def chosen_by(db: Session, scene: RoomView, token: str) -> Chosen:
    """Return what somebody has chosen for what is asked or revealed now."""
    chosen = attempts.chosen(db, attempts.attempt_id(token), scene.question.id)
    return chosen if scene.node is None else votes_at(scene.node, chosen)


# What facilitators do.


def open_room(
    db: Session, bank: Bank, room: Room, *, now: datetime, today: date, chance: Random
) -> None:
    """Open a prepared room: freeze its questions, and give it a code.

    Raises StaleVersion if it is open already, NotReminded, TooFewQuestions.
    """
    if Stage(room.stage) is not Stage.PREPARED:
        raise StaleVersion
    if not (room.told_optional and room.told_parents and room.knows_disclosure):
        raise NotReminded
    quiz = rooms.questions(db, bank, room)
    if not quiz:
        raise TooFewQuestions
    rooms.keep_editions(db, bank, quiz)
    room.questions = " ".join(question.id for question in quiz)
    room.revisions = " ".join(question.revision for question in quiz)
    room.code = join_code.draw(chance, rooms.codes_in_use(db, today))
    room.opened = now.astimezone(UTC).replace(tzinfo=None)
    room.day = today
    go_to(
        room, rules.after(Mode(room.mode), RoomPosition(Stage.PREPARED), Move.OPEN, NOTHING_SHOWN)
    )
    staff.record(db, "room-opened", day=today, about=f"room:{room.id}", staff=room.facilitator)


NOTHING_SHOWN = RoomProgress(shown=(), finished=())


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
    now = scene(db, bank, room)
    if room.version != version or move not in now.moves:
        raise StaleVersion
    if move is Move.CLOSE:
        close(db, bank, room, today=today, by=room.facilitator)
        return
    if move is Move.REVEAL:
        if not sure and is_early(now, counts(db, now)):
            raise FewAnswers
        reveal(db, now)
    go_to(room, rules.after(now.mode, now.place, move, now.course))


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


def discard(db: Session, room: Room, *, version: int, today: date, by: int) -> None:
    """Close an open room without counting: everything that was answered is deleted.

    ``by`` is whoever of the staff closes it. Raises StaleVersion if it has been moved since, or is
    not open.
    """
    if room.version != version or room.opened is None:
        raise StaleVersion
    attempts.delete_of_room(db, room.id)
    rooms.forget_shown(db, room)
    end(room)
    staff.record(db, "room-discarded", day=today, about=f"room:{room.id}", staff=by)


def end(room: Room) -> None:
    """Let an open room be over."""
    room.opened = None
    room.stage = Stage.CLOSED
    room.version += 1


def close(db: Session, bank: Bank, room: Room, *, today: date, by: int | None = None) -> None:
    """Close an open room: everything that was answered goes into totals, exactly once.

    ``by`` is whoever of the staff closes it, if it does not close by itself.
    """
    questions = {question.id: question for question in rooms.questions(db, bank, room)}
    batch = sealing.seal_room(db, room, questions)
    rooms.forget_shown(db, room)
    room.batch = batch.id if batch else None
    room.day = today
    end(room)
    staff.record(db, "room-closed", day=today, about=f"room:{room.id}", staff=by)


def go_to(room: Room, place: RoomPosition) -> None:
    """Put a room at a place."""
    room.stage = place.stage
    room.position = place.position
    room.step = place.step
    room.version += 1


def reveal(db: Session, now: RoomView) -> None:
    """Keep how the class has answered, for everybody to see.

    With fewer answers than may be shown, only their number is kept; a story then goes on with the
    best turn, for the way that it took would tell what somebody chose.
    """
    chosen = rooms.answers(db, now.room, now.question)
    if now.node is not None:
        chosen = [votes_at(now.node, answer) for answer in chosen]
    given = [answer for answer in chosen if answer and not is_skipped(answer)]
    options: Counter[str] = Counter()
    if may_show_counts(len(given)):
        options.update(name for answer in given for name in now.question.counted(answer))
    taken = taken_turn(now.node, options) if now.node else ""
    rooms.keep_shown(db, now.room, now.question, now.place.step, Shown(len(given), taken, options))


def votes_at(node: Node, answer: Chosen) -> Chosen:
    """Return what of an answer to a story was chosen at a node."""
    return tuple(vote for vote in answer if vote.startswith(f"{node.id}:"))


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
