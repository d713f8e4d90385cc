"""Reading the dossier: which facts there are, how sure they are, and where they were read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, RootModel, ValidationInfo, field_validator

from quiz.domain.contact import Confidence
from quiz.domain.fact import UNDATED, Fact, Source
from quiz.store.bank.parsed_file import ParsedFile, parse
from quiz.store.bank.shapes import NONE, Filled, Shape, validate, wrong

FACT_ID = re.compile(r"F-[A-Z]{3}-\d\d")
DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
WEB_ADDRESS = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?:/\S*)?")


Facts = Mapping[str, Fact]


def fact_id(key: str) -> str:
    """Return the id of a fact."""
    if not FACT_ID.fullmatch(key):
        raise wrong("fact-id")
    return key


def web_address(url: str) -> str:
    """Return an address that a browser can open."""
    if not WEB_ADDRESS.fullmatch(url):
        raise wrong("web-address")
    return url


def date_of_page(day: str) -> str:
    """Return the day, month or year of a page, or that it has none."""
    if day != UNDATED and not DATE.fullmatch(day):
        raise wrong("date-of-page")
    return day


class SourceModel(Shape):
    """One page that was read."""

    title: Filled = NONE
    publisher: Filled = NONE
    url: Annotated[Filled, AfterValidator(web_address)] = NONE
    date: Annotated[Filled, AfterValidator(date_of_page)] = NONE


class FactModel(Shape):
    """One fact, with the pages on which it was read."""

    confidence: Confidence = NONE
    sources: tuple[SourceModel, ...] = ()

    @field_validator("sources")
    @classmethod
    def check_sources(
        cls, sources: tuple[SourceModel, ...], info: ValidationInfo
    ) -> tuple[SourceModel, ...]:
        """Find the page on which a fact was read, unless nobody read it anywhere."""
        if not sources and info.data.get("confidence") != Confidence.UNVERIFIED:
            raise wrong("no-page")
        return sources


FactsModel = RootModel[dict[Annotated[str, AfterValidator(fact_id)], FactModel]]


def read_facts(folder: Path) -> tuple[Facts | None, ParsedFile]:
    """Return every fact by its id, or None if the dossier cannot be read."""
    file = parse(folder, "facts.toml")
    model = None if file.values is None else validate(FactsModel, file.values, file, "fact")
    if model is None:
        return None, file
    return {
        id_: Fact(
            id=id_,
            confidence=fact.confidence,
            sources=tuple(Source(**dict(source)) for source in fact.sources),
        )
        for id_, fact in model.root.items()
    }, file


def check_facts(file: ParsedFile, field: str, sources: Sequence[str], facts: Facts | None) -> None:
    """Add the sources that are no facts of the dossier."""
    for source in sources:
        if not FACT_ID.fullmatch(source):
            file.error(field, "not-a-fact", name=source)
        elif facts is not None and source not in facts:
            file.error(field, "unknown-fact", name=source)
