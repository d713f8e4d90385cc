"""The result of one class as CSV, for whoever led it: what her page shows, and no more."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from quiz.domain.question import Question
from quiz.service import words
from quiz.service.live.rooms import ClassResult, OptionResult, QuestionResult, StepResult
from quiz.service.reports.formats import escape_formula, write_csv, write_semicolon_csv
from quiz.service.reports.tables import Cell, Column, ColumnType, ReportTable, Translate
from quiz.service.words import N_

OptionWords = Callable[[Question, str], str]
"""Returns the words of an option of a question."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One option of a question or, where the figures are withheld, a question or node alone."""

    number: int
    question: QuestionResult
    node: int | None = None
    step: StepResult | None = None
    option: OptionResult | None = None


def render(result: ClassResult, language: str, translate: Translate, say: OptionWords) -> bytes:
    """Return the result of a class as CSV. Vietnamese spreadsheets expect semicolons."""
    table = ReportTable(
        name="class",
        title="",
        items=list(rows(result)),
        columns=columns(language, translate, say),
    )
    if language == "vi":
        return write_semicolon_csv(table, translate)
    return write_csv(table, ",", escape_formula, csv.QUOTE_NONNUMERIC)


def rows(result: ClassResult) -> Iterator[Row]:
    """Yield a row for each option; one without figures for what is withheld."""
    for number, question in enumerate(result.questions, 1):
        if not question.steps:
            yield Row(number=number, question=question)
        for position, step in enumerate(question.steps, 1):
            node = position if step.node else None
            if not step.options:
                yield Row(number=number, question=question, node=node)
            for option in step.options:
                yield Row(number=number, question=question, node=node, step=step, option=option)


def columns(language: str, translate: Translate, say: OptionWords) -> list[Column[Row]]:
    """Return the columns, under headings for people: no program is to read this."""

    def column(
        heading: str, type_: ColumnType, value: Callable[[Row], Cell], qualifier: str = ""
    ) -> Column[Row]:
        named: Column[Any] = Column(heading, type_, heading, value, qualifier=qualifier)
        return Column(named.full_heading(translate), type_, heading, value)

    return [
        column(N_("Question"), "integer", lambda row: row.number),
        column(N_("Title"), "string", lambda row: row.question.question.title[language]),
        column(
            N_("Theme"),
            "string",
            lambda row: translate(words.THEMES[row.question.question.theme]),
        ),
        column(N_("Scene"), "integer", lambda row: row.node),
        column(
            N_("Answer"),
            "string",
            lambda row: say(row.question.question, row.option.id) if row.option else None,
        ),
        column(N_("Right answer"), "boolean", lambda row: row.option.right if row.option else None),
        column(N_("Chosen"), "integer", lambda row: row.option.count if row.option else None),
        column(N_("Share"), "integer", lambda row: row.option.percent if row.option else None, "%"),
        column(N_("Answers"), "integer", lambda row: row.step.people if row.step else None),
        column(N_("Score"), "integer", lambda row: row.question.percent, "%"),
    ]
