"""Choosing the questions of a class: what is looked for, sets, and what fits into a lesson."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from quiz.domain.question import Question, Text
from quiz.domain.text import plain, same_name


@dataclass(frozen=True, kw_only=True)
class QuestionSet:
    """Questions in an order, under a name."""

    id: str
    title: Text
    questions: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for in the bank. What is empty lets every question through."""

    words: str = ""
    theme: str = ""
    kind: str = ""
    level: str = ""
    audience: str = ""

    def matches(self, question: Question) -> bool:
        """Whether a question is one of those."""
        return (
            self.theme in ("", question.theme)
            and self.kind in ("", question.kind)
            and self.level in ("", str(question.level))
            and self.audience in ("", question.audience)
            and contains(question, self.words)
        )


def contains(question: Question, typed: str) -> bool:
    """Whether words of its title or stem begin with each word that was typed.

    A word that is typed without accents finds those with any.
    """
    accented, bare = searched(question)
    return all(
        f" {word}" in bare if word == plain(word) else f" {word}" in accented
        for word in split(typed)
    )


@lru_cache(maxsize=1024)  # each letter that is typed asks the whole bank
def searched(question: Question) -> tuple[str, str]:
    """Return the words in which a question is looked for, with accents and without."""
    found = [word for text in (question.title, question.stem) for word in split_text(text)]
    return " ".join(("", *found)), " ".join(("", *map(plain, found)))


def split_text(text: Text) -> Iterable[str]:
    """Return the words of a text in all its languages."""
    return split(" ".join(text.values()))


def split(words: str) -> Sequence[str]:
    """Return words without what stands between them, in one spelling."""
    letters = (letter if letter.isalnum() else " " for letter in same_name(words))
    return "".join(letters).split()


def move(ids: Sequence[str], id_: str, steps: int) -> list[str]:
    """Return ids in the order in which one of them stands so many places further down."""
    if id_ not in ids:
        return list(ids)
    others = [each for each in ids if each != id_]
    position = max(0, ids.index(id_) + steps)
    return [*others[:position], id_, *others[position:]]
