"""What is wrong with the bank, said so that an editor knows where to go and what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from quiz.domain.question import Text, in_language

LONGEST_QUOTE = 60


@cache
def sentences() -> Mapping[str, Text]:
    """Return what is said of each fault, in both languages, by the name of the rule."""
    return tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))


class Sentence(str):
    """What is said of a fault, in English; it can be said in another language, too."""

    rule: str
    values: Mapping[str, object]

    def __new__(cls, rule: str, /, **values: object) -> Sentence:
        said = {
            key: cut(str(value)) if key in ("name", "words") else value
            for key, value in values.items()
        }
        sentence = super().__new__(cls, sentences()[rule]["en"] % said)
        sentence.rule, sentence.values = rule, said
        return sentence

    def in_language(self, code: str) -> str:
        """Return the sentence in a language."""
        return in_language(sentences()[self.rule], code) % self.values


def cut(words: str) -> str:
    """Return words of a file as a sentence quotes them, cut if they are long."""
    return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE] + "…"


def counted(number: int, things: str) -> str:
    """Return a number with what it counts, such as “7 options” or “1 option”."""
    return f"{number} {things if number != 1 else things.removesuffix('s')}"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to fix. A severe one stops the bank, any other is printed and counted.

    A fault that is not severe may stay if its file gives the ``reason``.
    """

    file: str
    field: str
    message: Sentence
    severe: bool
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.message}"


class FaultyBank(Exception):
    """The bank has severe faults and may not be used."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
