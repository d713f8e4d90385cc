"""The bank that was found sound once is not read again, until something changes."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from quiz.domain.contact import DAYS_A_CALL_COUNTS
from quiz.store import bank
from quiz.store.bank import FaultyBank
from quiz.store.bank.compiled import compiled_file
from tests.store.content import CHOICE, CONTACTS, TODAY, change, sound_copy


@pytest.fixture
def content(tmp_path):
    return sound_copy(tmp_path)


@pytest.fixture
def readings(monkeypatch):
    """Count how often content is read and checked."""
    found = []
    readers = bank.readers

    def count():
        found.append(1)
        return readers()

    monkeypatch.setattr(bank, "readers", count)
    return found


def revisions(content, today=TODAY):
    questions = bank.load(content, today=today).questions
    return {id_: question.revision for id_, question in questions.items()}


def test_a_sound_bank_is_read_once(content, readings):
    first, second = revisions(content), revisions(content)

    assert first == second
    assert len(readings) == 1
    assert [file.name for file in compiled_file(content).parent.iterdir()] == [
        compiled_file(content).name
    ]


def test_a_changed_word_is_read_and_the_old_bank_is_removed(content, readings):
    before = revisions(content)
    change(content, CHOICE, "Hang up, tell her family", "Hang up, tell the family")

    assert revisions(content) != before
    assert len(readings) == 2
    assert len(list(compiled_file(content).parent.iterdir())) == 1


def test_a_fault_stops_the_bank_that_was_sound_before(content):
    revisions(content)
    change(content, CHOICE, "level = 1", "level = 4")

    with pytest.raises(FaultyBank):
        revisions(content)


def test_a_call_that_no_longer_counts_stops_the_bank_that_was_sound_before(content):
    change(
        content,
        CONTACTS,
        "show = false",
        'show = true\nverified_on = 2026-11-20\nverified_by = "LT"',
    )
    called = date(2026, 11, 20)
    last = called + timedelta(days=DAYS_A_CALL_COUNTS)

    assert revisions(content, TODAY) == revisions(content, last)
    for day in (last + timedelta(days=1), called - timedelta(days=1)):
        with pytest.raises(FaultyBank):
            revisions(content, day)


@pytest.mark.parametrize("damaged", [b"", b"no pickle", b"\x80\x04K\x01."])
def test_a_damaged_file_is_as_good_as_none(content, readings, damaged):
    before = revisions(content)
    compiled_file(content).write_bytes(damaged)

    assert revisions(content) == before
    assert len(readings) == 2


def test_a_folder_that_may_not_be_written_does_no_harm(content):
    (content / "__pycache__").write_text("in the way", encoding="utf-8")

    assert revisions(content) == revisions(content)


def test_a_server_that_finds_the_bank_compiled_does_not_import_pydantic(content):
    revisions(content)
    program = (
        "import sys; from datetime import date; from pathlib import Path; import quiz.cli\n"
        "from quiz.store import bank\n"
        f"bank.load(Path({str(content)!r}), today=date({TODAY.year}, {TODAY.month}, {TODAY.day}))\n"
        "sys.exit('pydantic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
