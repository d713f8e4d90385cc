"""Adding answers up: the totals that stay when the answers are gone.

Three tables of sums hold all that the statistics of a question need. The *rest* of an answer is
the mean percent of the same person's other scored answers in that attempt, rounded to a whole
number, 0 if there are none: correlating it with the answer says whether a question tells those
who know from those who do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple, TypeVar

from quiz.domain.question import Chosen, Theme

ALL = "all"
"""Stands for the three themes together."""


def percent(score: Fraction | None) -> int | None:
    """Return a score in whole percent, a half rounded to the even neighbour."""
    return None if score is None else round(score * 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """One answer, as totals see it: ``names`` are what ``Question.counted`` returns."""

    question: str
    revision: str
    theme: Theme
    names: Chosen
    percent: int | None


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


class ScoreKey(NamedTuple):
    """A result: how many answers were scored in a theme, and the sum of their percents."""

    theme: str
    answered: int
    points: int


@dataclass(frozen=True, slots=True)
class OptionSums:
    """How often an option was chosen, and the sum of the rests of those answers."""

    count: int
    rest_sum: int

    def __add__(self, other: OptionSums) -> OptionSums:
        return OptionSums(self.count + other.count, self.rest_sum + other.rest_sum)


@dataclass(frozen=True, slots=True)
class QuestionSums:
    """How often a score was reached, and the sums of the rests and of their squares."""

    count: int
    rest_sum: int
    rest_square_sum: int

    def __add__(self, other: QuestionSums) -> QuestionSums:
        return QuestionSums(
            self.count + other.count,
            self.rest_sum + other.rest_sum,
            self.rest_square_sum + other.rest_square_sum,
        )


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The totals of some people. Tallies add, in any order, to the tally of all of them."""

    people: int = 0
    options: Mapping[OptionKey, OptionSums] = field(default_factory=dict)
    questions: Mapping[QuestionKey, QuestionSums] = field(default_factory=dict)
    scores: Mapping[ScoreKey, int] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            people=self.people + other.people,
            options=merged(self.options, other.options),
            questions=merged(self.questions, other.questions),
            scores=merged(self.scores, other.scores),
        )


def add_up(attempts: Iterable[Sequence[Counted]]) -> Tally:
    """Return the totals of some attempts, each given by its answers.

    Every name is counted, "skip" and "not-sure" too; only scored answers enter the other tables.
    A person counts once in each theme of which she has scored answers, and always once in all.
    """
    people = 0
    options: dict[OptionKey, OptionSums] = {}
    questions: dict[QuestionKey, QuestionSums] = {}
    scores: dict[ScoreKey, int] = {}

    for people, answers in enumerate(attempts, start=1):  # noqa: B007 - the last number is the count
        percents = [answer.percent for answer in answers if answer.percent is not None]
        for answer in answers:
            rest = rest_of(answer, percents)
            for name in answer.names:
                option = OptionKey(answer.question, answer.revision, name)
                add_to(options, option, OptionSums(1, rest))
            if answer.percent is not None:
                question = QuestionKey(answer.question, answer.revision, answer.percent)
                add_to(questions, question, QuestionSums(1, rest, rest**2))
        for key in score_keys(answers):
            add_to(scores, key, 1)

    return Tally(people=people, options=options, questions=questions, scores=scores)


def rest_of(answer: Counted, percents: Sequence[int]) -> int:
    """Return the mean of the percents of an attempt without this answer."""
    others = len(percents) - (answer.percent is not None)
    return round(Fraction(sum(percents) - (answer.percent or 0), others)) if others else 0


def score_keys(answers: Sequence[Counted]) -> Iterable[ScoreKey]:
    """Yield the result of one attempt by theme, and over all."""
    scored = [(answer.theme, answer.percent) for answer in answers if answer.percent is not None]
    for theme in Theme:
        if points := [points for of, points in scored if of is theme]:
            yield ScoreKey(theme.value, len(points), sum(points))
    yield ScoreKey(ALL, len(scored), sum(points for _, points in scored))


Key = TypeVar("Key")
Sums = TypeVar("Sums", OptionSums, QuestionSums, int)


def merged(first: Mapping[Key, Sums], second: Mapping[Key, Sums]) -> dict[Key, Sums]:
    """Return both tables as one."""
    table = dict(first)
    for key, sums in second.items():
        add_to(table, key, sums)
    return table


def add_to(table: dict[Key, Sums], key: Key, sums: Sums) -> None:
    """Add sums to what the table holds."""
    table[key] = table[key] + sums if key in table else sums
