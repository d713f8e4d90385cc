"""What is taken away can be read: by spreadsheets, by programs, and without any harm."""

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import frictionless
import jsonschema
import openpyxl
import pytest
from xlsxwriter import Workbook

from quiz.service import demonstration, files, reporting
from quiz.service.exporting import Column, Table
from quiz.store.postgresql import PostgreSQL
from quiz.store.sqlite import SQLite
from tests.shipped import shipped_bank

TODAY = date(2026, 11, 24)


def export_of(database):
    """Fill a database with simulated classes, and return what an officer may take away."""
    bank = shipped_bank()
    with database.writing() as db:
        demonstration.fill(db, bank, today=TODAY)
        db.commit()
    with database.reading() as db:
        report = reporting.report(db, bank)
    database.close()
    return files.Export(report=report, version="1.2.3", month="2026-11", language="vi", say=str)


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    return export_of(SQLite.open(tmp_path_factory.mktemp("data") / "quiz.sqlite3"))


def test_both_kinds_of_database_give_the_same_file(export, server):
    other = export_of(PostgreSQL.open(server.new_database()))
    assert files.json_file(other) == files.json_file(export)


def cells(table):
    """Return a table as text, as CSV has it."""
    return [
        {name: "" if cell is None else str(files.harmless(cell)) for name, cell in row.items()}
        for row in table.records()
    ]


def test_every_table_says_something(export):
    assert [table.name for table in export.tables if not table.rows] in ([], ["quizzes"])


def test_csv_is_read_as_it_was_written(export):
    for table in export.tables:
        data = files.csv_file(table)
        assert data.startswith(b"\xef\xbb\xbf"), "Excel needs it to see UTF-8"
        assert list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))) == cells(table)


def test_json_fits_its_schema_and_holds_the_same_figures(export):
    document = json.loads(files.json_file(export))
    jsonschema.validate(document, files.schema(export), jsonschema.Draft202012Validator)
    for table in export.tables:
        assert document["tables"][table.name] == list(table.records())


def test_the_data_package_is_valid(export, tmp_path):
    with ZipFile(BytesIO(files.zip_file(export))) as archive:
        archive.extractall(tmp_path)
    report = frictionless.Package(tmp_path / "datapackage.json").validate()
    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == len(export.tables)


def test_the_workbook_holds_the_same_figures_and_charts(export):
    book = openpyxl.load_workbook(BytesIO(files.xlsx_file(export)))
    sheets: Any
    first, *sheets = book.worksheets
    said = " ".join(str(cell.value) for row in first.iter_rows() for cell in row if cell.value)
    for words in ("CC-BY-SA-4.0", "1.2.3", "at least 10 people", "Simulated", "Do not try"):
        assert words in said
    for table, sheet in zip(export.tables, sheets, strict=True):
        head, *rows = sheet.iter_rows(values_only=True)
        assert list(head) == [column.heading(str) for column in table.columns]
        assert rows == [tuple(None if cell == "" else cell for cell in row) for row in table.rows]
        assert sheet.freeze_panes == "B2"
    charts = [
        table.name for table, sheet in zip(export.tables, sheets, strict=True) if sheet._charts
    ]
    assert charts == list(files.CHARTS)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_no_spreadsheet_takes_a_text_for_a_formula(export, start):
    payload = f'{start}HYPERLINK("https://evil.example","x")'
    column = Column("chapter", "string", "Chapter")
    table = Table("groups", "Groups", (column,), [(payload,)])
    [[read]] = [*csv.reader(StringIO(files.csv_file(table).decode("utf-8-sig"), newline=""))][1:]
    assert read == f"'{payload}"


def test_a_formula_in_a_workbook_is_only_a_text():
    target = BytesIO()
    book = Workbook(target)
    sheet = book.add_worksheet()
    column = Column("chapter", "string", "Chapter")
    table = Table("groups", "Groups", (column,), [("=1+1",)])
    files.write_table(sheet, table, str, book.add_format(), book.add_format())
    book.close()
    cell = openpyxl.load_workbook(target).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_no_words_of_the_workbook_are_cut_where_a_row_takes_one_line_unless_told(export):
    first, *sheets = openpyxl.load_workbook(BytesIO(files.xlsx_file(export))).worksheets
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


@pytest.mark.parametrize("ending", ["json", "zip", "xlsx"])
def test_every_file_says_what_it_is_and_not_to_look_for_people(export, ending):
    data = files.WRITERS[ending](export)
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
