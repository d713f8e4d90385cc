"""Sums over released batches: the only figures that may leave the house.

Every query here adds up whole batches that have been released, and no other query reads totals
for anybody but the facilitator of a class. What a filter leaves out, it leaves out by the batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Float, Row, cast, exists, func, select
from sqlalchemy.orm import Session

from quiz.domain.tally import ALL, OptionKey, OptionSums, QuestionKey, QuestionSums, ScoreKey, Tally
from quiz.store.dialects import SUM
from quiz.store.tables import Batch, OptionTally, QuestionTally, Room, ScoreTally

LINKED = Batch.source.in_(("solo", "room"))
"""Batches of which it is known how an answer goes with the same person's other answers.

Paper says only how many chose what. A pool may hold paper.
"""

Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which batches are added up. Nothing said: all of them. Months are ``YYYY-MM``."""

    first: str | None = None
    last: str | None = None
    province: str | None = None
    chapter: str | None = None
    phase: str | None = None
    source: str | None = None
    language: str | None = None

    @property
    def conditions(self) -> Sequence[Condition]:
        """What a batch must be like. None that is not released is ever among them."""
        wanted: list[Condition] = [Batch.released.is_not(None)]
        if self.first:
            wanted.append(Batch.month >= self.first)
        if self.last:
            wanted.append(Batch.month <= self.last)
        for column, value in (
            (Batch.province, self.province),
            (Batch.chapter, self.chapter),
            (Batch.phase, self.phase),
            (Batch.source, self.source),
            (Batch.language, self.language),
        ):
            if value:
                wanted.append(column == value)
        return wanted


EVERYTHING = Filter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """How many scored answers there are, the sum of their percents, and batches they are from.

    Of these the lowest and the highest id are known.
    """

    answers: int
    points: int
    first: int
    last: int

    @property
    def single(self) -> bool:
        """Whether all are from one batch."""
        return self.first == self.last

    def __add__(self, other: Answers) -> Answers:
        return Answers(
            answers=self.answers + other.answers,
            points=self.points + other.points,
            first=min(self.first, other.first),
            last=max(self.last, other.last),
        )


@dataclass(frozen=True, kw_only=True)
class Totals(Tally):
    """The totals of some batches, and the answers to each revision of each question in them."""

    answers: Mapping[tuple[str, str], Answers]


@dataclass(frozen=True, slots=True)
class Released:
    """A released batch, as far as an officer may know it."""

    id: int
    source: str
    phase: str
    language: str | None
    month: str
    people: int
    province: str
    chapter: str
    simulated: bool


COLUMNS = [getattr(Batch, each.name) for each in fields(Released)]


def batches(db: Session, *conditions: Condition) -> Sequence[Released]:
    """Return some batches, the oldest first."""
    found = select(*COLUMNS).where(*conditions).order_by(Batch.month, Batch.id)
    return [Released(*row) for row in db.execute(found)]


def tally(db: Session, *conditions: Condition) -> Totals:
    """Return the totals of some batches together. Of results, those over all themes."""
    option = (OptionTally.question, OptionTally.revision, OptionTally.option)
    question = (QuestionTally.question, QuestionTally.revision, QuestionTally.score)
    rests = (QuestionTally.count, QuestionTally.rest_sum, QuestionTally.rest_square_sum)
    score = (ScoreTally.answered, ScoreTally.points)
    over_all = (*conditions, ScoreTally.theme == ALL)
    answered = sums(db, question, rests, conditions, *ENDS)
    return Totals(
        people=db.scalars(
            select(func.coalesce(func.sum(Batch.people), 0)).where(*conditions)
        ).one(),
        options={
            OptionKey(question, revision, name): OptionSums(count, rest)
            for question, revision, name, count, rest in sums(
                db, option, (OptionTally.count, OptionTally.rest_sum), conditions
            )
        },
        questions={
            QuestionKey(question, revision, score): QuestionSums(count, rest, squares)
            for question, revision, score, count, rest, squares, *_ends in answered
        },
        scores={
            ScoreKey(ALL, number, points): count
            for number, points, count in sums(db, score, (ScoreTally.count,), over_all)
        },
        answers=by_question(answered),
    )


ENDS = (func.min(QuestionTally.batch), func.max(QuestionTally.batch))


def sums(
    db: Session,
    keys: Sequence[Any],
    numbers: Sequence[Any],
    conditions: Sequence[Condition],
    *others: ColumnElement[int],
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return keys of a table of totals, with the sums of numbers over some batches, and others."""
    wanted = select(*keys, *(total(number) for number in numbers), *others)
    return db.execute(wanted.join(Batch).where(*conditions).group_by(*keys)).all()


def total(number: Any) -> ColumnElement[int]:
    """Return the sum of a column. PostgreSQL makes a decimal of it, unless it is told."""
    return cast(func.sum(number), SUM)


def by_question(rows: Sequence[Row[*tuple[Any, ...]]]) -> Mapping[tuple[str, str], Answers]:
    """Return the answers to each revision of each question, of whatever score."""
    found: dict[tuple[str, str], Answers] = {}
    for question, revision, score, count, *_rests, first, last in rows:
        each = Answers(answers=count, points=count * score, first=first, last=last)
        before = found.get((question, revision))
        found[question, revision] = before + each if before else each
    return found


def by_batch(db: Session, *conditions: Condition) -> Mapping[int, Answers]:
    """Return the answers of each batch."""
    points = QuestionTally.count * QuestionTally.score
    rows = sums(db, (QuestionTally.batch,), (QuestionTally.count, points), conditions)
    return {
        batch: Answers(answers=count, points=points, first=batch, last=batch)
        for batch, count, points in rows
    }


def by_month(db: Session, *conditions: Condition) -> Mapping[str, tuple[float, int]]:
    """Return the mean score of a person, between 0 and 1, and the number of people, by month."""
    own = cast(ScoreTally.points, Float) / ScoreTally.answered / 100
    rows = (
        select(Batch.month, func.sum(own * ScoreTally.count), total(ScoreTally.count))
        .join(Batch)
        .where(*conditions, ScoreTally.theme == ALL, ScoreTally.answered > 0)
        .group_by(Batch.month)
    )
    return {month: (float(total) / people, people) for month, total, people in db.execute(rows)}


def scored(db: Session, *conditions: Condition) -> int:
    """Return in how many batches it is known how many people had which result."""
    known = exists().where(ScoreTally.batch == Batch.id)
    return db.scalars(select(func.count(Batch.id)).where(*conditions, known)).one()


def pairs(db: Session, *conditions: Condition) -> Sequence[tuple[int, int]]:
    """Return the ids of classes before and after a lesson, both of them released.

    It is the class after the lesson that the conditions are about.
    """
    released = select(Batch.id).where(Batch.released.is_not(None))
    found = select(Batch.paired, Batch.id).where(*conditions, Batch.paired.in_(released))
    return [(before, after) for before, after in db.execute(found) if before is not None]


def quizzes(db: Session, *conditions: Condition) -> Mapping[str, Sequence[int]]:
    """Return the ids of batches of classes that were asked the same questions, quiz by quiz."""
    found: dict[str, list[int]] = {}
    rows = select(Room.questions, Room.revisions, Batch.id).join(Batch, Room.batch == Batch.id)
    for questions, revisions, batch in db.execute(rows.where(*conditions, LINKED)):
        found.setdefault(f"{questions}/{revisions}", []).append(batch)
    return found
