"""What the schema promises about people."""

from itertools import combinations

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError

from quiz.store.tables import (
    Answer,
    Attempt,
    Base,
    Batch,
    Cell,
    ItemUnit,
    ItemUnitOption,
    OptionTally,
    QuestionTally,
    RestTally,
    Staff,
)
from tests.classes import add_facilitator, seat_class
from tests.conftest import NOON
from tests.databases import BACKENDS
from tests.store.columns import COLUMNS
from tests.store.participants import ANSWERS, TODAY, answer, begin


@pytest.fixture(params=BACKENDS)
def backend(request):
    """Return one kind of SQLite: tables are the same under either journal."""
    return request.param


def test_there_is_no_column_that_we_did_not_think_about(database):
    """Before a name is added here: could it hold a moment, an address, a name, her own words?"""
    with database.reading() as db:
        schema = inspect(db.connection())
        found = {
            table: {column["name"] for column in schema.get_columns(table)}
            for table in schema.get_table_names()
        }
    assert found == {table: set(columns.split()) for table, columns in COLUMNS.items()}


AN_ATTEMPT = {
    "id": b"0123456789abcdef",
    "day": TODAY,
    "theme": "mixed",
    "language": "vi",
    "questions": "har-images-class-chat lit-messages-own-otp",
    "position": 0,
    "finished": False,
}
AN_ANSWER = {
    "attempt": AN_ATTEMPT["id"],
    "question": "har-images-class-chat",
    "revision": "0a1b2c3d",
    "chosen": "call:best again:ok",
    "score": 50,
}
A_BATCH = {
    "id": 1,
    "source": "solo",
    "phase": "single",
    "language": "vi",
    "month": "2026-11",
    "people": 10,
    "released": "2026-11",
    "number": 493027,
}
A_QUESTION = {"batch": 1, "question": "har-images-class-chat", "revision": "0a1b2c3d"}
A_CELL = {**A_QUESTION, "answers": 10, "points": 700, "released": True, "pooled": False}
AN_OPTION = {**A_QUESTION, "option": "leave", "count": 3}
A_SCORE_OF_A_QUESTION = {**A_QUESTION, "score": 100, "count": 3}
RESTS = {
    **A_QUESTION,
    "option": "leave",
    "score": 100,
    "people": 3,
    "rest_sum": 200,
    "rest_square_sum": 20_000,
}
A_UNIT = {
    "id": 1,
    "question": "har-images-class-chat",
    "revision": "0a1b2c3d",
    "simulated": False,
    "people": 50,
    "discrimination": 31,
}
AN_OPTION_OF_A_UNIT = {"unit": 1, "option": "leave", "correlation": -12}

EVERYTHING = {
    Attempt: AN_ATTEMPT,
    Answer: AN_ANSWER,
    Batch: A_BATCH,
    Cell: A_CELL,
    OptionTally: AN_OPTION,
    QuestionTally: A_SCORE_OF_A_QUESTION,
    RestTally: RESTS,
    ItemUnit: A_UNIT,
    ItemUnitOption: AN_OPTION_OF_A_UNIT,
}

PROMISES = [
    # what she might have typed
    ("attempt", "id", b"short", "id_is_a_hash"),
    ("attempt", "theme", "My story", "theme_is_known"),
    ("attempt", "language", "Vietnamese", "language_is_two_letters"),
    ("attempt", "questions", "What should I do?", "questions_holds_ids"),
    ("attempt", "seen", "What she read", "seen_holds_ids"),
    ("attempt", "position", "first", "position_is_a_place"),
    ("attempt", "finished", "almost", "finished_after_the_notice"),
    ("answer", "question", "lan@example.org", "question_holds_ids"),
    ("answer", "revision", "Lan, 0912 345 678", "revision_holds_ids"),
    ("answer", "chosen", "Chị Lan", "chosen_holds_ids"),
    ("answer", "chosen", "+84912345678", "chosen_holds_ids"),
    ("answer", "score", "good", "score_is_a_percent"),
    # time finer than promised, and groups too small
    ("attempt", "day", "14:05", "day_is_no_finer"),
    ("batch", "month", "2026-11-23", "month_is_no_finer"),
    ("batch", "released", "2026-11-23", "released_is_no_finer"),
    ("batch", "people", 9, "small_groups_are_not_released"),
    # figures that cannot be
    ("answer", "score", 101, "score_is_a_percent"),
    ("answer", "attempt", b"nobody's attempt", "FOREIGN KEY"),
    ("batch", "source", "home", "source_is_known"),
    ("batch", "phase", "during", "phase_is_known"),
    ("cell", "answers", 9, "small_cells_are_not_released"),
    ("cell", "points", 1001, "points_fit"),
    ("cell", "pooled", True, "released_once"),
    ("batch", "withheld", "spam", "withheld_is_not_released"),
    ("batch", "released", None, "numbered_once_released"),
    ("batch", "number", None, "numbered_once_released"),
    ("batch", "number", 12, "number_has_six_digits"),
    ("option_tally", "batch", 2, "FOREIGN KEY"),
    ("option_tally", "revision", "1a1b2c3d", "FOREIGN KEY"),
    ("option_tally", "count", 0, "count_is_positive"),
    ("question_tally", "score", -1, "score_is_a_percent"),
    ("rest_tally", "rest_sum", 301, "rest_sum_fits"),
    ("rest_tally", "rest_square_sum", 30_001, "rest_square_sum_fits"),
    ("item_unit", "people", 40, "people_are_tens"),
    ("item_unit", "people", 57, "people_are_tens"),
    ("item_unit_option", "correlation", 101, "correlation_fits"),
]

OF_SQLITE = [
    # PostgreSQL turns the one into bytes and the other into a date: it has nothing else to keep
    ("attempt", "id", "sixteen letters!", "id_is_a_hash"),
    ("attempt", "day", "2026-11-23 14:05:09", "day_is_no_finer"),
]


KEPT_OUT = (IntegrityError, DataError, ProgrammingError)

OF_ANOTHER_TYPE = "invalid input syntax|is of type|out of range"
"""What PostgreSQL says where the type of a column is promise enough."""


@pytest.mark.parametrize(("table", "column", "value", "promise"), PROMISES)
def test_the_schema_keeps_out_what_we_promise_not_to_hold(database, table, column, value, promise):
    with database.writing() as db:
        for other, row in EVERYTHING.items():
            db.execute(insert(other).values(row))
        with pytest.raises(KEPT_OUT, match=f"(?i){promise}|{OF_ANOTHER_TYPE}"):
            db.execute(text(f"UPDATE {table} SET {column} = :value"), {"value": value})


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("table", "column", "value", "promise"), OF_SQLITE)
def test_sqlite_keeps_out_even_what_is_of_another_type(database, table, column, value, promise):
    with database.writing() as db:
        db.execute(insert(Attempt).values(AN_ATTEMPT))
        with pytest.raises(IntegrityError, match=promise):
            db.execute(text(f"UPDATE {table} SET {column} = :value"), {"value": value})


def test_nobody_finishes_before_the_notice(database):
    with database.writing() as db, pytest.raises(IntegrityError, match="finished_after_the_notice"):
        db.execute(insert(Attempt).values({**AN_ATTEMPT, "position": None, "finished": True}))


def test_each_language_has_one_open_batch(database):
    waiting = {**A_BATCH, "people": 3, "released": None, "number": None}
    with database.writing() as db:
        db.execute(insert(Batch).values(waiting))
        db.execute(insert(Batch).values({**waiting, "id": 2, "language": "en"}))
        db.execute(insert(Batch).values({**waiting, "id": 3, "source": "room"}))
        with pytest.raises(IntegrityError):
            db.execute(insert(Batch).values({**waiting, "id": 4}))


NUMBERED = {"staff", "event", "room", "own_set", "batch", "item_unit", "alembic_version"}


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("table", sorted(set(COLUMNS) - NUMBERED))
def test_nothing_of_a_participant_has_a_row_number(database, table):
    with database.reading() as db, pytest.raises(OperationalError, match="no such column: rowid"):
        db.execute(text(f"SELECT rowid FROM {table}"))


def kendall(order):
    """Return how much of an order is left: 1 all of it, 0 nothing, -1 all of it backwards."""
    pairs = list(combinations(order, 2))
    return sum(1 if first < second else -1 for first, second in pairs) / len(pairs)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_nobody_can_tell_from_the_file_who_came_first(database, location):
    arrivals = []
    for number in range(200):
        with database.writing() as db:
            attempt = begin(db, token=f"token {number}")
            arrivals.append(attempt.id)
            for position, (question, (chosen, score)) in enumerate(ANSWERS.items(), start=1):
                answer(db, attempt, question, chosen, score)
                attempt.position = position
                attempt.finished = position == len(ANSWERS)
                db.flush()
            db.commit()

    with database.reading() as db:
        stored_orders = {
            "attempts": db.scalars(select(Attempt.id)).all(),
            "answers": list(dict.fromkeys(db.scalars(select(Answer.attempt)))),
        }
    database.close()
    content = location.read_bytes()
    stored_orders["first in the file"] = sorted(arrivals, key=content.find)
    stored_orders["last in the file"] = sorted(arrivals, key=content.rfind)

    arrival = {id: number for number, id in enumerate(arrivals)}
    for name, order in stored_orders.items():
        assert sorted(order) == sorted(arrivals)
        assert abs(kendall([arrival[id] for id in order])) < 0.15, name


def test_every_constraint_has_a_name():
    for table in Base.metadata.sorted_tables:
        assert all(constraint.name for constraint in table.constraints), table


def test_the_id_of_what_was_deleted_is_never_given_to_something_else(database):
    """Its address may still be open in some tab."""
    with database.writing() as db:
        lan = add_facilitator(db, NOON)
        for make in (
            lambda: Staff(email="mai@example.org", role="officer"),
            lambda: Batch(source="solo", phase="single", month="2026-11", people=3),
            lambda: seat_class(db, lan, [], today=TODAY),
        ):
            ids = []
            for _ in range(2):
                made = make()
                db.add(made)
                db.flush()
                ids.append(made.id)
                db.delete(made)
                db.flush()
            assert ids[0] < ids[1], type(made)
