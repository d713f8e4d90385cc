"""How long a text may be, counted in words between spaces (in Vietnamese: syllables)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from quiz.store.bank.faults import Sentence


class Remark(NamedTuple):
    """What is to be said about one text."""

    severe: bool
    message: Sentence


class Limit(NamedTuple):
    """A number of words from which a text is warned about, and one at which it stops the file."""

    warns: int
    stops: int


@dataclass(frozen=True)
class Role:
    """The part that a text plays in a question.

    Words are ``quoted`` if somebody in the scene says, writes or thinks them: the lines of a
    message, an option that is meant to be rejected. ``said`` are those that somebody says to
    somebody else. ``unaccented`` marks an SMS shown as banks send it.
    """

    limits: Mapping[str, Limit]
    quoted: bool = False
    said: bool = False
    unaccented: bool = False


TITLE = Role({"vi": Limit(9, 9), "en": Limit(7, 7)})
DISCUSS = Role({"vi": Limit(26, 30), "en": Limit(22, 22)})
STEM = Role({"vi": Limit(60, 80), "en": Limit(55, 75)})
OPTION = Role({"vi": Limit(16, 24), "en": Limit(16, 24)})
PARTNER = Role({"vi": Limit(12, 16), "en": Limit(12, 16)})
REJECTED = Role(OPTION.limits, quoted=True)
FRAGMENT = Role({"vi": Limit(24, 32), "en": Limit(26, 36)}, quoted=True, said=True)
LINE = Role({"vi": Limit(32, 44), "en": Limit(34, 46)}, quoted=True, said=True)
WHY_OF_OPTION = Role({"vi": Limit(40, 55), "en": Limit(38, 52)})
WHY = Role({"vi": Limit(45, 60), "en": Limit(42, 56)})
ADVICE = Role({"vi": Limit(24, 32), "en": Limit(24, 34)})
SIGN = NOTE = Role({"vi": Limit(28, 36), "en": Limit(28, 36)})
SOURCE_LINE = Role({"vi": Limit(36, 48), "en": Limit(30, 42)})
ASK = Role({"vi": Limit(12, 18), "en": Limit(12, 18)})
NAME = Role({"vi": Limit(8, 12), "en": Limit(8, 12)})

SENTENCE = {"vi": Limit(26, 34), "en": Limit(25, 32)}

ENGLISH_BY_VIETNAMESE = (0.7, 1.6)
LONG_ENOUGH_TO_COMPARE = 20

# What somebody says after a colon is a sentence of its own.
END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[”’\"')]*\s+|:\s+(?=“)")


def sentences(words: str) -> list[str]:
    """Return the sentences of a text."""
    return END_OF_SENTENCE.split(words)


def too_long(words: str, language: str, role: Role) -> Iterator[Remark]:
    """Yield what is too long: the text, and the longest of its sentences."""
    longest = max(map(count_words, sentences(words)))
    for number, limit, rule in (
        (count_words(words), role.limits[language], "long"),
        (longest, SENTENCE[language], "long-sentence"),
    ):
        if number > limit.stops:
            yield Remark(True, Sentence(f"too-{rule}", number=number, limit=limit.stops))
        elif number > limit.warns:
            yield Remark(False, Sentence(rule, number=number, limit=limit.warns))


def unlike(vietnamese: str, english: str) -> Iterator[Remark]:
    """Yield that one language says more than the other.

    Letters are compared, since one English word stands for one or two Vietnamese ones; and only
    texts long enough for the difference to mean something (“Mẹ”, “Mum”).
    """
    least, most = ENGLISH_BY_VIETNAMESE
    long_enough = min(len(vietnamese), len(english)) >= LONG_ENOUGH_TO_COMPARE
    if long_enough and not least <= (ratio := len(english) / len(vietnamese)) <= most:
        yield Remark(False, Sentence("unlike", ratio=f"{ratio:.1f}"))


def count_words(words: str) -> int:
    """Return the number of words."""
    return len(words.split())
