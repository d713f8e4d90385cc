"""What can be learnt about one group: small, of one mind, asked about again and again."""

import json
from datetime import date
from random import Random

import pytest

from quiz.service.reports import figures, formats
from quiz.store.reports import EVERYTHING, Filter
from quiz.store.sqlite import SQLite
from quiz.store.tables import Staff
from tests.classes import add_facilitator, hold_class
from tests.conftest import NOON

TODAY = NOON.date()
QUESTIONS = ("har-images-class-chat", "abd-authority-order-a", "lit-messages-own-otp")


@pytest.fixture
def database(tmp_path):
    database = SQLite.open(tmp_path / "quiz.sqlite3")
    yield database
    database.close()


@pytest.fixture
def hold(database, bank):
    with database.writing() as db:
        facilitator = add_facilitator(db, NOON)
        db.commit()

    def hold(people, *, right=0, **about):
        """Hold a class in which the first of the people know everything, and the others nothing."""
        answers = [answers_of(bank, QUESTIONS, knows=number < right) for number in range(people)]
        with database.writing() as db:
            room = hold_class(db, facilitator, answers, bank=bank, **{"today": TODAY, **about})
            db.commit()
            return room

    return hold


@pytest.fixture
def take(database, bank):
    """Take a file away."""

    def take(ending="json", chosen=EVERYTHING):
        with database.reading() as db:
            report = figures.build_report(db, bank, chosen)
        export = formats.Export(
            report=report, version="1", month="2026-11", language="vi", translate=str
        )
        return formats.REPORT_FORMATS[ending](export)

    return take


def answers_of(bank, questions, *, knows):
    """Return the best answers, or the first of the others."""
    answers = {}
    for id_ in questions:
        [best] = bank.questions[id_].best
        others = [each for each in bank.questions[id_].arrange(Random(0)) if each != best]
        answers[id_] = (best, 100) if knows else (others[0], 0)
    return answers


def tables(document):
    return json.loads(document)["tables"]


@pytest.mark.parametrize("people", range(1, 10))
def test_a_small_class_changes_no_figure_when_it_is_sealed(hold, take, people):
    hold(25, right=10)
    hold(14, right=3)
    before = take()
    hold(people, right=people)
    assert take() == before


@pytest.mark.parametrize("right", [0, 25])
def test_no_file_says_that_a_class_was_of_one_mind(hold, take, right):
    hold(25, right=right, province="Huế")
    hold(12, right=5, province="Lào Cai")
    document = tables(take(chosen=Filter(province="Huế")))
    assert {row["people"] for row in document["groups"]} == {25}
    said = {95} if right else {5}
    for name in ("groups", "themes", "questions", "breakdown"):
        assert {row["percent"] for row in document[name]} == said, name
        assert {row["coarse"] for row in document[name]} == {True}, name
    assert document["scores"] == []
    for row in [row for table in document.values() for row in table]:
        assert row.get("points") is None
        for column in ("percent_low", "percent_high", "discrimination", "count", "rest"):
            assert row.get(column) is None
    everything = tables(take())
    assert {row["percent"] for row in everything["groups"]} <= {5, 40, 95}


@pytest.mark.parametrize(
    "silent", [dict.fromkeys(QUESTIONS, ("skip", None)), {"lit-verify-flood-photo": ("skip", None)}]
)
def test_a_class_without_answers_makes_no_figure_of_another_exact(
    database, bank, hold, take, silent
):
    hold(25, right=25)
    before = take()
    with database.writing() as db:
        hold_class(db, db.get_one(Staff, 1), [silent] * 12, today=TODAY, bank=bank)
        db.commit()
    assert take() == before
    assert {row["percent"] for row in tables(before)["themes"]} == {95}


def test_a_theme_that_one_class_alone_was_asked_is_coarse_among_many_classes(
    database, bank, hold, take
):
    hold(25, right=25)
    with database.writing() as db:
        others = [answers_of(bank, QUESTIONS[1:], knows=True)] * 12
        few = [answers_of(bank, QUESTIONS, knows=True)] * 9
        hold_class(db, db.get_one(Staff, 1), [*others, *few], today=TODAY, bank=bank)
        db.commit()
    [theme] = [row for row in tables(take())["themes"] if row["theme"] == "harassment"]
    assert (theme["answers"], theme["points"], theme["percent"]) == (25, None, 95)


def test_phones_that_came_back_make_no_class_large(database, bank, hold, take):
    hold(25, right=10)
    hold(14, right=3)
    before = take()
    parts = [answers_of(bank, [id_], knows=True) for id_ in QUESTIONS for _ in range(9)]
    with database.writing() as db:
        hold_class(db, db.get_one(Staff, 1), parts, today=TODAY, bank=bank)
        db.commit()
    assert take() == before, "27 joined, and no question has more than nine answers"


@pytest.mark.parametrize("ending", formats.REPORT_FORMATS)
def test_whoever_asks_again_gets_the_same_bytes(hold, take, ending):
    hold(25, right=10)
    hold(14, right=3)
    assert take(ending) == take(ending)


def test_a_small_class_after_the_lesson_is_compared_with_nothing(hold, take):
    hold(12, right=4, phase="after", after=hold(13, right=3, phase="before"))
    hold(4, right=4, phase="after", after=hold(20, right=5, phase="before"))
    [row] = [row for row in tables(take())["comparison"] if row["theme"] == "all"]
    assert row["pairs"] == 1
    assert (row["before_points"], row["after_points"], row["change"]) == (None, None, None)
    assert (row["before_percent"], row["after_percent"]) == (25, 35)  # of 13 and 12: coarse


def test_a_question_that_one_class_alone_was_asked_is_coarse_among_many_classes(
    database, bank, hold, take
):
    hold(25, right=10)
    hold(14, right=3)
    with database.writing() as db:
        own = ("lit-messages-own-otp", "lit-verify-flood-photo")
        alone = [answers_of(bank, own, knows=True)] * 11
        hold_class(db, db.get_one(Staff, 1), alone, today=TODAY, bank=bank)
        db.commit()
    rows = {row["question"]: row for row in tables(take())["questions"]}
    assert rows["lit-verify-flood-photo"]["percent"] == 95
    assert rows["lit-verify-flood-photo"]["points"] is None
    assert rows["lit-messages-own-otp"]["points"] == 100 * (10 + 3 + 11)


def test_every_published_mean_follows_from_the_published_counts(hold, take):
    hold(25, right=10)
    hold(14, right=3)
    hold(30, right=21, phase="after", after=hold(31, right=9, phase="before"))
    hold(30, right=25, phase="after", after=hold(33, right=9, phase="before"))
    document = tables(take())
    scores: dict[str, tuple[int, int]] = {}
    for row in document["scores"]:
        number, points = scores.get(row["question"], (0, 0))
        points += row["answers"] * row["score"]
        scores[row["question"]] = (number + row["answers"], points)
    for row in document["questions"]:
        assert (row["answers"], row["points"]) == scores[row["question"]]
    for name in ("themes", "skills", "breakdown", "questions"):
        for row in document[name]:
            if not row["coarse"]:
                assert row["percent"] == pytest.approx(row["points"] / row["answers"], abs=1e-6)
    assert len(document["options"]) > len(QUESTIONS)
    for row in document["options"]:
        if row["option"] != "skip":
            answers, _points = scores[row["question"]]
            assert row["share"] == pytest.approx(100 * row["count"] / answers, abs=1e-6)


def numbers(document):
    """Return the number of each group, by how many people it has."""
    return {row["people"]: row["group"] for row in tables(document)["groups"]}


def test_a_group_has_one_number_in_every_export(hold, take):
    hold(25, right=10, province="Huế")
    hold(14, right=3)
    before = numbers(take())
    hold(30, right=10, today=date(2026, 8, 5))
    hold(11, right=10, province="Huế")
    after = numbers(take())
    assert {people: after[people] for people in before} == before
    assert len(set(after.values())) == 4
    for chosen in (Filter(province="Huế"), Filter(first="2026-11"), Filter(last="2026-08")):
        found = numbers(take(chosen=chosen))
        assert found == {people: after[people] for people in found}


def test_before_and_after_of_one_class_share_a_number(hold, take):
    hold(21, phase="after", after=hold(20, phase="before"))
    hold(31, phase="after", after=hold(30, phase="before"))
    hold(41, phase="after", after=hold(4, phase="before"))  # which nobody may know of
    hold(51, phase="after")
    found = numbers(take())
    assert found[20] == found[21]
    assert found[30] == found[31]
    assert len({found[people] for people in (20, 30, 41, 51)}) == 4
    assert numbers(take(chosen=Filter(phase="after"))) == {
        people: found[people] for people in (21, 31, 41, 51)
    }


def test_neither_numbers_nor_rows_tell_the_order_of_groups_or_of_what_is_in_no_figure(hold, take):
    held = range(10, 20)
    for people in held:
        hold(people)
        hold(people % 4 + 1)
    found = numbers(take())
    in_order_of_days = [found[people] for people in held]
    assert in_order_of_days not in (sorted(in_order_of_days), sorted(in_order_of_days)[::-1])
    assert {len(str(number)) for number in in_order_of_days} == {6}
    rows = [row["group"] for row in tables(take())["groups"] if row["source"] == "room"]
    assert rows == sorted(rows)
