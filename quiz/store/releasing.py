"""What is due is released: cells of classes, of people alone, of small classes together, and units.

``quiz.domain.disclosure`` states the rule. It is kept here, where cells are marked as released; the
queries of ``quiz.store.reports`` read no others. Simulated batches and real ones never meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random, SystemRandom

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from quiz.domain.day import month_of
from quiz.domain.disclosure import (
    GROUP_NUMBERS,
    LEAST_IN_UNIT,
    LEAST_PUBLISHED,
    may_be_joined,
    may_be_published,
)
from quiz.domain.room import Phase
from quiz.domain.tally import CellKey, RestKey, RestSums, Tally
from quiz.domain.unit import make_unit
from quiz.store import tallies
from quiz.store.tables import Batch, Cell, ItemUnit, ItemUnitOption, RestTally, Room

CHANCE = SystemRandom()


def release_due(db: Session, *, today: date, chance: Random = CHANCE) -> None:
    """Release what is due, under numbers that are left to chance. The caller commits.

    A class is due on any day but that on which it closed: until then it can be withheld.
    """
    if not db.scalars(select(exists().select_from(Batch))).one():
        return  # nothing has been counted yet
    release_classes(db, today=today, chance=chance)
    for phase in Phase:
        for simulated in (False, True):
            pool_small_classes(db, phase, today=today, simulated=simulated, chance=chance)
    release_people_alone(db, chance)
    make_units(db)


def number_of_pair(db: Session, batch: Batch) -> int | None:
    """Return the number of the class before or after the same lesson, if it has been released."""
    other = or_(Batch.id == batch.paired, Batch.paired == batch.id)
    return db.scalar(select(Batch.number).where(other, Batch.released.is_not(None)))


def unused_number(db: Session, chance: Random) -> int:
    """Return a number that no group has."""
    while True:
        number = chance.choice(GROUP_NUMBERS)
        if not db.scalars(select(exists().where(Batch.number == number))).one():
            return number


def waiting_classes() -> Sequence[ColumnElement[bool]]:
    """What a class is like that no figure speaks for yet."""
    return (
        Batch.source.in_(("room", "paper")),
        Batch.released.is_(None),
        Batch.pool.is_(None),
    )


def due_classes(today: date) -> Sequence[ColumnElement[bool]]:
    """What a class is like that waits, was not withheld, and did not close today."""
    closed_today = select(Room.batch).where(Room.batch.is_not(None), Room.day == today)
    return (*waiting_classes(), Batch.withheld.is_(None), Batch.id.not_in(closed_today))


def release_classes(db: Session, *, today: date, chance: Random) -> None:
    """Release the large cells of large classes; the others are left out for good."""
    large = Batch.people >= LEAST_PUBLISHED
    due = select(Batch).where(*due_classes(today), large).order_by(Batch.id)
    for batch in db.scalars(due).all():
        batch.number = number_of_pair(db, batch) or unused_number(db, chance)
        batch.released = month_of(today)
        release_large_cells(db, batch)


def release_large_cells(db: Session, batch: Batch) -> None:
    """Release the cells of a batch that hold enough answers."""
    large = (Cell.batch == batch.id, Cell.answers >= LEAST_PUBLISHED)
    db.execute(update(Cell).where(*large).values(released=True))


def pool_small_classes(
    db: Session, phase: str, *, today: date, simulated: bool, chance: Random
) -> None:
    """Put the small classes that wait in a phase into a pool, once they are enough together.

    Each keeps its own totals for its facilitator. A cell of the pool is made of their answers to
    one question once these are enough, and grows by as many at least.
    """
    alike = (Batch.phase == phase, Batch.simulated.is_(simulated))
    small = Batch.people < LEAST_PUBLISHED
    waiting = db.scalars(select(Batch).where(*due_classes(today), small, *alike)).all()
    month = month_of(today)
    pools = (Batch.source == "pool", *alike)
    pool = newest(db, Batch.month == month, *pools)
    if may_be_joined([batch.people for batch in waiting]):
        pool = pool or Batch(
            source="pool",
            phase=phase,
            month=month,
            people=0,
            released=month,
            number=unused_number(db, chance),
            simulated=simulated,
        )
        pool.people += sum(batch.people for batch in waiting)
        db.add(pool)
        db.flush()
        for batch in waiting:
            batch.pool = pool.id
        db.flush()
    pool_cells(db, pool or newest(db, *pools), alike)


def pool_cells(db: Session, pool: Batch | None, alike: Sequence[ColumnElement[bool]]) -> None:
    """Add to a pool what its classes answered to the questions that enough of them answered."""
    rows = db.execute(
        select(Cell.question, Cell.revision, Cell.answers, Batch)
        .join(Batch)
        .where(Batch.pool.is_not(None), ~Cell.pooled, *alike)
        .order_by(Cell.question, Cell.revision, Batch.id)
    )
    found: dict[CellKey, list[tuple[int, Batch]]] = defaultdict(list)
    for question, revision, answers, batch in rows:
        found[CellKey(question, revision)].append((answers, batch))
    for key, members in found.items():
        if pool is None or not may_be_joined([answers for answers, _ in members]):
            continue
        parts = (tallies.of_batch(db, batch).only({key}, rests=False) for _, batch in members)
        tallies.add(db, pool, sum(parts, start=Tally()), released=True)
        ids = [batch.id for _, batch in members]
        db.execute(
            update(Cell)
            .where(tallies.is_one_of(Cell, [key]), Cell.batch.in_(ids))
            .values(pooled=True)
        )


def release_people_alone(db: Session, chance: Random) -> None:
    """Move what people answered alone to the batch of their language and month.

    At least ten people, and at least ten answers to a question, move at once; what is left waits
    for more. Where people did not move this month, answers join those who moved last.
    """
    waits = (Batch.source == "solo", Batch.released.is_(None))
    for waiting in db.scalars(select(Batch).where(*waits).order_by(Batch.id)).all():
        alike = (
            Batch.source == "solo",
            Batch.language == waiting.language,
            Batch.released.is_not(None),
            Batch.simulated.is_(False),
        )
        batch = newest(db, *alike, Batch.month == waiting.month)
        if may_be_published(waiting.people):
            batch = batch or Batch(
                source="solo",
                phase="single",
                language=waiting.language,
                month=waiting.month,
                people=0,
                released=waiting.month,
                number=unused_number(db, chance),
            )
            batch.people += waiting.people
            waiting.people = 0
            db.add(batch)
            db.flush()
        batch = batch or newest(db, *alike)
        large = (Cell.batch == waiting.id, Cell.answers >= LEAST_PUBLISHED)
        cells = db.execute(select(Cell.question, Cell.revision).where(*large)).all()
        if batch and cells:
            moved = tallies.take_out(db, waiting, {CellKey(*cell) for cell in cells})
            tallies.add(db, batch, moved, released=True)


def newest(db: Session, *like: ColumnElement[bool]) -> Batch | None:
    """Return the last of some batches."""
    return db.scalars(
        select(Batch).where(*like).order_by(Batch.month.desc(), Batch.id.desc())
    ).first()


def make_units(db: Session) -> None:
    """Make a unit of every question that enough people of enough batches answered.

    The sums of which it is made are deleted.
    """
    people: dict[tuple[CellKey, bool], dict[int, int]] = defaultdict(dict)
    query = select(
        RestTally.question,
        RestTally.revision,
        Batch.simulated,
        RestTally.batch,
        func.sum(RestTally.people),
    )
    released = (
        select(Cell.batch)
        .where(
            Cell.batch == RestTally.batch,
            Cell.question == RestTally.question,
            Cell.revision == RestTally.revision,
            Cell.released,
        )
        .exists()
    )
    grouped = (
        query.join(Batch, Batch.id == RestTally.batch)
        .where(released)
        .group_by(*query.selected_columns[:4])
    )
    for question, revision, simulated, batch, number in db.execute(grouped):
        people[CellKey(question, revision), simulated][batch] = int(number)
    for (key, simulated), batches in sorted(people.items()):
        if may_be_joined(batches.values(), LEAST_IN_UNIT):
            make_unit_of(db, key, list(batches), simulated=simulated)


def make_unit_of(db: Session, key: CellKey, batches: Sequence[int], *, simulated: bool) -> None:
    """Make a unit of what the people of some batches answered to a question, if it has groups."""
    mine = (tallies.is_one_of(RestTally, [key]), RestTally.batch.in_(batches))
    unit = make_unit(rests_of(db, mine))
    if unit is None:
        return
    row = ItemUnit(
        **key._asdict(),
        simulated=simulated,
        people=unit.people,
        discrimination=unit.discrimination,
    )
    db.add(row)
    db.flush()
    db.add_all(
        ItemUnitOption(unit=row.id, option=option, correlation=correlation)
        for option, correlation in unit.options.items()
    )
    db.execute(delete(RestTally).where(*mine))
    db.flush()


def rests_of(db: Session, mine: Sequence[ColumnElement[bool]]) -> Mapping[RestKey, RestSums]:
    """Return the sums of rests of one question over some batches."""
    found: dict[RestKey, RestSums] = {}
    for row in db.scalars(select(RestTally).where(*mine)):
        key = RestKey(row.question, row.revision, row.option, row.score)
        sums = RestSums(row.people, row.rest_sum, row.rest_square_sum)
        found[key] = found[key] + sums if key in found else sums
    return found
