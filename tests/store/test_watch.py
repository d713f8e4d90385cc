"""How a process notices what others commit; on PostgreSQL without asking all the time."""

import os
from contextlib import closing, contextmanager
from threading import Thread
from time import monotonic

import psycopg
import pytest
from sqlalchemy.exc import SQLAlchemyError

from quiz.store import postgresql
from quiz.store import watch as module
from quiz.store.postgresql import PostgreSQL
from quiz.store.tables import Room
from tests import pgbouncer, postgres
from tests.classes import open_class
from tests.conftest import NOON
from tests.shipped import shipped_bank
from tests.store.participants import take

on_postgresql = pytest.mark.parametrize("backend", ["postgresql"])

pytestmark = pytest.mark.slow

NEVER = 3600.0
"""Seconds after which no test is still running."""


@pytest.fixture
def other(database, opener):
    """The database, as another process has it open."""
    with closing(opener()) as other:
        yield other


@pytest.fixture
def watch(database, other):
    with closing(database.watch()) as watch:
        assert watch.wait(NEVER), "nobody knows what was before"
        yield watch


@pytest.fixture
def quiet(monkeypatch):
    """Let a process ask only where it hears no notifications."""
    monkeypatch.setattr(module, "ASK_FOR", -1.0)


def commit(database):
    with database.writing() as db:
        take(db)
        db.commit()


def make_room(database):
    with database.writing() as db:
        open_class(db, shipped_bank(), list(shipped_bank().questions)[:2], NOON)
        db.commit()


def move_room(database):
    with database.writing() as db:
        db.get_one(Room, 1).version += 1
        db.commit()


def noticed(watch, seconds=30.0):
    """Whether the watch notices anything within so many seconds."""
    end = monotonic() + seconds
    while monotonic() < end:
        if watch.wait(end - monotonic()):
            return True
    return False


def test_each_commit_of_another_process_is_noticed_once(watch, other):
    for _ in range(3):
        assert not watch.wait(0.0)
        commit(other)
        assert noticed(watch)


def test_a_watch_can_be_woken_and_is_never_woken_in_vain(watch):
    """Whoever wakes it before it waits need not do so again."""
    watch.wake()
    watch.wake()
    assert watch.wait(NEVER)
    assert not watch.wait(0.0)
    waiting = Thread(target=watch.wait, args=(NEVER,))
    waiting.start()
    watch.wake()
    waiting.join(30)
    assert not waiting.is_alive()
    for _ in range(100_000):  # more than any buffer holds
        watch.wake()
    assert watch.wait(NEVER)


# ── PostgreSQL ──


@contextmanager
def listener(location):
    """Listen as any program may."""
    with psycopg.connect(
        host=location.query["host"],
        user=location.username,
        password=location.password,
        dbname=location.database,
        autocommit=True,
    ) as connection:
        connection.execute(f"LISTEN {module.CHANNEL}")
        yield connection


@on_postgresql
def test_a_room_that_moves_is_noticed_without_asking(quiet, other, watch):
    """However soon after the last notification."""
    make_room(other)
    assert noticed(watch)
    for _ in range(5):
        move_room(other)
        assert watch.wait(NEVER)


@on_postgresql
def test_answers_do_not_notify_one_by_one(location, opener, migrate, monkeypatch):
    monkeypatch.setattr(postgresql, "NOTIFY_INTERVAL", NEVER)
    migrate(location)
    with closing(opener()) as database, listener(location) as heard:
        for _ in range(5):
            commit(database)
        make_room(database)
        for _ in range(5):
            commit(database)
        notified = len(list(heard.notifies(timeout=0.5)))
    assert notified == 1, "the room; opening has notified for the others"


@on_postgresql
def test_what_did_not_notify_is_noticed_all_the_same(watch, other, monkeypatch):
    monkeypatch.setattr(postgresql, "NOTIFY_INTERVAL", NEVER)
    for _ in range(3):
        commit(other)
        assert noticed(watch)


@on_postgresql
def test_a_move_that_is_taken_back_notifies_nobody(database, location):
    make_room(database)
    with listener(location) as heard:
        with database.writing() as db:
            db.get_one(Room, 1).version += 1
            db.flush()
        assert not list(heard.notifies(timeout=0.2))


@on_postgresql
def test_a_lost_connection_is_noticed_and_opened_again(quiet, server, location, watch, other):
    make_room(other)
    assert noticed(watch)
    for _ in range(3):
        server.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND query LIKE '%pg_current_snapshot%' AND state = 'idle'",
            database=location.database,
        )
        assert watch.wait(NEVER), "something may have been missed"
        assert watch.wait(NEVER), "nor is it known what happened until it listened again"
        move_room(other)
        assert watch.wait(NEVER)


@on_postgresql
def test_a_server_that_was_started_anew_is_watched_again(backend, quiet):
    with postgres.running() as own, closing(PostgreSQL.open(own.new_database())) as database:
        make_room(database)
        with closing(database.watch()) as watch:
            assert watch.wait(NEVER)
            own.stop()
            assert watch.wait(NEVER)
            with pytest.raises(SQLAlchemyError):
                watch.wait(NEVER)
            own.start()
            assert watch.wait(NEVER)
            move_room(database)
            assert watch.wait(NEVER)


@pytest.fixture
def pooled(server, location, request):
    """The database through PgBouncer, in some mode."""
    if pgbouncer.program() is None and "CI" not in os.environ:
        pytest.skip("PgBouncer is not installed here")
    with (
        pgbouncer.running(server, request.param) as pool,
        closing(PostgreSQL.open(pgbouncer.through(pool, location))) as database,
    ):
        yield database


@on_postgresql
@pytest.mark.parametrize("pooled", ["session"], indirect=True)
def test_notifications_pass_a_pooler_that_hands_out_whole_sessions(quiet, pooled, other):
    make_room(other)
    with closing(pooled.watch()) as watch:
        assert watch.wait(NEVER)
        for database in (other, pooled):
            move_room(database)
            assert watch.wait(NEVER)


@on_postgresql
@pytest.mark.parametrize("pooled", ["transaction"], indirect=True)
def test_where_no_notification_comes_through_the_database_is_asked(
    quiet, pooled, other, monkeypatch
):
    """A pooler that hands out single transactions hands out no notifications."""
    monkeypatch.setattr(module, "ASK_INTERVAL", 0.1)
    make_room(other)
    with closing(pooled.watch()) as watch:
        assert watch.wait(NEVER)
        assert not watch.wait(NEVER), "it asks again and again"
        for _ in range(3):
            move_room(other)
            assert noticed(watch)


@on_postgresql
def test_a_process_opens_no_more_connections_than_we_say(server, location, database):
    """docs/deploying.md says how many."""
    count = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{location.database}'"
    with closing(database.watch()) as watch, database.writing() as db:
        watch.wait(0.0)
        readers = [database.reading() for _ in range(postgresql.READERS)]
        for session in (db, *readers):
            session.connection()
        watch.wait(0.0)
        with psycopg.connect(
            host=str(server.folder), user="admin", password=postgres.PASSWORD, dbname="postgres"
        ) as admin:
            opened = admin.execute(count).fetchall()
        for session in readers:
            session.close()
    assert opened == [(13,)]
