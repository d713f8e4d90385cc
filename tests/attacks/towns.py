"""Towns with classes in them, and what an officer and a facilitator there are shown.

A town is chosen by the tests alone: who answered what, and what that scores. The product is used
as people use it: classes answer and are closed, days pass, and figures are read over HTTP.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quiz.domain.day import day_of
from quiz.domain.paper import Entry
from quiz.service import demo_data
from quiz.service import paper as on_paper
from quiz.service.live import moves
from quiz.store import attempts, paper
from quiz.store.tables import Room, Staff
from quiz.web import create_app
from quiz.web.settings import Settings, make_folder
from tests.classes import seat_class
from tests.conftest import NOON, Clock, appoint
from tests.people import Colleague
from tests.shipped import shipped_bank

SKIP = "skip"


@dataclass(frozen=True)
class Outcome:
    """What somebody may answer: the options that she chooses, and the percent that they score."""

    chosen: str
    percent: int

    @property
    def names(self) -> Sequence[str]:
        return self.chosen.split()


OUTCOMES: Mapping[str, Sequence[Outcome]] = {
    "har-images-class-chat": (Outcome("report", 100), Outcome("send", 0), Outcome("not-sure", 0)),
    "abd-authority-order-a": (Outcome("leave", 100), Outcome("badge", 0)),
    "lit-messages-bank-notice-a": (Outcome("genuine", 100), Outcome("fake", 0)),
    "lit-accounts-shared-phone": (Outcome("sign-out bank agree", 100), Outcome("bank saved", 0)),
    "lit-accounts-vote-link": (Outcome("fake", 100), Outcome("genuine", 0)),
}
"""Questions of three kinds, and what people here answer to them."""

CORE = tuple(OUTCOMES)[:4]
ON_PAPER = tuple(id_ for id_ in OUTCOMES if id_ != "lit-accounts-shared-phone")

Person: TypeAlias = tuple[int | None, ...]
"""The outcome of each question of a quiz; None if it was skipped or not reached."""


@dataclass(frozen=True)
class Group:
    """A class, or those who take the quiz alone on one day: all of it but the answers."""

    name: str
    people: int
    quiz: Sequence[str] = CORE
    source: str = "room"
    phase: str = "single"
    after: str | None = None
    province: str = ""
    chapter: str = ""
    language: str = "vi"
    simulated: bool = False

    @property
    def patterns(self) -> Sequence[Person]:
        """Everything that one person in it may answer."""
        return list(product(*((*range(len(OUTCOMES[id_])), None) for id_ in self.quiz)))


@dataclass(frozen=True)
class Look:
    """A moment when an officer takes every export that she can think of."""

    filters: Sequence[Mapping[str, str]]


Share: TypeAlias = tuple[str, str]
"""What a group answered to a question: the name of the one and the id of the other."""

Pools: TypeAlias = Mapping[str, tuple[str, str, frozenset[str]]]
"""For each small class that is published with others: the pool, its month, and the questions."""

Answers: TypeAlias = Mapping[str, Sequence[Person]]
"""The people of each group."""


@dataclass(frozen=True)
class Plan:
    """What happens in a town, one day after the other. An attacker knows all of it."""

    days: Sequence[Group | Look]

    @property
    def groups(self) -> Sequence[Group]:
        return [day for day in self.days if isinstance(day, Group)]


@dataclass(frozen=True)
class Seen:
    """What the town showed: exports by moment and filter, and the result page of each class."""

    exports: dict[tuple[int, str], Mapping[str, Any] | None] = field(default_factory=dict)
    pages: dict[tuple[int, str], str] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)

    # not shown to anybody: what the rows of the database say
    pools: dict[int, Pools] = field(default_factory=dict)
    numbers: dict[int, set[str]] = field(default_factory=dict)
    waiting: dict[int, set[Share]] = field(default_factory=dict)


class Town:
    """An installation with an officer and one facilitator."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.app = app
        self.clock = clock
        self.officer = appoint(app, clock, "officer")
        self.teacher = appoint(app, clock, "facilitator")
        self.rooms: dict[str, int] = {}

    def simulate(self) -> None:
        """Add simulated classes, as ``quiz demo`` does."""
        with self.app.extensions["database"].writing() as db:
            demo_data.fill(db, shipped_bank(), today=day_of(self.clock()))
            db.commit()

    @classmethod
    @contextmanager
    def built(cls, folder: Path, migrated: Path) -> Iterator[Town]:
        """Yield a new town in a folder of its own."""
        settings = Settings(data=folder, development=True)
        make_folder(settings)
        assert isinstance(settings.database, Path)
        shutil.copy(migrated, settings.database)
        clock = Clock()
        app = create_app(settings, shipped_bank())
        app.config.update(CLOCK=clock, STEADY_CLOCK=clock.steady, PROPAGATE_EXCEPTIONS=True)
        try:
            yield cls(app, clock)
        finally:
            app.extensions["database"].close()

    def live_through(self, plan: Plan, answers: Answers) -> Seen:
        """Let everything happen, and return what was shown."""
        seen = Seen()
        for number, day in enumerate(plan.days):
            if isinstance(day, Group):
                with self.app.extensions["database"].writing() as db:
                    self.hold(db, day, answers[day.name])
                    db.commit()
            else:
                self.current_page(number, day, seen)
            self.clock.forward(days=1)
        self.teacher.sign_in()
        for name, id_ in self.rooms.items():
            seen.results[name] = self.teacher.client.get(f"/rooms/{id_}/result").text
        return seen

    def current_page(self, number: int, day: Look, seen: Seen) -> None:
        """Take every export and page, under every filter."""
        self.officer.sign_in()
        for chosen in day.filters:
            key = number, json.dumps(chosen)
            query = {"query_string": chosen}
            response = self.officer.client.get("/reports/file/report.json", **query)
            seen.exports[key] = json.loads(response.data) if response.status_code == 200 else None
        seen.pools[number] = self.pools()
        seen.waiting[number] = self.waiting()
        seen.numbers.update(self.numbers())
        for path in ("/reports", "/reports/questions"):
            seen.pages[number, path] = self.main_text(self.officer, path)

    @staticmethod
    def month(day: int) -> str:
        """Return the month in which a day of a plan lies."""
        return (NOON + timedelta(days=day)).isoformat()[:7]

    def pools(self) -> Pools:
        """Return which small classes are published together, from the rows of the database."""
        statement = text(
            "SELECT room.id, pool.id, pool.month, cell.question FROM room"
            " JOIN batch ON batch.id = room.batch JOIN batch AS pool ON pool.id = batch.pool"
            " LEFT JOIN cell ON cell.batch = batch.id AND cell.pooled"
        )
        with self.app.extensions["database"].reading() as db:
            rows = db.execute(statement).all()
        names = {id_: name for name, id_ in self.rooms.items()}
        found: dict[str, tuple[str, str, frozenset[str]]] = {}
        for room, pool, month, question in rows:
            *_, questions = found.get(names[room], ("", "", frozenset()))
            found[names[room]] = str(pool), month, questions | ({question} - {None})
        return found

    def numbers(self) -> Mapping[int, set[str]]:
        """Return which classes have which number, from the rows of the database."""
        statement = text(
            "SELECT batch.number, room.id FROM room JOIN batch ON batch.id = room.batch"
            " WHERE batch.number IS NOT NULL"
        )
        names = {id_: name for name, id_ in self.rooms.items()}
        found: dict[int, set[str]] = {}
        with self.app.extensions["database"].reading() as db:
            for number, room in db.execute(statement):
                found.setdefault(number, set()).add(names[room])
        return found

    def waiting(self) -> set[Share]:
        """Return of which classes the sums of a question still wait for a unit, from the rows."""
        statement = text(
            "SELECT DISTINCT room.id, rest_tally.question FROM room"
            " JOIN rest_tally ON rest_tally.batch = room.batch"
        )
        with self.app.extensions["database"].reading() as db:
            rows = db.execute(statement).all()
        names = {id_: name for name, id_ in self.rooms.items()}
        return {(names[room], question) for room, question in rows}

    @staticmethod
    def main_text(who: Colleague, path: str, **options: Any) -> str:
        """Return what stands on a page."""
        page = BeautifulSoup(who.client.get(path, **options).data, "lxml")
        return page.main.get_text(" ", strip=True) if page.main else ""

    # What happens on a day.

    def hold(self, db: Session, group: Group, people: Sequence[Person]) -> None:
        """Let a group answer. Classes are closed at once; who is alone is counted the next day."""
        assert len(people) == group.people
        {"room": self.hold_class, "paper": self.count_papers, "solo": self.take_alone}[
            group.source
        ](db, group, people)

    def hold_class(self, db: Session, group: Group, people: Sequence[Person]) -> None:
        given = [as_chosen(group, person, number) for number, person in enumerate(people)]
        room = self.make_room(db, group)
        room.stage, room.code, room.opened = "asking", f"{room.id:06}", self.clock()
        db.flush()
        for each in given:
            self.attempt(db, group, each, room=room.id)
        moves.close(db, shipped_bank(), room, today=day_of(self.clock()))

    def count_papers(self, db: Session, group: Group, people: Sequence[Person]) -> None:
        room = self.make_room(db, group)
        room.mode = "paper"
        counts = {
            id_: Counter(
                OUTCOMES[id_][person[position]].chosen  # type: ignore[index]
                for person in people
                if person[position] is not None
            )
            for position, id_ in enumerate(group.quiz)
        }
        paper.save(db, room, Entry(people=len(people), options=counts))
        on_paper.seal(db, shipped_bank(), room, version=room.version, today=day_of(self.clock()))

    def take_alone(self, db: Session, group: Group, people: Sequence[Person]) -> None:
        for number, person in enumerate(people):
            given = as_chosen(group, person, number)
            attempt = self.attempt(db, group, given, day=day_of(self.clock()))
            attempt.finished = True

    def make_room(self, db: Session, group: Group) -> Room:
        teacher = db.scalars(select(Staff).where(Staff.role == "facilitator")).one()
        before = db.get(Room, self.rooms[group.after]) if group.after else None
        room = seat_class(
            db,
            teacher,
            [],
            today=day_of(self.clock()),
            phase=group.phase,
            after=before,
            province=group.province,
            chapter=group.chapter,
        )
        bank = shipped_bank().questions
        room.questions = " ".join(group.quiz)
        room.revisions = " ".join(bank[id_].revision for id_ in group.quiz)
        room.projector = group.language
        room.told_optional = room.told_parents = room.knows_disclosure = True
        db.flush()
        self.rooms[group.name] = room.id
        return room

    def attempt(
        self, db: Session, group: Group, given: Mapping[str, tuple[str, int | None]], **where: Any
    ) -> Any:
        attempt = attempts.start(
            db,
            attempts.attempt_id(attempts.new_token()),
            theme="mixed",
            language=group.language,
            questions=group.quiz,
            position=0,
            **where,
        )
        for id_, (chosen, percent) in given.items():
            revision = shipped_bank().questions[id_].revision
            attempts.save(
                db, attempt.id, question=id_, revision=revision, chosen=chosen, score=percent
            )
        return attempt


def as_chosen(group: Group, person: Person, number: int) -> dict[str, tuple[str, int | None]]:
    """Return what a person sends: some skip what they do not answer, some never come to it."""
    skips = number % 2 == 0 or all(each is None for each in person)
    given: dict[str, tuple[str, int | None]] = {}
    for id_, outcome in zip(group.quiz, person, strict=True):
        if outcome is not None:
            given[id_] = (OUTCOMES[id_][outcome].chosen, OUTCOMES[id_][outcome].percent)
        elif skips:
            given[id_] = (SKIP, None)
    return given


# ── Towns by chance ───────────────────────────────────────────────────────────────────────────────

PROVINCES = ("", "Huế", "Lào Cai")
CHAPTERS = ("", "Hoa Mai")


def random_plan(chance: Random) -> Plan:
    """Return classes of many sizes, some of them in pairs, with looks in between."""
    days: list[Group | Look] = []
    sizes = [12, 16, 20, 12, 14, 3, 5, 8, 11, 10, 4, 6]
    pair = None
    for number, people in enumerate(sizes):
        phase = chance.choice(["single", "single", "before"])
        if pair and chance.random() < 0.7:
            phase = "after"
        quiz = CORE if people >= 10 else tuple(chance.sample(list(OUTCOMES), 3))
        days.append(
            Group(
                name=f"class {number}",
                people=people,
                quiz=quiz,
                phase=phase,
                after=pair if phase == "after" else None,
                province=chance.choice(PROVINCES),
                chapter=chance.choice(CHAPTERS),
                language=chance.choice(["vi", "vi", "en"]),
            )
        )
        pair = {"before": f"class {number}", "after": None}.get(phase, pair)
        if number % 4 == 3:
            days.append(Look(random_filters(chance)))
    days.insert(3, Group(name="on paper", people=13, quiz=ON_PAPER[:3], source="paper"))
    days.insert(4, Group(name="alone", people=7, source="solo"))
    days.insert(8, Group(name="alone again", people=9, source="solo"))
    return Plan(days)


def random_filters(chance: Random) -> Sequence[Mapping[str, str]]:
    """Return everything, each part of one choice, and some mixtures."""
    parts = {
        "province": PROVINCES[1:],
        "phase": ("single", "before", "after"),
        "source": ("room", "paper", "solo", "pool"),
        "language": ("vi", "en"),
        "chapter": CHAPTERS[1:],
    }
    single = [{name: value} for name, values in parts.items() for value in values]
    mixed = [
        {name: chance.choice(parts[name]) for name in chance.sample(list(parts), 2)}
        for _ in range(2)
    ]
    months = [{"last": "2026-11"}, {"first": "2026-12"}]
    return [{}, *single, *months, *mixed]


def random_answers(chance: Random, plan: Plan) -> Answers:
    """Return people who know most, skip some, and do not all come to the end."""
    return {group.name: people_of(chance, group) for group in plan.groups}


def classes_in_a_row(number: int, people: int) -> Plan:
    """Return classes that took one quiz, with a look after each."""
    days: list[Group | Look] = []
    for position in range(number):
        days += [Group(name=f"class {position}", people=people), Look([{}])]
    return Plan(days)


def people_of(chance: Random, group: Group) -> Sequence[Person]:
    everybody = []
    few = chance.random() < 0.5  # only a few come to the last question
    last = chance.choice([1, 3, 6])
    for number in range(group.people):
        person = [
            None
            if chance.random() < 0.04
            else chance.choices(range(len(OUTCOMES[id_])), [6, 3, 1][: len(OUTCOMES[id_])])[0]
            for id_ in group.quiz
        ]
        if few and number >= last:
            person[-1] = None
        if all(each is None for each in person):
            person[0] = 0
        everybody.append(tuple(person))
    return everybody


def able_people(chance: Random, group: Group) -> Sequence[Person]:
    """Return people who know much, or little, and answer everything."""
    return [
        tuple(
            0 if chance.random() < right else chance.randrange(1, len(OUTCOMES[id_]))
            for id_ in group.quiz
        )
        for right in chance.choices([0.3, 0.9], k=group.people)
    ]
