"""Exported files can be read by spreadsheets and by programs, without harm."""

import csv
import json
import re
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from math import atanh, sqrt, tanh
from statistics import fmean
from typing import Any
from zipfile import ZipFile

import frictionless
import jsonschema
import openpyxl
import pytest
from babel.support import Translations
from xlsxwriter import Workbook

from quiz.service import demo_data
from quiz.service.reports import figures, formats
from quiz.service.reports.figures import QuestionFigure
from quiz.service.reports.tables import Column, ReportTable
from quiz.store.postgresql import PostgreSQL
from quiz.store.reports import Filter
from quiz.store.sqlite import SQLite
from quiz.web.locale import TRANSLATIONS
from tests.attacks.figures import FOLLOWING, JOINT, LABELS, READ
from tests.shipped import shipped_bank

TODAY = date(2026, 11, 24)


def export_of(database):
    """Return the export of a database, as an officer may download it."""
    with database.reading() as db:
        report = figures.build_report(db, shipped_bank())
    database.close()
    return formats.Export(
        report=report, version="1.2.3", month="2026-11", language="vi", translate=str
    )


@pytest.fixture(scope="module")
def export(simulated):
    return export_of(SQLite.open(simulated))


@pytest.mark.slow
def test_both_kinds_of_database_give_the_same_file(export, server):
    database = PostgreSQL.open(server.new_database())
    with database.writing() as db:
        demo_data.fill(db, shipped_bank(), today=TODAY)
        db.commit()
    other = export_of(database)
    assert formats.render_json(other) == formats.render_json(export)


def in_text(cell):
    """Return a cell as text, as CSV has it."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else str(cell)


def test_every_table_says_something(export):
    assert [table.name for table in export.tables if not table.rows] == []


def test_it_is_known_what_each_column_gives_away(export):
    """Attackers that know all columns try what they tell together: tests/attacks."""
    known = LABELS | READ | FOLLOWING | JOINT
    columns = [column for table in export.tables for column in table.columns]
    named = {column.name.removesuffix("_label") for column in columns}
    assert named <= known, "add it to one of these sets, by what it says of answers"


def test_csv_is_read_as_it_was_written(export):
    for table in export.tables:
        data = formats.render(export, f"{table.name}.csv")
        assert data.startswith(b"\xef\xbb\xbf"), "Excel needs it to see UTF-8"
        rows = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))
        for given, read in zip(table.records(), rows, strict=True):
            assert {name: read[name] for name in given} == {
                name: in_text(cell) for name, cell in given.items()
            }


def test_json_fits_its_schema_and_holds_the_same_figures(export):
    document = json.loads(formats.render_json(export))
    jsonschema.validate(document, formats.json_schema(export), jsonschema.Draft202012Validator)
    for table in export.tables:
        assert document["tables"][table.name] == list(table.records())


def test_the_data_package_is_valid(export, tmp_path):
    with ZipFile(BytesIO(formats.render_data_package(export))) as archive:
        archive.extractall(tmp_path)
    report = frictionless.Package(tmp_path / "datapackage.json").validate()
    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == len(export.tables)


def test_a_column_is_in_every_file_and_schema_once_it_is_in_its_table(export):
    def with_column(table):
        column: Column[QuestionFigure] = Column(
            "length", "integer", "Length", lambda figure: len(figure.id), "Of its id."
        )
        return replace(table, columns=[*table.columns, column])

    other = replace(export)
    vars(other)["tables"] = [
        with_column(table) if table.name == "questions" else table for table in export.tables
    ]
    lengths = [len(figure.id) for figure in export.report.questions]
    text = formats.render(other, "questions.csv").decode("utf-8-sig")
    assert [int(row["length"]) for row in csv.DictReader(StringIO(text))] == lengths
    document = json.loads(formats.render_json(other))
    assert [row["length"] for row in document["tables"]["questions"]] == lengths
    jsonschema.validate(document, formats.json_schema(other))
    book = openpyxl.load_workbook(BytesIO(formats.render_xlsx(other)))
    heading, *cells = list(book["Each question"].columns)[-1]
    assert [heading.value, *(cell.value for cell in cells)] == ["Length", *lengths]
    with ZipFile(BytesIO(formats.render_data_package(other))) as archive:
        package = json.loads(archive.read("datapackage.json"))
        assert archive.read("questions.csv") == formats.render(other, "questions.csv")
    [resource] = [each for each in package["resources"] if each["name"] == "questions"]
    assert resource["schema"]["fields"][-1] == {
        "name": "length",
        "type": "integer",
        "title": "Length",
        "description": "Length. Of its id.",
    }


UNITS = {
    r"(before_|after_)?percent(_low|_high)?|share": (0, 100),
    r"change(_low|_high)?": (-100, 100),
    r"(discrimination|rest)(_low|_high)?": (-1, 1),
    r"d_prime|criterion|gained_share": None,
}
"""Between which numbers a column is, by its name."""


def test_every_number_has_the_same_unit_in_every_table(export):
    """What is a score or a part of a whole is in percent; only correlations are from -1 to 1."""
    schema = formats.json_schema(export)["properties"]["tables"]["properties"]
    with ZipFile(BytesIO(formats.render_data_package(export))) as archive:
        package = json.loads(archive.read("datapackage.json"))
    fields = {
        (resource["name"], field["name"]): field
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    seen = set()
    for table in export.tables:
        for column in table.columns:
            if column.type != "number":
                continue
            [unit] = [name for name in UNITS if re.fullmatch(name, column.name)]
            seen.add(unit)
            ends = UNITS[unit]
            bounds = {"minimum": ends[0], "maximum": ends[1]} if ends else None
            described = schema[table.name]["items"]["properties"][column.name]
            field = fields[table.name, column.name]
            assert field.get("constraints") == bounds, column.name
            for name, bound in (bounds or {}).items():
                assert described[name] == bound, column.name
                assert str(bound) in described["description"].split("From")[1]
    assert seen == set(UNITS)


def test_what_can_be_calculated_is_what_the_file_says(export):
    tables = {table.name: list(table.records()) for table in export.tables}

    # groups before and after, side by side by their numbers
    [compared] = [row for row in tables["comparison"] if row["theme"] == "all"]
    groups: dict[str, dict[int, int]] = {"before": {}, "after": {}, "single": {}}
    for row in tables["groups"]:
        groups[row["phase"]][row["group"]] = row["people"]
    both = groups["before"].keys() & groups["after"].keys()
    assert compared["pairs"] == len(both) > 20
    for side in ("before", "after"):
        assert compared[f"{side}_people"] == sum(groups[side][number] for number in both)

    # the change, and the part of what was left to gain
    before, after = (
        compared[f"{side}_points"] / compared[f"{side}_answers"] for side in ("before", "after")
    )
    assert compared["change"] == pytest.approx(after - before, abs=1e-5)
    assert compared["gained_share"] == pytest.approx(
        100 * (after - before) / (100 - before), abs=1e-5
    )
    assert compared["change_low"] < compared["change"] < compared["change_high"]

    # the slope over months
    months = [row for row in tables["breakdown"] if row["by"] == "month"]
    weights = [row["answers"] for row in months]
    xs = [12 * int(row["value"][:4]) + int(row["value"][5:]) for row in months]
    ys = [row["points"] / row["answers"] for row in months]
    x, y = (fmean(each, weights) for each in (xs, ys))
    of_x, of_both = (
        sum(w * (a - x) * (b - c) for w, a, b in zip(weights, xs, each, strict=True))
        for each, c in ((xs, x), (ys, y))
    )
    [trend] = tables["trend"]
    assert trend["months"] == len(months) == 9
    assert trend["change"] == pytest.approx(of_both / of_x, abs=1e-5)
    assert trend["change_low"] < trend["change"] < trend["change_high"]

    # intervals of correlations: Fisher, of some number of units of fifty people or more
    for row in (row for row in tables["questions"] if row["discrimination"] is not None):
        middle, people = atanh(row["discrimination"]), row["linked"]
        ends = {
            tuple(tanh(middle + side / sqrt(people - 3 * units)) for side in (-1.959964, 1.959964))
            for units in range(1, people // 50 + 1)
        }
        found = row["discrimination_low"], row["discrimination_high"]
        assert any(found == pytest.approx(each, abs=1e-4) for each in ends)
    for row in tables["options"]:
        if row["rest"] is not None:
            assert row["rest_low"] < row["rest"] < row["rest_high"]


def test_the_workbook_holds_the_same_figures_and_charts(export):
    book = openpyxl.load_workbook(BytesIO(formats.render_xlsx(export)))
    sheets: Any
    first, *sheets = book.worksheets
    said = " ".join(str(cell.value) for row in first.iter_rows() for cell in row if cell.value)
    for words in ("CC-BY-SA-4.0", "1.2.3", "at least 10 people", "Simulated", "Do not try"):
        assert words in said
    for table, sheet in zip(export.tables, sheets, strict=True):
        head, *rows = sheet.iter_rows(values_only=True)
        assert list(head) == [column.full_heading(str) for column in table.columns]
        assert rows == [tuple(None if cell == "" else cell for cell in row) for row in table.rows]
        assert sheet.freeze_panes == "B2"
    charts = [
        table.name for table, sheet in zip(export.tables, sheets, strict=True) if sheet._charts
    ]
    assert charts == list(formats.CHARTS)


SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\0")
PAYLOADS = [
    *(f'{sign}HYPERLINK("https://evil.example","x")' for sign in SIGNS),
    *(f"Lớp 9{mark}{sign}1+1" for mark in ";,|\t\n" for sign in SIGNS[:8]),
    " =1+1",
    '"=1+1',
    'Lớp 9";=1+1',
    'Lớp 9;"=1+1',
    "Lớp 9; =1+1",
]


def in_classes_of(export, *chapters):
    """Return the same export, with other names of schools in its first classes."""
    batches = list(export.report.batches)
    for position, chapter in enumerate(chapters):
        batches[position] = replace(batches[position], chapter=chapter)
    return replace(export, report=replace(export.report, batches=batches))


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("name", ["groups.csv", "groups.semicolon.csv", "breakdown.csv"])
def test_no_spreadsheet_takes_a_text_for_a_formula(export, name, delimiter):
    text = formats.render(in_classes_of(export, *PAYLOADS), name).decode("utf-8-sig")
    assert text.count("1+1") >= len(PAYLOADS) - len(SIGNS)
    for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
        for cell in row:
            plain = cell.strip(' "')
            if not re.fullmatch(r"-?[\d.,]+", plain):
                assert not plain.startswith(SIGNS), (cell, delimiter)


def test_a_text_without_a_formula_is_written_as_it_is(export):
    chapter = 'Trường "Hoa Mai", lớp 9-A; tổ 1+2'
    data = formats.render(in_classes_of(export, chapter), "groups.csv")
    rows = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))
    assert chapter in {row["chapter"] for row in rows}


def test_a_spreadsheet_with_commas_keeps_a_text_that_looks_like_a_date(export):
    texts = ["2026-11", "1-5", "001", "1/5", "5-May", "May 5", "3E5", "12:30"]
    data = formats.render(in_classes_of(export, *texts), "groups.semicolon.csv")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert {f"'{text}" for text in texts} <= {row["chapter"] for row in rows}
    assert all(row["month"].startswith("'20") for row in rows)


def test_a_spreadsheet_with_commas_reads_the_same_numbers(export):
    for table in export.tables:
        data = formats.render(export, f"{table.name}.semicolon.csv")
        rows = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
        for given, read in zip(table.records(), rows, strict=True):
            for column in table.columns:
                if column.type == "number" and given[column.name] is not None:
                    assert "." not in read[column.name]
                    number = float(read[column.name].replace(",", "."))
                    assert number == pytest.approx(given[column.name], abs=1e-6)


def test_a_table_alone_says_what_it_is_about(export):
    chosen = Filter(first="2026-09", phase="before")
    other = replace(export, report=replace(export.report, chosen=chosen))
    for of, said in ((export, ""), (other, "first=2026-09, phase=before")):
        data = formats.render(of, "themes.csv").decode("utf-8-sig")
        for row in csv.DictReader(StringIO(data, newline="")):
            assert (row["simulated"], row["choice"]) == ("true", said)


def test_the_name_of_a_file_says_language_day_and_choice_but_no_school():
    chosen = Filter(first="2026-09", province="Đà Nẵng", chapter="Trường THPT Hoa Mai")
    name = formats.file_name("questions.semicolon.csv", chosen, "vi", date(2026, 11, 30))
    assert name == ("questions_2026-11-30_vi_first-2026-09_province-da-nang_chapter.semicolon.csv")
    assert formats.file_name("report.xlsx", Filter(), "en", TODAY) == "report_2026-11-24_en.xlsx"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_title_of_a_sheet_is_cut(export, language):
    translate = Translations.load(TRANSLATIONS, [language]).gettext
    data = formats.render_xlsx(replace(export, language=language, translate=translate))
    _first, *names = openpyxl.load_workbook(BytesIO(data)).sheetnames
    assert names == [translate(table.title) for table in export.tables]
    assert max(map(len, names)) <= 31


def test_a_formula_in_a_workbook_is_only_a_text():
    target = BytesIO()
    book = Workbook(target)
    sheet = book.add_worksheet()
    column = Column("chapter", "string", "Chapter", str)
    table = ReportTable("groups", "Groups", ["=1+1", "＝1+1"], [column])
    formats.write_table(sheet, table, str, book.add_format(), book.add_format())
    book.close()
    [*_head, (narrow,), (wide,)] = openpyxl.load_workbook(target).worksheets[0].iter_rows()
    assert (narrow.value, narrow.data_type) == ("=1+1", "s")
    assert (wide.value, wide.data_type) == ("＝1+1", "s")


def test_no_words_of_the_workbook_are_cut_where_a_row_takes_one_line_unless_told(export):
    first, *sheets = openpyxl.load_workbook(BytesIO(formats.render_xlsx(export))).worksheets
    cells = [cell for (cell,) in first.iter_rows(min_col=2)]
    cells += [cell for sheet in sheets for cell in sheet[1]]
    for cell in cells:
        sheet = cell.parent
        (width,) = (
            each.width
            for each in sheet.column_dimensions.values()
            if each.min <= cell.column <= each.max
        )
        height = sheet.row_dimensions[cell.row].height or 15
        assert height >= 15 * len(str(cell.value or "")) / width, cell.value


def test_no_figure_has_a_time_finer_than_a_month(export):
    tables = json.loads(formats.REPORT_FORMATS["json"](export))["tables"]
    words = {
        text[language]
        for question in shipped_bank().questions.values()
        for text in (question.stem, *question.texts_by_id.values())
        if text
        for language in text
    }
    found = (str(cell) for table in tables.values() for row in table for cell in row.values())
    cells = [cell for cell in found if cell not in words]
    assert len(cells) > 10_000
    assert [
        each for each in cells if re.search(r"\d{4}-\d\d-\d\d|\d\d?:\d\d|1[78]\d{8}", each)
    ] == []


@pytest.mark.parametrize("ending", ["json", "zip", "xlsx"])
def test_every_file_says_what_it_is_and_not_to_look_for_people(export, ending):
    data = formats.REPORT_FORMATS[ending](export)
    if ending == "xlsx":
        sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
        words = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    elif ending == "zip":
        words = ZipFile(BytesIO(data)).read("datapackage.json").decode()
    else:
        words = data.decode()
    for said in (
        "Do not try to find out who is in these figures.",
        "groups of at least 10 people",
        "CC-BY-SA-4.0",
        "1.2.3",
        "2026-11",
    ):
        assert said in words
