"""What a room shows now: to phones, to the console and to the projector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random

from sqlalchemy.orm import Session

from quiz.domain import room as rules
from quiz.domain.attempt import verdict
from quiz.domain.disclosure import may_show_counts
from quiz.domain.question import NOT_SURE, SKIPPED, Chosen, Item, Node, Question, Turn
from quiz.domain.room import Mode, Move, RoomPosition, RoomProgress, Stage
from quiz.domain.tally import percent
from quiz.service.solo import Reviewed
from quiz.store import attempts, rooms
from quiz.store.bank import Bank
from quiz.store.rooms import Counts, RevealedStep, RoomVersion
from quiz.store.tables import Room

LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, kw_only=True)
class RevealedItem:
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
        self.current = RoomPosition(Stage(room.stage), room.position, room.step)
        self.quiz = rooms.questions(db, bank, room)
        self.reveals = rooms.reveals(db, room)

    @property
    def question(self) -> Question:
        """The question at the position."""
        return self.quiz[self.current.position]

    @property
    def stage_id(self) -> str:
        """What is the same for as long as the room asks, or shows, the same thing."""
        return f"{self.current.stage}.{self.current.position}.{self.current.step}"

    @property
    def total(self) -> int:
        """How many questions the room has."""
        return len(self.quiz)

    @property
    def done(self) -> int:
        """How many questions are behind the class."""
        return self.current.position + (
            self.current.stage is Stage.REVEALING and not self.story_continues
        )

    @property
    def is_over(self) -> bool:
        """Whether the last question was revealed, so that nothing is left but to end the class."""
        return self.current.stage is Stage.REVEALING and Move.NEXT not in self.moves

    @property
    def next_question(self) -> Question | None:
        """The question that comes after this one, or the first one in the lobby."""
        following = self.current.position + (self.current.stage is not Stage.LOBBY)
        return self.quiz[following] if following < self.total else None

    def right(self, question: Question) -> RevealedStep | None:
        """Return what was revealed of a question, if it may be said how many had it right."""
        steps = self.reveals.get(question.id, ())
        return steps[0] if steps and steps[0].right is not None else None

    @cached_property
    def path(self) -> Chosen:
        """The turns that the class has taken in the story, up to this step."""
        return self.turns(self.question)[: self.current.step]

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
    def revealed(self) -> RevealedStep:
        """What the class was shown at this step."""
        return self.reveals[self.question.id][self.current.step]

    @property
    def turn(self) -> Turn | None:
        """The turn with which the class goes on, at a step of a story that was revealed."""
        taken = self.revealed.taken
        turns = self.node.choices if self.node else ()
        return next((each for each in turns if each.id == taken.rpartition(":")[2]), None)

    @property
    def ending(self) -> Node | None:
        """How the story of the class ends, once its last step was revealed."""
        after = self.question.node_after((*self.path, self.revealed.taken)) if self.node else None
        return after if after and after.ending else None

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
    def revealed_items(self) -> Sequence[RevealedItem]:
        """How the class answered, in the order of the letters, or of the right order."""
        items = self.question.result_items(self.node)
        if not any(item.position for item in items):
            items = sorted(items, key=lambda item: self.offered.index(item.offered))
        return [self.revealed_item(item) for item in items]

    def revealed_item(self, item: Item) -> RevealedItem:
        """Return how many chose an item."""
        count = None if self.withheld else self.revealed.options.get(item.tally_name, 0)
        return RevealedItem(
            letter=self.letters[item.offered],
            id=item.id,
            count=count,
            percent=None if count is None else percent(Fraction(count, self.revealed.people)),
            right=item.right and item.position is None,
        )

    @property
    def story_continues(self) -> bool:
        """Whether another step of the same story follows."""
        return rules.story_goes_on(self.current, self.course)

    @cached_property
    def course(self) -> RoomProgress:
        """The quiz as far as it has been shown."""
        return RoomProgress(
            revealed=[len(self.reveals.get(question.id, ())) for question in self.quiz],
            finished=[question.is_complete(self.turns(question)) for question in self.quiz],
        )

    @property
    def moves(self) -> frozenset[Move]:
        """The moves that can be made now."""
        return rules.moves(self.mode, self.current, self.course)

    def turns(self, question: Question) -> Chosen:
        """Return the turns that the class has taken in a story."""
        return tuple(step.taken for step in self.reveals.get(question.id, ()))


def offered(room: Room, question: Question, node: Node | None) -> Sequence[str]:
    """Return what can be chosen in a room, in an order that stays the same."""
    order = question.arrange(Random(f"{room.id} {question.id}"))  # noqa: S311 - an order is no secret
    if node is None:
        return order
    return [step for step in order if step.partition(":")[0] == node.id]


def counts(db: Session, view: RoomView) -> Counts:
    """Return how many are in a room and, while a question is open, how many have answered it."""
    joined = rooms.participants(db, view.room)
    if view.mode is Mode.SELF_PACED:
        return Counts(joined, rooms.finished(db, view.room))
    if view.current.stage is not Stage.ASKING:
        return Counts(joined)
    node = view.node
    return Counts(
        joined, rooms.answered(db, view.room, view.question, None if node is None else node.id)
    )


def is_early(view: RoomView, counts: Counts) -> bool:
    """Whether a question is open that most of the class have not answered."""
    asking = Move.REVEAL in view.moves
    return asking and rules.is_early(counts.joined, counts.answered)


def room_of(db: Session, token: str) -> Room | None:
    """Return the open room that somebody is in, or None."""
    return rooms.find_by_token(db, token)


def version_of(db: Session, token: str) -> RoomVersion | None:
    """Return the open room that somebody is in with its version, or None."""
    return rooms.version_of(db, token)


def chosen_by(db: Session, view: RoomView, token: str) -> Chosen:
    """Return what somebody has chosen for what is asked or revealed now."""
    chosen = attempts.chosen(db, attempts.attempt_id(token), view.question.id)
    return chosen if view.node is None else votes_at(view.node, chosen)


def own_answers(db: Session, view: RoomView, token: str) -> Sequence[Reviewed]:
    """Return what somebody answered to each question that is behind the class: she may see it."""
    course, attempt = view.course, attempts.attempt_id(token)
    revealed = [
        question
        for question, steps, finished in zip(
            view.quiz, course.revealed, course.finished, strict=True
        )
        if steps and finished
    ]
    return [
        Reviewed(
            question=question,
            offered=offered(view.room, question, None),
            chosen=chosen,
            score=question.score_in_class(chosen) or Fraction(0),
            verdict=verdict(question, chosen, in_class=True),
        )
        for question in revealed
        for chosen in [attempts.chosen(db, attempt, question.id) or SKIPPED]
    ]


def votes_at(node: Node, answer: Chosen) -> Chosen:
    """Return what of an answer to a story was chosen at a node."""
    return tuple(vote for vote in answer if vote.startswith(f"{node.id}:"))
