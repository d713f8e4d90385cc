"""``quiz doctor``: every fault has its sentence, and says what to do."""

import os
import socket
import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from quiz import cli
from quiz.cli import doctor
from quiz.service import backup
from quiz.store import bank, mounts
from quiz.store.sqlite import SQLite
from quiz.store.tables import Batch, Event, Staff
from quiz.web.secret_key import NAME, secret_key
from quiz.web.settings import Settings
from tests.cli.commands import run, run_process
from tests.store.participants import take

TODAY = date(2026, 12, 1)


@pytest.fixture
def chosen(tmp_path):
    """A sound installation."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    secret_key(folder)
    SQLite.open(folder / "quiz.db").close()
    return Settings(data=folder, hosts=("quiz.example",))


@pytest.fixture
def add(chosen):
    def add(*rows):
        with closing(SQLite.open(chosen.database)) as database, database.writing() as db:
            db.add_all(rows)
            db.commit()

    return add


def wrong(findings):
    return [finding.words for finding in findings if finding.mark == doctor.WRONG]


def test_a_sound_installation_has_nothing_wrong(chosen, add):
    add(Event(day=TODAY, what=backup.MADE, about=""))
    findings = list(doctor.examine(chosen, today=TODAY))
    assert wrong(findings) == []
    words = " ".join(finding.words for finding in findings)
    for part in ("MB are free", "questions are valid", "is intact.", "SQLite", "December 1, 2026"):
        assert part in words


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_every_fault_has_its_sentence(chosen, add, monkeypatch):
    """All at once, for reading the bank takes a while."""
    path = chosen.data / NAME
    path.write_text("short")
    path.chmod(0o644)
    chosen.data.chmod(0o755)
    (chosen.data / "quiz-before-2026-11-20-1.db").touch()
    monkeypatch.setattr(doctor, "SPACE", 10**18)
    table = chosen.data / "mounts"
    table.write_text(f"server:/ {chosen.data} nfs rw 0 0\n")
    monkeypatch.setattr(mounts, "MOUNTS", table)
    with closing(SQLite.open(chosen.database)) as database, database.writing() as db:
        take(db, day=TODAY - timedelta(days=1))
        db.commit()
    add(
        Staff(email="lan@example.org", role="admin"),
        Batch(source="room", phase="single", month="2026-11", people=12),
        Event(day=TODAY + timedelta(days=1), what="exported", about=""),
    )
    found = wrong(doctor.examine(chosen, today=TODAY))
    for part in (
        "Others may look into the folder",
        "is on a network drive (nfs)",
        "That is not enough: make room.",
        "had to make room for a backup, and may hold separate answers.",
        "Others may read the key",
        "this key is damaged",
        "but something was written on December 2, 2026. Set the clock.",
        "Separate answers of past days are still there.",
        "No backup has been made yet. To make one: quiz backup FILE",
    ):
        assert [words for words in found if part in words], part
    assert "lan@" not in " ".join(found)


def test_a_clock_that_is_behind_the_questions_is_noticed(chosen):
    found = wrong(doctor.about_questions(date(2026, 1, 1)))
    assert [words for words in found if "The clock of this machine says January 1, 2026" in words]


def test_faults_of_the_questions_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(bank, "CONTENT", tmp_path)
    (words,) = wrong(doctor.about_questions(TODAY))
    assert "To see them: quiz bank check" in words


def make_newer(file):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: file.write_bytes(b"no database" * 500), "is damaged."),
        (make_newer, "was made by a newer version"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_and_left_alone(chosen, spoil, words):
    spoil(chosen.database)
    before = chosen.database.read_bytes()
    (found,) = wrong(doctor.about_data(chosen, TODAY))
    assert words in found
    assert chosen.database.read_bytes() == before


def test_a_file_without_tables_is_said_and_gets_none(chosen):
    chosen.database.write_bytes(b"")
    (found,) = wrong(doctor.about_data(chosen, TODAY))
    assert "To bring it up to date: quiz db upgrade" in found
    with closing(sqlite3.connect(chosen.database)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def test_damage_within_the_file_is_found(chosen):
    with closing(SQLite.open(chosen.database)) as database, database.reading() as db:
        root = db.scalar(text("SELECT rootpage FROM sqlite_schema WHERE name = 'staff'"))
        size = db.scalar(text("PRAGMA page_size"))
    content = bytearray(chosen.database.read_bytes())
    content[(root - 1) * size : root * size] = b"x" * size
    chosen.database.write_bytes(content)
    (found,) = wrong(doctor.about_data(chosen, TODAY))
    assert "is damaged." in found


def test_a_missing_installation_is_no_fault_and_is_not_made(tmp_path):
    chosen = Settings(data=tmp_path / "nothing", hosts=("quiz.example",))
    findings = [*doctor.about_folder(chosen), *doctor.about_data(chosen, TODAY)]
    assert {finding.mark for finding in findings} == {doctor.LOOK}
    assert list(tmp_path.iterdir()) == []


def test_a_server_of_postgresql_is_examined_too(tmp_path, server):
    url = server.new_database().render_as_string(hide_password=False)
    chosen = Settings(data=tmp_path, database_url=url)
    (found,) = wrong(doctor.about_data(chosen, TODAY))
    assert "quiz db upgrade" in found
    assert run("db", "upgrade", "--data", tmp_path, QUIZ_DATABASE_URL=url).exit_code == 0
    findings = list(doctor.about_data(chosen, TODAY))
    assert wrong(findings) == []
    assert "is intact." in findings[0].words


def test_whether_phones_can_open_the_quiz_is_said(tmp_path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        chosen = Settings(data=tmp_path, port=nobody.getsockname()[1])
        (found,) = doctor.about_phones(chosen, ["127.0.0.2"], chosen.port)
        assert "For phones: quiz serve --lan" in found.words
    (found,) = doctor.about_phones(chosen, [], chosen.port)
    assert "on no network" in found.words


def test_a_folder_that_a_tool_synchronises_is_said(chosen):
    (chosen.data / ".stfolder").mkdir()
    (found,) = wrong(doctor.about_folder(chosen))
    assert "synchronised by Syncthing" in found


def test_the_server_says_at_its_start_that_the_disk_is_on_the_network(chosen, monkeypatch, capsys):
    table = chosen.data / "mounts"
    table.write_text(f"server:/ {chosen.data} nfs rw 0 0\n")
    monkeypatch.setattr(mounts, "MOUNTS", table)
    with closing(SQLite.open(chosen.database)) as database:
        cli.greet(chosen, database, "http://127.0.0.1:8000/")
    assert "is on a network drive (nfs)" in capsys.readouterr().out


def test_the_command_ends_with_one_and_speaks_vietnamese(chosen):
    chosen.database.write_bytes(b"no database" * 500)
    examined = run_process("doctor", "--data", chosen.data, LC_ALL="vi_VN.UTF-8")
    assert examined.returncode == 1
    assert "bị hỏng" in examined.stdout
    assert "câu hỏi đều hợp lệ" in examined.stdout
