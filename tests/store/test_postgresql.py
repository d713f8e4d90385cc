"""What is true of PostgreSQL alone."""

import sys
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from quiz.store import attempts
from quiz.store import postgresql as module
from quiz.store.group_commit import GroupCommitQueue
from quiz.store.postgresql import PostgreSQL, address
from quiz.store.refusals import (
    CorruptDatabase,
    DatabaseBusy,
    NoDriver,
    NotLetIn,
    StoreRefusal,
    Unreachable,
    UnsafeServer,
)
from quiz.store.tables import Answer, Attempt, Batch
from tests import postgres
from tests.store.crash_processes import Victim, answer_without_pause, hold_the_write_lock
from tests.store.participants import (
    ANSWERS,
    QUESTIONS,
    answer,
    begin,
    count,
    one_by_one,
    take,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def backend():
    return "postgresql"


def settings(db):
    names = (*module.SETTINGS, *module.DEMANDS, "transaction_isolation", "transaction_read_only")
    return {name: db.scalar(text(f"SHOW {name}")) for name in names}


def test_every_connection_keeps_what_we_promise(database):
    promises = {
        "synchronous_commit": "on",
        "lock_timeout": "15s",
        "idle_in_transaction_session_timeout": "1min",
        "fsync": "on",
        "server_encoding": "UTF8",
    }
    with database.reading() as first, database.reading() as second:
        reading = {"transaction_isolation": "repeatable read", "transaction_read_only": "on"}
        assert settings(first) == settings(second) == promises | reading
    with database.writing() as db:
        writing = {"transaction_isolation": "read committed", "transaction_read_only": "off"}
        assert settings(db) == promises | writing


# ── Who holds the write lock ──


def test_who_waits_too_long_is_told_that_the_database_is_busy(opener, monkeypatch):
    opener().close()
    holder = Victim(hold_the_write_lock, opener)
    assert holder.word() == "held"
    monkeypatch.setitem(module.SETTINGS, "lock_timeout", "20ms")
    with pytest.raises(DatabaseBusy):
        opener()
    holder.kill()
    opener().close()


def test_who_stops_in_the_middle_loses_the_lock(database, opener):
    with closing(opener()) as idler, idler.writing() as idle:
        begin(idle)
        idle.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
        with database.writing() as db:
            take(db)
            db.commit()
        with pytest.raises(DBAPIError):
            idle.commit()
    with database.reading() as db:
        assert count(db, Attempt) == 1


@pytest.mark.parametrize("table", [Attempt, Batch])
def test_forgetting_does_not_wait_for_who_reads(database, monkeypatch, table):
    """Whatever she reads: who sees one moment may want to see attempts, too, as they were."""
    monkeypatch.setattr(module, "SHORT_PATIENCE", 0.1)
    with database.reading() as db:
        count(db, table)
        with database.writing() as other:
            take(other)
            other.commit()
        with pytest.raises(DatabaseBusy):
            database.scrub_deleted()
    database.scrub_deleted()


def test_forgetting_notices_a_backup_by_somebody_else(database, server, location, monkeypatch):
    monkeypatch.setattr(module, "SHORT_PATIENCE", 0.1)
    backup = create_engine(
        server.url(location.database, user="admin").set(drivername=module.DRIVER),
        isolation_level="REPEATABLE READ",
    )
    with backup.connect() as connection:
        connection.execute(select(Batch.id))
        with database.writing() as db:
            take(db)
            db.commit()
        with pytest.raises(DatabaseBusy):
            database.scrub_deleted()
    database.scrub_deleted()
    backup.dispose()


# ── Trouble with the server ──


def test_a_server_that_was_started_anew_is_found_again(opener):
    with postgres.running() as own, closing(PostgreSQL.open(own.new_database())) as database:
        with database.writing() as db:
            id = begin(db).id
            db.commit()
        with database.writing() as db:
            count(db, Attempt)
            own.stop()
            own.start()
            with pytest.raises(OperationalError):
                count(db, Attempt)
        with database.reading() as db:
            assert attempts.find(db, id)
        with database.writing() as db:
            assert attempts.find(db, id)

        own.stop()
        for use in (database.reading, database.writing):
            with pytest.raises(Unreachable), use() as db:
                attempts.find(db, id)
        own.start()


def test_what_is_written_together_with_a_lost_connection_was_not_written(database):
    writer: GroupCommitQueue[Any, None] = GroupCommitQueue(database, one_by_one)
    with database.writing() as db:
        attempt = begin(db)
        db.commit()

    def lose_the_line(db):
        db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DBAPIError):
        writer.write(lose_the_line)
    writer.write(lambda db: answer(db, attempt, QUESTIONS[0], *ANSWERS[QUESTIONS[0]]))
    writer.stop()
    with database.reading() as db:
        assert count(db, Answer) == 1


def test_an_acknowledged_answer_survives_a_crash_of_the_server():
    """The server is killed, with all that it had in memory, and reads its log again."""
    with postgres.running() as own:
        opener = partial(PostgreSQL.open, own.new_database())
        with closing(opener()) as database, database.writing() as db:
            id = begin(db).id
            db.commit()
        acknowledged = -1
        for _ in range(3):
            victim = Victim(answer_without_pause, opener, id, acknowledged + 1)
            assert victim.word() == "ready"
            acknowledged = [victim.word() for _ in range(20)][-1]
            own.crash()
            words = victim.last_words()
            acknowledged = max([acknowledged, *words])
            own.start()
            with closing(opener()) as database, database.reading() as db:
                kept = db.scalars(select(Answer.question)).all()
            assert len(kept) - 1 - acknowledged in (0, 1)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"password": "wrong"}, NotLetIn),
        ({"username": "nobody"}, NotLetIn),
        ({"database": "nowhere"}, NotLetIn),
        ({"query": {"host": "/nowhere"}}, Unreachable),
        ({"query": {}, "host": "127.0.0.1", "port": 1}, Unreachable),
    ],
)
def test_who_cannot_come_in_is_told_why_and_not_the_password(location, change, refusal):
    with pytest.raises(refusal) as refused:
        PostgreSQL.open(location.set(**change))
    assert postgres.PASSWORD not in str(vars(refused.value))
    assert "wrong" not in str(vars(refused.value))


@pytest.mark.parametrize(
    ("grant", "reason"),
    [
        ("GRANT USAGE ON SCHEMA public TO guest", "permission denied for schema public"),
        ("REVOKE ALL ON SCHEMA public FROM guest", "no schema has been selected to create in"),
    ],
)
def test_who_may_make_no_tables_is_told_so(location, server, grant, reason):
    server.do("DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN PASSWORD 'guest'")
    server.do("REVOKE ALL ON SCHEMA public FROM public", grant, database=location.database)
    with pytest.raises(NotLetIn) as refused:
        PostgreSQL.open(location.set(username="guest", password="guest"))
    server.do("DROP OWNED BY guest", database=location.database)
    assert refused.value.reason == reason


def test_an_address_is_shown_without_user_and_password(location):
    shown = address(location.set(host="db.example", port=5433, query={"password": "secret"}))
    assert shown == f"postgresql://db.example:5433/{location.database}"


def test_a_server_that_may_lose_answers_is_refused(location, monkeypatch):
    monkeypatch.setitem(module.DEMANDS, "full_page_writes", "off")
    with pytest.raises(UnsafeServer) as refused:
        PostgreSQL.open(location)
    assert refused.value.setting == "full_page_writes = on"


def test_without_the_driver_one_is_told_what_to_install(location, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(NoDriver):
        PostgreSQL.open(location)


def test_tables_of_another_program_are_refused_and_left_alone(opener):
    with closing(opener()) as database, database.writing() as db:
        db.execute(text("ALTER TABLE answer RENAME TO reply"))
        db.commit()
    with pytest.raises(CorruptDatabase):
        opener()


def test_every_refusal_says_which_database(location):
    with pytest.raises(StoreRefusal) as refused:
        PostgreSQL.open(location.set(password="wrong"))
    assert refused.value.path == address(location)


# ── Shredded means shredded, as far as it goes ──


def test_what_was_deleted_is_in_no_table_and_what_is_left_lies_in_no_order():
    with postgres.running() as own, closing(PostgreSQL.open(own.new_database())) as database:
        with database.writing() as db:
            gone = [take(db, token=f"gone {number}", finished=False) for number in range(30)]
            here = [take(db, token=f"here {number}") for number in range(30)]
            db.commit()
            for id in gone:
                attempts.leave(db, id)
            db.commit()
        assert in_tables(own, gone) == set(gone)
        database.scrub_deleted()
        assert in_tables(own, gone + here) == set(here)
        with database.reading() as db:
            order = db.scalars(select(Attempt.id).order_by(text("attempt.ctid"))).all()
        assert order == sorted(here)


def in_tables(server, needles):
    server.do("CHECKPOINT")
    files = [path for path in (server.folder / "data" / "base").rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    return {needle for needle in needles if needle in content}
