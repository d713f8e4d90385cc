import shutil
import signal
from contextlib import closing
from functools import partial

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from quiz.store import database as module
from quiz.store.database import MIGRATIONS, revisions
from quiz.store.refusals import CorruptDatabase, NewerSchema
from quiz.store.releasing import release_due
from quiz.store.sealing import seal_due
from quiz.store.sqlite import SQLite
from quiz.store.sqlite_driver import sqlite3
from quiz.store.tables import Base
from tests.store.crash_processes import Victim, migrate
from tests.store.participants import TOMORROW, take

# A change of the kind that is easy to get wrong: a table is rebuilt to which others refer.
NEXT_MIGRATION = '''"""Attempts and batches remember their mood."""

import os
import signal

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{last}"


def upgrade():
    for table in ("attempt", "batch"):
        with op.batch_alter_table(table, recreate="always") as changed:
            changed.add_column(sa.Column("mood", sa.String))
    {then}


def downgrade():
    for table in ("attempt", "batch"):
        with op.batch_alter_table(table, recreate="always") as changed:
            changed.drop_column("mood")
'''


@pytest.fixture
def path(tmp_path):
    """A database in use: attempts under way, a released batch, an open one."""
    path = tmp_path / "quiz.sqlite3"
    database = SQLite.open(path)
    with database.writing() as db:
        for _ in range(12):
            take(db)
        seal_due(db, {}, today=TOMORROW)
        for _ in range(3):
            take(db, language="en")
        seal_due(db, {}, today=TOMORROW)
        for _ in range(5):
            take(db, finished=False)
        db.commit()
    database.close()
    return path


@pytest.fixture
def add_migration(tmp_path, monkeypatch):
    """Add a migration after the last one; it does something more before it is over."""

    def add(then="pass"):
        folder = tmp_path / f"migrations-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        last = max(script.name[:4] for script in folder.glob("versions/*.py"))
        script = NEXT_MIGRATION.format(last=last, then=then)
        (folder / "versions" / "9999_mood.py").write_text(script)
        monkeypatch.setattr(module, "MIGRATIONS", folder)
        return folder

    return add


def everything(path):
    """Return the statements that made the tables, and every row."""
    with closing(sqlite3.connect(path)) as connection:
        schema = connection.execute("SELECT name, type, sql FROM sqlite_schema").fetchall()
        rows = {
            name: connection.execute(f"SELECT * FROM {name}").fetchall()
            for name, type_, _ in schema
            if type_ == "table" and not name.startswith("sqlite_")  # its own
        }
    return sorted(map(str, schema)), rows


STATEMENTS = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name != 'alembic_version'"


def statements(path):
    """Return the statements that made the tables and indexes."""
    with closing(sqlite3.connect(path)) as connection:
        return [sql for (sql,) in connection.execute(STATEMENTS)]


def migrated(path, change, revision):
    """Go to a revision by migrations alone, as a developer would by hand."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(module.MIGRATIONS))
        change(config, revision)
        connection.commit()
    engine.dispose()
    return path


def downgrade(path, revision):
    migrated(path, command.downgrade, revision)


def rows(path):
    return everything(path)[1]


def normal(statements):
    """Return statements without what may differ: blanks, quotes, and the order of their lines."""
    bare = [sql.replace('"', "") for sql in statements]
    return sorted(sorted(line.strip(" ,\n\t") for line in sql.splitlines()) for sql in bare)


def test_migrations_run_in_the_order_of_their_numbers():
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert [script.revision for script in scripts] == [*reversed(revisions())]


def test_the_last_migration_makes_the_tables_of_today(tmp_path):
    path = migrated(tmp_path / "old.sqlite3", command.upgrade, "head")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_new_database_is_what_all_migrations_make(path, tmp_path):
    """A new one runs none. Alembic compares no CHECK, WITHOUT ROWID or AUTOINCREMENT."""
    old = migrated(tmp_path / "old.sqlite3", command.upgrade, "head")
    assert normal(statements(path)) == normal(statements(old))
    columns = (f"PRAGMA table_info({name})" for name in (*Base.metadata.tables, "alembic_version"))
    with closing(sqlite3.connect(path)) as new, closing(sqlite3.connect(old)) as before:
        for words in ("SELECT * FROM alembic_version", *columns):
            assert new.execute(words).fetchall() == before.execute(words).fetchall(), words


def test_down_to_nothing_and_up_again(path):
    schema = normal(statements(path))
    downgrade(path, "base")
    assert rows(path) == {"alembic_version": []}
    SQLite.open(path).close()
    assert normal(statements(path)) == schema


def test_the_way_down_keeps_answers_that_wait_where_nobody_does(tmp_path):
    """Ten people alone are counted while answers of theirs still wait for others."""
    path = tmp_path / "waiting.sqlite3"
    database = SQLite.open(path)
    with database.writing() as db:
        for number in range(12):
            take(db, answers={f"lit-question-{number % 4}": ("leave", 100)})
        seal_due(db, {}, today=TOMORROW)
        release_due(db, today=TOMORROW)
        db.commit()
    database.close()
    downgrade(path, "0009")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT sum(count) FROM question_tally").fetchone() == (12,)
    SQLite.open(path).close()


def test_addresses_of_staff_lose_what_was_pasted_with_them(path):
    pasted = ["lan\u200b@example.org", "mai <mai@example.org>;", "mai@example.org", "hồng@ví.dụ"]
    downgrade(path, "0011")
    with closing(sqlite3.connect(path)) as connection:
        for email in pasted:
            statement = "INSERT INTO staff (email, role, disabled) VALUES (?, 'admin', 0)"
            connection.execute(statement, (email,))
        connection.commit()
    SQLite.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT email FROM staff ORDER BY id DESC LIMIT 4").fetchall()
    kept = [email for (email,) in reversed(found)]
    assert kept == ["lan@example.org", *pasted[1:]], "an address that somebody has stays hers"


def test_groups_that_were_released_get_numbers_which_pairs_share(tmp_path):
    path = tmp_path / "released.sqlite3"
    SQLite.open(path).close()
    downgrade(path, "0012")
    columns = "id, source, phase, month, people, released, paired, province, chapter, simulated"
    with closing(sqlite3.connect(path)) as connection:
        for id_, phase, released, paired in (
            (1, "before", "2026-11", None),
            (2, "single", "2026-11", None),
            (3, "before", None, None),
            (4, "after", "2026-11", 1),
            (5, "after", "2026-11", 3),
        ):
            row = (id_, "room", phase, "2026-11", 12, released, paired, "", "", False)
            connection.execute(f"INSERT INTO batch ({columns}) VALUES ({', '.join('?' * 10)})", row)
        connection.commit()
    SQLite.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        numbers = dict(connection.execute("SELECT id, number FROM batch").fetchall())
    assert numbers.pop(3) is None
    assert numbers[1] == numbers[4]
    assert len({*numbers.values()}) == 3
    assert all(100_000 <= number < 1_000_000 for number in numbers.values())


def test_opening_again_changes_nothing(path):
    before = everything(path)
    SQLite.open(path).close()
    assert everything(path) == before


def test_a_rebuilt_table_keeps_its_rows_and_those_that_belong_to_them(path, add_migration):
    before = rows(path)
    assert len(before["answer"]) == 15
    assert len(before["batch"]) == 2

    add_migration()
    SQLite.open(path).close()
    after = rows(path)
    assert after.pop("alembic_version") == [("9999",)]
    for table in ("attempt", "batch"):
        assert {row[-1] for row in after[table]} == {None}
        after[table] = [row[:-1] for row in after[table]]
    assert after == {name: rows for name, rows in before.items() if name != "alembic_version"}

    downgrade(path, "-1")
    assert rows(path) == before


def test_a_migration_that_breaks_a_reference_is_refused(path, add_migration):
    before = everything(path)
    add_migration(then='op.execute("DELETE FROM attempt")')
    with pytest.raises(CorruptDatabase):
        SQLite.open(path)
    assert everything(path) == before


def test_a_migration_that_fails_never_happened(path, add_migration):
    before = everything(path)
    add_migration(then='raise RuntimeError("out of luck")')
    with pytest.raises(RuntimeError, match="out of luck"):
        SQLite.open(path)
    assert everything(path) == before


def test_a_migration_that_is_killed_never_happened(path, add_migration):
    before = everything(path)
    folder = add_migration(then="os.kill(os.getpid(), signal.SIGKILL)")
    victim = Victim(migrate, partial(SQLite.open, path), folder)
    assert victim.last_words() == []
    assert victim.exit_code == -signal.SIGKILL
    assert everything(path) == before

    add_migration()
    SQLite.open(path).close()
    assert rows(path)["alembic_version"] == [("9999",)]


def test_a_newer_database_is_refused_and_left_alone(path, add_migration, monkeypatch):
    add_migration()
    SQLite.open(path).close()
    before = path.read_bytes()

    monkeypatch.setattr(module, "MIGRATIONS", MIGRATIONS)
    with pytest.raises(NewerSchema) as refusal:
        SQLite.open(path)
    assert (refusal.value.path, refusal.value.revision) == (path, "9999")
    assert path.read_bytes() == before


def test_migrations_read_in_order():
    names = sorted(script.name for script in MIGRATIONS.glob("versions/*.py"))
    for number, name in enumerate(names, start=1):
        assert name.startswith(f"{number:04}_"), f"{name} should begin with {number:04}_"
