"""What every question has, whatever its kind: its model, and the rules for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, Strict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from quiz.domain.contact import Confidence, Contact
from quiz.domain.question import Audience, Kind, Question, Skill, Text, Theme
from quiz.store.bank.facts import Facts, check_facts
from quiz.store.bank.languages import LANGUAGES
from quiz.store.bank.lengths import ADVICE, NOTE, SOURCE_LINE, STEM, WHY
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.phrases import GENERAL_ADVICE
from quiz.store.bank.shapes import (
    EMPTY,
    LANGUAGE_CODE,
    LIST,
    NONE,
    UNKNOWN,
    Day,
    Names,
    RequiredText,
    Shape,
    errors_at,
    filled,
    wrong,
)
from quiz.store.bank.wording import check_text

TOPICS = {
    Theme.HARASSMENT: "bullying images sextortion deepfake control identity grooming rights",
    Theme.ABDUCTION: "authority isolation money family bystander lures recovery",
    Theme.LITERACY: "accounts messages payments privacy verify romance devices stereotypes",
}
TOPICS_WITH_NOTICE = {"images", "sextortion", "deepfake", "control", "grooming"}
# Whoever reads about harm finds somebody to turn to. Everyday skills can do without.
THEMES_WITH_CONTACT = {Theme.HARASSMENT, Theme.ABDUCTION}

MOST_CONTACTS = 4
MOST_STEPS_OF_ADVICE = 3
DAYS_UNTIL_OLD = 180

NAME_WITH_AGE = re.compile(r"(\w+), \d+ tuổi")


@dataclass(frozen=True)
class Context:
    """What questions are checked against. Contacts or facts that could not be read are None."""

    contacts: Mapping[str, Contact] | None
    facts: Facts | None
    today: date


def steps_of_advice(value: object) -> object:
    """Return the lists of steps of each language as one list of texts."""
    lists = value if isinstance(value, dict) else {}
    steps = {
        key: entries
        for key, entries in lists.items()
        if isinstance(entries, list) and all(isinstance(entry, str) for entry in entries)
    }
    lengths = {language: len(steps.get(language, ())) for language in LANGUAGES}
    errors: dict[tuple[str, ...], PydanticCustomError] = {
        (language,): wrong("advice-steps")
        for language, length in lengths.items()
        if not 1 <= length <= MOST_STEPS_OF_ADVICE
    }
    if len(set(lengths.values())) > 1:
        errors[()] = wrong("advice-differs")
    for key in lists:
        if key not in LANGUAGES and not (LANGUAGE_CODE.fullmatch(key) and steps.get(key)):
            errors[key,] = UNKNOWN
    if errors:
        raise errors_at(errors)
    return [
        {language: texts[position] for language, texts in steps.items() if position < len(texts)}
        for position in range(lengths["vi"])
    ]


class QuestionModel(Shape):
    """The fields of every question. Each kind adds its own."""

    makes: ClassVar[type[Question]]
    """The class of the domain that the fields describe."""

    kind: Kind
    theme: Theme = NONE
    topic: str = NONE
    skill: Skill = NONE
    level: Annotated[int, Strict(), Field(ge=1, le=3)] = NONE
    audience: Audience = NONE
    title: RequiredText = EMPTY
    discuss: RequiredText = EMPTY
    stem: RequiredText = EMPTY
    why: RequiredText = EMPTY
    advice: Annotated[tuple[RequiredText, ...], BeforeValidator(steps_of_advice)] = EMPTY
    source_line: RequiredText = EMPTY
    help: Names
    sources: Annotated[Names, BeforeValidator(filled)]
    checked: Day = NONE
    note: RequiredText | None = None
    sign: RequiredText | None = None
    pair: str | None = None
    people: Names = LIST

    @field_validator("note")
    @classmethod
    def check_note(cls, note: Text | None, info: ValidationInfo) -> Text | None:
        """Find the content notice that a hard topic needs; an old edition may do without."""
        topic = info.data.get("topic")
        if info.context and note is None and topic in TOPICS_WITH_NOTICE:
            raise wrong("no-notice", topic=topic)
        return note

    def question(self, id_: str, revision: str) -> Question:
        """Return the question: a field of a model is the field of the domain with its name."""
        fields = {name: value for name, value in self if name != "kind"}
        return self.makes(id=id_, revision=revision, **fields)


def check_common(question: Question, file: ParsedFile, context: Context) -> None:
    """Add what is wrong with the fields that every question has."""
    topics = TOPICS[question.theme].split()
    if question.topic not in topics:
        file.error("topic", "enum", names=", ".join(topics))
    check_text(file, "stem", question.stem, STEM)
    check_text(file, "why", question.why, WHY)
    check_text(file, "source_line", question.source_line, SOURCE_LINE)
    for position, step in enumerate(question.advice, start=1):
        check_text(file, f"advice[{position}]", step, ADVICE)
    if question.note:
        check_text(file, "note", question.note, NOTE)
    check_help(question, file, context.contacts)
    check_sources(question, file, context.facts)
    age = (context.today - question.checked).days
    if age < 0:
        file.error("checked", "future")
    if age > DAYS_UNTIL_OLD:
        file.warning("checked", "old", days=age)


def check_people(question: Question, file: ParsedFile) -> None:
    """Add names that are not in the text, and people of known age who are not named.

    A quiz does not tell of two people of the same name, so all that readers meet must be there.
    """
    words = {word for text in question.texts() for word in re.findall(r"\w+", text.get("vi", ""))}
    for name in question.people:
        if name not in words:
            file.error("people", "no-such-person", name=name)
    for name in NAME_WITH_AGE.findall(question.stem["vi"]):
        if name[0].isupper() and name not in question.people:
            file.warning("people", "person-missing", name=name)


def check_help(
    question: Question, file: ParsedFile, contacts: Mapping[str, Contact] | None
) -> None:
    """Add what is wrong with the contacts offered with the question, the most useful first."""
    for name in question.help:
        if contacts is None:
            break
        if name not in contacts:
            file.error("help", "unknown-contact", name=name)
        elif not contacts[name].published:
            file.error("help", "hidden-contact", name=name)
    if not question.help and question.theme in THEMES_WITH_CONTACT:
        file.error("help", "no-contact", topic=question.topic)
    if len(question.help) > MOST_CONTACTS:
        file.warning("help", "many-contacts")


def check_sources(question: Question, file: ParsedFile, facts: Facts | None) -> None:
    """Add what is wrong with the facts behind the question."""
    check_facts(file, "sources", question.sources, facts)
    known = [facts[source] for source in question.sources if source in facts] if facts else []
    if known and all(fact.confidence is Confidence.UNVERIFIED for fact in known):
        line = question.source_line
        if not all(GENERAL_ADVICE[language] in line[language] for language in LANGUAGES):
            file.warning("sources", "unverified")
