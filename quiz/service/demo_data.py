"""Simulated totals, so that an officer can explore reports before the first class.

People have an ability, questions a difficulty, and the chance to know an answer follows from the
two as in the Rasch model (Rasch, Probabilistic Models for Some Intelligence and Attainment Tests,
1960). A lesson raises abilities. All of it comes from one seed, goes through the same adding up
as real answers, and is marked as simulated for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp
from random import Random
from typing import TypeAlias

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from quiz.domain.day import month_of
from quiz.domain.question import NOT_SURE, SKIPPED, Chosen, Question, Theme
from quiz.domain.quiz import assemble, parallel
from quiz.domain.refusals import HoldsTotals
from quiz.domain.room import Phase
from quiz.domain.tally import Counted, add_up, percent
from quiz.store import releasing, tallies
from quiz.store.bank import Bank
from quiz.store.sealing import without_small_rests
from quiz.store.tables import Batch, Cell, ItemUnit, OptionTally, QuestionTally, RestTally

Place: TypeAlias = tuple[str, str]

MONTHS = 9
LENGTH = 8
PLACES = (
    ("Lào Cai", "Trường THPT Hoa Mai"),
    ("Nghệ An", "Hội Phụ nữ xã Hoa Mai"),
    ("Đắk Lắk", "Trường nội trú Hoa Ban"),
    ("Vĩnh Long", "Công ty may Cỏ May"),
    ("TP. Hồ Chí Minh", "Ký túc xá Hoa Sữa"),
    ("Huế", "Hội Phụ nữ phường Hoa Mai"),
)
"""Real provinces, and schools and unions that do not exist."""

LEARNT = 0.9
"""How much a lesson raises ability, in logits: about from 58 % right to 77 %."""


@dataclass(frozen=True)
class Simulation:
    """Whom and what is simulated: a bank, the difficulty of its questions, and chance."""

    bank: Bank
    difficulties: Mapping[str, float]
    chance: Random

    @classmethod
    def of(cls, bank: Bank, seed: int) -> Simulation:
        """Return a world in which questions of a higher level are harder, mostly."""
        chance = Random(seed)  # noqa: S311 - what is made up is no secret
        difficulties = {
            question.id: 0.7 * (question.level - 2) + chance.gauss(-0.3, 0.7)
            for question in bank.questions.values()
        }
        return cls(bank, difficulties, chance)

    def quiz(self, theme: Theme | None) -> Sequence[str]:
        """Return the questions of a lesson."""
        return assemble(self.bank.questions.values(), self.chance, theme=theme, length=LENGTH)

    def quiz_on_paper(self) -> Sequence[str]:
        """Return questions that work on paper."""
        fit = [question.id for question in self.bank.questions.values() if question.paper_lines]
        return self.chance.sample(fit, min(LENGTH, len(fit)))

    def people(self, number: int, quiz: Sequence[str], learnt: float) -> Iterator[list[Counted]]:
        """Yield the answers of so many people to one quiz."""
        for _ in range(number):
            ability = self.chance.gauss(learnt, 0.9)
            yield [self.counted(self.bank.questions[id_], ability) for id_ in quiz]

    def counted(self, question: Question, ability: float) -> Counted:
        """Return one answer."""
        chosen = self.answer(question, ability)
        return Counted(
            question=question.id,
            revision=question.revision,
            theme=question.theme,
            names=question.counted(chosen),
            percent=percent(question.score(chosen)),
            exclusive=question.exclusive,
        )

    def answer(self, question: Question, ability: float) -> Chosen:
        """Return what somebody of this ability chooses."""
        luck = self.chance.random()
        if luck < 0.02:
            return SKIPPED
        knows = 1 / (1 + exp(self.difficulties[question.id] - ability))
        if luck < 0.02 + 0.06 * (1 - knows):
            return NOT_SURE
        return question.simulate(knows, self.chance)


def fill(db: Session, bank: Bank, *, today: date, seed: int = 1) -> int:
    """Add simulated classes, people alone and paper; return how many people they are.

    Raises HoldsTotals if there are totals already.
    """
    if db.scalars(select(exists(select(Batch.id)))).one():
        raise HoldsTotals
    world = Simulation.of(bank, seed)
    numbers = Random(seed)  # noqa: S311
    for number, month in enumerate(last_months(today)):
        for place in world.chance.sample(PLACES, 4):
            compare(db, world, month, place)
        for theme in (None, *Theme):
            batch = class_of(world, month, world.chance.choice(PLACES))
            put(db, world, world.quiz(theme), batch, learnt=0.03 * number)
        for language in ("vi", "en"):
            alone = Batch(
                source="solo",
                phase="single",
                month=month,
                language=language,
                released=month,
                number=releasing.unused_number(db, numbers),
                people=world.chance.randrange(12, 60),
            )
            put(db, world, world.quiz(None), alone)
            releasing.release_large_cells(db, alone)
        on_paper = class_of(world, month, world.chance.choice(PLACES), source="paper")
        put(db, world, world.quiz_on_paper(), on_paper)
    releasing.release_due(db, today=today, chance=numbers)
    return db.scalars(select(func.sum(Batch.people)).where(Batch.source != "pool")).one()


def compare(db: Session, world: Simulation, month: str, place: Place) -> None:
    """Add a class before a lesson and after it; a few people have gone home in between."""
    quiz = world.quiz(None)
    before = class_of(world, month, place, phase=Phase.BEFORE)
    put(db, world, quiz, before)
    after = class_of(world, month, place, phase=Phase.AFTER)
    after.people = before.people - world.chance.randrange(3)
    after.paired = before.id
    put(db, world, parallel(quiz, world.bank.questions), after, learnt=LEARNT)


def class_of(
    world: Simulation,
    month: str,
    place: Place,
    *,
    source: str = "room",
    phase: Phase = Phase.SINGLE,
) -> Batch:
    """Return a class of an ordinary size that nobody has answered yet."""
    province, chapter = place
    return Batch(
        source=source,
        phase=phase,
        month=month,
        language="vi",
        province=province,
        chapter=chapter,
        people=world.chance.randrange(7, 38),
    )


def put(
    db: Session, world: Simulation, quiz: Sequence[str], batch: Batch, *, learnt: float = 0.0
) -> None:
    """Let the people of a batch take a quiz."""
    batch.simulated = True
    tally = without_small_rests(add_up(world.people(batch.people, quiz, learnt)))
    if batch.source == "paper":  # where it is not known which answers are of one person
        tally = replace(tally, rests={})
    if batch.source != "solo":
        batch.people = tally.people
    tallies.add(db, batch, tally)


def clear(db: Session) -> None:
    """Delete everything that was simulated, and nothing else: no real batch is pooled with it."""
    simulated = select(Batch.id).where(Batch.simulated)
    for model in (RestTally, QuestionTally, OptionTally, Cell):
        db.execute(delete(model).where(model.batch.in_(simulated)))
    db.execute(delete(ItemUnit).where(ItemUnit.simulated))
    db.execute(update(Batch).where(Batch.simulated).values(pool=None, paired=None))
    db.execute(delete(Batch).where(Batch.simulated))


def last_months(today: date) -> Sequence[str]:
    """Return the last months, the oldest first, this one included."""
    number = today.year * 12 + today.month - 1
    return [
        month_of(date(month // 12, month % 12 + 1, 1))
        for month in range(number - MONTHS + 1, number + 1)
    ]
