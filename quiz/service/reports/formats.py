"""File formats of a report: a workbook, JSON, a data package, or one table as CSV.

The same report makes the same bytes throughout a month, so whoever asks a thousand times learns no
more than from the first time.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from io import BytesIO, StringIO
from itertools import chain
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal
from unicodedata import normalize
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from quiz.domain.disclosure import LEAST_PUBLISHED, LEAST_TOGETHER, STEP
from quiz.service.reports.figures import Report
from quiz.service.reports.tables import Cell, Column, ColumnType, ReportTable, T, Translate, tables
from quiz.service.words import N_
from quiz.store.reports import Filter

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LICENCE = "CC-BY-SA-4.0"
SCHEMA = "https://json-schema.org/draft/2020-12/schema"
PACKAGE = "https://datapackage.org/profiles/2.0/datapackage.json"

FORMULA = re.compile(r'(?:^|(?<=[;,|\t\r\n]))(?=[\s"]*[=+\-@＝＋－＠\t\r\0])')
"""Where a spreadsheet might begin to read a formula in a text (OWASP: CSV Injection).

That is at the start, and after whatever another spreadsheet takes for the end of a cell: one with
Vietnamese settings splits at semicolons, also within the quotes of a file with commas. East Asian
ones read the wide signs like the narrow ones.
"""

LOOKS_NUMERIC = re.compile(
    r"[\d\s.,:/%+-]*\d[\d\s.,:/%+-]*(?:[eE]\d+)?|\d+[-/ ]\w{3,9}|\w{3,9}[-/ ]\d+"
)
"""Texts such as 2026-11, 1-5, 001 or 5-May, which a spreadsheet takes for a date or a number."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """A report, and all else that its files are rendered from."""

    report: Report
    version: str
    month: str
    language: str
    translate: Translate

    @cached_property
    def tables(self) -> Sequence[ReportTable[Any]]:
        """The tables, built once. A workbook needs them twice."""
        return list(tables(self.report, self.language, self.translate))

    @property
    def choice(self) -> str:
        """The active filters as ``name=value``; empty if there are none."""
        return ", ".join(
            f"{name}={value}" for name, value in active_filters(self.report.chosen).items()
        )

    @property
    def about(self) -> Sequence[tuple[str, str]]:
        """Names and sentences that explain the figures, for the head of each file."""
        translate = self.translate
        lines = [
            (translate(N_("Report")), "Vững Tâm"),
            (translate(N_("Month of this file")), self.month),
            (translate(N_("Version of the program")), self.version),
            (translate(N_("Licence")), LICENCE),
            (translate(N_("Choice")), self.choice or translate(N_("all"))),
            (
                translate(N_("Rules")),
                translate(
                    N_(
                        "Every figure adds up what groups of at least %(publish)s people answered "
                        "to a question; answers of fewer to a question are in no figure. Smaller "
                        "classes are added together first, at least %(pool)s of them and none with "
                        "more than half of the answers."
                    )
                )
                % {"publish": LEAST_PUBLISHED, "pool": LEAST_TOGETHER},
            ),
            (
                translate(N_("Single groups")),
                translate(
                    N_(
                        "Figures behind which there is a single group come in steps of %(step)s "
                        "percent, from %(step)s to %(top)s, and without counts. They are marked "
                        "as coarse."
                    )
                )
                % {"step": STEP, "top": 100 - STEP},
            ),
            (
                translate(N_("Empty cells")),
                translate(N_("Not known, too few people to say, or not published.")),
            ),
            (
                translate(N_("Please")),
                translate(
                    N_("Do not try to find out who is in these figures. They are about groups.")
                ),
            ),
        ]
        if self.report.simulated:
            made_up = N_("These figures were made up to show what reports look like.")
            lines.insert(0, (translate(N_("Simulated")), translate(made_up)))
        return lines


def active_filters(chosen: Filter) -> dict[str, str]:
    """Return the values of a filter that are set, by name."""
    return {name: value for name, value in vars(chosen).items() if value}


def file_name(name: str, chosen: Filter, language: str, day: date) -> str:
    """Return a name for a downloaded file: with language, day and filters.

    A chapter or school is not named, as others see the names of files.
    """
    stem, _dot, ending = name.partition(".")
    about = [
        name if name == "chapter" else f"{name}-{slugify(value)}"
        for name, value in active_filters(chosen).items()
    ]
    return f"{'_'.join([stem, day.isoformat(), language, *about])}.{ending}"


def slugify(text: str) -> str:
    """Return ASCII words in lower case, joined by hyphens."""
    letters = normalize("NFD", text.lower().replace("đ", "d"))
    ascii_only = letters.encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only))


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────────


def with_context(export: Export, table: ReportTable[T]) -> ReportTable[T]:
    """Return a table with columns for what it is about, as its file may be kept by itself."""
    choice = export.choice
    context: list[Column[T]] = [
        Column(
            "simulated",
            "boolean",
            N_("Simulated"),
            lambda _item: export.report.simulated,
            N_("Whether the figures were made up."),
        ),
        Column(
            "choice",
            "string",
            N_("Choice"),
            lambda _item: choice,
            N_("Which classes it is about; empty: all."),
        ),
    ]
    return replace(table, columns=[*context, *table.columns])


def render_csv(export: Export, table: ReportTable[Any]) -> bytes:
    """Return one table as CSV for programs: RFC 4180 in UTF-8, with the mark that Excel needs."""
    return write_csv(with_context(export, table), ",", escape_formula, csv.QUOTE_NONNUMERIC)


def render_semicolon_csv(export: Export, table: ReportTable[Any]) -> bytes:
    """Return one table as CSV for spreadsheets with a decimal comma, as Vietnamese ones have."""
    return write_semicolon_csv(with_context(export, table), export.translate)


def write_semicolon_csv(table: ReportTable[Any], translate: Translate) -> bytes:
    """Return a table as CSV for spreadsheets with a decimal comma."""
    yes, no = translate(N_("yes")), translate(N_("no"))

    def format_cell(cell: Cell) -> Cell:
        if isinstance(cell, bool):
            return yes if cell else no
        if isinstance(cell, float):
            return f"{cell:f}".rstrip("0").rstrip(".").replace(".", ",")
        if isinstance(cell, str) and LOOKS_NUMERIC.fullmatch(cell):
            return f"'{cell}"
        return escape_formula(cell)

    return write_csv(table, ";", format_cell, csv.QUOTE_ALL)


def write_csv(
    table: ReportTable[Any],
    delimiter: str,
    format_cell: Callable[[Cell], Cell],
    quoting: Literal[1, 2],
) -> bytes:
    """Return a table as CSV. ``format_cell`` is applied to each cell."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerow(column.name for column in table.columns)
    writer.writerows([format_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def escape_formula(cell: Cell) -> Cell:
    """Return a cell in which no spreadsheet reads a formula. Numbers stay numbers."""
    if isinstance(cell, str):
        return FORMULA.sub("'", cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────


def render_json(export: Export) -> bytes:
    """Return everything as one JSON document, which ``json_schema`` describes."""
    document = {
        "simulated": export.report.simulated,
        "month": export.month,
        "version": export.version,
        "licence": LICENCE,
        "choice": active_filters(export.report.chosen),
        "about": [f"{name}: {text}" for name, text in export.about],
        "tables": {table.name: list(table.records()) for table in export.tables},
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def json_schema(export: Export) -> Mapping[str, Any]:
    """Return the JSON Schema of that document."""
    return {
        "$schema": SCHEMA,
        "title": "Vững Tâm: report",
        "type": "object",
        "required": ["simulated", "month", "version", "licence", "choice", "about", "tables"],
        "additionalProperties": False,
        "properties": {
            "simulated": {"type": "boolean"},
            "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
            "version": {"type": "string"},
            "licence": {"const": LICENCE},
            "choice": {"type": "object", "additionalProperties": {"type": "string"}},
            "about": {"type": "array", "items": {"type": "string"}},
            "tables": {
                "type": "object",
                "additionalProperties": False,
                "required": [table.name for table in export.tables],
                "properties": {table.name: table_schema(table) for table in export.tables},
            },
        },
    }


def table_schema(table: ReportTable[Any]) -> Mapping[str, Any]:
    """Return the JSON Schema of the rows of a table."""
    return {
        "description": table.title,
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": [column.name for column in table.columns],
            "properties": {
                column.name: {
                    "type": [column.type, "null"],
                    "description": describe(column, str),
                    **constraints(column),
                }
                for column in table.columns
            },
        },
    }


def describe(column: Column[Any], translate: Callable[[str], str]) -> str:
    """Return the heading of a column and its description as one text."""
    heading, description = column.full_heading(translate), column.full_description(translate)
    return f"{heading}. {description}" if description else heading


def constraints(column: Column[Any]) -> Mapping[str, int]:
    """Return the bounds of a column under the names that both schemas use."""
    return dict(zip(("minimum", "maximum"), column.bounds or (), strict=False))


# ── Data package ──────────────────────────────────────────────────────────────────────────────────


def render_data_package(export: Export) -> bytes:
    """Return a data package: each table as CSV, and ``datapackage.json`` that describes them."""
    package = {
        "$schema": PACKAGE,
        "name": "report",
        "title": "Vững Tâm",
        "description": "\n".join(f"{name}: {text}" for name, text in export.about),
        "version": export.version,
        "licenses": [{"name": LICENCE, "path": "https://creativecommons.org/licenses/by-sa/4.0/"}],
        "resources": [
            describe_table(with_context(export, table), export.translate) for table in export.tables
        ],
    }
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        described_as = json.dumps(package, ensure_ascii=False, indent=1).encode()
        for name, content in chain(
            [("datapackage.json", described_as)],
            ((f"{table.name}.csv", render_csv(export, table)) for table in export.tables),
        ):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # without the time of day
    return target.getvalue()


def describe_table(table: ReportTable[Any], translate: Translate) -> Mapping[str, Any]:
    """Return the description of a table in a data package: a resource."""
    return {
        "name": table.name,
        "title": translate(table.title),
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {
                    "name": column.name,
                    "type": column.type,
                    "title": column.full_heading(translate),
                    "description": describe(column, translate),
                    **({"constraints": constraints(column)} if column.bounds else {}),
                }
                for column in table.columns
            ],
            "missingValues": [""],
        },
    }


# ── XLSX ──────────────────────────────────────────────────────────────────────────────────────────

A4_PAPER = 9  # its number in the file format
LINE_HEIGHT = 15  # points
NOTES_WIDTH = 80  # characters
INK, PAPER = "#262f66", "#faf5ea"
COLUMN_WIDTHS: Mapping[ColumnType, int] = {"string": 24, "integer": 12, "number": 12, "boolean": 10}


def render_xlsx(export: Export) -> bytes:
    """Return a workbook: notes, a sheet for each table, and charts of some."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - two megabytes that no class needs

    target = BytesIO()
    book = Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    created = datetime.fromisoformat(f"{export.month}-01")  # and not the time of day
    book.set_properties({"title": "Vững Tâm", "created": created})
    head = book.add_format(
        {"bold": True, "bg_color": INK, "font_color": "#ffffff", "text_wrap": True}
    )
    fraction = book.add_format({"num_format": "0.00"})
    write_notes(book, export)
    for table in export.tables:
        sheet = book.add_worksheet(export.translate(table.title))
        write_table(sheet, table, export.translate, head, fraction)
        insert_chart(book, sheet, table, export.translate)
    book.close()
    return target.getvalue()


def write_notes(book: Workbook, export: Export) -> None:
    """Write the first sheet: notes for the reader, and the description of each column."""
    translate = export.translate
    sheet = book.add_worksheet(translate(N_("Read this first")))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, NOTES_WIDTH, wrapped)
    set_page_layout(sheet)
    lines = list(export.about)
    for table in export.tables:
        lines.append((translate(table.title), ""))
        lines.extend(
            (
                f"  {column.full_heading(translate)} ({column.name})",
                column.full_description(translate),
            )
            for column in table.columns
        )
    for number, (name, text) in enumerate(lines):
        sheet.set_row(number, row_height(text, NOTES_WIDTH))
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, text)


def write_table(
    sheet: Worksheet, table: ReportTable[Any], translate: Translate, head: Format, fraction: Format
) -> None:
    """Write one table, with a frozen first row and columns that are wide enough."""
    tallest = LINE_HEIGHT
    for index, column in enumerate(table.columns):
        heading = column.full_heading(translate)
        width = 60 if column.name.startswith("text_") else COLUMN_WIDTHS[column.type]
        tallest = max(tallest, row_height(heading, width))
        sheet.write_string(0, index, heading, head)
        sheet.set_column(index, index, width)
    sheet.set_row(0, tallest)
    for number, row in enumerate(table.rows, start=1):
        for index, cell in enumerate(row):
            if isinstance(cell, str) and cell:
                sheet.write_string(number, index, cell)
            elif cell not in {None, ""}:
                whole = table.columns[index].type != "number"
                sheet.write(number, index, cell, None if whole else fraction)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    set_page_layout(sheet)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def row_height(text: str, width: int) -> int:
    """Return the height of wrapped text in points. LibreOffice shows one line unless told."""
    return LINE_HEIGHT * max(1, len(wrap(text, width - 2)))


def set_page_layout(sheet: Worksheet) -> None:
    """Set a sheet to be printed on landscape A4, one page wide."""
    sheet.set_landscape()
    sheet.set_paper(A4_PAPER)
    sheet.fit_to_pages(1, 0)


CHARTS: Mapping[str, tuple[str, Sequence[str]]] = {
    "themes": ("theme_label", ("percent",)),
    "skills": ("skill_label", ("percent",)),
    "comparison": ("theme_label", ("before_percent", "after_percent")),
}
"""Tables with a bar chart: the column of categories, and those of values."""


def insert_chart(
    book: Workbook, sheet: Worksheet, table: ReportTable[Any], translate: Translate
) -> None:
    """Insert the bar chart of a table beside it, if it has one."""
    if table.name not in CHARTS or not table.rows:
        return
    label, values = CHARTS[table.name]
    names = [column.name for column in table.columns]
    last = len(table.rows)
    chart = book.add_chart({"type": "bar"})
    for value in values:
        index = names.index(value)
        chart.add_series(
            {
                "name": [sheet.name, 0, index],
                "categories": [sheet.name, 1, names.index(label), last, names.index(label)],
                "values": [sheet.name, 1, index, last, index],
                "fill": {"color": PAPER if value.startswith("before") else INK},
                "border": {"color": INK},
                "data_labels": {"value": True, "num_format": "0"},
            }
        )
    chart.set_title({"name": translate(table.title)})
    chart.set_x_axis({"min": 0, "max": 100})
    chart.set_y_axis({"reverse": True})
    if len(values) == 1:
        chart.set_legend({"none": True})
    sheet.insert_chart(1, len(names) + 1, chart)


REPORT_FORMATS: Mapping[str, Callable[[Export], bytes]] = {
    "xlsx": render_xlsx,
    "json": render_json,
    "zip": render_data_package,
}
"""What renders a file with all tables, by its ending."""


TABLE_FORMATS: Mapping[str, Callable[[Export, ReportTable[Any]], bytes]] = {
    "csv": render_csv,
    "semicolon.csv": render_semicolon_csv,
}
"""What renders one table, by the ending of the file."""


def render(export: Export, name: str) -> bytes | None:
    """Return a file with all tables, or one table as CSV; None if the name is unknown."""
    stem, _dot, ending = name.partition(".")
    if ending in TABLE_FORMATS:
        return next(
            (TABLE_FORMATS[ending](export, table) for table in export.tables if table.name == stem),
            None,
        )
    return REPORT_FORMATS[ending](export) if stem == "report" and ending in REPORT_FORMATS else None
