"""Reading the dossier: which facts there are, and how sure they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from quiz.store.bank.faults import Faults, quoted
from quiz.store.bank.table import Table, read_table

FACT_ID = re.compile(r"F-[A-Z]{3}-\d\d")


class Confidence(StrEnum):
    """How sure something is: read in one source, in two, or in none."""

    VERIFIED = "verified"
    TWO_SOURCES = "two sources"
    UNVERIFIED = "unverified"


Facts = Mapping[str, Confidence]


def read_facts(folder: Path) -> tuple[Facts | None, Faults]:
    """Return the confidence of every fact by its id, or None if there is no dossier to read."""
    faults = Faults("facts.toml")
    table = read_table(folder, faults.file, faults)
    if table is None:
        return None, faults
    facts = {id_: read_fact(table.table(id_)) for id_ in table.values}
    for id_ in facts:
        if not FACT_ID.fullmatch(id_):
            table.stop(id_, "is not a fact id such as F-ABD-01.")
    table.stop_unknown("unknown field. Check the spelling.")
    return facts, faults


def read_fact(table: Table) -> Confidence:
    """Return how sure one fact is. Its sources are for people to read."""
    table.take("sources")
    return table.one_of("confidence", Confidence)


def stop_unknown_facts(table: Table, sources: Sequence[str], facts: Facts | None) -> None:
    """Note sources that look like facts of the dossier and are not in it."""
    for source in sources:
        if FACT_ID.fullmatch(source) and facts is not None and source not in facts:
            table.stop("sources", f"no fact {quoted(source)} in the dossier.")
