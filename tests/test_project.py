"""What the files around the program promise: licences, locks, reasons, ways to report."""

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts import check_locks

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LICENCES = {"AGPL-3.0-or-later", "CC-BY-SA-4.0"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["run", "build", "test", "check"])
def test_every_package_of_a_lock_has_hashes_and_no_address(name):
    lock = re.sub(r"#.*", "", read(f"requirements/{name}.txt")).replace("\\\n", " ")
    packages = [line for line in lock.splitlines() if line.strip()]
    assert packages
    for package in packages:
        assert re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", package), package
    assert "://" not in lock


def test_the_locks_are_those_of_the_project_and_nothing_is_installed_otherwise():
    assert check_locks.main() == 0
    assert "INSTALL := $(PIP) install --require-hashes --only-binary :all:" in read("Makefile")
    installing = re.findall(r"\$\((?:PIP|INSTALL)\).*", read("Makefile"))
    assert len(installing) > 3
    for line in installing:
        assert re.match(
            r"\$\(INSTALL\)|\$\(PIP\) (?:install|download) --(?:require-hashes|no-index)", line
        ), line


def test_every_library_that_runs_has_a_reason_in_the_readme():
    table = read("README.md").partition("| library | why |")[2].partition("\n\n")[0].lower()
    for dependency in PROJECT["project"]["dependencies"]:
        name = re.split(r"[>=;\[]", dependency)[0].lower()
        assert re.search(rf"\b{name}\b", table), f"say in README.md why there is {name}"


def test_every_file_has_a_licence_that_is_here():
    rules = tomllib.loads(read("REUSE.toml"))["annotations"]
    assert rules[0]["path"] == "**", "no file is left out"
    named = {each["SPDX-License-Identifier"] for each in rules}
    assert named == LICENCES == {file.stem for file in (ROOT / "LICENSES").iterdir()}
    assert set(PROJECT["project"]["license"].split(" AND ")) == LICENCES
    assert read("LICENSE").lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_program_says_its_licences(make_phone, language):
    text = make_phone(language=language).visit("/about").text
    assert "AGPL" in text
    assert "CC BY-SA 4.0" in text


def test_faults_can_be_reported_in_private_and_are_answered_within_a_week():
    words = read("SECURITY.md")
    for said in ("Tell us in private", "within 7 days", "Which versions", "**Critical**"):
        assert said in words
    assert (
        "lets a person be recognised" in words.partition("**Critical**")[2].partition("**High")[0]
    )


def test_the_citation_names_the_version_and_the_licences():
    words = read("CITATION.cff")
    assert f"version: {PROJECT['project']['version']}\n" in words
    assert set(re.findall(r"^  - ([A-Z][\w.-]+)$", words, flags=re.MULTILINE)) == LICENCES


def test_the_same_sources_make_the_same_archive(tmp_path):
    sums = set()
    for name in ("once", "again"):
        folder = tmp_path / name
        command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "-d", folder]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        [archive] = folder.iterdir()
        sums.add(hashlib.sha256(archive.read_bytes()).hexdigest())
    assert len(sums) == 1
