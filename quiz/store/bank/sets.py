"""Reading the ready-made sets: choices of questions from which a facilitator begins."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, RootModel

from quiz.domain.choosing import QuestionSet
from quiz.domain.question import Question
from quiz.domain.room import MOST_QUESTIONS
from quiz.store.bank.parsed_file import ParsedFile, parse
from quiz.store.bank.shapes import (
    EMPTY,
    Names,
    RequiredText,
    Shape,
    WordId,
    filled,
    validate,
)

FILE = "sets.toml"


class SetModel(Shape):
    """One entry of sets.toml."""

    title: RequiredText = EMPTY
    questions: Annotated[Names, BeforeValidator(filled)] = EMPTY


SetsModel = RootModel[dict[WordId, SetModel]]


def read_sets(
    folder: Path, questions: Mapping[str, Question | None]
) -> tuple[Mapping[str, QuestionSet], ParsedFile]:
    """Return the sets of a folder, in the order of their file; a folder may have none.

    ``questions`` are those of the bank; one that has faults of its own is None.
    """
    if not (folder / FILE).exists():
        return {}, ParsedFile(FILE)
    file = parse(folder, FILE)
    model = None if file.values is None else validate(SetsModel, file.values, file, "set")
    if model is None:
        return {}, file
    for id_, each in model.root.items():
        check(each, file, f"{id_}.questions", questions)
    return {
        id_: QuestionSet(id=id_, title=each.title, questions=each.questions)
        for id_, each in model.root.items()
    }, file


def check(
    model: SetModel, file: ParsedFile, field: str, questions: Mapping[str, Question | None]
) -> None:
    """Add what is wrong with a set: a class is asked each of its questions, one after the other."""
    for name in model.questions:
        if name not in questions:
            file.error(field, "set-unknown-question", name=name)
    if len(model.questions) > MOST_QUESTIONS:
        file.error(field, "set-too-long", most=MOST_QUESTIONS)
    found = [question for name in model.questions if (question := questions.get(name))]
    for first, second in combinations(found, 2):
        if second.id == first.pair:
            file.error(field, "set-both-halves", name=second.id)
        for name in set(first.people) & set(second.people):
            file.warning(field, "set-same-name", name=name)
