"""The tables of a report, for whoever takes them away: one set of figures for every file format.

Columns are named once and for all, in English, for programs; their titles are translated. Counts
stand beside every figure that was made of them, but for figures of a single batch, which are
given in steps of five percent and without counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from quiz.domain.question import Text
from quiz.domain.statistics import Estimate
from quiz.domain.tally import ALL
from quiz.service import words
from quiz.service.reports.figures import QuestionFigure, Report, Share
from quiz.service.words import N_, OWN_NAMES
from quiz.store.bank import LANGUAGES

BOUNDS = ("low", "high")
PERCENTS, CHANGES, CORRELATIONS = (0, 100), (-100, 100), (-1, 1)

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = Sequence[Cell]
Translate: TypeAlias = Callable[[str], str]
ColumnType: TypeAlias = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its type, its title, what it holds, and in which bounds.

    Scores and shares are in percent, changes in points of these, and correlations from -1 to 1.
    """

    name: str
    type: ColumnType
    heading: str
    description: str = ""
    qualifier: str = ""
    bounds: tuple[int, int] | None = None

    def full_heading(self, translate: Translate) -> str:
        """Return its title, and of which of several groups it is."""
        return (
            f"{translate(self.heading)}, {translate(self.qualifier)}"
            if self.qualifier
            else translate(self.heading)
        )

    def full_description(self, translate: Translate) -> str:
        """Return what it holds, and between which numbers; empty if there is nothing to say."""
        parts = [translate(self.description)] if self.description else []
        if self.bounds:
            parts.append(
                translate(N_("From %(low)s to %(high)s."))
                % dict(zip(BOUNDS, self.bounds, strict=True))
            )
        return " ".join(parts)


def label_column(column: Column) -> Column:
    """Return the column that stands beside one of short names, and says them in words."""
    return replace(column, name=f"{column.name}_label", description="", qualifier=N_("in words"))


@dataclass(frozen=True)
class Table:
    """A table of figures. In all of its rows an empty cell means: not known, or not to be said."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]

    def records(self) -> Iterator[Mapping[str, Cell]]:
        """Yield each row under the names of its columns."""
        for row in self.rows:
            yield dict(zip((column.name for column in self.columns), row, strict=True))


ANSWERS = Column("answers", "integer", N_("Answers"), N_("Scored answers; skipped ones are not."))
POINTS = Column("points", "integer", N_("Sum of scores"), N_("Sum of the scores, each 0 to 100."))
PERCENT = Column("percent", "number", N_("Score"), N_("Sum of scores by answers."), bounds=PERCENTS)
COARSE = Column(
    "coarse",
    "boolean",
    N_("Steps of five"),
    N_("Whether a single group is behind it: then in steps of five percent, from 5 to 95."),
)
PEOPLE = Column("people", "integer", N_("Participants"))
GROUPS = Column("groups", "integer", N_("Groups"), N_("Each of ten people or more."))
THEME = Column("theme", "string", N_("Theme"), N_("harassment, abduction, literacy or all."))
SKILL = Column("skill", "string", N_("Skill"))
KIND = Column("kind", "string", N_("Kind"))
MONTH = Column("month", "string", N_("Month"))
SOURCE = Column("source", "string", N_("How"), N_("solo, room, paper or pool."))
PHASE = Column("phase", "string", N_("When"), N_("single, before or after a lesson."))
LANGUAGE = Column("language", "string", N_("Language"), N_("Empty: several."))
BY = Column("by", "string", N_("By"))
VALUE = Column("value", "string", N_("Value"))
DOUBTS = Column("doubts", "string", N_("To read again"), N_("Reasons to read the question again."))
QUESTION = Column("question", "string", N_("Question"), N_("Its id in the bank."))
REVISION = Column("revision", "string", N_("Revision"), N_("Which wording of it was asked."))
LINKED = Column(
    "linked",
    "integer",
    N_("Linked answers"),
    N_("People of whom other answers are known too, in whole tens, whatever the filter."),
)
TEXTS = tuple(
    Column(f"text_{language}", "string", N_("Text"), qualifier=OWN_NAMES[language])
    for language in LANGUAGES
)

COCHRAN = N_("Interval of 95 percent over groups: Cochran.")
FISHER = N_("Interval of 95 percent over units: Fisher.")


def interval_columns(
    column: Column, low: str, high: str, description: str
) -> tuple[Column, Column]:
    """Return the columns for the ends of the interval around what stands in one, by its titles."""
    return (
        replace(column, name=f"{column.name}_low", heading=low, description=description),
        replace(column, name=f"{column.name}_high", heading=high, description=description),
    )


SCORE_ENDS = (N_("Score, low"), N_("Score, high"))
CHANGE_ENDS = (N_("Change, low"), N_("Change, high"))

CHANGE = Column("change", "number", N_("Change"), N_("In points of the score."), bounds=CHANGES)
DISCRIMINATION = Column(
    "discrimination",
    "number",
    N_("Tells people apart"),
    N_("Correlation of the score with their other answers."),
    bounds=CORRELATIONS,
)
REST = Column(
    "rest", "number", N_("With their other answers"), N_("A correlation."), bounds=CORRELATIONS
)

QUESTION_COLUMNS = (
    QUESTION,
    REVISION,
    THEME,
    label_column(THEME),
    SKILL,
    label_column(SKILL),
    KIND,
    label_column(KIND),
    Column("level", "integer", N_("Level"), N_("1 is easy to know, 3 is hard.")),
    *TEXTS,
    Column("current", "boolean", N_("Current wording")),
    ANSWERS,
    POINTS,
    PERCENT,
    COARSE,
    *interval_columns(PERCENT, *SCORE_ENDS, N_("Interval of 95 percent: Wilson.")),
    DISCRIMINATION,
    *interval_columns(
        DISCRIMINATION, N_("Tells people apart, low"), N_("Tells people apart, high"), FISHER
    ),
    LINKED,
    DOUBTS,
    label_column(DOUBTS),
)


def tables(report: Report, language: str, translate: Translate) -> Iterator[Table]:
    """Yield the tables of a report. Texts are in all languages, titles and labels in one."""
    yield groups_table(report, language, translate)
    yield breakdown_table(report, language, translate)
    yield themes_table(report, translate)
    yield skills_table(report, translate)
    yield messages_table(report)
    yield comparison_table(report, translate)
    yield trend_table(report)
    yield questions_table(report, translate)
    yield options_table(report)
    yield scores_table(report)


def groups_table(report: Report, language: str, translate: Translate) -> Table:
    """Return every group by itself. Their scores are coarse."""
    return Table(
        "groups",
        N_("Each group"),
        (
            Column(
                "group",
                "integer",
                N_("Group"),
                N_("A random number, the same in every file. Before and after share one."),
            ),
            MONTH,
            SOURCE,
            label_column(SOURCE),
            PHASE,
            label_column(PHASE),
            Column("province", "string", N_("Province or city")),
            Column("chapter", "string", N_("Chapter or school")),
            LANGUAGE,
            label_column(LANGUAGE),
            PEOPLE,
            ANSWERS,
            PERCENT,
            COARSE,
        ),
        [
            (
                batch.number,
                batch.month,
                batch.source,
                translate(words.SOURCES[batch.source]),
                batch.phase,
                translate(words.PHASES[batch.phase]),
                batch.province,
                batch.chapter,
                batch.language or "",
                label("language", batch.language or "", language, translate),
                batch.people,
                *share_cells_without_points(group.share),
            )
            for batch, group in zip(report.batches, report.classes, strict=True)
        ],
    )


def breakdown_table(report: Report, language: str, translate: Translate) -> Table:
    """Return the sums by month, place, phase, source and language."""
    return Table(
        "breakdown",
        N_("By month, place and kind"),
        (
            BY,
            label_column(BY),
            VALUE,
            label_column(VALUE),
            GROUPS,
            PEOPLE,
            ANSWERS,
            POINTS,
            PERCENT,
            COARSE,
        ),
        [
            (
                column,
                translate(title),
                group.name,
                label(column, group.name, language, translate),
                group.batches,
                group.people,
                *share_cells(group.share),
            )
            for column, title in words.COLUMNS.items()
            for group in report.by(column)
        ],
    )


def label(column: str, value: str, language: str, translate: Translate) -> str:
    """Return what a value by which classes are told apart is called."""
    match column:
        case "phase":
            return translate(words.PHASES[value])
        case "source":
            return translate(words.SOURCES[value])
        case "language":
            return words.language_name(value, language) if value else translate(words.SEVERAL)
        case _:
            return value or translate(words.NO_PLACE)


def themes_table(report: Report, translate: Translate) -> Table:
    """Return the mean of each theme."""
    return Table(
        "themes",
        N_("By theme"),
        (
            THEME,
            label_column(THEME),
            ANSWERS,
            POINTS,
            PERCENT,
            COARSE,
            *interval_columns(PERCENT, *SCORE_ENDS, COCHRAN),
        ),
        [
            (
                theme,
                translate(words.THEMES[theme]),
                *share_cells(figure.share),
                *interval_cells(figure.mean, 100),
            )
            for theme, figure in report.themes.items()
        ],
    )


def skills_table(report: Report, translate: Translate) -> Table:
    """Return the mean of each skill."""
    return Table(
        "skills",
        N_("By skill"),
        (SKILL, label_column(SKILL), ANSWERS, POINTS, PERCENT, COARSE),
        [
            (skill, translate(words.SKILLS[skill]), *share_cells(share))
            for skill, share in report.skills.items()
        ],
    )


def messages_table(report: Report) -> Table:
    """Return how well fake messages were told from genuine ones."""
    judged, told = report.discernment, report.sensitivity
    return Table(
        "messages",
        N_("Genuine or fake"),
        (
            Column("fake", "integer", N_("Fake"), N_("Judgements of fake messages.")),
            Column("hits", "integer", N_("Recognised"), N_("Fake messages that were called fake.")),
            Column("genuine", "integer", N_("Genuine"), N_("Judgements of genuine messages.")),
            Column("false_alarms", "integer", N_("False alarms"), N_("Genuine, but called fake.")),
            Column("unsure", "integer", N_("Not sure")),
            Column("d_prime", "number", N_("Discernment, d′"), N_("0 is guessing.")),
            Column("criterion", "number", N_("Criterion, c"), N_("Below 0: too suspicious.")),
        ),
        [
            (
                judged.fake,
                judged.hits,
                judged.genuine,
                judged.false_alarms,
                judged.unsure,
                rounded(told.d_prime),
                rounded(told.criterion),
            )
        ]
        if told
        else [],
    )


def comparison_table(report: Report, translate: Translate) -> Table:
    """Return the classes before and after a lesson, theme by theme."""
    sides = (("before", N_("before the lesson")), ("after", N_("after the lesson")))
    columns = [
        replace(column, name=f"{side}_{column.name}", qualifier=words)
        for side, words in sides
        for column in (PEOPLE, ANSWERS, POINTS, PERCENT, COARSE)
    ]
    compared = report.comparison
    return Table(
        "comparison",
        N_("Before and after the lesson"),
        (
            THEME,
            label_column(THEME),
            Column("pairs", "integer", N_("Pairs"), N_("Classes before and after; not linked.")),
            *columns,
            CHANGE,
            *interval_columns(CHANGE, *CHANGE_ENDS, COCHRAN),
            Column(
                "gained_share",
                "number",
                N_("Share of what could be gained"),
                N_("In percent, at most 100: Hake 1998."),
            ),
        ),
        []
        if compared is None
        else [
            (
                theme,
                translate(words.THEMES[theme]),
                compared.pairs,
                compared.people_before,
                *share_cells(before),
                compared.people_after,
                *share_cells(after),
                *(gain_cells(report) if theme == ALL else (None,) * 4),
            )
            for theme, (before, after) in compared.themes.items()
        ],
    )


def gain_cells(report: Report) -> Row:
    """Return what is known of the change of the mean score."""
    gain = report.comparison.gain if report.comparison else None
    if gain is None:
        return (None,) * 4
    low, high = gain.interval or (None, None)
    return tuple(
        None if each is None else rounded(100 * each)
        for each in (gain.difference, low, high, gain.normalised)
    )


def trend_table(report: Report) -> Table:
    """Return by how much the mean score changes in a month."""
    months = sum(group.share.answers > 0 for group in report.by("month"))
    return Table(
        "trend",
        N_("From month to month"),
        (
            Column("months", "integer", N_("Months"), N_("Each with ten scored answers or more.")),
            CHANGE,
            *interval_columns(CHANGE, *CHANGE_ENDS, N_("Interval of 95 percent over months.")),
        ),
        [(months, rounded(100 * report.slope.value), *interval_cells(report.slope, 100))]
        if report.slope
        else [],
    )


def questions_table(report: Report, translate: Translate) -> Table:
    """Return what is known of each question."""
    return Table(
        "questions",
        N_("Each question"),
        QUESTION_COLUMNS,
        [question_row(figure, translate) for figure in report.questions],
    )


def question_row(figure: QuestionFigure, translate: Translate) -> Row:
    """Return one row of that table."""
    question, difficulty = figure.question, figure.difficulty
    return (
        figure.id,
        figure.revision,
        figure.theme.value,
        translate(words.THEMES[figure.theme]),
        question.skill.value if question else None,
        translate(words.SKILLS[question.skill]) if question else None,
        question.kind.value if question else None,
        translate(words.KINDS[question.kind]) if question else None,
        question.level if question else None,
        *texts(question.stem if question else None),
        figure.current,
        *share_cells(figure.share),
        *interval_cells(difficulty, 100),
        rounded(figure.discrimination.value) if figure.discrimination else None,
        *interval_cells(figure.discrimination, 1),
        figure.linked.people or None,
        " ".join(figure.doubts),
        " · ".join(translate(words.DOUBTS[doubt]) for doubt in figure.doubts),
    )


def options_table(report: Report) -> Table:
    """Return how often each option was chosen."""
    return Table(
        "options",
        N_("Each option"),
        (
            QUESTION,
            REVISION,
            Column("option", "string", N_("Option"), N_("What totals call it.")),
            *TEXTS,
            Column("scene", "string", N_("Scene"), N_("Of a story: where it was chosen.")),
            Column("place", "integer", N_("Place"), N_("Where a step was put, from 1.")),
            Column("right", "boolean", N_("Right answer")),
            Column("count", "integer", N_("Chosen"), N_("How often it was chosen.")),
            Column(
                "share",
                "number",
                N_("Share"),
                N_("Of the scored answers, or of those in a scene of a story."),
                bounds=PERCENTS,
            ),
            COARSE,
            REST,
            *interval_columns(
                REST,
                N_("With their other answers, low"),
                N_("With their other answers, high"),
                FISHER,
            ),
        ),
        [
            (
                figure.id,
                figure.revision,
                option.item.tally_name,
                *texts(option.item.text),
                option.item.node,
                option.item.position,
                option.item.right,
                option.count,
                None if option.percent is None else rounded(option.percent),
                option.single,
                rounded(option.rest.value) if option.rest else None,
                *interval_cells(option.rest, 1),
            )
            for figure in report.questions
            for option in figure.options
        ],
    )


def scores_table(report: Report) -> Table:
    """Return the counts from which the scores of questions follow."""
    return Table(
        "scores",
        N_("Scores behind the questions"),
        (
            QUESTION,
            REVISION,
            Column("score", "integer", N_("Score"), N_("Of one answer, 0 to 100.")),
            replace(ANSWERS, description=N_("With this score.")),
        ),
        list(score_rows(report.questions)),
    )


def score_rows(figures: Iterable[QuestionFigure]) -> Iterator[Row]:
    """Yield the rows of that table, but for questions of which no counts may be said."""
    for figure in figures:
        if figure.share.percent is None or figure.share.single:
            continue
        for score, count in sorted(figure.totals.scores.items()):
            yield figure.id, figure.revision, score, count


# ── Cells ─────────────────────────────────────────────────────────────────────────────────────────


def share_cells(share: Share) -> tuple[int | None, int | None, float | None, bool]:
    """Return answers, points, percent, coarse, each only as far as it may be said."""
    answers, percent, single = share_cells_without_points(share)
    exact = percent is not None and not single
    return answers, share.points if exact else None, percent, single


def share_cells_without_points(share: Share) -> tuple[int | None, float | None, bool]:
    """Return answers, percent and coarse."""
    percent = share.percent
    if percent is None:
        return None, None, share.single
    return share.answers, rounded(percent), share.single


def interval_cells(estimate: Estimate | None, times: int) -> tuple[float | None, float | None]:
    """Return the ends of an interval, so many times as large: in percent, or as they are."""
    if estimate is None:
        return None, None
    return rounded(times * estimate.low), rounded(times * estimate.high)


def rounded(number: float) -> float:
    """Return a number in the precision of the files."""
    return round(number, 6)


def texts(text: Text | None) -> Sequence[str | None]:
    """Return a text in each language of the bank."""
    return [text.get(language) if text else None for language in LANGUAGES]
