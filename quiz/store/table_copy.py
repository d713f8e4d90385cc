"""Carrying an installation from one database to another: for backups, restoring and moving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from quiz.domain.room import Stage
from quiz.store.dialects import dialect
from quiz.store.tables import (
    ApiToken,
    Base,
    Batch,
    Cell,
    Edition,
    Event,
    ItemUnit,
    ItemUnitOption,
    OptionTally,
    OwnSet,
    PaperCount,
    QuestionTally,
    RecoveryCode,
    RestTally,
    Room,
    Staff,
)

EVERYTHING: Sequence[Table] = Base.metadata.sorted_tables
"""All tables, each after those that it refers to."""

_LASTING = {
    each.__tablename__
    for each in (
        Staff,
        RecoveryCode,
        ApiToken,
        Event,
        Edition,
        Batch,
        Room,
        OwnSet,
        PaperCount,
        Cell,
        OptionTally,
        QuestionTally,
        RestTally,
        ItemUnit,
        ItemUnitOption,
    )
}

LASTING = tuple(table for table in EVERYTHING if table.name in _LASTING)
"""What a backup holds. No answers; and no sessions and links: some that had ended would work again.
What a class was shown goes with its answers."""

PREPARED_AGAIN: Mapping[str, Any] = {
    "stage": Stage.PREPARED.value,
    "opened": None,
    "code": None,
    "revisions": "",
    "position": 0,
    "step": 0,
    "colleague": None,
    "locked": False,
    "wifi_name": "",
    "wifi_password": "",
    "told_optional": False,
    "told_parents": False,
    "knows_disclosure": False,
    "rehearsal": False,
}
"""What becomes of a room that was open: without its answers, its class has yet to be held."""

PART = 1000
"""Rows that are on their way at once."""


def copy_lasting(source: Session, target: Session) -> Mapping[str, int]:
    """Copy what lasts. Return how many rows of each table there are. The caller commits."""
    return _copy(source, target, LASTING, open_rooms=PREPARED_AGAIN)


def copy_everything(source: Session, target: Session) -> Mapping[str, int]:
    """Copy every row as it is. Return how many there are of each table. The caller commits."""
    return _copy(source, target, EVERYTHING, open_rooms={})


def delete_short_lived(db: Session) -> None:
    """Delete all that does not last: what is left behind holds no more than a backup would."""
    for table in reversed(EVERYTHING):
        if table not in LASTING:
            db.execute(delete(table))
    db.execute(update(Room).where(Room.opened.is_not(None)).values(**PREPARED_AGAIN))


def is_empty(db: Session) -> bool:
    """Whether nothing at all is kept."""
    return not any(db.scalar(select(exists(select(table)))) for table in EVERYTHING)


def counts(db: Session) -> Mapping[str, int]:
    """Return how many rows there are of each table that has any."""
    found = {table.name: count(db, table) for table in EVERYTHING}
    return {name: number for name, number in found.items() if number}


def count(db: Session, table: Table | type[Base]) -> int:
    """Return how many rows a table has."""
    return db.scalars(select(func.count()).select_from(table)).one()


def _copy(
    source: Session,
    target: Session,
    tables: Iterable[Table],
    *,
    open_rooms: Mapping[str, Any],
) -> Mapping[str, int]:
    copied = {}
    for table in tables:
        later = dict.fromkeys(_own_references(table))
        number = 0
        for part in _parts(source, table):
            number += len(part)
            target.execute(
                insert(table),
                [{**row, **(open_rooms if row.get("opened") else {}), **later} for row in part],
            )
        for column in later:
            _refer(source, target, table, column)
        _go_on_counting(target, table)
        if number:
            copied[table.name] = number
    return copied


def _parts(source: Session, table: Table) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield the rows of a table in the order of their keys, some at a time."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=PART)
    for part in source.execute(query).mappings().partitions():
        yield [dict(row) for row in part]


def _own_references(table: Table) -> Sequence[str]:
    """Return the columns that name another row of the same table, which may not be there yet."""
    return [
        column.name
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


def _refer(source: Session, target: Session, table: Table, name: str) -> None:
    """Let rows name other rows of their table, now that all are there."""
    column = table.columns[name]
    (key,) = table.primary_key
    rows = source.execute(
        select(key.label("row"), column.label("other")).where(column.is_not(None))
    )
    if references := [dict(row) for row in rows.mappings()]:
        target.execute(
            update(table).where(key == bindparam("row")).values({name: bindparam("other")}),
            references,
        )


def _go_on_counting(target: Session, table: Table) -> None:
    """Let PostgreSQL number new rows after those that came with a number. SQLite does so itself."""
    column = table.autoincrement_column
    if column is not None and dialect(target) == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        target.execute(select(func.setval(sequence, func.max(column))))
