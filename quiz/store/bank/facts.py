"""Reading the dossier: which facts there are, and how sure they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, RootModel

from quiz.domain.contact import Confidence
from quiz.store.bank.parsed_file import ParsedFile, parse
from quiz.store.bank.shapes import NONE, Shape, validate, wrong

FACT_ID = re.compile(r"F-[A-Z]{3}-\d\d")


Facts = Mapping[str, Confidence]


def fact_id(key: str) -> str:
    """Return the id of a fact."""
    if not FACT_ID.fullmatch(key):
        raise wrong("fact-id")
    return key


class FactModel(Shape):
    """One fact. Its sources are for people to read."""

    confidence: Confidence = NONE
    sources: Any = None


FactsModel = RootModel[dict[Annotated[str, AfterValidator(fact_id)], FactModel]]


def read_facts(folder: Path) -> tuple[Facts | None, ParsedFile]:
    """Return the confidence of every fact by its id, or None if the dossier cannot be read."""
    file = parse(folder, "facts.toml")
    model = None if file.values is None else validate(FactsModel, file.values, file, "fact")
    if model is None:
        return None, file
    return {id_: fact.confidence for id_, fact in model.root.items()}, file


def check_facts(file: ParsedFile, field: str, sources: Sequence[str], facts: Facts | None) -> None:
    """Add the sources that look like facts of the dossier and are not in it."""
    for source in sources:
        if FACT_ID.fullmatch(source) and facts is not None and source not in facts:
            file.error(field, "unknown-fact", name=source)
