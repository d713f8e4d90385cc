"""Reading the contacts, and which of them may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StrictBool

from quiz.domain.contact import Confidence, Contact, ContactMethod
from quiz.domain.question import Text
from quiz.store.bank.facts import Facts, check_facts
from quiz.store.bank.parsed_file import ParsedFile, parse
from quiz.store.bank.shapes import (
    EMPTY,
    HTTPS_ADDRESS,
    LANGUAGE_CODE,
    NONE,
    WORD_ID,
    Day,
    Filled,
    Names,
    OptionalText,
    ReadBy,
    RequiredText,
    Shape,
    filled,
    text_of,
    validate,
    wrong,
)
from quiz.store.bank.wording import numbers

MayBeEmpty = Annotated[Text, ReadBy(OptionalText, text_of)]


def contact_id(id_: str) -> str:
    """Return an id that is a word."""
    if not WORD_ID.fullmatch(id_):
        raise wrong("contact-id")
    return id_


class ContactModel(Shape):
    """One entry of contacts.toml."""

    id: Annotated[Filled, AfterValidator(contact_id)]
    kind: ContactMethod = NONE
    name: RequiredText = EMPTY
    number: str
    who: MayBeEmpty = EMPTY
    hours: MayBeEmpty = EMPTY
    cost: MayBeEmpty = EMPTY
    languages: Names
    sources: Annotated[Names, BeforeValidator(filled)]
    newest_source: Filled
    confidence: Confidence = NONE
    show: StrictBool = NONE
    remark: str
    verified_on: Day | None = None
    verified_by: str = ""

    def contact(self) -> Contact:
        """Return the contact."""
        fields = dict(self)
        return Contact(method=fields.pop("kind"), published=fields.pop("show"), **fields)


def read_contacts(
    folder: Path, facts: Facts | None, today: date
) -> tuple[Mapping[str, Contact] | None, ParsedFile]:
    """Return all contacts by their ids, or None if one of them cannot be read."""
    file = parse(folder, "contacts.toml")
    if file.values is None:
        return None, file
    entries = file.values.pop("contact", [])
    for field in file.values:
        file.error(field, "extra_forbidden-contact")
    if not isinstance(entries, list) or not entries:
        file.error("contact", "missing-contact")
        return None, file
    contacts: dict[str, Contact] = {}
    for position, entry in enumerate(entries, start=1):
        id_ = entry.get("id") if isinstance(entry, dict) else None
        at = f"contact.{id_}" if id_ and isinstance(id_, str) else f"contact[{position}]"
        if model := validate(ContactModel, entry, file, "contact", at=at):
            if model.id in contacts:
                file.error(f"{at}.id", "contact-twice", name=model.id)
            contacts[model.id] = model.contact()
            check(contacts[model.id], file, at, facts, today)
    return contacts if len(contacts) == len(entries) else None, file


def check(contact: Contact, file: ParsedFile, at: str, facts: Facts | None, today: date) -> None:
    """Add what is wrong with a contact."""
    check_number(contact, file, f"{at}.number")
    is_ahead = contact.verified_on is not None and contact.verified_on > today
    if is_ahead:
        file.error(f"{at}.verified_on", "future")
    elif not contact.holds_on(today):
        file.error(f"{at}.show", "not-called")
    for language in contact.languages:
        if not LANGUAGE_CODE.fullmatch(language):
            file.error(f"{at}.languages", "no-language", name=language)
    check_facts(file, f"{at}.sources", contact.sources, facts)
    if (contact.verified_on is None) != (contact.verified_by == ""):
        file.error(f"{at}.verified_by", "not-signed")
    # A number that is shown in words would pass by the check of the number itself.
    texts = {"name": contact.name, "who": contact.who, "hours": contact.hours, "cost": contact.cost}
    for key, text in texts.items() if contact.published else ():
        for language, words in text.items():
            for severe, message in numbers(words):
                file.add(f"{at}.{key}.{language}", message, severe=severe)


def check_number(contact: Contact, file: ParsedFile, field: str) -> None:
    """Add a number that does not fit how a contact is reached."""
    match contact.method:
        case ContactMethod.PHONE:
            if not any(map(str.isdigit, contact.number)):
                file.error(field, "missing-phone")
        case ContactMethod.WEB:
            if not HTTPS_ADDRESS.fullmatch(contact.number):
                file.error(field, "no-address")
        case ContactMethod.PLACE | ContactMethod.APP:
            if contact.number:
                file.error(field, "no-number", kind=contact.method)
