"""Compute the figures of reports from released cells, which are all that an officer may see.

A figure with a single batch behind it comes in steps of five percent, without the
counts behind it. ``docs/methodology.md`` explains this to whoever reads the reports. Nothing here
changes anything.
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
from quiz.domain.disclosure import coarse, may_be_published
from quiz.domain.place import in_vietnamese_order
from quiz.domain.question import Item, Question, Skill, Theme
from quiz.domain.statistics import (
    Correlations,
    Doubt,
    Estimate,
    Gain,
    QuestionTotals,
    Sensitivity,
    Sums,
)
from quiz.domain.tally import ALL, CellKey, Tally
from quiz.service import words
from quiz.service.items import items
from quiz.service.words import N_
from quiz.store import reports, rooms
from quiz.store.bank import Bank
from quiz.store.reports import Answers, Condition, Filter, Released, Totals
from quiz.store.tables import Batch, Edition

THEME_PREFIXES = {"har": Theme.HARASSMENT, "abd": Theme.ABDUCTION, "lit": Theme.LITERACY}


def theme_of(id_: str) -> Theme:
    """Return the theme of a question from its id, which works also when it has left the bank."""
    return THEME_PREFIXES[id_.partition("-")[0]]


@dataclass(frozen=True, kw_only=True)
class Share:
    """A mean score: exact, coarse if a single batch is behind it, None without answers."""

    answers: int
    points: int = 0
    single: bool = False

    @property
    def percent(self) -> float | None:
        """The score that may be disclosed, from 0 to 100."""
        if not self.answers:
            return None
        exact = self.points / self.answers
        return coarse(exact) if self.single else exact


def mean_share(answers: Iterable[Answers]) -> Share:
    """Return the mean score of some answers; it is single if all are from one batch."""
    found = list(answers)
    return Share(
        answers=sum(each.answers for each in found),
        points=sum(each.points for each in found),
        single=len({batch for each in found for batch in (each.first, each.last)}) < 2,
    )


@dataclass(frozen=True, kw_only=True)
class ThemeFigure:
    """The mean score of a theme. ``mean`` (0 to 1) has an interval and needs five batches."""

    share: Share
    mean: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """People and mean score of one month, place, phase, source or language."""

    name: str
    batches: int
    people: int
    share: Share


@dataclass(frozen=True, kw_only=True)
class OptionFigure:
    """How often an item was chosen, as far as it may be disclosed.

    ``percent`` is the share of the scored answers or, in a scene of a story, of those who chose
    something there. ``rest`` correlates choosing it with the same people's other answers, over all
    units.
    """

    item: Item
    single: bool
    count: int | None
    percent: float | None
    rest: Estimate | None


@dataclass(frozen=True, kw_only=True)
class QuestionFigure:
    """The figures of one revision of a question. ``question`` is None if its text is not known."""

    id: str
    revision: str
    question: Question | None
    current: bool
    share: Share
    totals: QuestionTotals
    linked: Correlations

    @property
    def theme(self) -> Theme:
        """Its theme, known also when it has left the bank."""
        return theme_of(self.id)

    @cached_property
    def difficulty(self) -> Estimate | None:
        """The mean score with its interval; none of a single batch."""
        return None if self.share.single else statistics.difficulty(self.totals)

    @cached_property
    def discrimination(self) -> Estimate | None:
        """The correlation of the score with the rest, over all units whatever the filter."""
        return self.linked.discrimination

    @cached_property
    def doubts(self) -> Sequence[Doubt]:
        """The reasons to review the question."""
        if self.share.single or self.question is None:
            return []
        items = self.question.items() if self.question.exclusive else []
        right = frozenset(item.tally_name for item in items if item.right)
        wrong = [item.tally_name for item in items if not item.right]
        return statistics.doubts(
            self.totals,
            self.linked,
            right=right,
            wrong=wrong,
            chance=self.question.chance_score,
        )

    @cached_property
    def options(self) -> Sequence[OptionFigure]:
        """Everything that can be chosen, and not being sure; none if too few have answered."""
        if self.question is None or self.share.percent is None:
            return []
        found = items(self.question)
        came = Counter[str | None]({None: self.share.answers})
        for item in found:
            if item.node and item.scored:
                came[item.node] += self.chosen(item)
        return [self.option(item, came[item.node]) for item in found]

    def chosen(self, item: Item) -> int:
        """Return how often something was chosen."""
        return self.totals.chosen(item.tally_name)

    def option(self, item: Item, of: int) -> OptionFigure:
        """Return how often something was chosen, ``of`` so many answers."""
        single = self.share.single
        count = self.chosen(item)
        known = item.scored and may_be_published(of)
        percent = 100 * count / of if known else None
        return OptionFigure(
            item=item,
            single=single,
            count=None if single else count,
            percent=coarse(percent) if single and percent is not None else percent,
            rest=self.linked.options.get(item.tally_name),
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Scores of classes before and after a lesson. People are not linked across the two."""

    pairs: int
    people_before: int
    people_after: int
    themes: Mapping[str, tuple[Share, Share]]
    gain: Gain | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """All figures of the batches that match a filter."""

    chosen: Filter
    batches: Sequence[Released]
    themes: Mapping[str, ThemeFigure]
    skills: Mapping[Skill, Share]
    questions: Sequence[QuestionFigure]
    comparison: Comparison | None
    slope: Estimate | None
    discernment: Discernment

    @property
    def people(self) -> int:
        """The number of participants."""
        return sum(batch.people for batch in self.batches)

    @property
    def simulated(self) -> bool:
        """Whether the data was simulated by ``quiz demo``. Then all of it was."""
        return any(batch.simulated for batch in self.batches)

    @property
    def mean(self) -> Estimate | None:
        """The mean score of all answers, from 0 to 1; None with fewer than five batches."""
        return self.themes[ALL].mean if self.themes else None

    @property
    def sensitivity(self) -> Sensitivity | None:
        """How well fake messages were told from genuine ones."""
        return statistics.sensitivity(self.discernment)

    @property
    def classes(self) -> Sequence[Group]:
        """Each batch as a group of its own, ordered by month and named by its number."""
        return [sum_batches(str(batch.number), [batch]) for batch in self.batches]

    def by(self, column: str) -> Sequence[Group]:
        """Return the batches grouped by a column, sorted by its values."""
        phases = list(words.PHASES)

        def order(item: tuple[str, object]) -> Any:
            name = item[0]
            return phases.index(name) if column == "phase" else in_vietnamese_order(name)

        groups: dict[str, list[Released]] = {}
        for batch in self.batches:
            groups.setdefault(getattr(batch, column) or "", []).append(batch)
        return [sum_batches(name, found) for name, found in sorted(groups.items(), key=order)]


def sum_batches(name: str, batches: Sequence[Released]) -> Group:
    """Return people and mean score of some batches together."""
    return Group(
        name=name,
        batches=len(batches),
        people=sum(batch.people for batch in batches),
        share=mean_share(
            Answers(answers=batch.answers, points=batch.points, first=batch.id, last=batch.id)
            for batch in batches
            if batch.answers
        ),
    )


def build_report(db: Session, bank: Bank, chosen: Filter = reports.EVERYTHING) -> Report:
    """Return the report of the batches that match a filter."""
    where = chosen.conditions
    found = reports.batches(db, *where)
    tally = reports.tally(db, *where)
    by_question = statistics.by_question(tally)
    units = reports.units(db, simulated=any(batch.simulated for batch in found))
    questions = [
        QuestionFigure(
            id=key.question,
            revision=key.revision,
            question=find_question(db, bank, *key),
            current=key.question in bank.questions
            and bank.questions[key.question].revision == key.revision,
            share=mean_share([answered]),
            totals=by_question[key],
            linked=statistics.correlations(units.get(key, ())),
        )
        for key, answered in sorted(tally.cells.items())
    ]
    judges = [
        figure.question
        for figure in questions
        if figure.question and figure.question.genuine is not None and not figure.share.single
    ]
    return Report(
        chosen=chosen,
        batches=found,
        themes=theme_figures(tally, sums_by_theme(db, *where)),
        skills=skill_shares(questions, tally),
        questions=questions,
        comparison=compare_phases(db, where),
        slope=monthly_trend(found),
        discernment=statistics.discernment(tally, judges),
    )


def report_without_figures(db: Session) -> Report:
    """Return a report of all batches without figures, which knows the values to filter by."""
    return Report(
        chosen=reports.EVERYTHING,
        batches=reports.batches(db, *reports.EVERYTHING.conditions),
        themes={},
        skills={},
        questions=(),
        comparison=None,
        slope=None,
        discernment=statistics.discernment(Tally(), ()),
    )


INVALID_MONTH = N_("Enter a month such as 2026-11.")
MONTHS_REVERSED = N_("Choose a month that is not before the first.")
NO_SUCH_VALUE = N_("There are no figures of this name. Choose one that is offered.")


def find_filter_errors(chosen: Filter, all_: Report) -> Mapping[str, str]:
    """Return the errors of a filter: an English sentence for each field that has one.

    A month may be one without classes. Everything else has to be among all the batches, so that a
    slip of the pen is no empty report.
    """
    found = {}
    for name, value in vars(chosen).items():
        if value and name in {"first", "last"}:
            if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value):
                found[name] = INVALID_MONTH
        elif value and all(value != group.name for group in all_.by(name)):
            found[name] = NO_SUCH_VALUE
    if not found and chosen.first and chosen.last and chosen.first > chosen.last:
        found["last"] = MONTHS_REVERSED
    return found


def find_question(db: Session, bank: Bank, id_: str, revision: str) -> Question | None:
    """Return a question in the wording of a revision, or None if that is not stored."""
    question = bank.questions.get(id_)
    if question and question.revision == revision:
        return question
    return rooms.edition(db, bank, id_, revision) if db.get(Edition, (id_, revision)) else None


def sums_by_theme(db: Session, *where: Condition) -> Mapping[int, Mapping[str, Sums]]:
    """Return answers and points of each batch, by theme and in total."""
    found: dict[int, dict[str, Sums]] = {}
    for batch, themes in reports.by_batch(db, *where).items():
        every = [Sums(*each) for each in themes.values()]
        found[batch] = {THEME_PREFIXES[letters]: Sums(*each) for letters, each in themes.items()}
        found[batch][ALL] = Sums(
            sum(each.answers for each in every), sum(each.points for each in every)
        )
    return found


def theme_figures(
    totals: Totals, batches: Mapping[int, Mapping[str, Sums]]
) -> Mapping[str, ThemeFigure]:
    """Return the mean score of each theme and of all."""
    return {
        theme: ThemeFigure(
            share=each,
            mean=statistics.mean_score(
                [themes[theme] for themes in batches.values() if theme in themes]
            ),
        )
        for theme, each in theme_shares(totals.cells).items()
    }


def theme_shares(cells: Mapping[CellKey, Answers]) -> Mapping[str, Share]:
    """Return the mean score of each theme and of all, for a report as for the result of a class."""
    found: dict[str, list[Answers]] = {}
    for key, answered in cells.items():
        for theme in (theme_of(key.question), ALL):
            found.setdefault(theme, []).append(answered)
    return {
        theme: mean_share(found[theme])
        for theme in (*THEME_PREFIXES.values(), ALL)
        if theme in found
    }


def skill_shares(questions: Iterable[QuestionFigure], totals: Totals) -> Mapping[Skill, Share]:
    """Return the mean score of each skill."""
    found: dict[Skill, list[Answers]] = {}
    for figure in questions:
        if figure.question:
            answered = totals.cells[CellKey(figure.id, figure.revision)]
            found.setdefault(figure.question.skill, []).append(answered)
    return {skill: mean_share(found[skill]) for skill in Skill if skill in found}


def compare_phases(db: Session, where: Sequence[Condition]) -> Comparison | None:
    """Return the scores before and after a lesson; None if no two classes belong together."""
    pairs = reports.pairs(db, *where)
    if not pairs:
        return None
    sides = [Batch.id.in_(ids) for ids in zip(*pairs, strict=True)]
    first, second = (theme_shares(reports.tally(db, side).cells) for side in sides)
    before, after = (sums_by_theme(db, side) for side in sides)
    people = [sum(batch.people for batch in reports.batches(db, side)) for side in sides]
    return Comparison(
        pairs=len(pairs),
        people_before=people[0],
        people_after=people[1],
        themes={theme: (first[theme], second[theme]) for theme in first if theme in second},
        gain=statistics.gain([(before[early][ALL], after[late][ALL]) for early, late in pairs])
        if len(pairs) > 1
        else None,
    )


def monthly_trend(batches: Sequence[Released]) -> Estimate | None:
    """Return the change of the mean score per month."""
    months: dict[str, Sums] = {}
    for batch in batches:
        answers, points = months.get(batch.month, Sums(0, 0))
        months[batch.month] = Sums(answers + batch.answers, points + batch.points)
    return statistics.trend(
        {
            month: (each.points / (100 * each.answers), each.answers)
            for month, each in months.items()
            if each.answers
        }
    )
