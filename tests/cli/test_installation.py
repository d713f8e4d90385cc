"""Commands act on the database that is meant, and say which; their files are nobody else's."""

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from quiz.web import network
from tests.browser.server import serving
from tests.cli.commands import environment, link_of, refused, run

README = Path(__file__).parents[2] / "README.md"

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has other rights and locks")


@pytest.fixture
def home(tmp_path):
    """The folders of a user of her own, as variables."""
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_DATA_HOME": str(tmp_path / "share")}


def health(address):
    try:
        with urlopen(f"{address}/health") as response:  # noqa: S310 - our own address
            return response.status
    except HTTPError as refusal:
        with refusal:
            return refusal.code


@pytest.fixture
def taken():
    """A port on which nobody else can serve: a setting that is let through ends the command."""
    with socket.create_server(("0.0.0.0", 0)) as other:  # noqa: S104 - nobody is answered
        yield other.getsockname()[1]


# ── Which database ──


@posix
def test_the_command_that_the_readme_names_works_after_make_run(tmp_path, home):
    """`make run` installs into .venv, which is on nobody's path."""
    [command] = re.findall(r"`quiz` is `(\S+)`", README.read_text("utf-8"))
    assert (README.parent / command).samefile(Path(sys.executable).parent / "quiz")
    with serving(tmp_path, **home):
        done = subprocess.run(
            [command, "staff", "add", "lan@example.org"],
            cwd=README.parent,
            env=environment(**home),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "/invitation/" in done.stdout


@posix
def test_a_command_finds_the_database_of_the_server_that_runs(tmp_path, home):
    data = tmp_path / "elsewhere"
    with serving(data, **home) as address:
        added = run("staff", "add", "lan@example.org", **home)
        assert f"Database: {data / 'quiz.db'}" in added.stderr
        assert link_of(added).startswith(f"{address}/invitation/")
        with urlopen(link_of(added)) as response:  # noqa: S310 - our own address
            assert response.status == 200
        with serving(tmp_path / "third", **home):
            said = refused(run("staff", "list", **home))
            assert str(data) in said
            assert "Choose one with --data" in said
            assert run("staff", "list", "--data", data, **home).stdout.startswith("lan@example.org")
    listed = run("staff", "list", **home)
    assert f"Database: {tmp_path / 'share' / 'vung-tam' / 'quiz.db'}" in listed.stderr
    assert "lan@" not in listed.stdout


def test_a_link_bears_the_address_that_is_set_or_that_phones_open(tmp_path, home):
    site = "https://quiz.example"
    added = run("staff", "add", "a@example.org", "--data", tmp_path, **home, QUIZ_URL=f"{site}/")
    assert link_of(added).startswith(f"{site}/invitation/")
    with serving(tmp_path, **home, QUIZ_URL=site):
        added = run("staff", "add", "b@example.org", "--data", tmp_path, **home)
        assert link_of(added).startswith(f"{site}/invitation/")


def test_an_address_of_the_site_that_is_none_is_said(tmp_path, taken):
    for wrong in (
        "quiz.example",
        "ftp://quiz.example",
        "https://quiz.example/x",
        "https://",
        "x y",
    ):
        said = refused(run("serve", "--data", tmp_path, "--port", taken, QUIZ_URL=wrong))
        assert "QUIZ_URL: write the address under which people open the quiz" in said


def test_an_address_that_this_machine_has_not_is_refused_with_those_it_has(tmp_path, taken):
    said = refused(run("serve", "--data", tmp_path, "--port", taken, "--lan", "198.51.100.9"))
    assert "This machine has these addresses: " in said
    assert network.adapters()[0][1] in said


# ── Any folder ──


@posix
def test_a_folder_may_have_any_name(tmp_path):
    data = tmp_path / "50% xong?#ế &b=1;'%(x)s"
    copy = tmp_path / "bản 100%?#.db"
    for words in (
        ("db", "upgrade"),
        ("seal",),
        ("staff", "add", "lan@example.org"),
        ("staff", "list"),
        ("demo",),
        ("export", "--format", "json", "--output", tmp_path / "50%.json"),
        ("backup", copy),
        ("restore", copy, "--force"),
        ("doctor",),
        ("move", tmp_path / "tới 100% #?"),
    ):
        done = run(*words, "--data", data)
        assert done.exit_code == 0 or words == ("doctor",), (words, done.stderr)
    with serving(data) as address:
        assert health(address) == 200


# ── Whose files ──


@posix
def test_others_are_kept_out_of_a_folder_that_was_there(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    run("db", "upgrade", "--data", data)
    data.chmod(0o777)
    (data / "quiz.db").chmod(0o644)
    with serving(data):
        for path in (data, *data.rglob("*")):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


@posix
def test_a_folder_that_holds_something_else_keeps_its_rights_and_ours_are_mended(tmp_path):
    (tmp_path / "letter.odt").touch()
    (tmp_path / "letter.odt").chmod(0o644)
    tmp_path.chmod(0o755)
    run("db", "upgrade", "--data", tmp_path)
    (tmp_path / "quiz.db").chmod(0o644)
    with serving(tmp_path):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert modes["letter.odt"] == 0o644
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
        assert not any(mode & 0o077 for name, mode in modes.items() if name != "letter.odt")


@posix
def test_an_export_goes_through_nobodys_symlink(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    target = tmp_path / "report.json"
    for name in ("report.json.part", "report.json"):
        (tmp_path / name).symlink_to(victim)
    done = run("export", "--format", "json", "--output", target, "--data", tmp_path / "data")
    assert done.exit_code == 0, done.stderr
    assert victim.read_text() == "mine"
    assert target.read_text().startswith("{")
    assert not target.is_symlink()


# ── The file is another one ──


@posix
@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_database_that_is_not_there_any_more_takes_nothing(tmp_path, how):
    with serving(tmp_path) as address:
        older = (tmp_path / "quiz.db").read_bytes()
        assert health(address) == 200
        (tmp_path / "quiz.db").rename(tmp_path / "away.db")
        if how == "replaced":
            (tmp_path / "quiz.db").write_bytes(older)
        assert health(address) == 503
        with pytest.raises(HTTPError) as refusal:
            urlopen(f"{address}/s", data=b"theme=mixed")  # noqa: S310 - our own address
        with refusal.value:
            assert refusal.value.code >= 400
        assert health(address) == 503
        assert (tmp_path / "quiz.db").exists() == (how == "replaced")
        (tmp_path / "away.db").replace(tmp_path / "quiz.db")
        assert health(address) == 200
