"""Sums over released cells: the only figures that may leave the house.

Every query here that adds up answers begins with the released cells, and no other query reads
totals for anybody but the facilitator of a class. What a filter leaves out, it leaves out by the
batch. Correlations are those of units, whatever the filter. Real data and simulated never meet: as
long as nothing real has been released, the simulated is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from quiz.domain.tally import CellKey, OptionKey, QuestionKey, Tally
from quiz.domain.unit import Unit
from quiz.store.dialects import SUM
from quiz.store.tables import Batch, Cell, ItemUnit, ItemUnitOption, OptionTally, QuestionTally

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
        wanted: list[Condition] = [
            Batch.released.is_not(None),
            Batch.simulated != (exists().where(REAL.released.is_not(None), ~REAL.simulated)),
        ]
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


REAL = aliased(Batch)

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

    cells: Mapping[CellKey, Answers]


@dataclass(frozen=True, slots=True)
class Released:
    """A released batch, as far as an officer may know it, with its answers in released cells."""

    id: int
    number: int
    source: str
    phase: str
    language: str | None
    month: str
    people: int
    province: str
    chapter: str
    simulated: bool
    answers: int
    points: int


COLUMNS = [
    getattr(Batch, each.name) for each in fields(Released) if each.name not in {"answers", "points"}
]


def total(number: Any) -> ColumnElement[int]:
    """Return the sum of a column. PostgreSQL makes a decimal of it, unless it is told."""
    return cast(func.coalesce(func.sum(number), 0), SUM)


def batches(db: Session, *conditions: Condition) -> Sequence[Released]:
    """Return some batches by months, and in each in an order that is left to chance."""
    found: Select[*tuple[Any, ...]] = (
        select(*COLUMNS, total(Cell.answers), total(Cell.points))
        .outerjoin(Cell, and_(Cell.batch == Batch.id, Cell.released))
        .where(*conditions)
        .group_by(Batch.id)
        .order_by(Batch.month, Batch.number, Batch.id)
    )
    return [Released(*row) for row in db.execute(found)]


def tally(db: Session, *conditions: Condition) -> Totals:
    """Return the totals of the released cells of some batches together."""
    cells = (Cell.question, Cell.revision)
    option = (OptionTally.question, OptionTally.revision, OptionTally.option)
    score = (QuestionTally.question, QuestionTally.revision, QuestionTally.score)
    ends = (func.min(Cell.batch), func.max(Cell.batch))
    answered = select(*cells, total(Cell.answers), total(Cell.points), *ends)
    return Totals(
        options={
            OptionKey(*key): count for *key, count in parts(db, OptionTally, option, conditions)
        },
        questions={
            QuestionKey(*key): count for *key, count in parts(db, QuestionTally, score, conditions)
        },
        cells={
            CellKey(question, revision): Answers(
                answers=answers, points=points, first=first, last=last
            )
            for question, revision, answers, points, first, last in db.execute(
                released(answered, conditions).group_by(*cells)
            )
        },
    )


def released(
    wanted: Select[*tuple[Any, ...]], conditions: Sequence[Condition]
) -> Select[*tuple[Any, ...]]:
    """Return a query over the released cells of some batches, and nothing else."""
    return wanted.join(Batch, Batch.id == Cell.batch).where(Cell.released, *conditions)


def parts(
    db: Session,
    model: type[OptionTally | QuestionTally],
    keys: Sequence[Any],
    conditions: Sequence[Condition],
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return keys of a table, with how often each occurs in the released cells of some batches."""
    its_cell = and_(
        model.batch == Cell.batch,
        model.question == Cell.question,
        model.revision == Cell.revision,
    )
    wanted = select(*keys, total(model.count)).select_from(Cell).join(model, its_cell)
    return db.execute(released(wanted, conditions).group_by(*keys)).all()


def by_batch(db: Session, *conditions: Condition) -> Mapping[int, Mapping[str, tuple[int, int]]]:
    """Return answers and points of each batch, by the letters with which ids of a theme begin."""
    theme = func.substr(Cell.question, 1, 3)
    wanted = select(Cell.batch, theme, total(Cell.answers), total(Cell.points))
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for batch, letters, answers, points in db.execute(
        released(wanted, conditions).group_by(Cell.batch, theme)
    ):
        found[batch][letters] = answers, points
    return found


def pairs(db: Session, *conditions: Condition) -> Sequence[tuple[int, int]]:
    """Return the ids of classes before and after a lesson, both of them released.

    It is the class after the lesson that the conditions are about.
    """
    both = select(Batch.id).where(Batch.released.is_not(None))
    found = select(Batch.paired, Batch.id).where(*conditions, Batch.paired.in_(both))
    return [(before, after) for before, after in db.execute(found) if before is not None]


def units(db: Session, *, simulated: bool) -> Mapping[CellKey, Sequence[Unit]]:
    """Return the units of each question."""
    options: dict[int, dict[str, int]] = defaultdict(dict)
    for row in db.scalars(select(ItemUnitOption)):
        options[row.unit][row.option] = row.correlation
    found: dict[CellKey, list[Unit]] = defaultdict(list)
    mine = select(ItemUnit).where(ItemUnit.simulated.is_(simulated)).order_by(ItemUnit.id)
    for unit in db.scalars(mine):
        found[CellKey(unit.question, unit.revision)].append(
            Unit(
                people=unit.people,
                discrimination=unit.discrimination,
                options=options[unit.id],
            )
        )
    return found
