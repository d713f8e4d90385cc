"""Reading the contacts, and which of them may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from quiz.domain.contact import Contact, ContactKind
from quiz.domain.question import Text
from quiz.store.bank.facts import FACT_ID, Confidence, Facts, stop_unknown_facts
from quiz.store.bank.faults import Faults, quoted
from quiz.store.bank.table import (
    HTTPS_ADDRESS,
    LANGUAGE_CODE,
    LANGUAGES,
    MISSING,
    WORD_ID,
    Table,
    read_table,
)
from quiz.store.bank.wording import PRINTABLE_NUMBERS, numbers

DAYS_A_CALL_COUNTS = 180


def read_contacts(
    folder: Path, facts: Facts | None, today: date
) -> tuple[Mapping[str, Contact] | None, Faults]:
    """Return all contacts by their ids, or None if there is no file to read."""
    faults = Faults("contacts.toml")
    table = read_table(folder, faults.file, faults)
    if table is None:
        return None, faults
    contacts: dict[str, Contact] = {}
    for entry in table.list_of_tables("contact"):
        contact = read_contact(entry, facts, today)
        if contact.id in contacts:
            entry.stop("id", f"{quoted(contact.id)} stands twice. Give each contact its own id.")
        contacts[contact.id] = contact
    if not contacts:
        table.stop("contact", "missing. Write each contact under a line [[contact]].")
    table.stop_unknown("unknown field. Check the spelling.")
    return contacts, faults


def read_contact(table: Table, facts: Facts | None, today: date) -> Contact:
    """Return one contact."""
    id_ = read_id(table)
    contact = Contact(
        id=id_,
        kind=table.one_of("kind", ContactKind),
        name=table.table("name").text(),
        number=table.string("number", 'missing. Write the number, or number = "".'),
        who=read_text_or_none(table, "who"),
        hours=read_text_or_none(table, "hours"),
        cost=read_text_or_none(table, "cost"),
        languages=table.names("languages", "missing. List language codes, or write []."),
        sources=table.names("sources", "missing. Name at least one fact id."),
        newest_source=table.filled("newest_source", "missing. Write a date, or “undated”."),
        confidence=table.one_of("confidence", Confidence),
        show=table.truth("show"),
        remark=table.string("remark", 'missing. Write what the next person must know, or "".'),
        verified_on=table.find_day("verified_on"),
        verified_by=table.find_string("verified_by") or "",
    )
    if not table.at_fault("kind"):
        check_number(table, contact)
        check_call(table, contact, today)
    check_lists(table, contact, facts)
    check_verified(table, contact, today)
    if contact.show:
        check_texts(table, contact)
    return contact


def read_id(table: Table) -> str:
    """Return the id, by which every further message calls this contact."""
    id_ = table.filled("id", "missing. Give the contact an id in small letters and hyphens.")
    if id_:
        table.at = f"contact.{id_}"
        if not WORD_ID.fullmatch(id_):
            table.stop("id", "must be small letters and hyphens.")
    return id_


def read_text_or_none(table: Table, key: str) -> Text:
    """Return a text that may be empty, if it is empty in every language."""
    inner = table.table(key)
    text = inner.text(may_be_empty=True)
    empty = [language for language in LANGUAGES if not text[language].strip()]
    if len(empty) < len(LANGUAGES):
        for language in empty:
            if language in inner.values:
                inner.stop(language, MISSING[language])
    return text


def check_number(table: Table, contact: Contact) -> None:
    """Note a number that does not fit the kind of contact."""
    match contact.kind:
        case ContactKind.PHONE:
            if not any(map(str.isdigit, contact.number)):
                table.stop("number", "missing. Write the phone number.")
        case ContactKind.WEB:
            if not HTTPS_ADDRESS.fullmatch(contact.number):
                table.stop("number", "must be an https address.")
        case ContactKind.PLACE | ContactKind.APP:
            if contact.number:
                table.stop("number", f"must be empty for kind {contact.kind}.")


def check_call(table: Table, contact: Contact, today: date) -> None:
    """Note a phone line that is shown although nobody has called it lately."""
    if contact.kind is ContactKind.PHONE and contact.show:
        recent = contact.verified_on and (today - contact.verified_on).days <= DAYS_A_CALL_COUNTS
        if contact.number not in PRINTABLE_NUMBERS and not recent:
            table.stop(
                "show",
                "a phone line other than 111, 113 and 115 may be shown only if verified_on is "
                "within 180 days. Call it, or set show = false.",
            )


def check_lists(table: Table, contact: Contact, facts: Facts | None) -> None:
    """Note languages and facts that there are not."""
    for language in contact.languages:
        if not LANGUAGE_CODE.fullmatch(language):
            table.stop("languages", f"{quoted(language)} is not a language code such as vi.")
    if table.values.get("sources") == []:
        table.stop("sources", "missing. Name at least one fact id.")
    for source in contact.sources:
        if not FACT_ID.fullmatch(source):
            table.stop("sources", f"{quoted(source)} is not a fact id.")
    stop_unknown_facts(table, contact.sources, facts)


def check_verified(table: Table, contact: Contact, today: date) -> None:
    """Note a check that nobody signed, or that has yet to happen."""
    if (contact.verified_on is None) != (contact.verified_by == ""):
        table.stop("verified_by", "goes with verified_on. Write both, or neither.")
    if contact.verified_on and contact.verified_on > today:
        table.stop("verified_on", "lies in the future.")


def check_texts(table: Table, contact: Contact) -> None:
    """Note numbers that would be shown in words, past the check of the number itself."""
    texts = {"name": contact.name, "who": contact.who, "hours": contact.hours, "cost": contact.cost}
    for key, text in texts.items():
        for language, words in text.items():
            for remark in numbers(words):
                table.stop(f"{key}.{language}", remark.message)
