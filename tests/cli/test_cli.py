"""The command line says what it does, and what cannot be done, in sentences."""

import os
import re
import shutil
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest

from quiz.store.bank import CONTENT
from quiz.store.sqlite_driver import sqlite3
from quiz.web.secret_key import secret_key
from tests.browser.server import read_address
from tests.cli.commands import QUIZ, environment, link_of, refused, run, run_process
from tests.postgres import PASSWORD, Server


def test_serve_says_where_the_quiz_is_and_serves_it(tmp_path: Path):
    command = [*QUIZ, "serve", "--port", "0", "--data", str(tmp_path / "new" / "folder")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        address = read_address(process)
        with urlopen(address) as response:  # noqa: S310 - our own address
            assert response.status == 200
            assert "Vững Tâm" in response.read().decode()
            assert "server" not in response.headers
        process.terminate()
        assert process.wait(timeout=30) is not None


def test_serve_on_the_lan_shows_a_code_for_phones(tmp_path: Path):
    command = [*QUIZ, "serve", "--lan", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        process.terminate()
    text = "".join(said)
    assert re.search(r"Phones on the same Wi-Fi open http://[\d.]+:\d+/", text)
    assert "█" in text or "▄" in text


def test_the_secret_key_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path):
    key = secret_key(tmp_path)
    assert len(key) == 64
    assert secret_key(tmp_path) == key
    [path] = tmp_path.iterdir()
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"short", b"\xff\xfe", b"a" * 64])
def test_a_damaged_secret_key_is_said(tmp_path: Path, damage: bytes):
    (tmp_path / "secret-key").write_bytes(damage)
    assert "this key is damaged" in refused(run("serve", "--port", "0", "--data", tmp_path))


def test_a_port_in_use_is_said(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(run("serve", "--port", port, "--data", tmp_path))
    assert f"Port {port} is in use." in said
    assert f"--port {port + 1}" in said


def test_it_speaks_vietnamese_where_the_terminal_does(tmp_path: Path):
    done = run_process("serve", "--data", tmp_path, LC_ALL="vi_VN.UTF-8", QUIZ_PORT="tám")
    assert done.returncode == 1
    assert "QUIZ_PORT: hãy ghi một số nguyên." in done.stderr


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"QUIZ_PORT": "eight"}, "QUIZ_PORT: write a whole number."),
        ({"QUIZ_SECRET_KEY": "short"}, "QUIZ_SECRET_KEY: write at least 32 random characters"),
        ({"QUIZ_LEAVE_TO": "https://facebook.com"}, "QUIZ_LEAVE_TO: choose a dull page"),
    ],
)
def test_a_bad_setting_is_said_with_what_to_write(tmp_path: Path, variables, words):
    assert words in refused(run("serve", "--data", tmp_path, **variables))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    file = tmp_path / "file"
    file.touch()
    said = refused(run("serve", "--data", file / "inside"))
    assert "cannot be written to" in said
    assert "QUIZ_DATA" in said


def test_a_damaged_database_is_said_and_left_alone(tmp_path: Path):
    file = tmp_path / "quiz.db"
    file.write_bytes(b"this is no database" * 500)
    said = refused(run("serve", "--port", "0", "--data", tmp_path))
    assert "is damaged" in said
    assert file.read_bytes() == b"this is no database" * 500


def test_a_database_from_the_future_is_said(tmp_path: Path):
    assert run("db", "upgrade", "--data", tmp_path).exit_code == 0
    with sqlite3.connect(tmp_path / "quiz.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    said = refused(run("serve", "--port", "0", "--data", tmp_path))
    assert "newer version" in said


def test_commands_work_on_postgresql(tmp_path: Path, server: Server):
    """The address is a variable: the password is in no list of processes."""
    url = server.new_database()
    variables = {"QUIZ_DATABASE_URL": url.render_as_string(hide_password=False)}
    upgraded = run("db", "upgrade", "--data", tmp_path, **variables)
    assert "is up to date." in upgraded.stdout
    assert PASSWORD not in upgraded.stdout
    link_of(run("staff", "add", "lan@example.org", "--data", tmp_path, **variables))
    assert "lan@example.org" in run("staff", "list", "--data", tmp_path, **variables).stdout
    assert "0 quizzes added" in run("seal", "--data", tmp_path, **variables).stdout
    assert not (tmp_path / "quiz.db").exists()


def test_a_server_that_refuses_or_is_away_is_said_without_the_password(
    tmp_path: Path, server: Server
):
    good = server.new_database()
    for url, words in {
        good.set(password="hush"): "does not let this program in: password authentication failed",
        good.set(database="nowhere"): 'database "nowhere" does not exist',
        good.set(query={"host": "/nowhere"}, password="hush"): "No PostgreSQL server answers at",
        good.set(drivername="mysql", password="hush"): "QUIZ_DATABASE_URL: write the address",
    }.items():
        address = url.render_as_string(hide_password=False)
        said = refused(run("serve", "--data", tmp_path, QUIZ_DATABASE_URL=address))
        assert words in said
        assert "QUIZ_DATABASE_URL" in said
        assert "hush" not in said


def test_seal_says_how_many(tmp_path: Path):
    result = run("seal", "--data", tmp_path)
    assert result.exit_code == 0
    assert "0 quizzes added to the totals" in result.stdout


def test_the_bank_is_checked_and_shown():
    result = run("bank", "check")
    assert result.exit_code == 0, result.stdout
    assert re.search(r"^harassment +\d+", result.stdout, re.MULTILINE)
    assert re.search(r"^\d+ questions, 0 errors", result.stdout, re.MULTILINE)


def test_a_broken_bank_is_refused_with_every_fault(tmp_path: Path):
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    files = sorted((folder / "questions" / "literacy").glob("*.toml"))
    files[0].write_text("theme = ", encoding="utf-8")
    files[1].write_bytes(b"\xff\xfe")
    result = run("bank", "check", folder)
    assert result.exit_code == 1
    for file in files[:2]:
        assert file.name in result.stdout


def test_a_new_installation_has_nobody_and_the_first_admin_is_added_here(tmp_path: Path):
    assert "quiz staff add EMAIL --role admin" in run("staff", "list", "--data", tmp_path).stdout
    with closing(sqlite3.connect(tmp_path / "quiz.db")) as db:
        assert db.execute("SELECT count(*) FROM staff").fetchone() == (0,)
    added = run("staff", "add", "Lan@Example.org", "--role", "admin", "--data", tmp_path)
    address = link_of(added)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/invitation/[\w-]{43}", address)
    assert "/invitation/" in added.stdout.splitlines()[-1]
    listed = run("staff", "list", "--data", tmp_path).stdout
    assert listed == "lan@example.org  admin  (has yet to choose a password)\n"


def test_a_link_is_printed_under_the_name_of_the_site(tmp_path: Path):
    added = run("staff", "add", "lan@b.vn", "--data", tmp_path, QUIZ_HOSTS="quiz.example,other")
    assert link_of(added).startswith("https://quiz.example/invitation/")


def test_a_new_link_is_another_one(tmp_path: Path):
    first = link_of(run("staff", "add", "lan@example.org", "--data", tmp_path))
    second = link_of(run("staff", "link", "lan@example.org", "--data", tmp_path))
    assert first != second
    for option in ([], ["--without-second-factor"]):
        assert link_of(run("staff", "link", "LAN@example.org", *option, "--data", tmp_path))
    pasted = "Lan <mailto:lan@exam\u200bple.org>;"
    assert link_of(run("staff", "link", pasted, "--data", tmp_path))


def test_who_is_disabled_gets_no_link(tmp_path: Path):
    run("staff", "add", "lan@example.org", "--data", tmp_path)
    disabled = run("staff", "disable", "lan@example.org", "--data", tmp_path)
    assert "lan@example.org has no access any more." in disabled.stdout
    assert "(without access)" in run("staff", "list", "--data", tmp_path).stdout
    assert "quiz staff list" in refused(run("staff", "link", "lan@example.org", "--data", tmp_path))


def test_what_cannot_be_done_about_staff_is_said(tmp_path: Path):
    run("staff", "add", "admin@example.org", "--role", "admin", "--data", tmp_path)
    for command, words in {
        ("add", "no address"): "Enter an e-mail address",
        ("add", "ADMIN@example.org"): "quiz staff link EMAIL",
        ("disable", "nobody@example.org"): "quiz staff list",
        ("disable", "admin@example.org"): "Add another administrator first.",
    }.items():
        assert words in refused(run("staff", *command, "--data", tmp_path))


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--province", "Atlantis", "no figures of this name"),
        ("--chapter", "Atlantis", "no figures of this name"),
        ("--language", "xx", "no figures of this name"),
        ("--first", "2026-13", "a month such as 2026-11"),
        ("--last", "2020-01", "not before the first"),
    ],
)
def test_an_export_of_what_there_is_not_is_refused(tmp_path: Path, option, value, words):
    target = tmp_path / "report.json"
    command = ["export", "--format", "json", "--output", target, "--data", tmp_path / "data"]
    if option == "--last":
        command += ["--first", "2026-01"]
    said = refused(run(*command, option, value))
    assert words in " ".join(said.split())
    assert option in said
    assert not target.exists()
