"""What an officer may see: figures over whole released batches, and nothing else.

A figure of which a single batch is the only source comes in steps of five percent, without the
counts behind it; one with fewer than ten answers does not come at all. ``docs/methodology.md``
explains this to whoever reads the reports. Nothing here changes anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from quiz.domain import statistics
from quiz.domain.attempt import Discernment
from quiz.domain.kinds import Choice, Judge
from quiz.domain.place import in_vietnamese_order
from quiz.domain.question import Question, Skill, Theme
from quiz.domain.release import coarse, may_be_released
from quiz.domain.statistics import Doubt, Estimate, Gain, QuestionTotals, Reliability, Sensitivity
from quiz.domain.tally import ALL, Tally
from quiz.service import live, words
from quiz.service.items import Item, items
from quiz.service.words import N_
from quiz.store import reports, rooms
from quiz.store.bank import Bank
from quiz.store.reports import LINKED, Answers, Condition, Filter, Released, Totals
from quiz.store.tables import Batch, Edition

PREFIXES = {"har": Theme.HARASSMENT, "abd": Theme.ABDUCTION, "lit": Theme.LITERACY}


def theme_of(id_: str) -> Theme:
    """Return the theme of a question, which its id tells also when it has left the bank."""
    return PREFIXES[id_.partition("-")[0]]


@dataclass(frozen=True, kw_only=True)
class Share:
    """A mean score in percent: exact, or coarse if of one batch, or none of too few answers."""

    answers: int
    points: int = 0
    single: bool = False

    @property
    def percent(self) -> float | None:
        """What may be said, between 0 and 100."""
        if not may_be_released(self.answers):
            return None
        exact = self.points / self.answers
        return coarse(exact) if self.single else exact


def share(answers: Iterable[Answers], *, single: bool | None = None) -> Share:
    """Return the mean of some answers. ``single`` if that is not seen from their batches."""
    people = points = 0
    alone = True
    for each in answers:
        people += each.answers
        points += each.points
        alone = alone and each.single
    return Share(answers=people, points=points, single=alone if single is None else single)


@dataclass(frozen=True, kw_only=True)
class Group:
    """The people of one month, place, phase, source or language, and how they did."""

    name: str
    batches: int
    people: int
    share: Share


@dataclass(frozen=True, kw_only=True)
class OptionFigure:
    """How often something was chosen, as far as may be said.

    ``percent`` is the share of the scored answers or, in a scene of a story, of those who chose
    something there. ``rest`` correlates choosing it with the same people's other answers.
    """

    item: Item
    single: bool
    count: int | None
    percent: float | None
    rest: Estimate | None


@dataclass(frozen=True, kw_only=True)
class QuestionFigure:
    """What is known of one revision of a question. Without text, it has left the bank."""

    id: str
    revision: str
    question: Question | None
    current: bool
    share: Share
    totals: QuestionTotals
    linked: QuestionTotals

    @property
    def theme(self) -> Theme:
        """Its theme, which its id tells also when it has left the bank."""
        return theme_of(self.id)

    @cached_property
    def difficulty(self) -> Estimate | None:
        """The mean score with its interval; none of a single batch."""
        return None if self.share.single else statistics.difficulty(self.totals)

    @cached_property
    def discrimination(self) -> Estimate | None:
        """The correlation of the score with the rest; none of a single batch."""
        return None if self.share.single else statistics.discrimination(self.linked)

    @cached_property
    def doubts(self) -> Sequence[Doubt]:
        """Reasons to read the question again."""
        if self.share.single or self.question is None:
            return []
        right = live.best_names(self.question)
        names = [name for _, name in live.named_options(self.question)]
        offers = isinstance(self.question, Choice | Judge)
        wrong = [name for name in names if name not in right] if offers else []
        return statistics.doubts(
            self.totals,
            self.linked,
            right=right if offers else (),
            wrong=wrong,
            chance=chance(self.question),
        )

    @cached_property
    def options(self) -> Sequence[OptionFigure]:
        """Everything that can be chosen, and not being sure; none if too few have answered."""
        if self.question is None or self.share.percent is None:
            return []
        found = items(self.question)
        came = Counter[str | None]({None: self.share.answers})
        for item in found:
            if item.scene and item.scored:
                came[item.scene] += self.chosen(item)
        return [self.option(item, came[item.scene]) for item in found]

    def chosen(self, item: Item) -> int:
        """Return how often something was chosen."""
        return self.totals.chosen(item.name).count

    def option(self, item: Item, of: int) -> OptionFigure:
        """Return how often something was chosen, ``of`` so many answers."""
        single = self.share.single
        count = self.chosen(item)
        known = item.scored and may_be_released(of)
        percent = 100 * count / of if known else None
        return OptionFigure(
            item=item,
            single=single,
            count=None if single else count,
            percent=coarse(percent) if single and percent is not None else percent,
            rest=None if single else statistics.option_rest(self.linked, item.name),
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Classes before and after a lesson: two groups of people who are not linked."""

    pairs: int
    people_before: int
    people_after: int
    themes: Mapping[str, tuple[Share, Share]]
    gain: Gain | None


@dataclass(frozen=True, kw_only=True)
class Quiz:
    """Classes that were asked the same questions, and how reliable their scores are."""

    questions: Sequence[str]
    batches: int
    people: int
    reliability: Reliability | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that an officer may see of the batches that a filter lets through."""

    chosen: Filter
    batches: Sequence[Released]
    answers: Mapping[int, Answers]
    tally: Tally
    themes: Mapping[str, Share]
    skills: Mapping[Skill, Share]
    questions: Sequence[QuestionFigure]
    comparison: Comparison | None
    quizzes: Sequence[Quiz]
    slope: Estimate | None
    discernment: Discernment
    scored: int

    @property
    def people(self) -> int:
        """How many people there are."""
        return sum(batch.people for batch in self.batches)

    @property
    def single(self) -> bool:
        """Whether one batch is all that there is."""
        return len(self.batches) == 1

    @property
    def simulated(self) -> bool:
        """Whether any of it was made up by ``quiz demo``."""
        return any(batch.simulated for batch in self.batches)

    @cached_property
    def mean(self) -> Estimate | None:
        """The mean score of people, between 0 and 1; none of a single batch."""
        return statistics.mean_score(self.tally) if self.scored > 1 else None

    @property
    def sensitivity(self) -> Sensitivity | None:
        """How well fake was told from genuine."""
        return statistics.sensitivity(self.discernment)

    @property
    def classes(self) -> Sequence[Group]:
        """Every batch by itself, in the order of months; its name is its number."""
        return [self.group(str(batch.id), [batch]) for batch in self.batches]

    def by(self, column: str) -> Sequence[Group]:
        """Return the batches in groups that share the value of a column, in order of values."""
        phases = list(words.PHASES)

        def order(item: tuple[str, object]) -> Any:
            name = item[0]
            return phases.index(name) if column == "phase" else in_vietnamese_order(name)

        groups: dict[str, list[Released]] = {}
        for batch in self.batches:
            groups.setdefault(getattr(batch, column) or "", []).append(batch)
        return [self.group(name, found) for name, found in sorted(groups.items(), key=order)]

    def group(self, name: str, batches: Sequence[Released]) -> Group:
        """Return what may be said of some batches together."""
        known = [self.answers[batch.id] for batch in batches if batch.id in self.answers]
        return Group(
            name=name,
            batches=len(batches),
            people=sum(batch.people for batch in batches),
            share=share(known, single=len(known) < 2),
        )


def report(db: Session, bank: Bank, chosen: Filter = reports.EVERYTHING) -> Report:
    """Return everything that an officer may see of some batches."""
    where = chosen.conditions
    found = reports.batches(db, *where)
    tally = reports.tally(db, *where)
    only_linked = all(batch.source in {"solo", "room"} for batch in found)
    linked = tally if only_linked else reports.tally(db, *where, LINKED)
    questions = question_figures(db, bank, tally, linked)
    judges = {
        figure.id: figure.question
        for figure in questions
        if isinstance(figure.question, Judge) and not figure.share.single
    }
    return Report(
        chosen=chosen,
        batches=found,
        answers=reports.by_batch(db, *where),
        tally=tally,
        themes=theme_shares(tally, len(found)),
        skills=skill_shares(questions, tally),
        questions=questions,
        comparison=comparison(db, where),
        quizzes=quizzes(db, where),
        slope=statistics.trend(reports.by_month(db, *where)),
        discernment=statistics.discernment(tally, judges.values()),
        scored=reports.scored(db, *where),
    )


def choices(db: Session) -> Report:
    """Return the batches among which filters choose, without any of their figures."""
    empty = Tally()
    return Report(
        chosen=reports.EVERYTHING,
        batches=reports.batches(db, *reports.EVERYTHING.conditions),
        answers={},
        tally=empty,
        themes={},
        skills={},
        questions=(),
        comparison=None,
        quizzes=(),
        slope=None,
        discernment=statistics.discernment(empty, ()),
        scored=0,
    )


NO_MONTH = N_("Write a month such as 2026-11.")
MONTHS_TURNED = N_("Choose a month that is not before the first.")
NONE_OF_THIS_NAME = N_("There are no figures of this name. Choose one that is offered.")


def problems(chosen: Filter, all_: Report) -> Mapping[str, str]:
    """Return what is wrong with a filter: names of its parts, and sentences in English.

    A month may be one without classes. Everything else has to be among all the batches, so that a
    slip of the pen is no empty report.
    """
    found = {}
    for name, value in vars(chosen).items():
        if value and name in {"first", "last"}:
            if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value):
                found[name] = NO_MONTH
        elif value and all(value != group.name for group in all_.by(name)):
            found[name] = NONE_OF_THIS_NAME
    if not found and chosen.first and chosen.last and chosen.first > chosen.last:
        found["last"] = MONTHS_TURNED
    return found


def question_figures(
    db: Session, bank: Bank, tally: Totals, linked: Tally
) -> Sequence[QuestionFigure]:
    """Return what is known of each revision of each question that anybody has answered."""
    totals, of_linked = statistics.by_question(tally), statistics.by_question(linked)
    return [
        QuestionFigure(
            id=id_,
            revision=revision,
            question=text_of(db, bank, id_, revision),
            current=id_ in bank.questions and bank.questions[id_].revision == revision,
            share=share([answered]),
            totals=totals[id_, revision],
            linked=of_linked.get((id_, revision), QuestionTotals({}, {})),
        )
        for (id_, revision), answered in sorted(tally.answers.items())
    ]


def text_of(db: Session, bank: Bank, id_: str, revision: str) -> Question | None:
    """Return a question as it was asked, if its wording has been kept."""
    question = bank.questions.get(id_)
    if question and question.revision == revision:
        return question
    return rooms.edition(db, bank, id_, revision) if db.get(Edition, (id_, revision)) else None


def theme_shares(totals: Totals, batches: int) -> Mapping[str, Share]:
    """Return the mean of each theme, and of all."""
    found: dict[str, Answers] = {}
    for (id_, _), answered in totals.answers.items():
        theme = theme_of(id_)
        found[theme] = found[theme] + answered if theme in found else answered
    shares = {theme: share([found[theme]]) for theme in PREFIXES.values() if theme in found}
    return shares | {ALL: share(found.values(), single=batches < 2)} if found else {}


def skill_shares(questions: Iterable[QuestionFigure], totals: Totals) -> Mapping[Skill, Share]:
    """Return the mean of each skill. A skill is of one batch unless one of its questions is not."""
    found: dict[Skill, list[Answers]] = {}
    for figure in questions:
        if figure.question:
            answered = totals.answers[figure.id, figure.revision]
            found.setdefault(figure.question.skill, []).append(answered)
    return {skill: share(found[skill]) for skill in Skill if skill in found}


def comparison(db: Session, where: Sequence[Condition]) -> Comparison | None:
    """Return how classes did before and after a lesson, if any two belong together."""
    pairs = reports.pairs(db, *where)
    if not pairs:
        return None
    sides = [Batch.id.in_(ids) for ids in zip(*pairs, strict=True)]
    before, after = (reports.tally(db, side) for side in sides)
    first, second = (theme_shares(side, len(pairs)) for side in (before, after))
    return Comparison(
        pairs=len(pairs),
        people_before=before.people,
        people_after=after.people,
        themes={theme: (first[theme], second[theme]) for theme in first if theme in second},
        gain=statistics.gain(before, after)
        if min(reports.scored(db, side) for side in sides) > 1
        else None,
    )


def quizzes(db: Session, where: Sequence[Condition]) -> Sequence[Quiz]:
    """Return what was asked in more than one class, the most often asked first."""
    found = []
    for quiz, batches in reports.quizzes(db, *where).items():
        if len(batches) > 1:
            tally = reports.tally(db, Batch.id.in_(batches))
            found.append(
                Quiz(
                    questions=quiz.partition("/")[0].split(),
                    batches=len(batches),
                    people=tally.people,
                    reliability=statistics.reliability(tally),
                )
            )
    return sorted(found, key=lambda quiz: -quiz.people)


def chance(question: Question) -> float:
    """Return the mean score of those who guess at a question; 0 where that is not simple to say."""
    match question:
        case Choice():
            return 1 / len(question.options)
        case Judge():
            return 0.5
        case _:
            return 0.0
