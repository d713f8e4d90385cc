"""Somebody who knows everything about a town but the answers, and solves for them.

She knows which classes there were, how many phones each had, what was asked, and how figures are
made. Each published number says something about whole numbers that she does not know: how many
people of a class answered a question in one way, and how many have the same row of answers. What
has one value only in all worlds that would have shown the same, she knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

import z3

from tests.attacks.towns import OUTCOMES, Answers, Group, Person, Plan

ENOUGH = 10


class Cell(NamedTuple):
    """The people of a group who answered a question in one way."""

    group: str
    question: str
    outcome: int


class Row(NamedTuple):
    """The people of a group who have the same row of answers."""

    group: str
    answers: Person


Form = Mapping[Cell | Row, int]
"""A sum of unknown numbers, each so many times."""


@dataclass(frozen=True)
class Figure:
    """A published number: a sum that lies between two others."""

    says: str
    form: Form
    low: int
    high: int | None = None


def value(form: Form, known: Mapping[Cell | Row, int]) -> int:
    """Return what a sum is in one world."""
    return sum(times * known.get(each, 0) for each, times in form.items())


def less(first: Form, second: Form, times: int = 1) -> Form:
    """Return one sum without another."""
    difference = Counter(dict(first))
    for each, number in second.items():
        difference[each] -= times * number
    return {each: number for each, number in difference.items() if number}


def world(plan: Plan, answers: Answers) -> Mapping[Cell | Row, int]:
    """Return what there is to know of people who answered so."""
    known: Counter[Cell | Row] = Counter()
    for group in plan.groups:
        for person in answers[group.name]:
            known[Row(group.name, person)] += 1
            for id_, outcome in zip(group.quiz, person, strict=True):
                if outcome is not None:
                    known[Cell(group.name, id_, outcome)] += 1
    return known


def cells(group: Group, question: str) -> Sequence[Cell]:
    """Return the cells of a group and a question."""
    if question not in group.quiz:
        return []
    return [Cell(group.name, question, position) for position in range(len(OUTCOMES[question]))]


@dataclass
class Attacker:
    """What she has seen so far, and worlds in which it would have looked the same."""

    plan: Plan
    joint: bool = True
    solver: Any = field(default_factory=z3.Solver)
    unknown: dict[Cell | Row, Any] = field(default_factory=dict)
    worlds: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        for group in self.plan.groups:
            self.know_group(group)

    def know_group(self, group: Group) -> None:
        """Take what the schedule says: how many people, and what they were asked."""
        rows = [Row(group.name, answers) for answers in group.patterns] if self.joint else []
        for position, question in enumerate(group.quiz):
            found = cells(group, question)
            for cell in found:
                self.add_unknown(cell, group)
            self.solver.add(self.sum(dict.fromkeys(found, 1)) <= group.people)
            for cell in found if rows else ():
                having: Form = {row: 1 for row in rows if row.answers[position] == cell.outcome}
                for row in having:
                    self.add_unknown(row, group)
                self.solver.add(self.sum(having) == self.unknown[cell])
        for row in rows:
            self.add_unknown(row, group)
        if rows:
            self.solver.add(self.sum(dict.fromkeys(rows, 1)) == group.people)

    def add_unknown(self, each: Cell | Row, group: Group) -> None:
        if each not in self.unknown:
            self.unknown[each] = z3.Int(str(len(self.unknown)))
            self.solver.add(self.unknown[each] >= 0, self.unknown[each] <= group.people)

    def sum(self, form: Form) -> Any:
        return z3.Sum([times * self.unknown[each] for each, times in form.items() if times])

    def see(self, figures: Iterable[Figure]) -> None:
        """Take published figures in."""
        self.worlds.clear()
        seen: set[Any] = set()
        for figure in figures:
            key = frozenset(figure.form.items()), figure.low, figure.high
            if key in seen or not figure.form:
                continue
            seen.add(key)
            total = self.sum(figure.form)
            if figure.low == figure.high:
                self.solver.add(total == figure.low)
            else:
                self.solver.add(total >= figure.low)
                if figure.high is not None:
                    self.solver.add(total <= figure.high)

    def otherwise(
        self, fixed: Iterable[Figure], targets: Iterable[tuple[Form, int]]
    ) -> Mapping[Cell | Row, int]:
        """Return another world that would have shown the same, and differs where it can."""
        self.solver.push()
        self.see(fixed)
        for target, truth in targets:
            self.solver.push()
            self.solver.add(self.sum(target) != truth)
            if self.solver.check() != z3.sat:
                self.solver.pop()
        assert self.solver.check() == z3.sat
        model = self.solver.model()
        self.solver.pop(self.solver.num_scopes())
        return {each: number_in(model, name) for each, name in self.unknown.items()}

    def knows(self, target: Form, truth: int) -> bool:
        """Whether a sum has one value in all worlds that would have shown the same."""
        total = self.sum(target)
        if any(number_in(world, total) != truth for world in self.worlds):
            return False
        self.solver.push()
        self.solver.add(total != truth)
        answer = self.solver.check()
        if answer == z3.sat:
            self.worlds.append(self.solver.model())
        self.solver.pop()
        assert answer != z3.unknown, "the solver gave up"
        return bool(answer == z3.unsat)


def number_in(world: Any, sum: Any) -> int:
    """Return what a sum is in a world that the solver found."""
    return int(world.eval(sum, model_completion=True).as_long())


# ── What she asks for ─────────────────────────────────────────────────────────────────────────────


def small_cells(
    plan: Plan, small: set[Cell], truth: Mapping[Cell | Row, int]
) -> Iterator[tuple[str, Form]]:
    """Yield every count about people who may not be counted, if there are any."""
    for group in plan.groups:
        for question in group.quiz:
            found = [cell for cell in cells(group, question) if cell in small]
            number = sum(truth.get(cell, 0) for cell in found)
            if number:
                yield f"{number} answers of {group.name} to {question}", dict.fromkeys(found, 1)
                for cell in found:
                    chosen = OUTCOMES[question][cell.outcome].chosen
                    yield f"{chosen} of {group.name} to {question} ({number})", {cell: 1}


def pairs(groups: Sequence[Group], truth: Mapping[Cell | Row, int]) -> Iterator[tuple[str, Form]]:
    """Yield how many people of groups with one quiz gave two answers, if that is to be kept.

    What the numbers of those who gave the one and the other say by themselves is known anyway; and
    what ten or more have in common may be known.
    """
    quiz, patterns = groups[0].quiz, groups[0].patterns
    names = groups[0].name if len(groups) == 1 else f"{len(groups)} classes"
    people = sum(group.people for group in groups)
    for one, other in combinations(range(len(quiz)), 2):
        for first in (*range(len(OUTCOMES[quiz[one]])), None):
            for second in (*range(len(OUTCOMES[quiz[other]])), None):
                having_one = of_all(groups, [row for row in patterns if row[one] == first])
                having_other = of_all(groups, [row for row in patterns if row[other] == second])
                both = {row: 1 for row in having_one if row in having_other}
                a, b, n = (value(form, truth) for form in (having_one, having_other, both))
                if max(0, a + b - people) < min(a, b) and (n < ENOUGH or min(a, b) < ENOUGH):
                    yield f"{names}: {first} at {quiz[one]}, {second} at {quiz[other]} ({n})", both


def of_all(groups: Sequence[Group], patterns: Sequence[Person]) -> dict[Cell | Row, int]:
    """Return all people of some groups who answered in one of several ways."""
    return {Row(group.name, pattern): 1 for group in groups for pattern in patterns}


PRIME = 2**61 - 1


def about_small_cells(figures: Iterable[Figure], small: set[Cell]) -> int:
    """Return how many independent sums over small cells alone follow from exact figures.

    It is the rank of all sums less their rank without the small cells: what is lost when those
    are struck out is a combination of figures in which nothing else is left.
    """
    exact = [
        figure.form
        for figure in figures
        if figure.low == figure.high and not any(isinstance(each, Row) for each in figure.form)
    ]
    rest = [{cell: n for cell, n in form.items() if cell not in small} for form in exact]
    return rank(exact) - rank(rest)


def rank(forms: Iterable[Form]) -> int:
    """Return how many of these sums are independent, by elimination modulo a large prime."""
    found: dict[Any, dict[Any, int]] = {}
    for form in {frozenset(form.items()) for form in forms}:
        left = {each: times % PRIME for each, times in form if times % PRIME}
        while left:
            pivot = min(left)
            if pivot not in found:
                inverse = pow(left[pivot], -1, PRIME)
                found[pivot] = {each: times * inverse % PRIME for each, times in left.items()}
                break
            times = left[pivot]
            for each, number in found[pivot].items():
                changed = (left.get(each, 0) - times * number) % PRIME
                if changed:
                    left[each] = changed
                else:
                    left.pop(each, None)
    return len(found)
