"""Somebody takes every export there ever was, and solves for people.

Everybody in these classes answers twelve questions right or wrong by the toss of a coin, so the
counts of an export tell exactly whose answers are in it. Whatever sums and differences of exports
an attacker forms, she cannot part two people who are always in or out of them together: so we
look at those groups. Each has to be made of whole release units, and so of ten people or more.
"""

import json
from collections import Counter
from datetime import date
from random import Random

import pytest

from quiz.service.reports import figures, formats
from quiz.store.reports import Filter
from quiz.store.sqlite import SQLite
from tests.classes import REVISION, add_facilitator, hold_class
from tests.conftest import NOON
from tests.proof import length

MONTHS = [date(2026, month, 5) for month in (8, 9, 10, 11)]
PROVINCES = ("", "Huế", "Lào Cai")
STEPS = length(200, 500)


@pytest.fixture
def database(tmp_path):
    database = SQLite.open(tmp_path / "quiz.sqlite3")
    yield database
    database.close()


def exported(db, bank, chosen):
    """Return the tables that an officer takes away."""
    report = figures.build_report(db, bank, chosen)
    document = formats.render_json(
        formats.Export(report=report, version="1", month="2026-11", language="vi", translate=str)
    )
    return json.loads(document)["tables"]


class Town:
    """Classes with their people, and the rules of release written down a second time."""

    def __init__(self, chance, questions):
        self.chance = chance
        self.questions = questions
        self.units = []  # (people, what a filter may ask of them)
        self.waiting: dict[str, list[list[frozenset[str]]]] = {
            "single": [],
            "before": [],
            "after": [],
        }

    def people(self, number):
        """Return new people, each as the set of questions that she knows."""
        return [
            frozenset(each for each in self.questions if self.chance.random() < 0.5)
            for _ in range(number)
        ]

    def answers(self, knows):
        return {
            question: ("a", 100) if question in knows else ("b", 0) for question in self.questions
        }

    def sealed(self, people, about, today):
        if len(people) >= 10:
            self.units.append((people, {**about, "source": "room"}))
            return
        waiting = self.waiting[about["phase"]]
        waiting.append(people)
        sizes = [len(group) for group in waiting]
        if sum(sizes) >= 10 and len(sizes) >= 3 and 2 * max(sizes) <= sum(sizes):
            together = [person for group in waiting for person in group]
            pool = {"month": today.isoformat()[:7], "phase": about["phase"], "source": "pool"}
            self.units.append((together, pool))  # which may add to the pool of the month
            waiting.clear()

    def matching(self, chosen):
        """Return which units a filter lets through."""
        wanted = {
            name: value
            for name, value in vars(chosen).items()
            if value and name not in {"first", "last"}
        }
        return [
            number
            for number, (_, about) in enumerate(self.units)
            if all(about.get(name) == value for name, value in wanted.items())
            and (chosen.first or "") <= about["month"] <= (chosen.last or "9")
        ]


def random_filter(chance):
    first, last = sorted(chance.choices([day.isoformat()[:7] for day in MONTHS], k=2))
    return Filter(
        first=chance.choice([None, first]),
        last=chance.choice([None, last]),
        province=chance.choice([None, *PROVINCES[1:]]),
        phase=chance.choice([None, None, "single", "before", "after"]),
        source=chance.choice([None, None, "room", "pool"]),
        language=chance.choice([None, None, "vi"]),
    )


@pytest.mark.parametrize("seed", range(length(1, 3)))
def test_no_series_of_exports_tells_anything_finer_than_whole_groups(database, bank, seed):
    chance = Random(seed)
    town = Town(chance, sorted(bank.questions)[:12])
    seen = []  # for each export, the units in it
    last = None
    with database.writing() as db:
        facilitator = add_facilitator(db, NOON)
        db.commit()

    for _ in range(STEPS):
        if chance.random() < 0.25:
            today = chance.choice(MONTHS)
            people = town.people(chance.choice([1, 2, 3, 5, 8, 9, 10, 11, 14, 25]))
            phase = chance.choice(["single", "before", "after" if last else "single"])
            about = {
                "month": today.isoformat()[:7],
                "phase": phase,
                "province": chance.choice(PROVINCES),
                "language": "vi",
            }
            with database.writing() as db:
                room = hold_class(
                    db,
                    facilitator,
                    [town.answers(person) for person in people],
                    today=today,
                    phase=phase,
                    after=last if phase == "after" else None,
                    province=about["province"],
                )
                db.commit()
            town.sealed(people, about, today)
            last = {"before": room, "after": None}.get(phase, last)
        else:
            chosen = random_filter(chance)
            units = town.matching(chosen)
            with database.reading() as db:
                tables = exported(db, bank, chosen)
            check_export(tables, town, units)
            seen.append(frozenset(units))

    assert len(town.units) > STEPS / 25
    groups: Counter[frozenset[int]] = Counter()
    for number, (people, _) in enumerate(town.units):
        groups[frozenset(position for position, units in enumerate(seen) if number in units)] += (
            len(people)
        )
    groups.pop(frozenset(), None)
    assert len(groups) > STEPS / 50  # the attacker did learn something
    assert min(groups.values()) >= 10


def check_export(tables, town, units):
    """Check that what was taken away is the sum over these units, and nothing else."""
    people = [person for number in units for person in town.units[number][0]]
    assert sum(row["people"] for row in tables["groups"]) == len(people)
    right = {
        row["question"]: row["answers"]
        for row in tables["scores"]
        if (row["revision"], row["score"]) == (REVISION, 100)
    }
    batches = {
        (about["month"], about["phase"]) if about["source"] == "pool" else number
        for number, (_, about) in ((number, town.units[number]) for number in units)
    }
    if len(batches) > 1:
        knows = Counter(question for person in people for question in person)
        assert right == dict(knows)
    else:  # of one group nobody may count
        assert tables["scores"] == tables["messages"] == []
        for table in tables.values():
            for row in table:
                assert row.get("count") is row.get("points") is None
                assert row.get("percent") in {None, *range(5, 100, 5)}
