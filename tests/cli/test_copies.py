"""The drill: a backup made under load comes back on a clean machine, by the documented commands."""

from collections import Counter
from contextlib import closing
from functools import partial

import pytest
from click.testing import CliRunner
from sqlalchemy import URL, text

from quiz import cli
from quiz.cli import main
from quiz.store.sqlite import SQLite
from quiz.store.tables import Answer, Attempt, Batch
from quiz.web import network
from tests.browser.server import serving
from tests.people import joined_sentences
from tests.postgres import PASSWORD
from tests.store.crash_processes import CLASS, Victim, answer_without_pause, seal_day_after_day
from tests.store.participants import TOMORROW, begin, count, totals, totals_of


def said(*words, **variables):
    """Return what a command says, run in this process."""
    result = CliRunner(env=variables).invoke(main, [*map(str, words)])
    assert result.exit_code == 0, result.output
    assert joined_sentences(result.output) == []
    return result.stdout


def refused(*words):
    """Return why a command is not done."""
    result = CliRunner().invoke(main, [*map(str, words)])
    assert result.exit_code == 1, result.output
    assert joined_sentences(result.output) == []
    return result.output


def test_the_drill(tmp_path):
    """What was sealed and acknowledged before the backup began is there, and nothing else."""
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "backup.db"
    old.mkdir()
    opener = partial(SQLite.open, old / "quiz.db")
    with closing(opener()) as database, database.writing() as db:
        somebody = begin(db, day=TOMORROW).id  # she is sealed by nobody
        db.commit()
    answering = Victim(answer_without_pause, opener, somebody, 0)
    sealing = Victim(seal_day_after_day, opener)
    told = Counter(sealing.word() for _ in range(5))
    assert answering.word() == "ready"

    made = said("backup", file, "--data", old)
    told_meanwhile = Counter(sealing.kill_after_steps(3))  # nobody is kept from writing
    answering.kill_after_steps(1)

    restored = said("restore", file, "--data", new)
    with closing(SQLite.open(new / "quiz.db")) as database, database.reading() as db:
        tally = totals(db)
        assert tally == totals_of(tally.people)
        assert CLASS * (told["sealed"] - 1) <= tally.people
        assert tally.people <= CLASS * (told["sealed"] + told_meanwhile["sealed"])
        assert count(db, Attempt) == count(db, Answer) == 0
        assert db.scalar(text("PRAGMA integrity_check")) == "ok"
    assert f"{tally.people} people" in made
    assert f"{tally.people} people" in restored

    said("backup", tmp_path / "second.db", "--data", new)
    with serving(new, QUIZ_HOST=cli.EVERYWHERE) as address:
        examined = said("doctor", "--data", new, QUIZ_PORT=address.rpartition(":")[2])
        assert "✗" not in examined
        assert ("the quiz answers there" in examined) == (network.host() != network.HERE)
        assert "Close that program" in refused("restore", file, "--data", new, "--force")


@pytest.fixture
def data(tmp_path):
    """The folder of an installation that somebody has taken the quiz on."""
    folder = tmp_path / "data"
    folder.mkdir()
    with closing(SQLite.open(folder / "quiz.db")) as database, database.writing() as db:
        db.add(Batch(source="solo", phase="single", month="2026-11", people=12))
        db.commit()
    return folder


def test_what_is_there_is_overwritten_only_if_that_is_meant(data, tmp_path):
    file = tmp_path / "backup.db"
    assert f"{file} holds 12 people in 1 groups" in said("backup", file, "--data", data)
    for command, words in {
        ("backup", file): "Choose another name, or overwrite it with --force.",
        ("restore", file): "quiz restore FILE --force",
    }.items():
        assert words in refused(*command, "--data", data)
    assert "12 people" in said("backup", file, "--data", data, "--force")
    put_back = said("restore", file, "--data", data, "--force")
    assert "quiz-before-" in put_back
    assert "All staff have to sign in again." in put_back


def test_a_file_that_is_no_backup_is_said(data, tmp_path):
    file = tmp_path / "diary"
    file.write_text("Dear diary")
    said_so = refused("restore", file, "--data", data)
    assert "is damaged, or is no backup of this program." in said_so


def test_an_installation_moves_to_postgresql_and_back_with_equal_reports(tmp_path, server):
    old, back = tmp_path / "old", tmp_path / "back"
    url = server.new_database()
    address = url.render_as_string(hide_password=False)
    secret = {"PGPASSWORD": PASSWORD}

    export = ("export", "--format", "json", "--output", "-", "--data")
    said("demo", "--data", old)
    before = said(*export, old)
    assert len(before) > 10_000
    # without the password, which everybody could read in the list of processes
    open_to_all = URL.create("postgresql", url.username, database=url.database, query=url.query)
    moved = said("move", open_to_all.render_as_string(), "--data", old, **secret)
    assert "write the new address into QUIZ_DATABASE_URL" in moved
    assert PASSWORD not in moved
    assert said(*export, old, QUIZ_DATABASE_URL=address) == before  # and leaves no connection open
    moved = said("move", back, "--data", old, QUIZ_DATABASE_URL=address)
    assert f"quiz serve --data {back}" in moved
    assert said(*export, back) == before
    assert "holds something already" in refused("move", back, "--data", old)


def test_where_to_move_is_a_folder_or_a_postgresql_database(tmp_path):
    result = CliRunner().invoke(main, ["move", "mysql://quiz@db/quiz", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "write the address of a PostgreSQL database" in result.output
