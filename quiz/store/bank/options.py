"""What is offered: options, steps, fragments and the choices of a story."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from quiz.domain.question import Option, Text
from quiz.store.bank import phrases
from quiz.store.bank.answer_cues import WORD, each_language
from quiz.store.bank.faults import counted, quoted
from quiz.store.bank.lengths import OPTION, WHY_OF_OPTION, Role
from quiz.store.bank.table import Table
from quiz.store.bank.wording import read_text

# The app offers these beside every question, and stores them like any other answer.
OFFERED_BY_THE_APP = {"not-sure", "skip"}

# Ids can be read in the page before anybody has answered.
TELLING_IDS = {"right", "wrong", "correct", "incorrect"}

NO_WHY = "missing. Say why this is or is not the best step, in one or two sentences."


def read_options(
    table: Table, key: str, role_of: Callable[[str], Role] = lambda _: OPTION
) -> tuple[Option, ...]:
    """Return what is offered under a key: texts with their reasons."""
    options = tuple(
        Option(id=id_, text=read_text(option, role_of(id_)), why=read_why(option))
        for id_, option in read_offered(table, key).items()
    )
    stop_twins(table, key, options)
    return options


def read_offered(table: Table, key: str) -> dict[str, Table]:
    """Return the tables of what is offered by their ids."""
    offered = table.tables(key)
    for id_ in offered:
        if id_ in OFFERED_BY_THE_APP:
            table.stop(f"{key}.{id_}", f"{quoted(id_)} is offered by the app. Remove it.")
        if id_ in TELLING_IDS:
            table.stop(f"{key}.{id_}", "the id tells the answer. Name what is offered.")
    return offered


def read_why(table: Table) -> Text:
    """Return the reason shown after an option was or was not chosen."""
    if table.take("why") in (None, {}):
        table.stop("why", NO_WHY)
        return {}
    return read_text(table.table("why"), WHY_OF_OPTION)


def stop_number(table: Table, key: str, number: int, least: int, most: int, kind: str) -> None:
    """Note that there are too few or too many."""
    if not least <= number <= most:
        table.stop(key, f"{counted(number, key)}; {kind} needs {least} to {most}.")


def stop_twins(table: Table, key: str, options: Sequence[Option]) -> None:
    """Note what has the same text as another, and what is not one answer among others."""
    for place, option in enumerate(options):
        field = f"{key}.{option.id}"
        for other in options[:place]:
            if alike(option.text, other.text):
                table.stop(
                    field, f"the same text as {other.id}. Each {key.removesuffix('s')} must differ."
                )
                break
        for words, language in each_language(option.text):
            if phrases.ALL_OR_NONE[language].search(words):
                table.stop(field, "“all/none of the above” is not allowed.")
            if phrases.NOT_SURE_OPTION[language].search(words.rstrip(". ")):
                table.stop(field, "“not sure” is offered by the app. Remove it.")


def alike(text: Text, other: Text) -> bool:
    """Whether two options say the same in one of the languages, but for signs and capitals."""
    return any(
        WORD.findall(words.lower()) == WORD.findall(other[language].lower())
        for words, language in each_language(text)
    )
