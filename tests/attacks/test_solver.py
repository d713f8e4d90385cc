"""A solver is given every published number, and asked what fewer than ten people answered."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.attacks.attacker import (
    ENOUGH,
    Attacker,
    Cell,
    Figure,
    Form,
    Row,
    about_small_cells,
    cells,
    pairs,
    small_cells,
    value,
    world,
)
from tests.attacks.figures import (
    SHOWN,
    Rule,
    Unit,
    Weight,
    chose,
    correlation,
    exact,
    joined,
    one,
    percent,
    read,
    read_result,
    rests_of,
    rounded,
    scored,
    sums_behind,
)
from tests.attacks.towns import (
    CORE,
    OUTCOMES,
    Answers,
    Group,
    Outcome,
    Person,
    Plan,
    Seen,
    Town,
    able_people,
    classes_in_a_row,
    people_of,
    random_answers,
    random_plan,
)
from tests.proof import length

TOWNS = range(length(1, 40))

Known = Mapping[Cell | Row, int]


@pytest.fixture
def live(tmp_path: Path, migrated: Path) -> Callable[[Plan, Answers], Seen]:
    """Return what lets people answer in a town of their own, and says what was shown there."""
    numbers = iter(range(100))

    def live(plan: Plan, answers: Answers) -> Seen:
        with Town.built(tmp_path / str(next(numbers)), migrated) as town:
            return town.live_through(plan, answers)

    return live


# ── What is published, and what may be known of it ────────────────────────────────────────────────


def published(rule: Rule, seen: Seen) -> tuple[list[Figure], list[str]]:
    """Return what the exports of a town say, and which figures are not made as the rule wants."""
    figures: list[Figure] = []
    wrong: list[str] = []
    for (day, chosen), document in seen.exports.items():
        every = rule.units(day, seen.pools[day])
        units = [unit for unit in every if unit.matches(json.loads(chosen))]
        if document is None:
            assert not units, chosen
            continue
        for each in read(document["tables"], units, every, seen.numbers):
            figure, allowed = each.explained(rule.truth)
            figures.append(figure)
            if not allowed:
                wrong.append(f"day {day}, {chosen}: {figure.says}")
    return figures, wrong


def whole_cells(units: Sequence[Unit], truth: Known) -> Iterator[Figure]:
    """Yield what may be known: how the people of each published cell answered.

    What may be computed from such cells, an interval or a change, says no more than they do.
    """
    for unit in units:
        together: dict[tuple[str, int], dict[Cell | Row, int]] = {}
        for group, question in unit.shares:
            for position in range(len(OUTCOMES[question])):
                form = together.setdefault((question, position), {})
                form[Cell(group, question, position)] = 1
        for form in together.values():
            number = value(form, truth)
            yield Figure("a whole cell", form, number, number)


def joint_sums(rule: Rule, seen: Seen) -> Iterator[Figure]:
    """Yield the sums behind the correlations that are published: more than these say."""
    for (day, chosen), document in seen.exports.items():
        if document is None or chosen != "{}":
            continue
        options: dict[str, list[str]] = {}
        for row in document["tables"]["options"]:
            found = options.setdefault(row["question"], [])
            if row["rest"] is not None:
                found.append(row["option"])
        for row in document["tables"]["questions"]:
            id_ = row["question"]
            if row["discrimination"] is None:
                continue
            groups = rule.joined(day, id_, seen.waiting[day])
            for says, form in sums_behind(groups, id_, options[id_]):
                number = value(form, rule.truth)
                yield Figure(f"{id_}, {says}", form, number, number)


def deciding(rule: Rule) -> Iterator[Figure]:
    """Yield what decides when something is published: it has to stay, for days to be the same.

    No attacker is told this. Of those who are too few the numbers that answered stay; of classes,
    the numbers whose answers are joined; and people alone answer as they did.
    """
    for group in rule.plan.groups:
        forms: list[Form] = []
        if group.source == "solo":
            forms = [{Row(group.name, pattern): 1} for pattern in group.patterns]
        elif not rule.is_enough(group):
            forms = [dict.fromkeys(cells(group, id_), 1) for id_ in group.quiz]
        else:
            yield from too_few(rule, group)
            forms = [
                joined([group], id_, rests_of(gave(outcome), 0))
                for id_ in group.quiz
                for outcome in OUTCOMES[id_]
                if group.source == "room"
            ]
        for form in forms:
            number = value(form, rule.truth)
            yield Figure("stays", form, number, number)


def gave(outcome: Outcome) -> Weight:
    return lambda other: int(other == outcome)


def too_few(rule: Rule, group: Group) -> Iterator[Figure]:
    """Yield that a class which is published has too few answers to what is not."""
    for id_ in group.quiz:
        if rule.answers(group.name, id_) < ENOUGH:
            yield Figure("too few", dict.fromkeys(cells(group, id_), 1), 0, ENOUGH - 1)


def people_of_world(plan: Plan, known: Known) -> Answers:
    """Return who answers what in a world that a solver found."""
    return {
        group.name: [
            pattern for pattern in group.patterns for _ in range(known[Row(group.name, pattern)])
        ]
        for group in plan.groups
    }


# ── What she would find in figures that are not made by the rule ──────────────────────────────────


def whole_sums(rule: Rule, groups: Sequence[Group], *questions: str) -> Iterator[Figure]:
    """Yield how many answered in whole classes, and what they scored, as figures once were."""
    units = [rule.by_itself(group, "") for group in groups]
    for weight in (one, percent):
        figure = exact("sum", units, questions, weight, 0).figure(whole=True)
        number = value(figure.form, rule.truth)
        yield Figure("sum", figure.form, number, number)


def those_who_came_to_the_end(group: Group, number: int) -> Sequence[Person]:
    return [
        (0, position % 2, 0, 0 if position < number else None) for position in range(group.people)
    ]


def test_the_solver_finds_an_answer_between_two_exports():
    first, second = Group("first", 14), Group("second", 12)
    plan = Plan([first, second])
    answers = {"first": those_who_came_to_the_end(first, 14)}
    answers["second"] = those_who_came_to_the_end(second, 1)
    rule = Rule(plan, world(plan, answers))
    attacker = Attacker(plan, joint=False)
    for groups in ([first], [first, second]):
        attacker.see(whole_sums(rule, groups, CORE[-1]))
    assert attacker.knows({Cell("second", CORE[-1], 0): 1}, 1)


def test_the_solver_finds_a_hidden_question_in_what_is_left_of_all():
    group = Group("class", 12)
    plan = Plan([group])
    rule = Rule(plan, world(plan, {"class": those_who_came_to_the_end(group, 3)}))
    shown = [rule.by_itself(group, "")]
    attacker = Attacker(plan, joint=False)
    for id_ in CORE[:-1]:
        attacker.see(whole_sums(rule, [group], id_))
    assert not attacker.knows({Cell("class", CORE[-1], 0): 1}, 3)
    everything = list(whole_sums(rule, [group], *CORE))
    attacker.see(everything)
    assert attacker.knows({Cell("class", CORE[-1], 0): 1}, 3)
    small = set(rule.small_cells(1, {}))
    assert about_small_cells([*everything, *whole_cells(shown, rule.truth)], small) == 2


def test_the_solver_finds_who_answered_what_in_sums_of_rests():
    group = Group("class", 10)
    plan = Plan([group])
    chance = Random(1)
    answers = {
        "class": [tuple(chance.choice([0, 0, 0, 1, 1]) for _ in CORE) for _ in range(10)],
    }
    truth = world(plan, answers)
    attacker = Attacker(plan)
    attacker.see(whole_cells([Rule(plan, truth).by_itself(group, "")], truth))
    targets = list(pairs([group], truth))
    assert not any(attacker.knows(form, value(form, truth)) for _, form in targets)
    for id_ in CORE:
        for weight in (*map(chose, options_of(id_)), scored(0), scored(100)):
            for power in (1, 2):
                form = joined([group], id_, rests_of(weight, power))
                attacker.see([Figure("rests", form, value(form, truth), value(form, truth))])
    assert sum(attacker.knows(form, value(form, truth)) for _, form in targets) > 5


def test_the_solver_finds_that_a_class_was_of_one_mind_beside_one_without_answers():
    plan = Plan([Group("class", 12), Group("silent", 10)])
    skipped = (None,) * len(CORE)
    truth = world(plan, {"class": [(0,) * len(CORE)] * 12, "silent": [skipped] * 10})
    rule = Rule(plan, truth)
    units = [rule.by_itself(group, "") for group in plan.groups]
    attacker = Attacker(plan, joint=False)
    answers = exact("answers", units, CORE, one, 48)
    for each in (answers, *rounded("percent", units, CORE, percent, 95)):
        figure, allowed = each.explained(truth)
        assert allowed
        attacker.see([figure])
    right: Form = {Cell("class", CORE[0], 0): 1}
    assert not attacker.knows(right, 12)
    figure, allowed = exact("points", units, CORE, percent, 4800).explained(truth)
    assert not allowed, "of two classes, but one of them has no answers"
    attacker.see([figure])
    assert attacker.knows(right, 12)


def test_the_solver_finds_what_eight_people_on_twelve_phones_answered():
    group = Group("class", 12)
    plan = Plan([group])
    begun, came_back, stayed = (0, 1, None, None), (None, None, 0, 0), (1, 0, 1, 0)
    rule = Rule(plan, world(plan, {"class": [begun] * 4 + [came_back] * 4 + [stayed] * 4}))
    assert rule.units(1, {}) == [], "twelve joined, and no more than eight answered anything"
    attacker = Attacker(plan, joint=False)
    figures = [each for id_ in CORE for each in whole_sums(rule, [group], id_)]
    attacker.see(figures)
    assert attacker.knows({Cell("class", CORE[0], 0): 1}, 4)
    assert about_small_cells(figures, set(rule.small_cells(1, {}))) == 2 * len(CORE)


def test_the_solver_finds_real_people_among_simulated_ones_that_it_knows():
    real = Group("real", 6)
    simulated = [Group(f"simulated {number}", 8, simulated=True) for number in range(2)]
    plan = Plan([real, *simulated])
    answers = {group.name: people_of(Random(1), group) for group in plan.groups}
    truth = world(plan, answers)
    rule = Rule(plan, truth)
    attacker = Attacker(plan, joint=False)
    for id_ in CORE:
        attacker.see(whole_sums(rule, plan.groups, id_))
    right: Form = {Cell("real", CORE[1], 0): 1}
    number = value(right, truth)
    assert not attacker.knows(right, number)
    for group in simulated:  # whoever runs ``quiz demo`` has the same ones
        for id_ in CORE:
            for cell in cells(group, id_):
                attacker.see(
                    [Figure("simulated", {cell: 1}, truth.get(cell, 0), truth.get(cell, 0))]
                )
    assert attacker.knows(right, number)
    pools = {group.name: ("pool", "2026-11", frozenset(CORE[1:2])) for group in plan.groups}
    with pytest.raises(AssertionError, match="simulated among real"):
        list(rule.together(pools))


def test_the_solver_finds_on_a_result_page_what_one_person_answered():
    group = Group("class", 28, quiz=CORE[:2])
    plan = Plan([group])
    truth = world(plan, {"class": [(0, 0), *[(None, 0)] * 27]})
    rule = Rule(plan, truth, least=SHOWN)
    unit = rule.by_itself(group, "")
    attacker = Attacker(plan, joint=False)
    attacker.see(whole_cells([unit], truth))
    has_answered: Form = dict.fromkeys(cells(group, CORE[0]), 1)
    attacker.see([Figure("as the wall said", has_answered, 1, 1)])
    right: Form = {Cell("class", CORE[0], 0): 1}
    assert not attacker.knows(right, 1)
    for each in rounded("harassment", [unit], CORE[:1], percent, 100, step=1):
        figure, allowed = each.explained(truth)
        assert not allowed, "a percent of one person"
        attacker.see([figure])
    assert attacker.knows(right, 1)


def options_of(question: str) -> Sequence[str]:
    return sorted({name for outcome in OUTCOMES[question] for name in outcome.names})


# ── What an officer finds out ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", TOWNS)
def test_no_series_of_exports_says_what_fewer_than_ten_answered(live, seed):
    chance = Random(seed)
    plan = random_plan(chance)
    answers = random_answers(chance, plan)
    seen = live(plan, answers)
    truth = world(plan, answers)
    rule = Rule(plan, truth)

    figures, wrong = published(rule, seen)
    assert len(figures) > 1000
    assert wrong == []

    last = max(seen.pools)
    may_be_known = list(whole_cells(rule.units(last, seen.pools[last]), truth))
    small = set(rule.small_cells(last, seen.pools[last]))
    assert len(small) > 10
    assert about_small_cells([*figures, *may_be_known], small) == 0

    attacker = Attacker(plan)
    attacker.see([*figures, *may_be_known])
    counts = list(small_cells(plan, small, truth))
    assert [says for says, form in counts if attacker.knows(form, value(form, truth))] == []

    # a town of other people, in which the correlations are the same too: not a byte differs
    targets = [(form, value(form, truth)) for _, form in counts]
    other = attacker.otherwise([*joint_sums(rule, seen), *deciding(rule)], targets)
    assert sum(value(form, other) != number for form, number in targets) > 5
    check_same(live(plan, people_of_world(plan, other)), seen)


@pytest.mark.parametrize("seed", TOWNS)
def test_no_correlation_says_what_a_person_answered_besides(live, seed):
    chance = Random(seed)
    plan = classes_in_a_row(5, 14)
    answers = {group.name: able_people(chance, group) for group in plan.groups}
    seen = live(plan, answers)
    truth = world(plan, answers)
    rule = Rule(plan, truth)

    figures, wrong = published(rule, seen)
    assert wrong == []
    last = max(seen.pools)
    check_correlations(rule, seen, last)
    may_be_known = list(whole_cells(rule.units(last, seen.pools[last]), truth))
    sums = list(joint_sums(rule, seen))
    assert sums

    attacker = Attacker(plan)
    attacker.see([*figures, *may_be_known, *sums])
    targets = [*pairs(plan.groups, truth)]
    for group in plan.groups:
        targets += pairs([group], truth)
    assert len(targets) > 100
    assert [says for says, form in targets if attacker.knows(form, value(form, truth))] == []

    some = [(form, value(form, truth)) for _, form in chance.sample(targets, 20)]
    other = attacker.otherwise(deciding(rule), some)
    assert sum(value(form, other) != number for form, number in some) > 5
    check_same(live(plan, people_of_world(plan, other)), seen)


def test_simulated_people_are_in_no_figure_of_real_ones(tmp_path, migrated):
    chance = Random(1)
    plan = Plan(
        [
            *(Group(name=f"small {number}", people=5, quiz=CORE[:2]) for number in range(3)),
            *classes_in_a_row(4, 13).days,
        ]
    )
    answers = random_answers(chance, plan)
    seen: list[Seen] = []
    for simulated in (False, True):
        with Town.built(tmp_path / str(simulated), migrated) as town:
            if simulated:
                town.simulate()
            seen.append(town.live_through(plan, answers))
    assert seen[0].pools[max(seen[0].pools)], "small classes are together"
    without, with_them = seen
    assert without_chance(with_them) == without_chance(without)


@pytest.mark.parametrize("seed", TOWNS)
def test_no_result_page_says_what_fewer_than_five_answered(live, seed):
    chance = Random(seed)
    late = Group(name="one came to the theme", people=12, quiz=(*CORE[1:], CORE[0]))
    plan = Plan(
        [
            *(
                Group(name=f"class {number}", people=people, quiz=chance.sample(list(OUTCOMES), 4))
                for number, people in enumerate((4, 5, 6, 8, 12, 17))
            ),
            late,
        ]
    )
    answers = {
        **random_answers(chance, plan),
        late.name: those_who_came_to_the_end(late, 1),
    }
    seen = live(plan, answers)
    truth = world(plan, answers)
    rule = Rule(plan, truth, least=SHOWN)
    attacker = Attacker(plan, joint=False)
    for group in plan.groups:
        for each in read_result(seen.results[group.name], rule, group):
            figure, allowed = each.explained(truth)
            assert allowed, (group, figure.says)
            attacker.see([figure])
        attacker.see(whole_cells([rule.by_itself(group, "")], truth))
    small = set(rule.small_cells(len(plan.days), {}))
    counts = list(small_cells(plan, small, truth))
    assert len(counts) > 5
    assert [says for says, form in counts if attacker.knows(form, value(form, truth))] == []


def check_same(one: Seen, other: Seen) -> None:
    """Check that an officer saw the same in two towns, but for what is left to chance."""
    first, second = without_chance(one), without_chance(other)
    assert [key for key in second if first[key] != second[key]] == []
    assert [key for key in other.pages if one.pages[key] != other.pages[key]] == []


def without_chance(seen: Seen) -> Mapping[tuple[int, str], Any]:
    """Return exports in which every group is called by the names of those who share its number."""
    found: dict[tuple[int, str], Any] = {}
    for key, document in seen.exports.items():
        found[key] = copy.deepcopy(document)
        if document is not None:
            rows = found[key]["tables"]["groups"]
            for row in rows:
                row["group"] = sorted(seen.numbers.get(row["group"], ()))
            rows.sort(key=json.dumps)
    return found


def check_correlations(rule: Rule, seen: Seen, day: int) -> None:
    """Check published correlations against those of the people, one by one."""
    document = seen.exports[day, "{}"]
    assert document is not None
    found = 0
    for row in document["tables"]["questions"]:
        if row["discrimination"] is not None:
            groups = rule.joined(day, row["question"], seen.waiting[day])
            expected = correlation(groups, row["question"], rule.truth)
            assert row["discrimination"] == pytest.approx(expected, abs=0.0051)
            found += 1
    assert found > 2
