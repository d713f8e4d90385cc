"""Stem: the situation of a question, and what is asked about it."""

from __future__ import annotations

import re
from typing import NamedTuple

BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][”’\"')])\s+")


class Stem(NamedTuple):
    """The two parts of a stem. Whoever knows the situation needs the ask alone."""

    situation: str
    ask: str


def split_stem(words: str) -> Stem:
    """Return the parts of a stem; its situation is empty where it is a single sentence.

    The ask is the last question and what follows it ("Choose all that apply."), or the last
    sentence. What somebody in it asks stands in quotation marks, and is no such question.
    """
    sentences = BETWEEN_SENTENCES.split(words.strip())
    questions = [number for number, each in enumerate(sentences) if each.endswith("?")]
    start = questions[-1] if questions else len(sentences) - 1
    return Stem(" ".join(sentences[:start]), " ".join(sentences[start:]))
