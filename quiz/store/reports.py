"""Sums over released batches: the only figures that may leave the house.

Every query here adds up whole batches that have been released, and no other query reads totals
for anybody but the facilitator of a class. What a filter leaves out, it leaves out by the batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Float, Row, cast, distinct, func, literal_column, select
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
    """How many scored answers there are, the sum of their percents, and in how many batches."""

    answers: int
    points: int
    batches: int


def batches(db: Session, *conditions: Condition) -> Sequence[Batch]:
    """Return some batches, the oldest first."""
    found = select(Batch).where(*conditions).order_by(Batch.month, Batch.id)
    return db.scalars(found).all()


def tally(db: Session, *conditions: Condition) -> Tally:
    """Return the totals of some batches together. Of results, those over all themes."""
    option = (OptionTally.question, OptionTally.revision, OptionTally.option)
    question = (QuestionTally.question, QuestionTally.revision, QuestionTally.score)
    rests = (QuestionTally.count, QuestionTally.rest_sum, QuestionTally.rest_square_sum)
    score = (ScoreTally.theme, ScoreTally.answered, ScoreTally.points)
    over_all = (*conditions, ScoreTally.theme == ALL)
    return Tally(
        people=db.scalars(
            select(func.coalesce(func.sum(Batch.people), 0)).where(*conditions)
        ).one(),
        options={
            OptionKey(*row[:3]): OptionSums(*row[3:])
            for row in sums(db, option, (OptionTally.count, OptionTally.rest_sum), conditions)
        },
        questions={
            QuestionKey(*row[:3]): QuestionSums(*row[3:])
            for row in sums(db, question, rests, conditions)
        },
        scores={
            ScoreKey(*row[:3]): row[3] for row in sums(db, score, (ScoreTally.count,), over_all)
        },
    )


def sums(
    db: Session, keys: Sequence[Any], numbers: Sequence[Any], conditions: Sequence[Condition]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return keys of a table of totals, with the sums of numbers over some batches."""
    adding = (total(number) for number in numbers)
    return db.execute(select(*keys, *adding).join(Batch).where(*conditions).group_by(*keys)).all()


def total(number: Any) -> ColumnElement[int]:
    """Return the sum of a column. PostgreSQL makes a decimal of it, unless it is told."""
    return cast(func.sum(number), SUM)


def by_question(db: Session, *conditions: Condition) -> Mapping[tuple[str, str], Answers]:
    """Return the answers to each revision of each question."""
    found = answers(db, (QuestionTally.question, QuestionTally.revision), conditions)
    return {(row[0], row[1]): counted(row) for row in found}


def by_theme(db: Session, *conditions: Condition) -> Mapping[str, Answers]:
    """Return the answers to each theme, given as the letters with which ids of it begin."""
    prefix = func.substr(QuestionTally.question, literal_column("1"), literal_column("3"))
    return {row[0]: counted(row) for row in answers(db, (prefix,), conditions)}


def by_batch(db: Session, *conditions: Condition) -> Mapping[int, Answers]:
    """Return the answers of each batch."""
    found = answers(db, (QuestionTally.batch,), conditions)
    return {row[0]: counted(row) for row in found}


def answers(
    db: Session, keys: Sequence[Any], conditions: Sequence[Condition]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return keys, with the number of answers, their points, and that of batches behind them."""
    return db.execute(
        select(
            *keys,
            total(QuestionTally.count),
            total(QuestionTally.count * QuestionTally.score),
            func.count(distinct(QuestionTally.batch)),
        )
        .join(Batch)
        .where(*conditions)
        .group_by(*keys)
    ).all()


def counted(row: Row[*tuple[Any, ...]]) -> Answers:
    """Return the last three columns of a row."""
    number, points, found = row[-3:]
    return Answers(answers=number, points=points, batches=found)


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
    found = select(func.count(distinct(ScoreTally.batch))).join(Batch).where(*conditions)
    return db.scalars(found).one()


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
