"""The same migrations on PostgreSQL."""

from contextlib import closing

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, select, text

from quiz.store.database import MIGRATIONS
from quiz.store.postgresql import DRIVER
from quiz.store.refusals import NewerSchema
from quiz.store.sealing import seal_due
from quiz.store.tables import Answer, Base, Batch
from tests.store.participants import TOMORROW, count, take

SCHEMA = (
    "SELECT table_name, column_name, data_type, is_nullable, collation_name"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
)


@pytest.fixture
def backend():
    return "postgresql"


@pytest.fixture
def engine(database, location):
    """Return a way around everything that a database in use does by itself."""
    with database.writing() as db:
        for _ in range(12):
            take(db)
        seal_due(db, {}, today=TOMORROW)
        take(db)
        db.commit()
    engine = create_engine(location.set(drivername=DRIVER))
    yield engine
    engine.dispose()


def schema(engine):
    """Return columns, promises and indexes, but those of Alembic."""
    with engine.connect() as connection:
        rows = [tuple(row) for words in SCHEMA for row in connection.execute(text(words))]
    return sorted(row for row in rows if row[0] != "alembic_version")


def downgrade(engine, revision):
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.downgrade(config, revision)


def test_all_migrations_make_what_a_new_database_is(engine, opener):
    """A new one runs none: it goes down to nothing here, and comes up by migrations alone."""
    new = schema(engine)
    downgrade(engine, "base")
    assert schema(engine) == []
    opener().close()
    assert schema(engine) == new
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_what_rooms_brought_goes_without_taking_other_rows_along(engine, opener):
    downgrade(engine, "0002")
    with closing(opener()) as database, database.reading() as db:
        assert count(db, Answer) == 3
        assert db.scalars(select(Batch.people)).all() == [12]


def test_a_newer_database_is_refused(engine, opener):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema) as refusal:
        opener()
    assert refusal.value.revision == "9999"
