"""When the database does not take an answer, nobody is told that it did."""

from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import text

from quiz.web import create_app
from tests import postgres
from tests.people import Phone
from tests.shipped import shipped_bank

pytestmark = pytest.mark.slow


def fill_disk(database):
    """Let the file grow no further."""
    with database.writing() as db:
        pages = db.execute(text("PRAGMA page_count")).scalar_one()
        db.execute(text(f"PRAGMA max_page_count = {pages}"))


def make_room(database):
    with database.writing() as db:
        db.execute(text("PRAGMA max_page_count = 1000000"))


def test_a_full_disk_is_said_and_over_when_there_is_room_again(app, make_phone):
    database = app.extensions["database"]
    fill_disk(database)
    starts = (make_phone().visit("/s").press("mixed") for _ in range(300))
    phone = next(phone for phone in starts if phone.status == 503)
    assert phone.heading == "Lúc này chưa lưu được."
    make_room(database)
    phone.visit("/s").press("mixed")
    assert phone.status == 200


def test_a_server_that_is_away_is_said_and_over_when_it_is_back(settings):
    with postgres.running() as own:
        address = own.new_database().render_as_string(hide_password=False)
        app = create_app(replace(settings, database_url=address), shipped_bank())
        with closing(app.extensions["database"]):
            phone = Phone(app).start()
            own.crash()
            phone.answer()
            assert phone.status == 503
            assert phone.heading == "Lúc này chưa lưu được."
            assert Phone(app).open("/x").status == 303  # leaving always works
            assert Phone(app).open("/health").status == 503  # a proxy sends nobody here
            own.start()
            assert Phone(app).open("/health").status == 200
            phone.visit("/a").answer()
            assert phone.status == 200
