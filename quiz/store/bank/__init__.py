"""The bank: every question and contact, read from text and checked.

The shape of a file is a pydantic model (``shapes``, ``common``, ``kinds``); editorial rules are the
``check`` of a kind and the modules beside it; ``sentences.toml`` tells what is wrong.
docs/writing-questions.md says it to authors. Nothing here raises for content, however broken:
what is wrong is gathered as faults, of all files at once.
"""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType

from quiz.domain.question import Question
from quiz.store.bank.compiled import Bank, compiled_file, find_compiled, save_compiled
from quiz.store.bank.faults import Fault, FaultyBank
from quiz.store.bank.languages import LANGUAGES

__all__ = ["CONTENT", "LANGUAGES", "Bank", "Fault", "FaultyBank", "check", "load", "read_edition"]

CONTENT = Path(__file__).parents[2] / "content"
"""The folder of questions, contacts and facts that comes with the package."""


def load(folder: Path, *, today: date) -> Bank:
    """Return the bank in a folder of content.

    Raises FaultyBank, with every severe fault, if there is one. That a question was checked on a
    later day than today is none: a laptop whose clock is behind must be able to hold a class.
    """
    file = compiled_file(folder)
    if (bank := find_compiled(file, today)) is not None:
        return bank
    bank, faults = read(folder, today, day_of_questions=date.max)
    if severe := [fault for fault in faults if fault.severe]:
        raise FaultyBank(severe)
    save_compiled(file, bank)
    return bank


def check(folder: Path, *, today: date) -> tuple[Bank, list[Fault]]:
    """Return the sound questions of a folder of content, and all that is to be mended in it."""
    bank, faults = read(folder, today, day_of_questions=today)
    if not any(fault.severe for fault in faults):
        save_compiled(compiled_file(folder), bank)
    return bank, faults


def read(folder: Path, today: date, *, day_of_questions: date) -> tuple[Bank, list[Fault]]:
    """Return what ``check`` returns, with a day of its own for the questions."""
    found: tuple[Bank, list[Fault]] = readers().read(folder, today, day_of_questions)
    return found


def read_edition(id_: str, revision: str, source: str) -> Question:
    """Return a question as it was when its source was saved under a revision.

    It was sound then; contacts and facts that it leans on may have changed since.
    """
    question: Question = readers().read_edition(id_, revision, source)
    return question


def readers() -> ModuleType:
    """Return the modules that read content, imported only where it must be read."""
    return import_module("quiz.store.bank.reading")
