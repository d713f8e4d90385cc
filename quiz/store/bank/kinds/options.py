"""What is offered: options, steps, fragments and the choices of a story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from quiz.domain.question import Option, Text
from quiz.store.bank import phrases
from quiz.store.bank.answer_cues import WORD, each_language
from quiz.store.bank.faults import counted
from quiz.store.bank.lengths import WHY_OF_OPTION, Role
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import ReadBy, RequiredText, TextModel, WordId, filled, wrong
from quiz.store.bank.wording import check_text

# The app offers these beside every question, and stores them like any other answer.
OFFERED_BY_THE_APP = {"not-sure", "skip"}

# Ids can be read in the page before anybody has answered.
TELLING_IDS = {"right", "wrong", "correct", "incorrect"}


def option_id(key: str) -> str:
    """Return an id that can be offered."""
    if key in OFFERED_BY_THE_APP:
        raise wrong("offered-by-app", name=key)
    if key in TELLING_IDS:
        raise wrong("telling-id")
    return key


OptionId = Annotated[WordId, AfterValidator(option_id)]
Reason = Annotated[RequiredText, BeforeValidator(filled)]


class OptionModel(TextModel):
    """What is offered, with the reason shown after it was or was not chosen."""

    why: Reason

    def option(self, id_: str) -> Option:
        """Return what is offered."""
        return Option(id=id_, text=self.text, why=self.why)


def make_options(models: Mapping[str, OptionModel]) -> tuple[Option, ...]:
    """Return what is offered, in the order of the file."""
    return tuple(model.option(id_) for id_, model in models.items())


Options = Annotated[tuple[Option, ...], ReadBy(dict[OptionId, OptionModel], make_options)]


def check_options(
    file: ParsedFile, at: str, options: Sequence[Option], role_of: Callable[[Option], Role]
) -> None:
    """Add what is wrong with the words of what is offered, and what is no answer of its own."""
    for position, option in enumerate(options):
        field = f"{at}.{option.id}"
        check_text(file, field, option.text, role_of(option))
        check_text(file, f"{field}.why", option.why, WHY_OF_OPTION)
        thing = at.rpartition(".")[2].removesuffix("s")
        twins = [other.id for other in options[:position] if alike(option.text, other.text)]
        if twins:
            file.error(field, "same-text", other=twins[0], thing=thing)
        for words, language in each_language(option.text):
            if phrases.ALL_OR_NONE[language].search(words):
                file.error(field, "all-or-none")
            if phrases.NOT_SURE_OPTION[language].search(words.rstrip(". ")):
                file.error(field, "not-sure")


def check_number(
    file: ParsedFile, field: str, things: Sequence[object], kind: str, least: int, most: int
) -> None:
    """Add that there are too few or too many."""
    if not least <= len(things) <= most:
        number = counted(len(things), field.rpartition(".")[2])
        file.error(field, "number", counted=number, kind=kind, least=least, most=most)


def check_key(
    file: ParsedFile, named: Iterable[str], offered: Sequence[Option], things: str
) -> None:
    """Add the names in ``correct`` that are not offered."""
    for name in named:
        if name not in {option.id for option in offered}:
            file.error("correct", "not-offered", name=name, things=things)


def alike(text: Text, other: Text) -> bool:
    """Whether two options say the same in one of the languages, but for signs and capitals."""
    return any(
        WORD.findall(words.lower()) == WORD.findall(other[language].lower())
        for words, language in each_language(text)
    )
