"""What published figures are made of, reckoned a second time from who answered what.

A figure is read as the sum that the rule of docs/anonymity.md allows: over cells of at least ten
answers. If it is not that, it is read as the sum over whole groups, as figures once were: an
attacker who knows how a program works tries every way in which a figure may have been made.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import pytest
from bs4 import BeautifulSoup

from tests.attacks.attacker import ENOUGH, Cell, Figure, Form, Row, cells, value
from tests.attacks.towns import OUTCOMES, Group, Outcome, Person, Plan, Pools, Share, Town
from tests.shipped import shipped_bank

THEMES = {"har": "harassment", "abd": "abduction", "lit": "literacy"}
ALL = tuple(OUTCOMES)
TOGETHER = 3

Weight: TypeAlias = Callable[[Outcome], int]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Groups that are published as one: what is said of them, and whose answers are added up."""

    month: str
    source: str
    phase: str
    province: str = ""
    chapter: str = ""
    language: str = ""
    shares: frozenset[Share]
    whole: frozenset[Share]
    partner: str | None = None

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.whole}

    def matches(self, chosen: Mapping[str, str]) -> bool:
        wanted = dict(chosen)
        months = wanted.pop("first", ""), wanted.pop("last", "9")
        among = months[0] <= self.month <= months[1]
        return among and all(getattr(self, name) == wanted[name] for name in wanted)


def theme_of(question: str) -> str:
    return THEMES[question[:3]]


def skill_of(question: str) -> str:
    return shipped_bank().questions[question].skill.value


class Rule:
    """What may be published in a town, day by day. Which small classes are together is given."""

    def __init__(self, plan: Plan, truth: Mapping[Cell | Row, int], least: int = ENOUGH) -> None:
        self.plan = plan
        self.least = least
        self.truth = truth
        self.groups = {group.name: group for group in plan.groups}

    def answers(self, group: str, question: str) -> int:
        return sum(self.truth.get(cell, 0) for cell in cells(self.groups[group], question))

    def sizes(self, group: Group) -> Mapping[str, int]:
        sizes = {each: self.answers(group.name, each) for each in group.quiz}
        return {each: number for each, number in sizes.items() if number}

    def is_enough(self, group: Group) -> bool:
        """Whether a class is published by itself."""
        return group.source != "solo" and max(self.sizes(group).values(), default=0) >= self.least

    def units(self, day: int, pools: Pools) -> Sequence[Unit]:
        """Return what is published when a day begins."""
        before = [(n, each) for n, each in enumerate(self.plan.days[:day])]
        groups = [(Town.month(n), each) for n, each in before if isinstance(each, Group)]
        return [
            *(self.by_itself(group, month) for month, group in groups if self.is_enough(group)),
            *self.alone([pair for pair in groups if pair[1].source == "solo"]),
            *self.together(pools),
        ]

    def by_itself(self, group: Group, month: str) -> Unit:
        sizes = self.sizes(group)
        afters = {each.after: each for each in self.plan.groups if each.after}
        other = afters.get(group.name) or self.groups.get(group.after or "")
        return Unit(
            month=month,
            source=group.source,
            phase=group.phase,
            province=group.province,
            chapter=group.chapter,
            language=group.language,
            shares=frozenset((group.name, id_) for id_ in sizes if sizes[id_] >= self.least),
            whole=frozenset((group.name, id_) for id_ in sizes),
            partner=other.name if other else None,
        )

    def alone(self, groups: Sequence[tuple[str, Group]]) -> Iterator[Unit]:
        """Yield those who took the quiz alone: of each question, once there are enough."""
        waiting: dict[Share, list[str]] = {}
        enough: dict[tuple[str, str], set[Share]] = {}
        for month, group in groups:
            for id_ in self.sizes(group):
                names = waiting.setdefault((group.language, id_), [])
                names.append(group.name)
                if sum(self.answers(name, id_) for name in names) >= self.least:
                    found = enough.setdefault((group.language, month), set())
                    found.update((name, id_) for name in names)
                    names.clear()
        for (language, month), shares in enough.items():
            yield Unit(
                month=month,
                source="solo",
                phase="single",
                language=language,
                shares=frozenset(shares),
                whole=frozenset(shares),
            )

    def together(self, pools: Pools) -> Iterator[Unit]:
        """Yield small classes together, and check that they may be."""
        found: dict[tuple[str, str], list[Share]] = {}
        for name, (pool, month, questions) in pools.items():
            found.setdefault((pool, month), []).extend((name, id_) for id_ in questions)
        for (pool, month), shares in found.items():
            for id_ in {id_ for _, id_ in shares}:
                sizes = [self.answers(name, id_) for name, each in shares if each == id_]
                assert len(sizes) >= TOGETHER
                assert 2 * max(sizes) <= sum(sizes)
                assert sum(sizes) >= self.least
            members = [self.groups[name] for name in pools if pools[name][0] == pool]
            [phase] = {group.phase for group in members}
            assert len({group.simulated for group in members}) == 1, "simulated among real"
            both = frozenset(shares)
            yield Unit(month=month, source="pool", phase=phase, shares=both, whole=both)

    def small_cells(self, day: int, pools: Pools) -> Iterator[Cell]:
        """Yield what must be in no figure: cells that are not published, as they are too small."""
        shares = {share for unit in self.units(day, pools) for share in unit.shares}
        for group in self.plan.groups:
            for id_ in group.quiz:
                if (group.name, id_) not in shares:
                    yield from cells(group, id_)

    def joined(self, day: int, question: str, waiting: set[Share]) -> Sequence[Group]:
        """Return the classes whose answers to a question were joined with others, on a day."""
        before = [each for each in self.plan.days[:day] if isinstance(each, Group)]
        return [
            group
            for group in before
            if group.source == "room"
            and self.answers(group.name, question) >= self.least
            and (group.name, question) not in waiting
        ]


# ── Reading what was published ────────────────────────────────────────────────────────────────────


def one(outcome: Outcome) -> int:
    return 1


def percent(outcome: Outcome) -> int:
    return outcome.percent


def chose(option: str) -> Weight:
    return lambda outcome: int(option in outcome.names)


def scored(score: int) -> Weight:
    return lambda outcome: int(outcome.percent == score)


@dataclass(frozen=True)
class Published:
    """A published number with the two ways in which it may have been made."""

    says: str
    units: Sequence[Unit]
    questions: Sequence[str]
    parts: Sequence[tuple[Weight, int]]
    low: int
    high: int | None

    # whether it may be said of one unit: how many answered, or a rounded percent
    of_one: bool = True

    def figure(self, *, whole: bool) -> Figure:
        form: Counter[Cell | Row] = Counter()
        for unit in self.units:
            for group, question in unit.whole if whole else unit.shares:
                if question in self.questions:
                    for position, outcome in enumerate(OUTCOMES[question]):
                        for weight, times in self.parts:
                            if number := times * weight(outcome):
                                form[Cell(group, question, position)] += number
        return Figure(self.says, form, self.low, self.high)

    def is_in(self, unit: Unit) -> bool:
        return any(question in self.questions for _, question in unit.shares)

    def explained(self, truth: Mapping[Cell | Row, int]) -> tuple[Figure, bool]:
        """Return what it says, and whether that is what the rule allows."""
        behind = [unit for unit in self.units if self.is_in(unit)]
        of_nobody = not behind and self.high is None  # no percent is made of no answers
        for whole in (True,) if of_nobody else (False, True):
            figure = self.figure(whole=whole)
            found = value(figure.form, truth)
            if found >= self.low and (self.high is None or found <= self.high):
                return figure, not whole and (self.of_one or len(behind) != 1)
        raise AssertionError(f"nobody can explain {self.says}: {self.low} to {self.high}")


def exact(
    says: str, units: Sequence[Unit], questions: Sequence[str], weight: Weight, number: int
) -> Published:
    return Published(says, units, questions, [(weight, 1)], number, number, of_one=weight is one)


def rounded(
    says: str,
    units: Sequence[Unit],
    questions: Sequence[str],
    weight: Weight,
    shown: float,
    *,
    step: float = 5,
) -> Iterator[Published]:
    """Yield between what a rounded percent lies: of the weights, to all answers."""
    low = 0 if shown <= step and step == 5 else shown - step / 2
    high = 100 if shown >= 100 - step and step == 5 else shown + step / 2
    least, most = round(10 * low), round(10 * high)
    yield Published(f"{says}, at least", units, questions, [(weight, 10), (one, -least)], 0, None)
    yield Published(f"{says}, at most", units, questions, [(one, most), (weight, -10)], 0, None)


def share(
    says: str,
    units: Sequence[Unit],
    questions: Sequence[str],
    row: Mapping[str, Any],
    side: str = "",
) -> Iterator[Published]:
    """Yield what answers, points and percent say."""
    answers, shown = row[f"{side}answers"], row[f"{side}percent"]
    if answers is not None:
        yield exact(f"{says}: answers", units, questions, one, answers)
    points = row.get(f"{side}points")
    if points is not None:
        yield exact(f"{says}: points", units, questions, percent, points)
        assert shown == pytest.approx(points / answers, abs=1e-6)
    elif shown is not None:
        assert row[f"{side}coarse"]
        yield from rounded(says, units, questions, percent, shown)


LABELS = set(
    "by chapter choice coarse current doubts group kind language level month option phase place "
    "province question revision right scene score skill source theme value text_vi text_en".split()
)
"""What is no figure; so is the label of each of these."""

READ = set(
    "people groups answers points percent count share before_answers before_points before_percent "
    "after_answers after_points after_percent before_coarse after_coarse pairs fake hits genuine "
    "false_alarms unsure".split()
)
"""What is read here, number by number."""

FOLLOWING = set(
    "percent_low percent_high d_prime criterion change change_low change_high gained_share months"
    " before_people after_people".split()
)
"""What follows from whole cells; an attacker is given those."""

JOINT = set(
    "discrimination discrimination_low discrimination_high linked rest rest_low rest_high".split()
)
"""What joins the answers of people: of frozen units alone, and the same under every filter."""


def read(
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    units: Sequence[Unit],
    every: Sequence[Unit],
    numbers: Mapping[int, set[str]],
) -> Iterator[Published]:
    """Yield every number of an export of these units, which are some of all there are.

    Which classes have which numbers is given, as a strong attacker may know it.
    """
    for table in tables.values():
        for row in table:
            named = {column.removesuffix("_label") for column in row}
            unknown = named - LABELS - READ - FOLLOWING - JOINT
            assert not unknown, (
                f"what do these give away? Add them to LABELS, READ, FOLLOWING or JOINT: {unknown}"
            )
    yield from read_groups(tables["groups"], units, numbers)
    for row in tables["breakdown"]:
        some = [unit for unit in units if getattr(unit, row["by"]) == row["value"]]
        yield from share(f"{row['by']} {row['value']}", some, ALL, row)
        assert sum(1 for unit in some if unit.shares) <= row["groups"] <= len(some)
    for row in tables["themes"]:
        among = [id_ for id_ in ALL if row["theme"] in {"all", theme_of(id_)}]
        yield from share(f"theme {row['theme']}", units, among, row)
    for row in tables["skills"]:
        among = [id_ for id_ in ALL if row["skill"] == skill_of(id_)]
        yield from share(f"skill {row['skill']}", units, among, row)
    for row in tables["questions"]:
        yield from share(row["question"], units, [row["question"]], row)
    for row in tables["scores"]:
        says = f"{row['question']} scored {row['score']}"
        yield exact(says, units, [row["question"]], scored(row["score"]), row["answers"])
    for row in tables["options"]:
        yield from read_option(row, units)
    for row in tables["messages"]:
        yield from read_messages(row, units)
    afters = [unit for unit in units if unit.phase == "after" and unit.source != "pool"]
    befores = [unit for unit in every if unit.partner and unit.phase == "before"]
    befores = [unit for unit in befores if any(unit.partner in each.names for each in afters)]
    partners = {name for unit in befores for name in unit.names}
    afters = [unit for unit in afters if unit.partner in partners]
    for row in tables["comparison"]:
        among = [id_ for id_ in ALL if row["theme"] in {"all", theme_of(id_)}]
        for side, those in (("before", befores), ("after", afters)):
            yield from share(f"{side}, {row['theme']}", those, among, row, f"{side}_")


def read_groups(
    rows: Sequence[Mapping[str, Any]], units: Sequence[Unit], numbers: Mapping[int, set[str]]
) -> Iterator[Published]:
    """Yield what is said of each unit. Numbers say no more than what is before and after."""
    labels = ("source", "phase", "month", "province", "chapter", "language")
    left = list(units)
    found: dict[int, Unit] = {}
    for row in rows:
        named = [unit for unit in left if all(getattr(unit, each) == row[each] for each in labels)]
        own = numbers.get(row["group"], set())
        named = [unit for unit in named if len(unit.names) > 1 or unit.names <= own] or named
        assert named, f"there should be no {row}, but of {left}"
        unit, *_ = named
        left.remove(unit)
        other = found.setdefault(row["group"], unit)
        assert other is unit or unit.partner in other.names, "only before and after share a number"
        yield from share(f"group {row['group']}", [unit], ALL, row)
        assert row["people"] >= ENOUGH
    assert not any(unit.shares for unit in left)


def read_option(row: Mapping[str, Any], units: Sequence[Unit]) -> Iterator[Published]:
    chosen = chose(row["option"])
    says = f"{row['question']}: {row['option']}"
    if row["count"] is not None:
        yield exact(says, units, [row["question"]], chosen, row["count"])
    elif row["share"] is not None:
        assert row["coarse"]
        each = [row["question"]]
        yield from rounded(says, units, each, lambda outcome: 100 * chosen(outcome), row["share"])


def read_messages(row: Mapping[str, Any], units: Sequence[Unit]) -> Iterator[Published]:
    judged = {id_: shipped_bank().questions[id_] for id_ in ALL}
    fakes = [id_ for id_, each in judged.items() if each.best == ("fake",)]
    genuine = [id_ for id_, each in judged.items() if each.best == ("genuine",)]
    for says, questions, weight in (
        ("fake", fakes, one),
        ("hits", fakes, chose("fake")),
        ("genuine", genuine, one),
        ("false_alarms", genuine, chose("fake")),
    ):
        yield exact(says, units, questions, weight, row[says])


# ── The page of a facilitator ─────────────────────────────────────────────────────────────────────

SHOWN = 5
"""Answers that a facilitator may see of her own class."""

NAMES = {
    "Quấy rối trên mạng": "harassment",
    "Bắt cóc online": "abduction",
    "Kỹ năng số": "literacy",
    "Tất cả": "all",
}


def read_result(page: str, rule: Rule, group: Group) -> Iterator[Published]:
    """Yield every percent of a theme on a result page, and check every count there."""
    soup = BeautifulSoup(page, "lxml")
    unit = rule.by_itself(group, "")
    for row in soup.select("table:has(#by-theme) tbody tr"):
        theme = NAMES[row.th.get_text(strip=True)]
        among = [id_ for id_ in ALL if theme in {"all", theme_of(id_)}]
        shown = row.td.get_text(strip=True)
        if shown.endswith("%"):
            yield from rounded(theme, [unit], among, percent, float(shown[:-1]), step=1)
    sizes = rule.sizes(group)
    for id_, article in zip(group.quiz, soup.select("article"), strict=True):
        counts = [int(cell.get_text(strip=True)) for cell in article.select("td.num")]
        names: Counter[str] = Counter()
        for cell in cells(group, id_):
            for name in OUTCOMES[id_][cell.outcome].names:
                names[name] += rule.truth.get(cell, 0)
        expected = sorted(names.values()) if sizes.get(id_, 0) >= SHOWN else []
        assert sorted(filter(None, counts)) == [each for each in expected if each]


# ── What joins answers ────────────────────────────────────────────────────────────────────────────

LINKED = 4
"""Scored answers of somebody whose answers are joined at all."""


def rest_of(group: Group, person: Person, question: str) -> int | None:
    """Return the mean percent of the others of her answers; None if she is not counted."""
    percents = {
        id_: OUTCOMES[id_][position].percent
        for id_, position in zip(group.quiz, person, strict=True)
        if position is not None
    }
    if len(percents) < LINKED or question not in percents:
        return None
    others = sum(percents.values()) - percents[question]
    return round(Fraction(others, len(percents) - 1))


def joined(groups: Sequence[Group], question: str, weigh: Callable[[Outcome, int], int]) -> Form:
    """Return the sum of something about an answer and its rest, over people of several groups."""
    form: dict[Cell | Row, int] = {}
    for group in groups:
        position = group.quiz.index(question)
        for person in group.patterns:
            rest = rest_of(group, person, question)
            if rest is not None:
                number = weigh(OUTCOMES[question][person[position] or 0], rest)
                if number:
                    form[Row(group.name, person)] = number
    return form


def sums_behind(
    groups: Sequence[Group], question: str, options: Sequence[str]
) -> Iterator[tuple[str, Form]]:
    """Yield the sums that the correlations of a question were computed from."""
    yield "people", joined(groups, question, lambda _outcome, _rest: 1)
    yield "rests", joined(groups, question, lambda _outcome, rest: rest)
    yield "squares", joined(groups, question, lambda _outcome, rest: rest**2)
    yield "scores", joined(groups, question, lambda outcome, _rest: outcome.percent)
    yield "products", joined(groups, question, lambda outcome, rest: outcome.percent * rest)
    for option in options:
        yield f"{option}, people", joined(groups, question, rests_of(chose(option), 0))
        yield f"{option}, rests", joined(groups, question, rests_of(chose(option), 1))


def rests_of(weight: Weight, power: int) -> Callable[[Outcome, int], int]:
    """Return what counts people, or adds up their rests or the squares of these, of some only."""
    return lambda outcome, rest: weight(outcome) * rest**power


def correlation(groups: Sequence[Group], question: str, truth: Mapping[Cell | Row, int]) -> float:
    """Return how the score of a question goes with the rest, from people one by one."""
    scores: list[int] = []
    rests: list[int] = []
    for group in groups:
        position = group.quiz.index(question)
        for person in group.patterns:
            rest = rest_of(group, person, question)
            if rest is not None:
                people = truth.get(Row(group.name, person), 0)
                scores += [OUTCOMES[question][person[position] or 0].percent] * people
                rests += [rest] * people
    return statistics.correlation(scores, rests)
