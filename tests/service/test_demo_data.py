"""An empty installation can be explored; one that holds totals is left alone."""

import shutil
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import func, select

from quiz.domain.refusals import HoldsTotals
from quiz.service import demo_data
from quiz.service.reports import figures
from quiz.store.sqlite import SQLite
from quiz.store.tables import Batch, Cell, ItemUnit, OptionTally, QuestionTally, RestTally
from tests.classes import add_facilitator, hold_class
from tests.conftest import NOON
from tests.databases import TWINS

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 24)
ANSWERED = {"har-images-class-chat": ("report", 100)}


@pytest.fixture(params=TWINS)
def backend(request):
    return request.param


def count(db, table):
    return db.scalars(select(func.count()).select_from(table)).one()


def totals(db):
    """Return how often each option was chosen in each batch."""
    query = select(OptionTally.question, OptionTally.option, OptionTally.count)
    return sorted(map(tuple, db.execute(query)))


def test_simulated_people_learn_are_marked_and_are_the_same_each_time(database, bank, simulated):
    with database.writing() as db:
        people = demo_data.fill(db, bank, today=TODAY)
        db.commit()
        with closing(SQLite.open(simulated)) as before, before.reading() as other:
            assert totals(db) == totals(other)
        report = figures.build_report(db, bank)
        assert report.simulated
        assert 0 < report.people <= people
        assert {batch.source for batch in report.batches} == {"solo", "room", "paper", "pool"}
        assert len({batch.month for batch in report.batches}) == demo_data.MONTHS
        gain = report.comparison.gain
        assert gain.interval is not None
        assert gain.interval[0] > 0
        assert report.slope is not None


def test_an_installation_with_totals_is_left_alone(database, bank):
    with database.writing() as db:
        db.add(Batch(source="room", phase="single", month="2026-11", people=3))
        db.flush()
        with pytest.raises(HoldsTotals):
            demo_data.fill(db, bank, today=TODAY)


@pytest.fixture
def filled(backend, location, migrate, opener, simulated, bank):
    """A database with simulated classes: a file is copied, for making them takes seconds."""
    if backend == "sqlite":
        shutil.copy(simulated, location)
    else:
        migrate(location)
    with closing(opener()) as database:
        if backend != "sqlite":
            with database.writing() as db:
                demo_data.fill(db, bank, today=TODAY)
                db.commit()
        yield database


def test_what_was_simulated_can_be_deleted_and_nothing_else(filled, bank):
    with filled.writing() as db:
        assert count(db, ItemUnit)
        facilitator = add_facilitator(db, NOON)
        for people in (8, 8, 6):  # as small as the simulated ones that wait
            hold_class(db, facilitator, [ANSWERED] * people, today=TODAY)
        kept = set(db.scalars(select(Batch.id).where(~Batch.simulated)))
        demo_data.clear(db)
        assert set(db.scalars(select(Batch.id))) == kept
        assert {cell.question for cell in db.scalars(select(Cell))} == {*ANSWERED}
        assert [count(db, table) for table in (RestTally, ItemUnit)] == [0, 0]
        for table in (OptionTally, QuestionTally):
            assert set(db.scalars(select(table.question))) == {*ANSWERED}
        assert figures.build_report(db, bank).people == 22
