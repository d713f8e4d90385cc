"""Tables of a report: each column once, with its name, type, heading, value and description.

Every file format and both schemas are made of these tables. Names of columns are English, for
programs; headings are translated. Counts stand beside every figure that was made of them, but for
figures of a single batch, which are given in steps of five percent and without counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from quiz.domain.question import Question, Skill, Text
from quiz.domain.statistics import Estimate, Gain, Sensitivity
from quiz.domain.tally import ALL
from quiz.service import words
from quiz.service.reports.figures import Group, OptionFigure, QuestionFigure, Report, Share
from quiz.service.words import N_, OWN_NAMES
from quiz.store.bank import LANGUAGES
from quiz.store.reports import Released

T = TypeVar("T")
V = TypeVar("V")

Cell: TypeAlias = str | int | float | bool | None
Translate: TypeAlias = Callable[[str], str]
ColumnType: TypeAlias = Literal["string", "integer", "number", "boolean"]
Bounds: TypeAlias = tuple[int, int]

PERCENTS: Bounds = (0, 100)
CHANGES: Bounds = (-100, 100)
CORRELATIONS: Bounds = (-1, 1)


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column of a table in which each row shows a ``T``, such as the figures of a question.

    ``value`` returns what it holds in a row: None where that is not known or must not be disclosed.
    Scores and shares are in percent, changes in points of these, and correlations from -1 to 1.
    ``qualifier`` tells columns of the same heading apart.
    """

    name: str
    type: ColumnType
    heading: str
    value: Callable[[T], Cell]
    description: str = ""
    qualifier: str = ""
    bounds: Bounds | None = None

    def full_heading(self, translate: Translate) -> str:
        """Return the translated heading with its qualifier."""
        parts = [self.heading, self.qualifier] if self.qualifier else [self.heading]
        return ", ".join(map(translate, parts))

    def full_description(self, translate: Translate) -> str:
        """Return the translated description with the bounds; empty if it has neither."""
        parts = [translate(self.description)] if self.description else []
        if self.bounds:
            low, high = self.bounds
            parts.append(translate(N_("From %(low)s to %(high)s.")) % {"low": low, "high": high})
        return " ".join(parts)


@dataclass(frozen=True)
class ReportTable(Generic[T]):
    """A table with a row for each item."""

    name: str
    title: str
    items: Sequence[T]
    columns: Sequence[Column[T]]

    @cached_property
    def rows(self) -> Sequence[Sequence[Cell]]:
        """The cells of each row, in the order of the columns."""
        return [[column.value(item) for column in self.columns] for item in self.items]

    def records(self) -> Iterator[Mapping[str, Cell]]:
        """Yield each row as a mapping by the names of the columns."""
        for row in self.rows:
            yield dict(zip((column.name for column in self.columns), row, strict=True))


# ── Labels ────────────────────────────────────────────────────────────────────────────────────────

LABELS: Mapping[str, Mapping[str, str]] = {
    "theme": words.THEMES,
    "skill": words.SKILLS,
    "kind": words.KINDS,
    "source": words.SOURCES,
    "phase": words.PHASES,
    "by": words.COLUMNS,
    "doubt": words.DOUBTS,
}
"""English labels of the values of a column, by its name."""


@dataclass(frozen=True)
class Labels:
    """Labels of values in the language of a file."""

    language: str
    translate: Translate

    def find(self, column: str, value: str) -> str:
        """Return the label of a value; without one, the value or that it was not said."""
        if column == "language" and value:
            return words.language_name(value, self.language)
        if column == "language":
            return self.translate(words.SEVERAL)
        if column in LABELS:
            return self.translate(LABELS[column][value])
        return value or self.translate(words.NO_PLACE)


# ── Columns that several tables have ──────────────────────────────────────────────────────────────

COCHRAN = N_("Interval of 95 percent over groups: Cochran.")
FISHER = N_("Interval of 95 percent over units: Fisher.")


@dataclass(frozen=True)
class Columns(Generic[T]):
    """Build the columns that several tables have, for rows that show a ``T``."""

    labels: Labels

    def with_label(
        self, name: str, heading: str, value: Callable[[T], str | None], description: str = ""
    ) -> list[Column[T]]:
        """Return a column of short names, and one beside it with their labels."""

        def label(item: T) -> Cell:
            found = value(item)
            return None if found is None else self.labels.find(name, found)

        return [
            Column(name, "string", heading, value, description),
            self.label(name, heading, label),
        ]

    def label(self, name: str, heading: str, value: Callable[[T], Cell]) -> Column[T]:
        """Return the column of labels that stands beside a column of short names."""
        return Column(f"{name}_label", "string", heading, value, qualifier=N_("in words"))

    def theme(self, theme: Callable[[T], str]) -> list[Column[T]]:
        """Return the columns for a theme and its label."""
        description = N_("harassment, abduction, literacy or all.")
        return self.with_label("theme", N_("Theme"), theme, description)

    def revision(self, figure: Callable[[T], QuestionFigure]) -> list[Column[T]]:
        """Return the columns that say which question it is, in which wording."""
        return [
            Column(
                "question",
                "string",
                N_("Question"),
                lambda item: figure(item).id,
                N_("Its id in the bank."),
            ),
            Column(
                "revision",
                "string",
                N_("Revision"),
                lambda item: figure(item).revision,
                N_("Which wording of it was asked."),
            ),
        ]

    def text(self, text: Callable[[T], Text | None]) -> list[Column[T]]:
        """Return a column for a text in each language of the bank."""

        def column(language: str) -> Column[T]:
            def value(item: T) -> Cell:
                found = text(item)
                return found.get(language) if found else None

            heading, qualifier = N_("Wording"), OWN_NAMES[language]
            return Column(f"text_{language}", "string", heading, value, qualifier=qualifier)

        return [column(language) for language in LANGUAGES]

    def people(self, people: Callable[[T], int]) -> Column[T]:
        """Return the column for a number of participants."""
        return Column("people", "integer", N_("Participants"), people)

    def score(self, share: Callable[[T], Share], *, with_points: bool = True) -> list[Column[T]]:
        """Return the columns for a mean score, and for the points that only exact scores have."""

        def points(item: T) -> Cell:
            found = share(item)
            return found.points if found.answers and not found.single else None

        columns: list[Column[T]] = [
            Column(
                "answers",
                "integer",
                N_("Answers"),
                lambda item: share(item).answers or None,
                N_("Scored answers; skipped ones are not."),
            ),
            Column(
                "points",
                "integer",
                N_("Sum of scores"),
                points,
                N_("Sum of the scores, each 0 to 100."),
            ),
            Column(
                "percent",
                "number",
                N_("Score"),
                lambda item: rounded(share(item).percent),
                N_("Sum of scores by answers."),
                bounds=PERCENTS,
            ),
            self.coarse(lambda item: share(item).single),
        ]
        return [column for column in columns if with_points or column.name != "points"]

    def coarse(self, single: Callable[[T], bool]) -> Column[T]:
        """Return the column that marks coarse figures."""
        description = N_(
            "Whether a single group is behind it: then in steps of five percent, from 5 to 95."
        )
        return Column("coarse", "boolean", N_("Steps of five"), single, description)

    def score_interval(
        self, estimate: Callable[[T], Estimate | None], description: str
    ) -> list[Column[T]]:
        """Return the columns for the interval of a mean score."""
        headings = N_("Score, low"), N_("Score, high")
        return self.interval("percent", headings, estimate, description, PERCENTS)

    def change(self, change: Callable[[T], float | None]) -> Column[T]:
        """Return the column for a change of the mean score, which is given between -1 and 1."""

        def value(item: T) -> Cell:
            found = change(item)
            return None if found is None else rounded(100 * found)

        description = N_("In points of the score.")
        return Column("change", "number", N_("Change"), value, description, bounds=CHANGES)

    def change_interval(
        self, estimate: Callable[[T], Estimate | None], description: str
    ) -> list[Column[T]]:
        """Return the columns for the interval of a change of the mean score."""
        headings = N_("Change, low"), N_("Change, high")
        return self.interval("change", headings, estimate, description, CHANGES)

    def interval(
        self,
        name: str,
        headings: tuple[str, str],
        estimate: Callable[[T], Estimate | None],
        description: str,
        bounds: Bounds,
    ) -> list[Column[T]]:
        """Return the columns for the low and the high end of an interval, scaled to the bounds."""

        def end(of: Callable[[Estimate], float]) -> Callable[[T], Cell]:
            def value(item: T) -> Cell:
                found = estimate(item)
                return None if found is None else rounded(bounds[1] * of(found))

            return value

        low, high = end(lambda found: found.low), end(lambda found: found.high)
        return [
            Column(f"{name}_low", "number", headings[0], low, description, bounds=bounds),
            Column(f"{name}_high", "number", headings[1], high, description, bounds=bounds),
        ]


def rounded(number: float | None) -> float | None:
    """Return a number in the precision of the files."""
    return None if number is None else round(number, 6)


# ── Tables ────────────────────────────────────────────────────────────────────────────────────────


def tables(report: Report, language: str, translate: Translate) -> Iterator[ReportTable[Any]]:
    """Yield the tables of a report. Texts are in all languages, labels in one."""
    labels = Labels(language, translate)
    yield groups_table(report, labels)
    yield breakdown_table(report, labels)
    yield themes_table(report, labels)
    yield skills_table(report, labels)
    yield messages_table(report)
    yield comparison_table(report, labels)
    yield trend_table(report, labels)
    yield questions_table(report, labels)
    yield options_table(report, labels)
    yield scores_table(report, labels)


def groups_table(report: Report, labels: Labels) -> ReportTable[Released]:
    """Return the table of single groups, whose scores are coarse."""
    shared = Columns[Released](labels)
    shares = {
        batch.id: group.share for batch, group in zip(report.batches, report.classes, strict=True)
    }
    columns: list[Column[Released]] = [
        Column(
            "group",
            "integer",
            N_("Group"),
            lambda batch: batch.number,
            N_("A random number, the same in every file. Before and after share one."),
        ),
        Column("month", "string", N_("Month"), lambda batch: batch.month),
        *shared.with_label(
            "source", N_("How"), lambda batch: batch.source, N_("solo, room, paper or pool.")
        ),
        *shared.with_label(
            "phase", N_("When"), lambda batch: batch.phase, N_("single, before or after a lesson.")
        ),
        Column("province", "string", N_("Province or city"), lambda batch: batch.province),
        Column("chapter", "string", N_("Chapter or school"), lambda batch: batch.chapter),
        *shared.with_label(
            "language", N_("Language"), lambda batch: batch.language or "", N_("Empty: several.")
        ),
        shared.people(lambda batch: batch.people),
        *shared.score(lambda batch: shares[batch.id], with_points=False),
    ]
    return ReportTable("groups", N_("Each group"), report.batches, columns)


class BreakdownRow(NamedTuple):
    """A group, and the name of the column by which it was formed."""

    by: str
    group: Group


def breakdown_table(report: Report, labels: Labels) -> ReportTable[BreakdownRow]:
    """Return the table of sums by month, place, phase, source and language."""
    shared = Columns[BreakdownRow](labels)
    columns: list[Column[BreakdownRow]] = [
        *shared.with_label("by", N_("By"), lambda row: row.by),
        Column("value", "string", N_("Value"), lambda row: row.group.name),
        shared.label("value", N_("Value"), lambda row: labels.find(row.by, row.group.name)),
        Column(
            "groups",
            "integer",
            N_("Groups"),
            lambda row: row.group.batches,
            N_("Each of ten people or more."),
        ),
        shared.people(lambda row: row.group.people),
        *shared.score(lambda row: row.group.share),
    ]
    rows = [BreakdownRow(by, group) for by in words.COLUMNS for group in report.by(by)]
    return ReportTable("breakdown", N_("By month, place and kind"), rows, columns)


def themes_table(report: Report, labels: Labels) -> ReportTable[str]:
    """Return the table of themes, with their mean scores."""
    shared = Columns[str](labels)
    columns: list[Column[str]] = [
        *shared.theme(lambda theme: theme),
        *shared.score(lambda theme: report.themes[theme].share),
        *shared.score_interval(lambda theme: report.themes[theme].mean, COCHRAN),
    ]
    return ReportTable("themes", N_("By theme"), list(report.themes), columns)


def skills_table(report: Report, labels: Labels) -> ReportTable[Skill]:
    """Return the table of skills, with their mean scores."""
    shared = Columns[Skill](labels)
    columns: list[Column[Skill]] = [
        *shared.with_label("skill", N_("Skill"), lambda skill: skill.value),
        *shared.score(lambda skill: report.skills[skill]),
    ]
    return ReportTable("skills", N_("By skill"), list(report.skills), columns)


def messages_table(report: Report) -> ReportTable[Sensitivity]:
    """Return the table of how well fake messages were told from genuine ones."""
    judged, told = report.discernment, report.sensitivity
    columns: list[Column[Sensitivity]] = [
        Column(
            "fake",
            "integer",
            N_("Fake"),
            lambda _told: judged.fake,
            N_("Judgements of fake messages."),
        ),
        Column(
            "hits",
            "integer",
            N_("Recognised"),
            lambda _told: judged.hits,
            N_("Fake messages that were called fake."),
        ),
        Column(
            "genuine",
            "integer",
            N_("Genuine"),
            lambda _told: judged.genuine,
            N_("Judgements of genuine messages."),
        ),
        Column(
            "false_alarms",
            "integer",
            N_("False alarms"),
            lambda _told: judged.false_alarms,
            N_("Genuine, but called fake."),
        ),
        Column("unsure", "integer", N_("Not sure"), lambda _told: judged.unsure),
        Column(
            "d_prime",
            "number",
            N_("Discernment, d′"),
            lambda told: rounded(told.d_prime),
            N_("0 is guessing."),
        ),
        Column(
            "criterion",
            "number",
            N_("Criterion, c"),
            lambda told: rounded(told.criterion),
            N_("Below 0: too suspicious."),
        ),
    ]
    return ReportTable("messages", N_("Genuine or fake"), [told] if told else [], columns)


def comparison_table(report: Report, labels: Labels) -> ReportTable[str]:
    """Return the table of classes before and after a lesson, theme by theme."""
    shared = Columns[str](labels)
    compared = report.comparison
    pairs = compared.pairs if compared else 0
    people = (compared.people_before, compared.people_after) if compared else (0, 0)
    themes = compared.themes if compared else {}

    def gain(theme: str) -> Gain | None:
        return compared.gain if compared and theme == ALL else None

    def side(index: Literal[0, 1], prefix: str, qualifier: str) -> list[Column[str]]:
        columns: list[Column[str]] = [
            shared.people(lambda _theme: people[index]),
            *shared.score(lambda theme: themes[theme][index]),
        ]
        return [
            replace(column, name=f"{prefix}_{column.name}", qualifier=qualifier)
            for column in columns
        ]

    columns: list[Column[str]] = [
        *shared.theme(lambda theme: theme),
        Column(
            "pairs",
            "integer",
            N_("Pairs"),
            lambda _theme: pairs,
            N_("Classes before and after; not linked."),
        ),
        *side(0, "before", N_("before the lesson")),
        *side(1, "after", N_("after the lesson")),
        shared.change(lambda theme: found.difference if (found := gain(theme)) else None),
        *shared.change_interval(
            lambda theme: (
                Estimate(found.difference, *found.interval)
                if (found := gain(theme)) and found.interval
                else None
            ),
            COCHRAN,
        ),
        Column(
            "gained_share",
            "number",
            N_("Share of what could be gained"),
            lambda theme: (
                rounded(100 * found.normalised)
                if (found := gain(theme)) and found.normalised is not None
                else None
            ),
            N_("In percent, at most 100: Hake 1998."),
        ),
    ]
    return ReportTable("comparison", N_("Before and after the lesson"), list(themes), columns)


def trend_table(report: Report, labels: Labels) -> ReportTable[Estimate]:
    """Return the table of the change of the mean score per month."""
    shared = Columns[Estimate](labels)
    months = sum(group.share.answers > 0 for group in report.by("month"))
    columns: list[Column[Estimate]] = [
        Column(
            "months",
            "integer",
            N_("Months"),
            lambda _slope: months,
            N_("Each with ten scored answers or more."),
        ),
        shared.change(lambda slope: slope.value),
        *shared.change_interval(lambda slope: slope, N_("Interval of 95 percent over months.")),
    ]
    rows = [report.slope] if report.slope else []
    return ReportTable("trend", N_("From month to month"), rows, columns)


def from_question(value: Callable[[Question], V]) -> Callable[[QuestionFigure], V | None]:
    """Return the value of a question for its figure; None if its text is not known."""
    return lambda figure: value(figure.question) if figure.question else None


def questions_table(report: Report, labels: Labels) -> ReportTable[QuestionFigure]:
    """Return the table of questions."""
    shared = Columns[QuestionFigure](labels)
    columns: list[Column[QuestionFigure]] = [
        *shared.revision(lambda figure: figure),
        *shared.theme(lambda figure: figure.theme.value),
        *shared.with_label(
            "skill", N_("Skill"), from_question(lambda question: question.skill.value)
        ),
        *shared.with_label("kind", N_("Kind"), from_question(lambda question: question.kind.value)),
        Column(
            "level",
            "integer",
            N_("Level"),
            from_question(lambda question: question.level),
            N_("1 is easy to know, 3 is hard."),
        ),
        *shared.text(lambda figure: figure.question.stem if figure.question else None),
        Column("current", "boolean", N_("Current wording"), lambda figure: figure.current),
        *shared.score(lambda figure: figure.share),
        *shared.score_interval(
            lambda figure: figure.difficulty, N_("Interval of 95 percent: Wilson.")
        ),
        Column(
            "discrimination",
            "number",
            N_("Tells people apart"),
            lambda figure: rounded(figure.discrimination.value) if figure.discrimination else None,
            N_("Correlation of the score with their other answers."),
            bounds=CORRELATIONS,
        ),
        *shared.interval(
            "discrimination",
            (N_("Tells people apart, low"), N_("Tells people apart, high")),
            lambda figure: figure.discrimination,
            FISHER,
            CORRELATIONS,
        ),
        Column(
            "linked",
            "integer",
            N_("Linked answers"),
            lambda figure: figure.linked.people or None,
            N_("People of whom other answers are known too, in whole tens, whatever the filter."),
        ),
        Column(
            "doubts",
            "string",
            N_("To read again"),
            lambda figure: " ".join(figure.doubts),
            N_("Reasons to read the question again."),
        ),
        shared.label(
            "doubts",
            N_("To read again"),
            lambda figure: " · ".join(labels.find("doubt", doubt) for doubt in figure.doubts),
        ),
    ]
    return ReportTable("questions", N_("Each question"), report.questions, columns)


class OptionRow(NamedTuple):
    """An option with the question it belongs to."""

    figure: QuestionFigure
    option: OptionFigure


def options_table(report: Report, labels: Labels) -> ReportTable[OptionRow]:
    """Return the table of options, with how often each was chosen."""
    shared = Columns[OptionRow](labels)
    columns: list[Column[OptionRow]] = [
        *shared.revision(lambda row: row.figure),
        Column(
            "option",
            "string",
            N_("Option"),
            lambda row: row.option.item.tally_name,
            N_("What totals call it."),
        ),
        *shared.text(lambda row: row.option.item.text),
        Column(
            "scene",
            "string",
            N_("Scene"),
            lambda row: row.option.item.node,
            N_("Of a story: where it was chosen."),
        ),
        Column(
            "place",
            "integer",
            N_("Place"),
            lambda row: row.option.item.position,
            N_("Where a step was put, from 1."),
        ),
        Column("right", "boolean", N_("Right answer"), lambda row: row.option.item.right),
        Column(
            "count",
            "integer",
            N_("Chosen"),
            lambda row: row.option.count,
            N_("How often it was chosen."),
        ),
        Column(
            "share",
            "number",
            N_("Share"),
            lambda row: rounded(row.option.percent),
            N_("Of the scored answers, or of those in a scene of a story."),
            bounds=PERCENTS,
        ),
        shared.coarse(lambda row: row.option.single),
        Column(
            "rest",
            "number",
            N_("With their other answers"),
            lambda row: rounded(row.option.rest.value) if row.option.rest else None,
            N_("A correlation."),
            bounds=CORRELATIONS,
        ),
        *shared.interval(
            "rest",
            (N_("With their other answers, low"), N_("With their other answers, high")),
            lambda row: row.option.rest,
            FISHER,
            CORRELATIONS,
        ),
    ]
    rows = [OptionRow(figure, option) for figure in report.questions for option in figure.options]
    return ReportTable("options", N_("Each option"), rows, columns)


class ScoreRow(NamedTuple):
    """How many answers to a question had a score."""

    figure: QuestionFigure
    score: int
    answers: int


def scores_table(report: Report, labels: Labels) -> ReportTable[ScoreRow]:
    """Return the table of the counts behind the scores of questions, where these are exact."""
    shared = Columns[ScoreRow](labels)
    columns: list[Column[ScoreRow]] = [
        *shared.revision(lambda row: row.figure),
        Column(
            "score", "integer", N_("Score"), lambda row: row.score, N_("Of one answer, 0 to 100.")
        ),
        Column(
            "answers", "integer", N_("Answers"), lambda row: row.answers, N_("With this score.")
        ),
    ]
    rows = [
        ScoreRow(figure, score, count)
        for figure in report.questions
        if figure.share.answers and not figure.share.single
        for score, count in sorted(figure.totals.scores.items())
    ]
    return ReportTable("scores", N_("Scores behind the questions"), rows, columns)
