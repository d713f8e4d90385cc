"""The drill: a backup made under load comes back on a clean machine, by the documented commands."""

from collections import Counter
from contextlib import closing
from functools import partial

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from quiz import cli
from quiz.cli import main
from quiz.store.sqlite import SQLite
from quiz.store.tables import Answer, Attempt, Batch
from quiz.web import lan
from tests.browser.server import serving
from tests.cli.test_cli import refused, run
from tests.store.participants import TOMORROW, begin, count, totals
from tests.store.test_sealing import totals_of
from tests.store.victims import CLASS, Victim, answer_without_pause, seal_day_after_day


def said(*words, **variables):
    """Return what a command says, run in this process."""
    result = CliRunner(env=variables).invoke(main, [*map(str, words)])
    assert result.exit_code == 0, result.output
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
    told = Counter(sealing.word() for _ in range(8))

    made = run("backup", file, "--data", old)
    assert made.returncode == 0, made.stderr
    told_meanwhile = Counter(sealing.kill())
    assert told_meanwhile["sealed"], "nobody was kept from writing"
    assert len(answering.kill()) > 10

    restored = run("restore", file, "--data", new)
    assert restored.returncode == 0, restored.stderr
    with closing(SQLite.open(new / "quiz.db")) as database, database.reading() as db:
        tally = totals(db)
        assert tally == totals_of(tally.people)
        assert CLASS * (told["sealed"] - 1) <= tally.people
        assert tally.people <= CLASS * (told["sealed"] + told_meanwhile["sealed"])
        assert count(db, Attempt) == count(db, Answer) == 0
        assert db.scalar(text("PRAGMA integrity_check")) == "ok"
    assert f"{tally.people} people" in made.stdout
    assert f"{tally.people} people" in restored.stdout

    said("backup", tmp_path / "second.db", "--data", new)
    with serving(new, QUIZ_HOST=cli.EVERYWHERE) as address:
        examined = said("doctor", "--data", new, QUIZ_PORT=address.rpartition(":")[2])
        assert "✗" not in examined
        assert ("the quiz answers there" in examined) == (lan.host() != lan.HERE)
        assert "Close that program" in refused(run("restore", file, "--data", new, "--force"))


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
        ("restore", file): "To put it aside and go on: --force",
    }.items():
        result = CliRunner().invoke(main, [*map(str, command), "--data", str(data)])
        assert result.exit_code == 1
        assert words in result.output
    assert "12 people" in said("backup", file, "--data", data, "--force")
    put_back = said("restore", file, "--data", data, "--force")
    assert "quiz-before-" in put_back
    assert "Everybody of the staff has to sign in again." in put_back


def test_a_file_that_is_no_backup_is_said(data, tmp_path):
    file = tmp_path / "diary"
    file.write_text("Dear diary")
    result = CliRunner().invoke(main, ["restore", str(file), "--data", str(data)])
    assert result.exit_code == 1
    assert "is damaged, or is no backup of this program." in result.output
