"""Whatever can be chosen has words in every language, and a row in the files."""

import json
from contextlib import closing

import pytest

from quiz.domain.kinds import Judge, Match, Order, Story
from quiz.domain.question import Kind
from quiz.service import words
from quiz.service.reports import figures, formats
from quiz.store.sqlite import SQLite
from quiz.store.sqlite_driver import sqlite3
from tests.shipped import shipped_bank


@pytest.fixture(scope="module", params=["vi", "en"])
def tables(simulated, request):
    """Return the tables of the report in a language, as a program reads them."""
    with closing(SQLite.open(simulated)) as database, database.reading() as db:
        report = figures.build_report(db, shipped_bank())
    export = formats.Export(
        report=report,
        version="1",
        month="2026-11",
        language=request.param,
        translate=words.catalogue(request.param),
    )
    return json.loads(formats.render_json(export))["tables"]


def test_every_option_of_every_kind_has_words_in_both_languages(tables):
    kinds = {row["question"]: row["kind"] for row in tables["questions"]}
    assert {kinds[row["question"]] for row in tables["options"]} == {*Kind}
    assert [row for row in tables["options"] if not (row["text_vi"] and row["text_en"])] == []
    unsure = {row["text_vi"] for row in tables["options"] if row["option"] == "not-sure"}
    assert unsure == {"Không chắc"}


def test_all_that_was_chosen_is_in_the_table(simulated, tables):
    with closing(sqlite3.connect(simulated)) as db:
        raw = db.execute(
            "SELECT question, option, sum(count) FROM option_tally "
            "JOIN cell USING (batch, question, revision) WHERE cell.released GROUP BY 1, 2"
        ).fetchall()
    rows = {(row["question"], row["option"]): row for row in tables["options"]}
    shown = {question for question, _option in rows}
    assert len(raw) > 500
    for question, option, count in raw:
        if question in shown:
            row = rows[question, option]
            assert row["count"] == (None if row["coarse"] else count)


def test_a_step_has_its_places_and_a_turn_its_scene(tables):
    questions = shipped_bank().questions
    for row in tables["options"]:
        question, name = questions[row["question"]], row["option"]
        placed = isinstance(question, Order | Match)
        assert (row["place"] is not None) == (placed and ":" in name)
        assert (row["scene"] is not None) == (isinstance(question, Story) and ":" in name)
        if row["place"] and isinstance(question, Match):
            assert row["right"] == (name in question.best)
        elif row["place"]:
            right = question.best.index(name.partition(":")[0]) + 1
            assert row["right"] == (row["place"] == right)
        if isinstance(question, Judge) and name in {"genuine", "fake"}:
            assert row["right"] == (name in question.best)


def test_the_shares_of_a_scene_and_the_places_of_a_step_make_a_whole(tables):
    sums: dict[tuple[str, str], float] = {}
    for row in tables["options"]:
        if row["count"] is not None and row["share"] is not None and ":" in row["option"]:
            step = row["option"].partition(":")[0] if row["place"] else row["scene"]
            key = row["question"], step
            sums[key] = sums.get(key, 0) + row["share"]
    assert len(sums) > 20
    assert all(90 < share <= 100.001 for share in sums.values())


@pytest.mark.parametrize("name", ["groups", "breakdown", "themes", "skills", "questions"])
def test_every_short_name_has_words_beside_it(tables, name):
    for row in tables[name]:
        for column in ("source", "phase", "theme", "skill", "kind", "by"):
            if row.get(column):
                assert row[f"{column}_label"]
                assert row[f"{column}_label"] != row[column]
