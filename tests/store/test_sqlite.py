from contextlib import closing
from functools import partial
from random import Random
from threading import Thread
from time import monotonic

import pytest
from sqlalchemy import select, text

from quiz.store import attempts, staff
from quiz.store import sqlite as module
from quiz.store.refusals import (
    CorruptDatabase,
    DatabaseBusy,
    DiskFull,
    NewerSchema,
    UnwritableFolder,
)
from quiz.store.sealing import seal_due
from quiz.store.sqlite import SQLite, apply_pragmas, safe_journal_mode
from quiz.store.sqlite_driver import sqlite3
from quiz.store.tables import Attempt, Base
from tests.databases import VERSIONS
from tests.proof import length
from tests.store.crash_processes import Victim, hold_the_write_lock
from tests.store.participants import TOMORROW, count, take


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture
def path(location):
    return location


def pragmas(db):
    names = ["journal_mode", *module.PRAGMAS, "foreign_keys", "synchronous", "query_only"]
    return {name: db.scalar(text(f"PRAGMA {name}")) for name in names}


@pytest.mark.parametrize(("mode", "synchronous"), [("delete", 3), ("wal", 2)])
def test_every_connection_keeps_what_we_promise(path, mode, synchronous):
    database = SQLite.open(path, version=VERSIONS[mode])
    promises = {
        "journal_mode": mode,
        "synchronous": synchronous,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 15_000,
        "temp_store": 2,
    }
    with database.reading() as first, database.reading() as second:
        assert pragmas(first) == pragmas(second) == {**promises, "query_only": 1}
    with database.writing() as db:
        assert pragmas(db) == {**promises, "query_only": 0}
    database.close()


def test_a_promise_that_is_not_kept_is_noticed(path):
    with closing(sqlite3.connect(path)) as connection, pytest.raises(RuntimeError, match="flies"):
        apply_pragmas(connection, "delete", {"busy_timeout": 1, "flies = 1; --": 1})


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "delete"),
        ((3, 44, 5), "delete"),
        ((3, 44, 6), "wal"),
        ((3, 45, 0), "delete"),
        ((3, 49, 2), "delete"),
        ((3, 50, 6), "delete"),
        ((3, 50, 7), "wal"),
        ((3, 51, 0), "delete"),
        ((3, 51, 2), "delete"),
        ((3, 51, 3), "wal"),
        ((3, 52, 0), "delete"),
        ((3, 52, 1), "wal"),
        ((3, 53, 0), "wal"),
        ((4, 0, 0), "wal"),
    ],
)
def test_a_write_ahead_log_is_used_only_where_it_is_sound(version, mode):
    assert safe_journal_mode(version) == mode


def test_a_database_says_which_sqlite_it_uses_and_how(path):
    database = SQLite.open(path)
    assert database.sqlite_version == sqlite3.sqlite_version
    assert database.journal_mode == safe_journal_mode(sqlite3.sqlite_version_info)
    database.close()


def test_either_journal_can_follow_the_other(path):
    for mode in ("wal", "delete", "wal", "delete"):
        database = SQLite.open(path, version=VERSIONS[mode])
        with database.writing() as db:
            take(db)
            db.commit()
        database.close()
    database = SQLite.open(path)
    with database.reading() as db:
        assert count(db, Attempt) == 4
    database.close()


def test_a_writer_holds_the_write_lock_from_its_first_look(database, path):
    with database.writing() as db:
        count(db, Attempt)
        other = sqlite3.connect(path, timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_who_waits_too_long_is_told_that_the_database_is_busy(path, monkeypatch):
    SQLite.open(path).close()
    monkeypatch.setitem(module.PRAGMAS, "busy_timeout", 20)
    holder = Victim(hold_the_write_lock, partial(SQLite.open, path))
    assert holder.word() == "held"

    database = SQLite.open(path)  # to look whether all is sound, nobody has to wait
    with database.writing() as db, pytest.raises(DatabaseBusy) as refusal:
        take(db)
    assert refusal.value.path == path

    holder.kill()
    with database.writing() as db:
        take(db)
        db.commit()
        assert count(db, Attempt) == 1
    database.close()


def test_a_full_disk_is_said_and_survived(database, path):
    with database.writing() as db:
        take(db)
        db.commit()
        pages = db.scalar(text("PRAGMA page_count"))
        db.execute(text(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(DiskFull) as refusal:
            take_often(db, 1000)
        assert refusal.value.path == path
        db.rollback()

        db.execute(text("PRAGMA max_page_count = 1000000"))
        take(db)
        db.commit()
        assert count(db, Attempt) == 2


def take_often(db, times):
    for _ in range(times):
        take(db)


def test_forgetting_waits_for_readers_and_says_if_they_stay(path, monkeypatch):
    monkeypatch.setitem(module.PRAGMAS, "busy_timeout", 20)
    for version in VERSIONS.values():
        database = SQLite.open(path, version=version)
        with database.reading() as db:
            count(db, Attempt)
            with pytest.raises(DatabaseBusy):
                database.scrub_deleted()
        database.scrub_deleted()
        database.close()


def test_forgetting_keeps_nobody_waiting_while_somebody_reads(path):
    database = SQLite.open(path, version=VERSIONS["wal"])
    with database.writing() as db:
        gone = take(db, answers={"lit-rare": ("bell oak zinc", 50)}, finished=False)
        db.commit()
    with database.reading() as slow:
        count(slow, Attempt)
        with database.writing() as db:
            attempts.leave(db, gone)
            db.commit()
        # The best of several: whatever else the machine does may keep a write waiting, too.
        assert min(longest_write_while_forgetting(database) for _ in range(5)) < 0.05
    database.scrub_deleted()
    content = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert gone not in content
    assert b"bell oak zinc" not in content
    database.close()


def longest_write_while_forgetting(database):
    """Return the seconds of the slowest write while forgetting waits for a reader in vain."""

    def forget():
        with pytest.raises(DatabaseBusy):
            database.scrub_deleted()

    forgetting = Thread(target=forget)
    longest = 0.0
    with closing(sqlite3.connect(database.path, timeout=3, isolation_level=None)) as other:
        forgetting.start()
        while forgetting.is_alive():
            begun = monotonic()
            other.execute("BEGIN IMMEDIATE")
            other.execute("UPDATE staff SET disabled = 0")
            other.execute("COMMIT")
            longest = max(longest, monotonic() - begun)
    return longest


@pytest.mark.slow
def test_forgetting_costs_no_more_when_the_history_is_long(path):
    """The pages that it writes are counted: the write-ahead log holds them until it is emptied."""
    database = SQLite.open(path, version=VERSIONS["wal"])
    with database.writing() as db:
        for number in range(3000):
            staff.record(db, "signed-in", about=f"staff:{number}", day=TOMORROW, staff=None)
        db.commit()
    database.scrub_deleted()
    with database.reading() as slow:
        count(slow, Attempt)
        with pytest.raises(DatabaseBusy):
            database.scrub_deleted()
    with closing(sqlite3.connect(path)) as connection:
        _, written, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    assert written < 40 < pages
    database.close()


# ── What cannot be opened ──


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "missing"):
        with pytest.raises(UnwritableFolder) as refusal:
            SQLite.open(folder / "quiz.sqlite3")
        assert refusal.value.path == folder
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_the_place_of_the_file_is_refused(path):
    path.mkdir()
    with pytest.raises(UnwritableFolder) as refusal:
        SQLite.open(path)
    assert refusal.value.path == path


def test_a_file_that_is_not_a_database_is_refused_and_left_alone(path):
    path.write_text("Dear diary,\n" * 1000)
    before = path.read_bytes()
    with pytest.raises(CorruptDatabase) as refusal:
        SQLite.open(path)
    assert refusal.value.path == path
    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def intact(tmp_path_factory):
    """The bytes of a database with attempts and totals in it."""
    path = tmp_path_factory.mktemp("intact") / "quiz.sqlite3"
    database = SQLite.open(path)
    with database.writing() as db:
        for _ in range(30):
            take(db)
        seal_due(db, {}, today=TOMORROW)
        for _ in range(30):
            take(db)
        db.commit()
    database.scrub_deleted()
    database.close()
    return path.read_bytes()


def read_everything(path):
    """Open a database and return every row, or None if it is refused as damaged."""
    try:
        database = SQLite.open(path)
    except (CorruptDatabase, NewerSchema):
        return None
    with database.reading() as db:
        rows = [db.execute(select(table)).all() for table in Base.metadata.sorted_tables]
    database.close()
    return rows


def test_a_truncated_database_is_refused(path, intact):
    for size in range(4096, len(intact), 4096):
        path.write_bytes(intact[:size])
        with pytest.raises(CorruptDatabase):
            SQLite.open(path)


@pytest.mark.slow
def test_a_damaged_header_is_refused_or_does_no_harm(path, intact):
    path.write_bytes(intact)
    rows = read_everything(path)
    for offset in range(0, 108, length(3, 1)):
        damaged = bytearray(intact)
        damaged[offset] ^= 0xFF
        path.write_bytes(damaged)
        assert read_everything(path) in (None, rows), offset


@pytest.mark.slow
def test_a_damaged_page_is_refused_or_does_no_harm(path, intact):
    path.write_bytes(intact)
    rows = read_everything(path)
    chance = Random(19)
    refused = 0
    times = length(40, 100)
    for _ in range(times):
        offset = chance.randrange(len(intact) - 64)
        path.write_bytes(intact[:offset] + chance.randbytes(64) + intact[offset + 64 :])
        found = read_everything(path)
        assert found in (None, rows), offset
        refused += found is None
    assert refused >= times // 10  # the rest fell on bytes that hold nothing
