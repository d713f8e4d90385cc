"""Admins are reminded of the backup, and nobody else."""

import pytest

from quiz.service import backup
from quiz.store.tables import Batch
from quiz.web.clock import today

PAGES = ("/people", "/rooms", "/reports")


@pytest.fixture
def something_to_lose(app):
    with app.extensions["database"].writing() as db:
        db.add(Batch(source="room", phase="single", month="2026-11", people=12))
        db.commit()


def reminder(person, page):
    person.visit(page)
    assert person.status == 200
    return person.find("[data-backup]").get_text() if person.has("[data-backup]") else ""


def test_nobody_is_reminded_while_there_is_nothing_to_lose(make_staff):
    admin = make_staff("admin", language="en")
    assert [reminder(admin, page) for page in PAGES] == ["", "", ""]


def test_an_admin_is_reminded_until_a_backup_is_made_and_when_it_is_old(
    app, clock, make_staff, something_to_lose, tmp_path
):
    admin = make_staff("admin", language="en")
    for page in PAGES:
        assert "No backup has been made yet." in reminder(admin, page)
        assert "quiz backup FILE" in reminder(admin, page)

    with app.app_context():
        backup.back_up(app.extensions["database"], tmp_path / "backup.db", today=today())
    assert reminder(admin, "/people") == ""
    clock.forward(hours=48)
    admin.sign_in()
    assert "The last backup was made on November 24, 2026." in reminder(admin, "/people")


@pytest.mark.parametrize("role", ["facilitator", "officer"])
def test_nobody_else_is_reminded(make_staff, something_to_lose, role):
    assert reminder(make_staff(role), "/rooms") == ""
