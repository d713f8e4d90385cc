"""Correlations of a question with the same people's other answers, of several batches together.

They join answers of one person, so they are published of a *unit* only: what the people of several
batches answered to one question. It is made once, holds no sums any more, and never changes. Its
people are put into groups of at least ten that do not overlap; every correlation is a function of
the sums of these groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from quiz.domain.disclosure import LEAST_PUBLISHED
from quiz.domain.tally import RestKey, RestSums


@dataclass(frozen=True, kw_only=True)
class Unit:
    """What may be said: people in whole tens, rounded down; correlations in hundredths.

    ``discrimination`` is the correlation of the score with the rest, None if either is constant.
    ``options`` has the correlation of choosing an option, where options exclude each other.
    """

    people: int
    discrimination: int | None
    options: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Group:
    """People who chose one option, or reached about the same score; ``points`` sums their scores.

    Without an option, the group is of several, or of none that is told.
    """

    option: str
    points: int
    sums: RestSums

    @property
    def people(self) -> int:
        """How many they are."""
        return self.sums.people

    @property
    def score(self) -> float:
        """Their mean score in percent."""
        return self.points / self.people

    def __add__(self, other: Group) -> Group:
        option = self.option if self.option == other.option else ""
        return Group(option, self.points + other.points, self.sums + other.sums)


def make_unit(rests: Mapping[RestKey, RestSums]) -> Unit | None:
    """Return what may be said of one question; None as long as it has not two groups of ten."""
    parts = [Group(key.option, key.score * sums.people, sums) for key, sums in rests.items()]
    groups = by_option(parts) if all(part.option for part in parts) else by_score(parts)
    if len(groups) < 2:
        return None
    return Unit(
        people=sum(group.people for group in groups) // 10 * 10,
        discrimination=with_rest((group.score, group) for group in groups),
        options={
            one.option: correlation
            for one in groups
            if one.option
            and (correlation := with_rest((group is one, group) for group in groups)) is not None
        },
    )


def by_option(parts: Iterable[Group]) -> list[Group]:
    """Return a group for each option that ten people chose, and one of all the others."""
    options: dict[str, Group] = {}
    for part in parts:
        options[part.option] = options[part.option] + part if part.option in options else part
    groups = sorted(options.values(), key=lambda group: -group.people)
    large = [group for group in groups if group.people >= LEAST_PUBLISHED]
    others = [group for group in groups if group.people < LEAST_PUBLISHED]
    if others and sum(group.people for group in others) < LEAST_PUBLISHED and large:
        others.append(large.pop())
    return [*large, together(others)] if others else large


def together(groups: Iterable[Group]) -> Group:
    """Return several groups as one."""
    return sum(groups, Group("", 0, RestSums(0, 0, 0)))


def by_score(parts: Iterable[Group]) -> list[Group]:
    """Return groups of neighbouring scores, each of ten people or more."""
    groups: list[Group] = []
    for part in sorted(parts, key=lambda part: part.score):
        if groups and (groups[-1].people < LEAST_PUBLISHED or part.score == groups[-1].score):
            groups.append(together([groups.pop(), part]))
        else:
            groups.append(together([part]))
    if len(groups) > 1 and groups[-1].people < LEAST_PUBLISHED:
        groups.append(together([groups.pop(), groups.pop()]))
    return groups


def with_rest(groups: Iterable[tuple[float, Group]]) -> int | None:
    """Return Pearson's correlation of a value, the same in all of a group, with the rest.

    In hundredths; None if one of the two is constant. Of right and wrong answers it is the
    corrected item-total correlation of Henrysson, Psychometrika 28 (1963) 211-218; of an option,
    the point-biserial one: Attali & Fraenkel, J. Educ. Meas. 37 (2000) 77-86.
    """
    found = list(groups)
    n = sum(group.people for _, group in found)
    own = sum(value * group.people for value, group in found)
    squares = sum(value**2 * group.people for value, group in found)
    rest = sum(group.sums.rest_sum for _, group in found)
    rest_squares = sum(group.sums.rest_square_sum for _, group in found)
    shared = sum(value * group.sums.rest_sum for value, group in found)
    spreads = (n * squares - own**2) * (n * rest_squares - rest**2)
    if spreads <= 0:
        return None
    return max(-100, min(100, round(100 * (n * shared - own * rest) / sqrt(spreads))))
