"""The bank: every question and contact, read from text and checked.

What must be true of a file is written beside the check of it, in the modules here;
docs/writing-questions.md says it to authors. Nothing here raises for content, however
broken: what is wrong is gathered as faults, of all files at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from quiz.domain.contact import Contact
from quiz.domain.question import Question
from quiz.store.bank.common import Shelf
from quiz.store.bank.contacts import read_contacts
from quiz.store.bank.facts import read_facts
from quiz.store.bank.faults import Fault, Faults, FaultyBank
from quiz.store.bank.questions import read_edition, read_questions
from quiz.store.bank.table import LANGUAGES

__all__ = ["CONTENT", "LANGUAGES", "Bank", "Fault", "FaultyBank", "check", "load", "read_edition"]

CONTENT = Path(__file__).parents[2] / "content"
"""The folder of questions, contacts and facts that comes with the package."""


@dataclass(frozen=True)
class Bank:
    """All questions in the order of their ids, and all contacts, shown or not."""

    questions: Mapping[str, Question]
    contacts: Mapping[str, Contact]

    sources: Mapping[str, str]
    """What each question was read from, for ``read_edition``."""


def load(folder: Path, *, today: date) -> Bank:
    """Return the bank in a folder of content.

    Raises FaultyBank, with every severe fault, if there is one. That a question was checked on a
    later day than today is none: a laptop whose clock is behind must be able to hold a class.
    """
    bank, faults = read(folder, today=today, day_of_questions=date.max)
    if severe := [fault for fault in faults if fault.severe]:
        raise FaultyBank(severe)
    return bank


def check(folder: Path, *, today: date) -> tuple[Bank, list[Fault]]:
    """Return the sound questions of a folder of content, and all that is to be mended in it."""
    return read(folder, today=today, day_of_questions=today)


def read(folder: Path, *, today: date, day_of_questions: date) -> tuple[Bank, list[Fault]]:
    """Return what ``check`` returns, with a day of its own for the questions."""
    facts, faults_of_facts = read_facts(folder)
    contacts, faults_of_contacts = read_contacts(folder, facts, today)
    drafts = read_questions(folder, Shelf(contacts, facts, day_of_questions))
    found = [faults_of_facts, faults_of_contacts, *(draft.faults for draft in drafts)]
    if not drafts:
        found.append(no_questions())
    sound = {draft.id: draft.sound for draft in drafts if draft.sound}
    bank = Bank(
        questions=dict(sorted(sound.items())),
        contacts=contacts or {},
        sources={draft.id: draft.source for draft in drafts if draft.sound},
    )
    reasons = {str(draft.file): draft.reasons for draft in drafts}
    return bank, sorted(
        replace(fault, reason=reasons.get(fault.file, {}).get(fault.field, ""))
        for faults in found
        for fault in faults.found
    )


def no_questions() -> Faults:
    """Return what is to be said of a bank without questions."""
    faults = Faults("questions")
    faults.stop("file", "missing. Write each question as questions/<theme>/<id>.toml.")
    return faults
