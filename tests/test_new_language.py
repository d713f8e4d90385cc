"""Whoever brings a language follows docs/writing-questions.md, and touches no code."""

import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from quiz.store.bank import CONTENT
from quiz.store.database import MIGRATIONS
from tests.browser.server import serving

CODE = "eo"  # a language that no catalogue of ours has
ID = "lit-messages-own-otp"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def installed(tmp_path):
    """Copy the package, and put a language into it as the guide says."""
    folder = tmp_path / "site"
    package = shutil.copytree(
        ROOT / "quiz", folder / "quiz", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(MIGRATIONS, folder / "migrations")
    command = [sys.executable, "-m", "babel.messages.frontend", "init", "--locale", CODE]
    translations = package / "translations"
    subprocess.run(
        [*command, "-i", str(translations / "messages.pot"), "-d", str(translations)],
        check=True,
        capture_output=True,
    )
    translate(translations / CODE / "LC_MESSAGES" / "messages.po")
    question = package / "content" / "questions" / "literacy" / f"{ID}.toml"
    text = question.read_text(encoding="utf-8")
    question.write_text(re.sub(r"^(\[stem\]\n)", rf'\1{CODE} = "⟦demando⟧"\n', text, flags=re.M))
    return folder


def translate(file):
    """Translate every sentence of a catalogue: it stands between brackets."""
    with file.open("rb") as source:
        catalogue = read_po(source)
    for message in catalogue:
        if isinstance(message.id, tuple):
            message.string = tuple(f"⟦{form}⟧" for form in message.id)
        elif message.id:
            message.string = f"⟦{message.id}⟧"
        message.flags.discard("fuzzy")
    with file.open("wb") as target:
        write_po(target, catalogue)
    with file.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalogue)


def read(address):
    with urllib.request.urlopen(address) as response:  # noqa: S310 - our own server
        return response.read().decode()


def test_a_new_language_stands_in_the_bar_and_speaks(installed, tmp_path):
    with serving(tmp_path / "data", PYTHONPATH=str(installed), PYTHONSAFEPATH="1") as address:
        assert f'hreflang="{CODE}"' in read(address)
        page = read(f"{address}/{CODE}/")
        assert f'<html lang="{CODE}"' in page
        assert "⟦" in page
        assert read(f"{address}/{CODE}/help").count("⟦") > 5


def test_what_is_translated_of_a_question_is_counted(installed):
    command = [sys.executable, "-m", "quiz.cli", "bank"]
    content = installed / "quiz" / "content"
    shown = subprocess.run(
        [*command, "preview", ID, "--folder", str(content), "--language", CODE],
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
    assert "⟦demando⟧" in shown
    reported = subprocess.run(
        [*command, "report", str(content)], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    assert re.search(rf"^  {CODE}  0/\d+", reported, flags=re.MULTILINE)
    assert content != CONTENT
