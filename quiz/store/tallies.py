"""Batches and their totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from quiz.domain.tally import OptionKey, OptionSums, QuestionKey, QuestionSums, ScoreKey, Tally
from quiz.store.dialects import insert
from quiz.store.tables import Batch, OptionTally, QuestionTally, ScoreTally, Table


def find_open(db: Session, language: str) -> Batch | None:
    """Return the batch that people who take the quiz alone in this language are added to."""
    return db.scalar(
        select(Batch).where(
            Batch.source == "solo", Batch.language == language, Batch.released.is_(None)
        )
    )


def small_classes(db: Session, phase: str) -> Sequence[Batch]:
    """Return the classes too small to be released alone that no pool speaks for yet."""
    return db.scalars(
        select(Batch)
        .where(
            Batch.source.in_(("room", "paper")),
            Batch.phase == phase,
            Batch.released.is_(None),
            Batch.pool.is_(None),
        )
        .order_by(Batch.id)
    ).all()


def add(db: Session, batch: Batch, tally: Tally) -> None:
    """Add a tally to the rows of a batch, new or old."""
    db.add(batch)
    db.flush()
    add_rows(
        db,
        OptionTally,
        [
            {"batch": batch.id, **key._asdict(), "count": sums.count, "rest_sum": sums.rest_sum}
            for key, sums in tally.options.items()
        ],
    )
    add_rows(
        db,
        QuestionTally,
        [
            {
                "batch": batch.id,
                **key._asdict(),
                "count": sums.count,
                "rest_sum": sums.rest_sum,
                "rest_square_sum": sums.rest_square_sum,
            }
            for key, sums in tally.questions.items()
        ],
    )
    add_rows(
        db,
        ScoreTally,
        [
            {"batch": batch.id, **key._asdict(), "count": count}
            for key, count in tally.scores.items()
        ],
    )


def add_rows(db: Session, table: type[Table], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, or add their numbers to the rows that have the same key."""
    if not rows:
        return
    columns = inspect(table).columns
    new = insert(db, table)
    db.execute(
        new.on_conflict_do_update(
            index_elements=[column for column in columns if column.primary_key],
            set_={
                column.name: column + new.excluded[column.name]
                for column in columns
                if not column.primary_key
            },
        ),
        rows,
    )


def of_batch(db: Session, batch: Batch) -> Tally:
    """Return the totals of a batch."""
    return Tally(
        people=batch.people,
        options={
            OptionKey(row.question, row.revision, row.option): OptionSums(row.count, row.rest_sum)
            for row in db.scalars(select(OptionTally).where(OptionTally.batch == batch.id))
        },
        questions={
            QuestionKey(row.question, row.revision, row.score): QuestionSums(
                row.count, row.rest_sum, row.rest_square_sum
            )
            for row in db.scalars(select(QuestionTally).where(QuestionTally.batch == batch.id))
        },
        scores={
            ScoreKey(row.theme, row.answered, row.points): row.count
            for row in db.scalars(select(ScoreTally).where(ScoreTally.batch == batch.id))
        },
    )
