"""Reading a folder of content: facts, contacts, questions and sets, and what is wrong with them.

Only these modules know pydantic, and a server that finds the bank compiled never imports them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from quiz.store.bank.common import Context
from quiz.store.bank.compiled import Bank
from quiz.store.bank.contacts import read_contacts
from quiz.store.bank.facts import read_facts
from quiz.store.bank.faults import Fault
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.questions import read_edition, read_questions, serialize
from quiz.store.bank.sets import read_sets

__all__ = ["read", "read_edition"]


def read(folder: Path, today: date, day_of_questions: date) -> tuple[Bank, list[Fault]]:
    """Return the sound bank of a folder, and all faults; questions have a day of their own."""
    facts, facts_file = read_facts(folder)
    contacts, contacts_file = read_contacts(folder, facts, today)
    files = read_questions(folder, Context(contacts, facts, day_of_questions))
    all_files = [facts_file, contacts_file, *files]
    if not files:
        no_questions = ParsedFile("questions")
        no_questions.error("file", "no-questions")
        all_files.append(no_questions)
    sound = {file.id: file for file in files if file.question and not file.has_error()}
    known = {file.id: file.question for file in files}
    sets, sets_file = read_sets(folder, known)
    all_files.append(sets_file)
    bank = Bank(
        questions={id_: file.question for id_, file in sorted(sound.items()) if file.question},
        contacts=contacts or {},
        sources={id_: serialize(file.values or {}) for id_, file in sound.items()},
        facts=facts or {},
        sets=sets,
    )
    return bank, sorted(fault for file in all_files for fault in file.faults)
