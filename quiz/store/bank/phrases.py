"""The words that the checks look for, by language, as patterns: see ``phrases.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from re import Pattern

Phrases = Mapping[str, Pattern[str]]
"""One pattern for each language."""

LISTS = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def any_of(patterns: Iterable[str]) -> Pattern[str]:
    """Return the pattern that finds any of these as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def patterns(name: str) -> Phrases:
    """Return the patterns that find the phrases of a list."""
    return compiled(LISTS[name])


def compiled(lists: Mapping[str, list[str]]) -> Phrases:
    """Return a pattern for each language."""
    return {language: any_of(listed) for language, listed in lists.items()}


BLAMING = patterns("blaming")
OWN_LIFE = patterns("own_life")
ABSOLUTE = patterns("absolute")
ALL_OR_NONE = patterns("all_or_none")
NOT_SURE_OPTION = patterns("not_sure_option")
ASKS_NEGATIVE = patterns("asks_negative")
LAW_OR_PENALTY = patterns("law_or_penalty")
VERDICT = patterns("verdict")
HARSH = patterns("harsh")
TO_THE_CLASS = patterns("to_the_class")

CUES: Mapping[str, Phrases] = {name: compiled(lists) for name, lists in LISTS["cues"].items()}
SENDERS: Mapping[str, Phrases] = {name: compiled(lists) for name, lists in LISTS["senders"].items()}

CAREFUL: Mapping[str, list[str]] = LISTS["careful"]
HELPERS: Mapping[str, list[str]] = LISTS["helpers"]
FREQUENT: Mapping[str, list[str]] = LISTS["frequent"]
LIVE_ENDINGS: list[str] = LISTS["live_endings"]

SHORTEST_CONTENT_WORD = 3
GENERAL_ADVICE = {"vi": "lời khuyên chung", "en": "general advice"}
"""What a source line says when nothing but unverified facts stands behind a question."""

OFFICIAL_NAMES = re.compile("Hòa Bình|Khánh Hòa|Thanh Hóa|Biên Hòa|Tuy Hòa|Hiệp Hòa|Thụy Khuê")
"""Names that keep the old place of their tone mark."""
