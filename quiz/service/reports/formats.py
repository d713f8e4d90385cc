"""The files in which a report can be taken away: the same tables in each.

The same report makes the same bytes, whenever it is asked for within a month: whoever asks a
thousand times learns no more than from the first.
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
from quiz.service.reports.tables import Cell, Column, Kind, Say, Table, tables
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
"""Where a spreadsheet might begin to read a formula in a text: OWASP, CSV Injection.

That is at the start, and after whatever another spreadsheet takes for the end of a cell: one with
Vietnamese settings splits at semicolons, also within the quotes of a file with commas. East Asian
ones read the wide signs like the narrow ones.
"""

LIKE_A_NUMBER = re.compile(
    r"[\d\s.,:/%+-]*\d[\d\s.,:/%+-]*(?:[eE]\d+)?|\d+[-/ ]\w{3,9}|\w{3,9}[-/ ]\d+"
)
"""Texts such as 2026-11, 1-5, 001 or 5-May, which a spreadsheet takes for a date or a number."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """A report about to be written: its tables, and what a reader must know."""

    report: Report
    version: str
    month: str
    language: str
    say: Say

    @cached_property
    def tables(self) -> Sequence[Table]:
        """The tables. Making them takes a fifth of the time of a workbook, which asks twice."""
        return list(tables(self.report, self.language, self.say))

    @property
    def choice(self) -> str:
        """Which classes it is about, as ``name=value``; empty if about all."""
        return ", ".join(f"{name}={value}" for name, value in said(self.report.chosen).items())

    @property
    def about(self) -> Sequence[tuple[str, str]]:
        """What stands before the figures: names and sentences."""
        say = self.say
        lines = [
            (say(N_("Report")), "Vững Tâm"),
            (say(N_("Month of this file")), self.month),
            (say(N_("Version of the program")), self.version),
            (say(N_("Licence")), LICENCE),
            (say(N_("Choice")), self.choice or say(N_("all"))),
            (
                say(N_("Rules")),
                say(
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
                say(N_("Single groups")),
                say(
                    N_(
                        "Figures behind which there is a single group come in steps of %(step)s "
                        "percent, from %(step)s to %(top)s, and without counts. They are marked "
                        "as coarse."
                    )
                )
                % {"step": STEP, "top": 100 - STEP},
            ),
            (
                say(N_("Empty cells")),
                say(N_("Not known, too few people to say, or not to be said.")),
            ),
            (
                say(N_("Please")),
                say(N_("Do not try to find out who is in these figures. They are about groups.")),
            ),
        ]
        if self.report.simulated:
            made_up = N_("These figures were made up to show what reports look like.")
            lines.insert(0, (say(N_("Simulated")), say(made_up)))
        return lines


def said(chosen: Filter) -> dict[str, str]:
    """Return what a filter says, by name."""
    return {name: value for name, value in vars(chosen).items() if value}


def file_name(name: str, chosen: Filter, language: str, day: date) -> str:
    """Return what a file is called where it is kept: in which language, of when, and of what.

    A chapter or school is not named, as the names of files are seen by others.
    """
    stem, _dot, ending = name.partition(".")
    about = [
        name if name == "chapter" else f"{name}-{plain(value)}"
        for name, value in said(chosen).items()
    ]
    return f"{'_'.join([stem, day.isoformat(), language, *about])}.{ending}"


def plain(words: str) -> str:
    """Return words in small letters without marks, joined by hyphens."""
    letters = normalize("NFD", words.lower().replace("đ", "d"))
    ascii_only = letters.encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only))


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────────

SIMULATED = Column("simulated", "boolean", N_("Simulated"), N_("Whether the figures were made up."))
CHOICE = Column("choice", "string", N_("Choice"), N_("Which classes it is about; empty: all."))


def alone(export: Export, table: Table) -> Table:
    """Return a table that says of itself what it is about, as it may be kept without the others."""
    about = export.report.simulated, export.choice
    return replace(
        table,
        columns=(SIMULATED, CHOICE, *table.columns),
        rows=[(*about, *row) for row in table.rows],
    )


def csv_file(export: Export, table: Table) -> bytes:
    """Return one table for programs: RFC 4180 in UTF-8, with the mark that Excel needs."""
    return delimited(alone(export, table), ",", harmless, csv.QUOTE_NONNUMERIC)


def semicolon_file(export: Export, table: Table) -> bytes:
    """Return one table for spreadsheets that write a comma in decimals, as Vietnamese ones do."""
    yes, no = export.say(N_("yes")), export.say(N_("no"))

    def local(cell: Cell) -> Cell:
        if isinstance(cell, bool):
            return yes if cell else no
        if isinstance(cell, float):
            return f"{cell:f}".rstrip("0").rstrip(".").replace(".", ",")
        if isinstance(cell, str) and LIKE_A_NUMBER.fullmatch(cell):
            return f"'{cell}"
        return harmless(cell)

    return delimited(alone(export, table), ";", local, csv.QUOTE_ALL)


def delimited(
    table: Table, delimiter: str, write: Callable[[Cell], Cell], quoting: Literal[1, 2]
) -> bytes:
    """Return a table with something between its cells. ``write`` says how a cell is written."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerow(column.name for column in table.columns)
    writer.writerows([write(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """Return a cell in which no spreadsheet finds a formula. Numbers stay numbers."""
    if isinstance(cell, str):
        return FORMULA.sub("'", cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────


def json_file(export: Export) -> bytes:
    """Return everything as one JSON document, which ``schema`` describes."""
    document = {
        "simulated": export.report.simulated,
        "month": export.month,
        "version": export.version,
        "licence": LICENCE,
        "choice": said(export.report.chosen),
        "about": [f"{name}: {words}" for name, words in export.about],
        "tables": {table.name: list(table.records()) for table in export.tables},
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def schema(export: Export) -> Mapping[str, Any]:
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
                "properties": {table.name: rows_schema(table) for table in export.tables},
            },
        },
    }


def rows_schema(table: Table) -> Mapping[str, Any]:
    """Return what the rows of a table look like."""
    return {
        "description": table.title,
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": [column.name for column in table.columns],
            "properties": {
                column.name: {
                    "type": [column.kind, "null"],
                    "description": described(column, str),
                    **bounds(column),
                }
                for column in table.columns
            },
        },
    }


def described(column: Column, say: Callable[[str], str]) -> str:
    """Return the title of a column, and what it holds."""
    title, meaning = column.heading(say), column.meaning(say)
    return f"{title}. {meaning}" if meaning else title


def bounds(column: Column) -> Mapping[str, int]:
    """Return between which numbers a column is, as both kinds of schema name them."""
    return dict(zip(("minimum", "maximum"), column.bounds or (), strict=False))


# ── Data package ──────────────────────────────────────────────────────────────────────────────────


def zip_file(export: Export) -> bytes:
    """Return a data package: each table as CSV, and ``datapackage.json`` that describes them."""
    package = {
        "$schema": PACKAGE,
        "name": "report",
        "title": "Vững Tâm",
        "description": "\n".join(f"{name}: {words}" for name, words in export.about),
        "version": export.version,
        "licenses": [{"name": LICENCE, "path": "https://creativecommons.org/licenses/by-sa/4.0/"}],
        "resources": [resource(alone(export, table), export.say) for table in export.tables],
    }
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        described_as = json.dumps(package, ensure_ascii=False, indent=1).encode()
        for name, content in chain(
            [("datapackage.json", described_as)],
            ((f"{table.name}.csv", csv_file(export, table)) for table in export.tables),
        ):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # without the time of day
    return target.getvalue()


def resource(table: Table, say: Say) -> Mapping[str, Any]:
    """Return what a data package says of a table."""
    return {
        "name": table.name,
        "title": say(table.title),
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {
                    "name": column.name,
                    "type": column.kind,
                    "title": column.heading(say),
                    "description": described(column, say),
                    **({"constraints": bounds(column)} if column.bounds else {}),
                }
                for column in table.columns
            ],
            "missingValues": [""],
        },
    }


# ── XLSX ──────────────────────────────────────────────────────────────────────────────────────────

A4 = 9  # the number of the paper in the file format
LINE = 15  # points
WIDE = 80  # characters
INK, PAPER = "#262f66", "#faf5ea"
WIDTHS: Mapping[Kind, int] = {"string": 24, "integer": 12, "number": 12, "boolean": 10}


def xlsx_file(export: Export) -> bytes:
    """Return a workbook: what one must know, a sheet for each table, and charts of some."""
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
    write_about(book, export)
    for table in export.tables:
        sheet = book.add_worksheet(export.say(table.title))
        write_table(sheet, table, export.say, head, fraction)
        draw_chart(book, sheet, table, export.say)
    book.close()
    return target.getvalue()


def write_about(book: Workbook, export: Export) -> None:
    """Write the first sheet: what a reader must know, and what each column holds."""
    say = export.say
    sheet = book.add_worksheet(say(N_("Read this first")))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, WIDE, wrapped)
    fit_paper(sheet)
    rows = list(export.about)
    for table in export.tables:
        rows.append((say(table.title), ""))
        rows.extend(
            (f"  {column.heading(say)} ({column.name})", column.meaning(say))
            for column in table.columns
        )
    for number, (name, words) in enumerate(rows):
        sheet.set_row(number, height(words, WIDE))
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, words)


def write_table(sheet: Worksheet, table: Table, say: Say, head: Format, fraction: Format) -> None:
    """Write one table, with its first row in sight and every column wide enough."""
    tallest = LINE
    for place, column in enumerate(table.columns):
        heading = column.heading(say)
        width = 60 if column.name.startswith("text_") else WIDTHS[column.kind]
        tallest = max(tallest, height(heading, width))
        sheet.write_string(0, place, heading, head)
        sheet.set_column(place, place, width)
    sheet.set_row(0, tallest)
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell:
                sheet.write_string(number, place, cell)
            elif cell not in {None, ""}:
                whole = table.columns[place].kind != "number"
                sheet.write(number, place, cell, None if whole else fraction)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    fit_paper(sheet)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def height(words: str, width: int) -> int:
    """Return the points that words take in a column. LibreOffice shows one line unless told."""
    return LINE * max(1, len(wrap(words, width - 2)))


def fit_paper(sheet: Worksheet) -> None:
    """Let a sheet be printed as wide as A4 lying down."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


CHARTS: Mapping[str, tuple[str, Sequence[str]]] = {
    "themes": ("theme_label", ("percent",)),
    "skills": ("skill_label", ("percent",)),
    "comparison": ("theme_label", ("before_percent", "after_percent")),
}
"""The tables that people would rather look at: the column of names, and those of bars."""


def draw_chart(book: Workbook, sheet: Worksheet, table: Table, say: Say) -> None:
    """Draw the bars of a table beside it, if it has any."""
    if table.name not in CHARTS or not table.rows:
        return
    label, values = CHARTS[table.name]
    names = [column.name for column in table.columns]
    last = len(table.rows)
    chart = book.add_chart({"type": "bar"})
    for value in values:
        place = names.index(value)
        chart.add_series(
            {
                "name": [sheet.name, 0, place],
                "categories": [sheet.name, 1, names.index(label), last, names.index(label)],
                "values": [sheet.name, 1, place, last, place],
                "fill": {"color": PAPER if value.startswith("before") else INK},
                "border": {"color": INK},
                "data_labels": {"value": True, "num_format": "0"},
            }
        )
    chart.set_title({"name": say(table.title)})
    chart.set_x_axis({"min": 0, "max": 100})
    chart.set_y_axis({"reverse": True})
    if len(values) == 1:
        chart.set_legend({"none": True})
    sheet.insert_chart(1, len(names) + 1, chart)


WRITERS: Mapping[str, Callable[[Export], bytes]] = {
    "xlsx": xlsx_file,
    "json": json_file,
    "zip": zip_file,
}
"""How each file with everything in it is written, by its ending."""


CSV: Mapping[str, Callable[[Export, Table], bytes]] = {
    "csv": csv_file,
    "semicolon.csv": semicolon_file,
}
"""How one table is written, by the ending of the file."""


def written(export: Export, name: str) -> bytes | None:
    """Return everything as one file, or one table as CSV; None if there is none of this name."""
    stem, _dot, ending = name.partition(".")
    if ending in CSV:
        return next(
            (CSV[ending](export, table) for table in export.tables if table.name == stem), None
        )
    return WRITERS[ending](export) if stem == "report" and ending in WRITERS else None
