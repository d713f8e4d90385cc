"""Batches and their totals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, inspect, or_, select
from sqlalchemy.orm import Session

from quiz.domain.tally import CellKey, OptionKey, QuestionKey, RestKey, RestSums, Tally
from quiz.store.dialects import insert
from quiz.store.tables import Base, Batch, Cell, OptionTally, QuestionTally, RestTally


def find_open(db: Session, language: str) -> Batch | None:
    """Return the batch that people who take the quiz alone in this language are added to."""
    return db.scalar(
        select(Batch).where(
            Batch.source == "solo", Batch.language == language, Batch.released.is_(None)
        )
    )


def add(db: Session, batch: Batch, tally: Tally, *, released: bool = False) -> None:
    """Add a tally to the cells of a batch, new or old; a new one is released or not."""
    db.add(batch)
    db.flush()
    points = dict.fromkeys(tally.answers, 0)
    for key, count in tally.questions.items():
        points[CellKey(key.question, key.revision)] += key.score * count
    cells = [
        {
            "batch": batch.id,
            **key._asdict(),
            "answers": answers,
            "points": points[key],
            "released": released,
            "pooled": False,
        }
        for key, answers in tally.answers.items()
    ]
    add_rows(db, Cell, cells, numbers=("answers", "points"))
    add_rows(db, OptionTally, counts(batch, tally.options), numbers=("count",))
    add_rows(db, QuestionTally, counts(batch, tally.questions), numbers=("count",))
    rests = [
        {
            "batch": batch.id,
            **key._asdict(),
            "people": sums.people,
            "rest_sum": sums.rest_sum,
            "rest_square_sum": sums.rest_square_sum,
        }
        for key, sums in tally.rests.items()
    ]
    add_rows(db, RestTally, rests, numbers=("people", "rest_sum", "rest_square_sum"))


def counts(batch: Batch, tally: Any) -> Sequence[dict[str, Any]]:
    """Return a row for each count of a tally."""
    return [{"batch": batch.id, **key._asdict(), "count": count} for key, count in tally.items()]


def add_rows(
    db: Session, model: type[Base], rows: Sequence[dict[str, Any]], numbers: Collection[str]
) -> None:
    """Insert rows, or add their numbers to the rows that have the same key."""
    if not rows:
        return
    columns = inspect(model).columns
    new = insert(db, model)
    db.execute(
        new.on_conflict_do_update(
            index_elements=[column for column in columns if column.primary_key],
            set_={name: columns[name] + new.excluded[name] for name in numbers},
        ),
        rows,
    )


def of_batch(db: Session, batch: Batch) -> Tally:
    """Return the totals of a batch."""
    return Tally(
        options={
            OptionKey(row.question, row.revision, row.option): row.count
            for row in db.scalars(select(OptionTally).where(OptionTally.batch == batch.id))
        },
        questions={
            QuestionKey(row.question, row.revision, row.score): row.count
            for row in db.scalars(select(QuestionTally).where(QuestionTally.batch == batch.id))
        },
        rests={
            RestKey(row.question, row.revision, row.option, row.score): RestSums(
                row.people, row.rest_sum, row.rest_square_sum
            )
            for row in db.scalars(select(RestTally).where(RestTally.batch == batch.id))
        },
    )


def take_out(db: Session, batch: Batch, cells: Collection[CellKey]) -> Tally:
    """Return the totals of some cells of a batch, and delete them there."""
    found = of_batch(db, batch).only(cells)
    if cells:
        for model in (RestTally, QuestionTally, OptionTally, Cell):
            db.execute(delete(model).where(model.batch == batch.id, is_one_of(model, cells)))
        db.expire_all()
    return found


def is_one_of(model: Any, cells: Collection[CellKey]) -> ColumnElement[bool]:
    """Whether a row of a table of totals is about one of these questions."""
    return or_(
        *(
            and_(model.question == question, model.revision == revision)
            for question, revision in cells
        )
    )
