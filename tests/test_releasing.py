"""What `make dist` builds is installed into an empty environment, and serves there."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.browser.server import read_address
from tests.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WHEELS = ROOT / ".venv" / "wheels"
VERSION = PROJECT["version"]


def test_the_version_and_its_day_are_the_same_everywhere():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    [day] = re.findall(rf"^## {re.escape(VERSION)} - (\d{{4}}-\d\d-\d\d)$", changes, re.MULTILINE)
    assert f"\nversion: {VERSION}\n" in citation
    assert f"\ndate-released: {day}\n" in citation


# What follows builds each form, makes environments of files that `make` has fetched, and starts
# servers there: half a minute, for nothing else runs what people install.


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build all three, and return their folder."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed here")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        ["make", "--silent", "dist", f"DIST={folder}"], cwd=ROOT, check=True, capture_output=True
    )
    return folder


def own_environment(folder):
    """Return the variables of somebody who has nothing of ours."""
    ours = ("PYTHON", "PIP_", "VIRTUAL_ENV", "QUIZ_", "XDG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "HOME": str(folder), "SHIV_ROOT": str(folder / "shiv"), "LC_ALL": "C.UTF-8"}


@contextmanager
def started(command, folder, **variables):
    """Start a server somewhere else; yield its address."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**own_environment(folder), "QUIZ_PORT": "0", **variables},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield read_address(process)
        finally:
            process.terminate()


@pytest.fixture
def environment(tmp_path):
    """Make an environment in which nothing is installed; return the folder of its commands."""
    place = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    return place / "bin"


def said(command, folder, **variables):
    variables = {**own_environment(folder), **variables}
    done = subprocess.run(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return (done.stdout + done.stderr).decode()


def check_pages(address):
    for path, words in (("/", "Vững Tâm"), ("/en/help", "111"), ("/health", "ok")):
        with urlopen(address + path) as response:  # noqa: S310 - our own address
            assert words in response.read().decode(), path


@pytest.mark.slow
@pytest.mark.parametrize("form", ["vung_tam-*.whl", "vung_tam-*.tar.gz"])
def test_it_is_installed_into_an_empty_environment_and_serves(built, environment, tmp_path, form):
    [package] = built.glob(form)
    install = ["install", "--no-compile", "--no-index", "--find-links", WHEELS, package]
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--python", environment / "python", *install],
        check=True,
        env={**own_environment(tmp_path), "PIP_CONFIG_FILE": os.devnull},
    )
    assert said([environment / "quiz", "--version"], tmp_path) == f"quiz, version {VERSION}\n"
    with started([environment / "quiz", "serve"], tmp_path) as address:
        check_pages(address)


@pytest.mark.slow
def test_the_one_file_program_starts_with_a_double_click(built, environment, tmp_path):
    """And with a folder that has a blank; the file for Windows cannot run here."""
    path = f"{environment}:{os.environ['PATH']}"
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    browser.chmod(0o755)
    folder = tmp_path / "Tải về"
    folder.mkdir()
    for file in ("start-linux.sh", "start-macos.command"):
        start = shutil.copy(ROOT / "deploy" / "start" / file, folder)
        assert "vung-tam-….pyz" in said([start], tmp_path)
        [program] = built.glob("vung-tam-*.pyz")
        moved = shutil.copy(program, folder)
        with started([start], tmp_path, PATH=path, BROWSER=f"{browser} %s") as address:
            check_pages(address)
            assert opened.read_text().startswith(f"{address}/begin/")
        opened.unlink()
        Path(moved).unlink()


@pytest.mark.slow
def test_a_process_of_the_one_file_program_finds_the_libraries(built, environment, tmp_path):
    [program] = built.glob("vung-tam-*.pyz")
    child = "import subprocess, sys; subprocess.run([sys.executable, '-P', '-c', 'import quiz'])"
    inside = [environment / "python", program, "-c", child]
    assert said(inside, tmp_path, SHIV_INTERPRETER="1") == ""
