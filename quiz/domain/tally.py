"""Adding answers up: the totals that stay when the answers are gone.

Totals count scored answers alone. A skipped question, a blank on paper and a story that was not
finished count nowhere: neither in a score nor in the share of an option.

The *rest* of an answer is the mean percent of the same person's other scored answers in that
attempt, rounded to a whole number. Correlating it with the answer says whether a question tells
those who know from those who do not. It joins the answers of one person; ``quiz.domain.unit`` says
what becomes of it. Somebody with few scored answers has no rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, TypeVar

from quiz.domain.disclosure import LEAST_ANSWERS_OF_PERSON
from quiz.domain.question import Chosen, Theme

ALL = "all"
"""Stands for the three themes together."""


def percent(score: Fraction | None) -> int | None:
    """Return a score in whole percent, a half rounded to the even neighbour."""
    return None if score is None else round(score * 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """One answer, as totals see it: ``names`` are what ``Question.counted`` returns.

    Where each answer is one option and no other, ``exclusive`` is true.
    """

    question: str
    revision: str
    theme: Theme
    names: Chosen
    percent: int | None
    exclusive: bool = False


class CellKey(NamedTuple):
    """One revision of a question."""

    question: str
    revision: str


class OptionKey(NamedTuple):
    """An option of one revision of a question."""

    question: str
    revision: str
    option: str


class QuestionKey(NamedTuple):
    """A score, in percent, in one revision of a question."""

    question: str
    revision: str
    score: int


class RestKey(NamedTuple):
    """A score reached with an option; no option is told where there may be several."""

    question: str
    revision: str
    option: str
    score: int


@dataclass(frozen=True, slots=True)
class RestSums:
    """People with a rest, the sum of their rests, and that of the squares."""

    people: int
    rest_sum: int
    rest_square_sum: int

    def __add__(self, other: RestSums) -> RestSums:
        return RestSums(
            self.people + other.people,
            self.rest_sum + other.rest_sum,
            self.rest_square_sum + other.rest_square_sum,
        )


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The totals of some people. Tallies add, in any order, to the tally of all of them."""

    options: Mapping[OptionKey, int] = field(default_factory=dict)
    questions: Mapping[QuestionKey, int] = field(default_factory=dict)
    rests: Mapping[RestKey, RestSums] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            options=merged(self.options, other.options),
            questions=merged(self.questions, other.questions),
            rests=merged(self.rests, other.rests),
        )

    @cached_property
    def answers(self) -> Mapping[CellKey, int]:
        """How many scored answers each question has."""
        found: Counter[CellKey] = Counter()
        for key, count in self.questions.items():
            found[CellKey(key.question, key.revision)] += count
        return found

    @property
    def people(self) -> int:
        """How many people took part at least: the answers to the question that has the most.

        Phones that joined twice, and seats where nobody answered, do not count.
        """
        return max(self.answers.values(), default=0)

    def only(self, cells: Container[CellKey], *, rests: bool = True) -> Tally:
        """Return the part that is about some questions, with or without rests."""
        return Tally(
            options={key: sums for key, sums in self.options.items() if key[:2] in cells},
            questions={key: sums for key, sums in self.questions.items() if key[:2] in cells},
            rests={key: sums for key, sums in self.rests.items() if rests and key[:2] in cells},
        )


def add_up(attempts: Iterable[Sequence[Counted]]) -> Tally:
    """Return the totals of some attempts, each given by its answers."""
    options: Counter[OptionKey] = Counter()
    questions: Counter[QuestionKey] = Counter()
    rests: dict[RestKey, RestSums] = {}

    for answers in attempts:
        scored = [(each, each.percent) for each in answers if each.percent is not None]
        together = sum(percent for _, percent in scored)
        for answer, score in scored:
            cell = (answer.question, answer.revision)
            options.update(OptionKey(*cell, name) for name in answer.names)
            questions[QuestionKey(*cell, score)] += 1
            if len(scored) >= LEAST_ANSWERS_OF_PERSON:
                rest = round(Fraction(together - score, len(scored) - 1))
                option = answer.names[0] if answer.exclusive else ""
                add_to(rests, RestKey(*cell, option, score), RestSums(1, rest, rest**2))

    return Tally(options=dict(options), questions=dict(questions), rests=rests)


Key = TypeVar("Key")
Sums = TypeVar("Sums", RestSums, int)


def merged(first: Mapping[Key, Sums], second: Mapping[Key, Sums]) -> dict[Key, Sums]:
    """Return the sums of both."""
    totals = dict(first)
    for key, sums in second.items():
        add_to(totals, key, sums)
    return totals


def add_to(totals: dict[Key, Sums], key: Key, sums: Sums) -> None:
    """Add sums to the totals of a key."""
    totals[key] = totals[key] + sums if key in totals else sums
