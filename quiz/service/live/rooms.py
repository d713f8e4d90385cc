"""Rooms of a facilitator: prepare, change, copy, delete; and the result of a class.

Each function takes the session of one request first. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from random import Random

from sqlalchemy.orm import Session

from quiz.domain import paper
from quiz.domain.disclosure import may_show_counts
from quiz.domain.place import tidy
from quiz.domain.question import NOT_SURE, Node, Question, Theme
from quiz.domain.quiz import assemble, parallel
from quiz.domain.refusals import NotPrepared, TooFewQuestions, TooManyQuestions
from quiz.domain.room import MOST_QUESTIONS, Mode, Phase, Stage
from quiz.domain.tally import ALL, CellKey, Tally
from quiz.service.live import moves
from quiz.service.reports.figures import Share, theme_shares
from quiz.service.solo import MIXED
from quiz.store import rooms, staff, tallies
from quiz.store.bank import Bank
from quiz.store.reports import Answers
from quiz.store.tables import Batch, Room

LENGTH = 8
"""How many questions a class has time for in a lesson, if nothing else is said."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a facilitator decides about a room before it opens."""

    name: str
    mode: Mode
    phase: Phase
    theme: str
    questions: Sequence[str]
    projector: str
    province: str
    chapter: str
    expected: int | None
    told_optional: bool
    told_parents: bool
    knows_disclosure: bool


def of_facilitator(db: Session, facilitator: int) -> Sequence[Room]:
    """Return the rooms of a facilitator and those that are shared with her, the newest first."""
    return rooms.of_facilitator(db, facilitator)


def find(db: Session, id: int, facilitator: int) -> Room | None:
    """Return a room that she may lead, or None: nobody learns whose the others are."""
    return rooms.find(db, id, facilitator)


def known_chapter(db: Session, typed: str) -> str:
    """Return the name of a chapter or school in one spelling, however it was typed."""
    return rooms.known_chapter(db, tidy(typed))


def select_questions(
    bank: Bank, theme: Theme | None, length: int, chance: Random, *, paired: bool = False
) -> tuple[str, ...]:
    """Return questions for a class, ``paired`` if it is to be compared with another one.

    There are fewer if the bank has no more to offer.
    """
    return assemble(bank.questions.values(), chance, theme=theme, length=length, paired=paired)


def prepare(
    db: Session, bank: Bank, plan: Plan, *, facilitator: int, today: date, after: Room | None = None
) -> Room:
    """Return a new room, not open yet. ``after`` is the room that it will be compared with.

    Raises TooFewQuestions.
    """
    room = Room(
        facilitator=facilitator, stage=Stage.PREPARED, day=today, paired=after.id if after else None
    )
    write(room, bank, plan)
    db.add(room)
    db.flush()
    return room


def change(bank: Bank, room: Room, plan: Plan) -> None:
    """Change a prepared room. Raises NotPrepared, TooFewQuestions."""
    if Stage(room.stage) is not Stage.PREPARED:
        raise NotPrepared
    write(room, bank, plan)
    room.version += 1


def choose(bank: Bank, room: Room, questions: Sequence[str]) -> None:
    """Give a prepared room other questions, in this order; all else stays as it was decided.

    Raises NotPrepared, TooFewQuestions, TooManyQuestions.
    """
    if len(questions) > MOST_QUESTIONS:
        raise TooManyQuestions
    plan = plan_of(room, Phase(room.phase), questions)
    ticked = {name: getattr(room, name) for name in REMINDERS}
    theme = theme_of(bank.questions[id_] for id_ in questions) if questions else room.theme
    change(bank, room, replace(plan, theme=theme, **ticked))


REMINDERS = ("told_optional", "told_parents", "knows_disclosure")
"""What a facilitator ticks before she opens a room."""


def write(room: Room, bank: Bank, plan: Plan) -> None:
    """Put a plan into a room. Raises TooFewQuestions."""
    wanted = [id_ for id_ in plan.questions if id_ in bank.questions][:MOST_QUESTIONS]
    questions = paper.fit(wanted, bank.questions) if plan.mode is Mode.PAPER else tuple(wanted)
    if not questions:
        raise TooFewQuestions
    printed = room.mode == plan.mode == Mode.PAPER and room.questions == " ".join(questions)
    room.name = plan.name
    room.mode = plan.mode
    room.revisions = room.revisions if printed else ""
    room.phase = plan.phase
    room.theme = plan.theme
    room.questions = " ".join(questions)
    room.projector = plan.projector
    room.province = plan.province
    room.chapter = plan.chapter
    room.expected = plan.expected
    room.told_optional = plan.told_optional
    room.told_parents = plan.told_parents
    room.knows_disclosure = plan.knows_disclosure


def copy(db: Session, bank: Bank, room: Room, *, today: date) -> Room:
    """Return a new room with the same plan; the reminders are to be ticked again."""
    phase = Phase.SINGLE if Phase(room.phase) is Phase.AFTER else Phase(room.phase)
    return prepare(db, bank, plan_of(room, phase), facilitator=room.facilitator, today=today)


def follow_up(db: Session, bank: Bank, room: Room, *, today: date) -> Room:
    """Return the room after the lesson that belongs to one before it, with the parallel form.

    If there is one already, it is that one.
    """
    if (followed := rooms.after(db, room)) is not None:
        return followed
    questions = parallel(room.questions.split(), bank.questions)
    plan = plan_of(room, Phase.AFTER, questions)
    return prepare(db, bank, plan, facilitator=room.facilitator, today=today, after=room)


def questions_after(db: Session, bank: Bank, room: Room) -> Sequence[Question]:
    """Return what a class on paper is asked after the lesson, whether it is prepared yet or not."""
    if (followed := rooms.after(db, room)) is not None:
        return rooms.questions(db, bank, followed)
    parallel_form = parallel(room.questions.split(), bank.questions)
    return [bank.questions[id_] for id_ in paper.fit(parallel_form, bank.questions)]


def plan_of(room: Room, phase: Phase, questions: Sequence[str] | None = None) -> Plan:
    """Return what was decided about a room, without the reminders."""
    return Plan(
        name=room.name,
        mode=Mode(room.mode),
        phase=phase,
        theme=room.theme,
        questions=room.questions.split() if questions is None else questions,
        projector=room.projector,
        province=room.province,
        chapter=room.chapter,
        expected=room.expected,
        told_optional=False,
        told_parents=False,
        knows_disclosure=False,
    )


def copy_for_paper(db: Session, bank: Bank, room: Room, *, today: date) -> Room:
    """Return a new class on paper with the same plan, as far as its questions work there."""
    phase = Phase.SINGLE if Phase(room.phase) is Phase.AFTER else Phase(room.phase)
    plan = replace(plan_of(room, phase), mode=Mode.PAPER)
    return prepare(db, bank, plan, facilitator=room.facilitator, today=today)


def remove(db: Session, room: Room, *, today: date) -> None:
    """Delete a room that was never opened. Raises NotPrepared."""
    if Stage(room.stage) is not Stage.PREPARED:
        raise NotPrepared
    staff.record(db, "room-deleted", day=today, about=f"room:{room.id}", staff=room.facilitator)
    db.delete(room)


def theme_of(questions: Iterable[Question]) -> str:
    """Return the theme that all of these questions have, or mixed."""
    themes = {question.theme for question in questions}
    return themes.pop() if len(themes) == 1 else MIXED


def are_overdue(db: Session, *clocks: datetime) -> bool:
    """Whether a room has been open for too long by each of these clocks."""
    return bool(rooms.overdue(db, *clocks))


def close_overdue(db: Session, bank: Bank, *clocks: datetime, today: date) -> int:
    """Close every room that has been open for too long by each of these clocks; return how many."""
    overdue = rooms.overdue(db, *clocks)
    for room in overdue:
        moves.close(db, bank, room, today=today)
    return len(overdue)


# The result of a class.


@dataclass(frozen=True, kw_only=True)
class OptionResult:
    """How often an option was chosen, and by how many percent of those who answered there."""

    id: str
    count: int
    percent: int
    right: bool


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """How a class answered a question, or one scene of a story.

    Without options the figures are withheld: too few came there.
    """

    node: Node | None
    people: int
    options: Sequence[OptionResult]
    unsure: int


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """How a class answered one question. ``points`` is the sum of percents; None if too few did."""

    question: Question
    people: int
    points: int | None
    steps: Sequence[StepResult]

    @property
    def percent(self) -> int | None:
        """The mean score."""
        return None if self.points is None else round(Fraction(self.points, self.people))


@dataclass(frozen=True, kw_only=True)
class ClassResult:
    """What a class knows now, and what to talk about next.

    ``themes`` has the mean score of each theme and of all, without a figure where fewer than five
    answered each of its questions.
    """

    people: int
    withheld: bool
    themes: Mapping[str, Share]
    questions: Sequence[QuestionResult]

    @property
    def ranked(self) -> Sequence[QuestionResult]:
        """The questions of which enough is known, the best answered first."""
        known = [each for each in self.questions if each.percent is not None]
        return sorted(known, key=lambda each: -(each.percent or 0))

    @property
    def strongest(self) -> Sequence[QuestionResult]:
        """What the class knows well."""
        return [each for each in self.ranked if (each.percent or 0) >= WELL_KNOWN][:SHOWN]

    @property
    def weakest(self) -> Sequence[QuestionResult]:
        """What is worth talking about next, the least known first."""
        return [each for each in self.ranked[::-1] if (each.percent or 0) < WELL_KNOWN][:SHOWN]

    @property
    def to_pass_on(self) -> Question:
        """The question whose advice is worth telling at home: what the class knew least."""
        return next((each.question for each in self.ranked[::-1]), self.questions[0].question)


SHOWN = 3
WELL_KNOWN = 75
"""Percent from which a question counts as known: three in four."""


def result(db: Session, bank: Bank, room: Room) -> ClassResult:
    """Return the result of a closed room, of what at least five of its people answered."""
    batch = db.get(Batch, room.batch) if room.batch is not None else None
    tally = tallies.of_batch(db, batch) if batch else Tally()
    questions = [question_result(question, tally) for question in rooms.questions(db, bank, room)]
    return ClassResult(
        people=tally.people,
        withheld=not may_show_counts(tally.people),
        themes=theme_results(questions),
        questions=questions,
    )


def theme_results(questions: Sequence[QuestionResult]) -> Mapping[str, Share]:
    """Return the mean score by theme, and over all, of answers: each counts once.

    A question that fewer than five answered is in neither, so that it cannot be worked out. In her
    own class a facilitator sees figures as they are, and officers see them in steps.
    """
    disclosed = {
        CellKey(each.question.id, each.question.revision): Answers(
            answers=each.people, points=each.points, first=0, last=0
        )
        for each in questions
        if each.points is not None
    }
    known = {
        theme: replace(share, single=False) for theme, share in theme_shares(disclosed).items()
    }
    themes = [theme for theme in Theme if any(each.question.theme == theme for each in questions)]
    return {theme: known.get(theme, Share(answers=0)) for theme in (*themes, ALL)}


def compare(before: ClassResult, after: ClassResult) -> Mapping[str, tuple[Share, Share]]:
    """Return the scores before and after a lesson, of each theme that both classes have."""
    return {
        theme: (share, after.themes[theme])
        for theme, share in before.themes.items()
        if theme in after.themes
    }


def question_result(question: Question, tally: Tally) -> QuestionResult:
    """Return how a class answered one question."""
    revision = (question.id, question.revision)
    scores = {
        key.score: count
        for key, count in tally.questions.items()
        if (key.question, key.revision) == revision
    }
    people = sum(scores.values())
    if not may_show_counts(people):
        return QuestionResult(question=question, people=people, points=None, steps=())
    counts = {
        key.option: count
        for key, count in tally.options.items()
        if (key.question, key.revision) == revision
    }
    return QuestionResult(
        question=question,
        people=people,
        points=sum(score * count for score, count in scores.items()),
        steps=[
            step_result(question, node, counts, people) for node in question.scenes if node.choices
        ]
        or [step_result(question, None, counts, people)],
    )


def step_result(
    question: Question, node: Node | None, counts: Mapping[str, int], people: int
) -> StepResult:
    """Return how a class answered a question, or what it chose in one scene of a story.

    ``people`` answered the question; to a scene only some of them may have come. Of an order, an
    option counts how often a step was in its place.
    """
    items = question.result_items(node)
    unsure = counts.get(NOT_SURE[0] if node is None else f"{node.id}:{NOT_SURE[0]}", 0)
    if node is not None:
        people = unsure + sum(counts.get(item.tally_name, 0) for item in items)
    if not may_show_counts(people):
        return StepResult(node=node, people=people, options=(), unsure=0)
    return StepResult(
        node=node,
        people=people,
        options=[
            OptionResult(
                id=item.id,
                count=(count := counts.get(item.tally_name, 0)),
                percent=round(Fraction(100 * count, people)),
                right=item.right,
            )
            for item in items
        ],
        unsure=unsure,
    )


def pair(db: Session, room: Room) -> tuple[Room, Room] | None:
    """Return the rooms before and after a lesson, if this is one of two that are both closed."""
    before = db.get(Room, room.paired) if room.paired is not None else room
    after = room if room.paired is not None else rooms.after(db, room)
    if before is None or after is None:
        return None
    closed = all(Stage(each.stage) is Stage.CLOSED for each in (before, after))
    return (before, after) if closed else None
