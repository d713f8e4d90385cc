"""What the documentation says about the code is true of all of it."""

import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from benchmarks import campaign
from quiz.store.sqlite import SQLite

DOCS = Path(__file__).parents[1] / "docs"
DATA = DOCS / "data.md"


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Every table with its columns, as they are in the file."""
    path = tmp_path_factory.mktemp("docs") / "quiz.sqlite3"
    SQLite.open(path).close()
    engine = create_engine(f"sqlite:///{path}")
    tables = inspect(engine)
    columns = {
        table: [column["name"] for column in tables.get_columns(table)]
        for table in tables.get_table_names()
    }
    engine.dispose()
    return columns


def test_data_md_explains_every_table_and_column_and_no_other(stored):
    sections = re.split(r"^## (\w+)$", DATA.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    explained = {
        table: re.findall(r"^- `(\w+)`: \w", words, flags=re.MULTILINE)
        for table, words in zip(sections[::2], sections[1::2], strict=True)
    }
    assert explained == stored


def test_data_md_says_of_every_table_when_it_is_deleted(stored):
    words = DATA.read_text(encoding="utf-8")
    for table in stored:
        section = words.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        assert re.search(r"\*\*(Deleted|Never deleted|Replaced)", section), table


def test_deploying_md_has_the_tables_that_the_model_of_a_campaign_prints():
    """After new figures: `.venv/bin/python -m benchmarks.campaign`, and copy what it prints."""
    page = (DOCS / "deploying.md").read_text(encoding="utf-8")
    assert campaign.table(campaign.read(campaign.MEASURED)) in page
