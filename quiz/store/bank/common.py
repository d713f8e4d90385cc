"""Reading what every question has, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from quiz.domain.contact import Contact
from quiz.domain.question import Audience, Skill, Text, Theme
from quiz.store.bank.facts import FACT_ID, Confidence, Facts, stop_unknown_facts
from quiz.store.bank.faults import quoted
from quiz.store.bank.lengths import ADVICE, NOTE, SOURCE_LINE, STEM, WHY
from quiz.store.bank.phrases import GENERAL_ADVICE
from quiz.store.bank.table import HTTPS_ADDRESS, LANGUAGE_CODE, LANGUAGES, Table, strings
from quiz.store.bank.wording import read_text

TOPICS = {
    Theme.HARASSMENT: (
        "bullying",
        "images",
        "sextortion",
        "deepfake",
        "control",
        "identity",
        "grooming",
        "rights",
    ),
    Theme.ABDUCTION: (
        "authority",
        "isolation",
        "money",
        "family",
        "bystander",
        "lures",
        "recovery",
    ),
    Theme.LITERACY: (
        "accounts",
        "messages",
        "payments",
        "privacy",
        "verify",
        "romance",
        "devices",
        "stereotypes",
    ),
}
TOPICS_WITH_NOTICE = {"images", "sextortion", "deepfake", "control", "grooming"}
# Whoever reads about harm finds somebody to turn to. Everyday skills can do without.
TOPICS_WITH_CONTACT = {*TOPICS[Theme.HARASSMENT], *TOPICS[Theme.ABDUCTION]}

MOST_CONTACTS = 4
MOST_STEPS_OF_ADVICE = 3
DAYS_UNTIL_OLD = 180


@dataclass(frozen=True)
class Shelf:
    """What questions lean on. Contacts or facts that could not be read are None."""

    contacts: Mapping[str, Contact] | None
    facts: Facts | None
    today: date


class Common(TypedDict):
    """What every question has."""

    id: str
    revision: str
    theme: Theme
    topic: str
    skill: Skill
    level: int
    audience: Audience
    stem: Text
    why: Text
    advice: tuple[Text, ...]
    source_line: Text
    help: tuple[str, ...]
    sources: tuple[str, ...]
    checked: date
    note: Text | None
    pair: str | None


def read_common(table: Table, id_: str, shelf: Shelf) -> Common:
    """Return what every question has."""
    theme = table.find_one_of("theme", Theme)
    topic = read_topic(table, theme)
    source_line = read_text(table.table("source_line"), SOURCE_LINE)
    return Common(
        id=id_,
        revision="",  # counted once the whole file is known to be sound
        theme=theme or Theme.LITERACY,
        topic=topic,
        skill=table.one_of("skill", Skill),
        level=read_level(table),
        audience=table.one_of("audience", Audience),
        stem=read_text(table.table("stem"), STEM),
        why=read_text(table.table("why"), WHY),
        advice=read_advice(table),
        source_line=source_line,
        help=read_help(table, topic, shelf.contacts),
        sources=read_sources(table, source_line, shelf.facts),
        checked=read_checked(table, shelf.today),
        note=read_note(table, topic),
        pair=table.find_string("pair"),
    )


def read_topic(table: Table, theme: Theme | None) -> str:
    """Return the topic, one of those of its theme."""
    value = table.take("topic")
    allowed = TOPICS[theme] if theme else [topic for topics in TOPICS.values() for topic in topics]
    if isinstance(value, str) and value in allowed:
        return value
    table.stop("topic", f"must be one of: {', '.join(allowed)}.")
    return ""


def read_level(table: Table) -> int:
    """Return the level."""
    value = table.take("level")
    if isinstance(value, int) and not isinstance(value, bool) and value in (1, 2, 3):
        return value
    table.stop("level", "must be 1, 2 or 3.")
    return 1


def read_note(table: Table, topic: str) -> Text | None:
    """Return the content notice, or None where there need not be one."""
    if "note" in table.values:
        return read_text(table.table("note"), NOTE)
    if topic in TOPICS_WITH_NOTICE:
        table.stop("note", f"topic {topic} needs a content notice.")
    return None


def read_help(table: Table, topic: str, contacts: Mapping[str, Contact] | None) -> tuple[str, ...]:
    """Return the contacts offered with the question, the most useful first."""
    names = table.names("help", "missing. List contact ids, or write help = [].")
    if contacts is not None:
        for name in names:
            if name not in contacts:
                table.stop("help", f"no contact {quoted(name)} in contacts.toml.")
            elif not contacts[name].show:
                table.stop(
                    "help", f"contact {quoted(name)} has show = false and may not be printed."
                )
    if table.values.get("help") == [] and topic in TOPICS_WITH_CONTACT:
        table.stop("help", f"topic {topic} needs at least one contact.")
    if len(names) > MOST_CONTACTS:
        table.warn("help", "more than four contacts. Keep the most useful.")
    return names


def read_sources(table: Table, source_line: Text, facts: Facts | None) -> tuple[str, ...]:
    """Return the facts and addresses behind the question."""
    missing = "missing. Name at least one fact id or address."
    sources = table.names("sources", missing)
    if table.values.get("sources") == []:
        table.stop("sources", missing)
    for source in sources:
        if not FACT_ID.fullmatch(source) and not HTTPS_ADDRESS.fullmatch(source):
            table.stop("sources", f"{quoted(source)} is neither a fact id nor an https address.")
    stop_unknown_facts(table, sources, facts)
    if facts and {facts.get(source) for source in sources} == {Confidence.UNVERIFIED}:
        said = all(GENERAL_ADVICE[language] in source_line[language] for language in LANGUAGES)
        if not said:
            table.warn(
                "sources", "only unverified facts. Say in source_line that this is general advice."
            )
    return sources


def read_checked(table: Table, today: date) -> date:
    """Return the day on which the sources were last read."""
    checked = table.day("checked", "missing. Write the date of the last check, such as 2026-11-23.")
    if table.at_fault("checked"):
        return checked
    age = (today - checked).days
    if age < 0:
        table.stop("checked", "lies in the future.")
    if age > DAYS_UNTIL_OLD:
        table.warn("checked", f"{age} days old. Read the sources again.")
    return checked


def read_advice(table: Table) -> tuple[Text, ...]:
    """Return one to three steps, each in every language."""
    advice = table.table("advice")
    steps = {language: strings(advice.take(language)) or () for language in LANGUAGES}
    for language in LANGUAGES:
        if not 1 <= len(steps[language]) <= MOST_STEPS_OF_ADVICE:
            advice.stop(language, "must be a list of one to three steps in each language.")
    if len({len(steps[language]) for language in LANGUAGES}) > 1:
        table.stop("advice", "Vietnamese and English have different numbers of steps.")
    for key, value in advice.values.items():
        translated = strings(value)
        if LANGUAGE_CODE.fullmatch(key) and translated:
            advice.take(key)
            steps[key] = translated
    number = min(len(steps[language]) for language in LANGUAGES)
    return tuple(read_text(advice_step(table, steps, place), ADVICE) for place in range(number))


def advice_step(table: Table, steps: Mapping[str, Sequence[str]], place: int) -> Table:
    """Return one step of the lists as if it stood in a table of its own."""
    step = {language: texts[place] for language, texts in steps.items() if place < len(texts)}
    return Table(step, table.faults, f"advice[{place + 1}]")
