"""Backups: what they hold, what they do not, and how they come back."""

import os
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from quiz.service import backup as backups
from quiz.service.backup import Contents
from quiz.store import server_lock
from quiz.store.refusals import (
    DatabaseBusy,
    NameTaken,
    NewerSchema,
    NotABackup,
    NotEmpty,
    UnwritableFolder,
)
from quiz.store.sealing import seal_due
from quiz.store.sqlite import SQLite
from quiz.store.tables import Answer, Attempt, Batch, Event, Room, StaffSession
from tests.conftest import NOON
from tests.databases import BACKENDS
from tests.installations import everything, live_in, secrets_of
from tests.store.participants import take

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 24)
CONTENTS = Contents(people=24, groups=4, rooms=6, staff=2)


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "copies" / "backup.db"
    file.parent.mkdir()
    return file


@pytest.fixture(scope="module")
def made(bank, tmp_path_factory):
    """The bytes of a backup."""
    folder = tmp_path_factory.mktemp("made")
    with closing(SQLite.open(folder / "quiz.db")) as database:
        with database.writing() as db:
            live_in(db, bank, NOON)
            db.commit()
        backups.back_up(database, folder / "backup.db", today=TODAY)
    return (folder / "backup.db").read_bytes()


@pytest.fixture
def backup(made, file):
    """A file that holds a backup."""
    file.write_bytes(made)
    return file


@pytest.fixture
def folder(tmp_path):
    """The folder of a new installation."""
    folder = tmp_path / "new"
    folder.mkdir()
    return folder


def rows(database, table):
    with database.reading() as db:
        return db.scalars(select(func.count()).select_from(table)).one()


def bytes_of(database):
    """Return the bytes of a file, and of its write-ahead log if it has one."""
    parts = database.path.parent.glob(f"{database.path.name}*")
    return b"".join(part.read_bytes() for part in parts)


def names(folder):
    return {path.name for path in folder.iterdir()}


# ── What a backup holds ──


def test_no_byte_of_a_separate_answer_session_or_link_is_in_a_backup(lived_in, file):
    with lived_in.reading() as db:
        secrets = secrets_of(db)
    if isinstance(lived_in, SQLite):
        original = bytes_of(lived_in)
        assert all(secret in original for secret in secrets)
    assert backups.back_up(lived_in, file, today=TODAY) == CONTENTS
    content = file.read_bytes()
    assert [secret for secret in secrets if secret in content] == []
    assert names(file.parent) == {file.name}
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


def test_what_was_sealed_before_is_in_no_backup_either(database, file):
    rare = [f"bell oak {number} zinc" for number in range(200)]
    with database.writing() as db:
        ids = [take(db, answers={"lit-rare": (each, 50)}) for each in rare]
        seal_due(db, {}, today=TODAY)
        db.commit()
    backups.back_up(database, file, today=TODAY)
    content = file.read_bytes()
    assert not [id_ for id_ in ids if id_ in content]
    # totals name what was chosen; that is theirs to say
    with closing(SQLite.open(file)) as copy:
        assert rows(copy, Attempt) == rows(copy, Answer) == 0


def test_a_backup_is_remembered_by_its_day_and_overwritten_only_if_that_is_meant(database, file):
    backups.back_up(database, file, today=TODAY)
    before = file.read_bytes()
    with pytest.raises(NameTaken):
        backups.back_up(database, file, today=TODAY)
    assert file.read_bytes() == before
    backups.back_up(database, file, today=TODAY, overwrite=True)
    assert names(file.parent) == {file.name}
    with database.reading() as db:
        assert backups.last_backup(db) == TODAY
        assert db.scalars(select(Event.what)).all() == [backups.MADE]


def test_a_backup_is_due_after_two_days_if_there_is_something_to_lose(database):
    def due(today):
        with database.reading() as db:
            return backups.is_backup_due(db, today=today)

    def add(row):
        with database.writing() as db:
            db.add(row)
            db.commit()

    add(Batch(source="solo", phase="single", month="2026-11", people=1, simulated=True))
    assert not due(TODAY)
    add(Batch(source="room", phase="single", month="2026-11", people=1))
    assert due(TODAY)
    add(Event(day=TODAY, what=backups.MADE, about=""))
    assert [due(TODAY + timedelta(days=days)) for days in (-1, 0, 1, 2, 900)] == [
        False,
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_folder_that_cannot_be_written_is_said(database, tmp_path):
    with pytest.raises(UnwritableFolder):
        backups.back_up(database, tmp_path / "missing" / "backup.db", today=TODAY)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_database_is_no_backup_of_itself(database):
    with pytest.raises(NameTaken):
        backups.back_up(database, database.path, today=TODAY, overwrite=True)


# ── Putting it back ──


def test_a_backup_comes_back_in_a_new_folder(backup, folder):
    restored = backups.restore(backup, folder / "quiz.db", folder=folder, today=TODAY)
    assert restored == backups.Restored(contents=CONTENTS, aside=None)
    assert names(folder) == {"quiz.db", server_lock.NAME}
    with closing(SQLite.open(folder / "quiz.db")) as database:
        assert rows(database, Attempt) == rows(database, StaffSession) == 0
        with database.reading() as db:
            assert backups.RESTORED in db.scalars(select(Event.what)).all()


def test_a_backup_comes_back_in_a_database_that_is_empty_and_in_no_other(
    backup, folder, new_location, opener_of
):
    location = new_location()
    opener_of(location)().close()
    assert backups.restore(backup, location, folder=folder, today=TODAY).contents == CONTENTS
    with pytest.raises(NotEmpty):
        backups.restore(backup, location, folder=folder, today=TODAY)
    with closing(opener_of(location)()) as database, database.reading() as db:
        assert backups.contents(db) == CONTENTS


@pytest.fixture
def other(folder):
    """Another installation, with totals of its own."""
    location = folder / "quiz.db"
    with closing(SQLite.open(location)) as database, database.writing() as db:
        db.add(Batch(source="solo", phase="single", month="2026-10", people=7))
        db.commit()
    return location


def test_what_was_there_is_put_aside_and_can_be_taken_back(backup, other, folder):
    with pytest.raises(NotEmpty):
        backups.restore(backup, other, folder=folder, today=TODAY)
    asides = []
    for _ in range(2):
        restored = backups.restore(backup, other, folder=folder, today=TODAY, force=True)
        asides.append(restored.aside)
    first, second = backups.put_aside_before(folder)
    assert asides == [first, second]
    with closing(SQLite.open(first)) as database, database.reading() as db:
        assert db.scalars(select(Batch.people)).all() == [7]


def test_a_damaged_database_makes_room_as_it_is(backup, folder):
    location = folder / "quiz.db"
    location.write_bytes(b"no database" * 500)
    location.with_name("quiz.db-wal").write_bytes(b"nor its journal")
    restored = backups.restore(backup, location, folder=folder, today=TODAY, force=True)
    assert restored.aside.read_bytes() == b"no database" * 500
    assert restored.aside.with_name(restored.aside.name + "-wal").exists()
    location.write_bytes(b"no database" * 500)
    with pytest.raises(NotEmpty):
        backups.restore(backup, location, folder=folder, today=TODAY)


def test_what_is_no_sound_backup_is_refused_and_changes_nothing(backup, other, folder):
    before = other.read_bytes()
    whole = backup.read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2 : len(whole) // 2 + 4096] = b"x" * 4096
    nothing = backup.with_name("nothing.db")
    SQLite.open(nothing).close()
    for content in (b"", b"Dear diary", whole[:-4096], bytes(damaged), nothing.read_bytes()):
        backup.write_bytes(content)
        with pytest.raises(NotABackup) as refusal:
            backups.restore(backup, other, folder=folder, today=TODAY, force=True)
        assert refusal.value.path == backup
    assert other.read_bytes() == before
    assert names(folder) == {"quiz.db", server_lock.NAME}


def test_a_backup_of_a_newer_version_is_refused(backup, folder):
    with closing(SQLite.open(backup)) as database, database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.commit()
    before = backup.read_bytes()
    with pytest.raises(NewerSchema) as refusal:
        backups.restore(backup, folder / "quiz.db", folder=folder, today=TODAY)
    assert refusal.value.path == backup
    assert backup.read_bytes() == before
    assert names(folder) == {server_lock.NAME}


@pytest.mark.skipif(os.name != "posix", reason="Windows lets nobody replace a file in use")
def test_nothing_is_restored_under_a_server_that_runs(backup, folder):
    location = folder / "quiz.db"
    with server_lock.serving(folder), server_lock.serving(folder), pytest.raises(DatabaseBusy):
        backups.restore(backup, location, folder=folder, today=TODAY)
    with server_lock.alone(folder), pytest.raises(DatabaseBusy), server_lock.serving(folder):
        pass
    backups.restore(backup, location, folder=folder, today=TODAY)


# ── Moving ──


def test_everything_moves_and_what_is_left_behind_is_no_more_than_a_backup(
    lived_in, folder, tmp_path
):
    before = everything(lived_in)
    with lived_in.reading() as db:
        secrets = secrets_of(db)
    assert backups.move(lived_in, folder / "quiz.db", folder=tmp_path) == CONTENTS
    with closing(SQLite.open(folder / "quiz.db")) as moved:
        assert everything(moved) == before
    assert rows(lived_in, Attempt) == rows(lived_in, Answer) == rows(lived_in, StaffSession) == 0
    with lived_in.reading() as db:
        assert backups.contents(db) == CONTENTS
        assert db.scalars(select(Room.id).where(Room.opened.is_not(None))).all() == []
    if isinstance(lived_in, SQLite):
        content = bytes_of(lived_in)
        assert [secret for secret in secrets if secret in content] == []


def test_nothing_moves_to_where_something_is(database, other, folder):
    take_one(database)
    before = everything(database)
    content = other.read_bytes()
    with pytest.raises(NotEmpty):
        backups.move(database, other, folder=folder)
    assert everything(database) == before
    assert other.read_bytes() == content


def take_one(database):
    with database.writing() as db:
        take(db)
        db.commit()


@pytest.mark.parametrize("backend", ["postgresql"])
def test_nothing_moves_while_another_process_is_connected(database, opener, folder):
    take_one(database)
    with closing(opener()) as server, server.reading() as db:
        db.scalar(select(1))
        with pytest.raises(DatabaseBusy):
            backups.move(database, folder / "quiz.db", folder=folder)
    assert rows(database, Attempt) == 1
    backups.move(database, folder / "quiz.db", folder=folder)
    assert rows(database, Attempt) == 0


@pytest.mark.skipif(os.name != "posix", reason="on Windows it cannot be told")
def test_nothing_moves_under_a_server_that_runs(folder):
    with (
        closing(SQLite.open(folder / "old.db")) as database,
        server_lock.serving(folder),
        pytest.raises(DatabaseBusy),
    ):
        backups.move(database, folder / "quiz.db", folder=folder)
    assert not (folder / "quiz.db").exists()
