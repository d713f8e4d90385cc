"""The bank: every question and contact, read from text and checked.

What must be true of a file is written beside the check of it, in the modules here;
docs/writing-questions.md says it to authors. Nothing here raises for content, however
broken: what is wrong is gathered as faults, of all files at once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from quiz.store.bank.faults import Fault, FaultyBank
from quiz.store.bank.languages import LANGUAGES
from quiz.store.bank.reading import Bank, read, read_edition

__all__ = ["CONTENT", "LANGUAGES", "Bank", "Fault", "FaultyBank", "check", "load", "read_edition"]

CONTENT = Path(__file__).parents[2] / "content"
"""The folder of questions, contacts and facts that comes with the package."""


def load(folder: Path, *, today: date) -> Bank:
    """Return the bank in a folder of content.

    Raises FaultyBank, with every severe fault, if there is one. That a question was checked on a
    later day than today is none: a laptop whose clock is behind must be able to hold a class.
    """
    bank, faults = read(folder, today, date.max)
    if severe := [fault for fault in faults if fault.severe]:
        raise FaultyBank(severe)
    return bank


def check(folder: Path, *, today: date) -> tuple[Bank, list[Fault]]:
    """Return the sound questions of a folder of content, and all that is to be mended in it."""
    return read(folder, today, today)
