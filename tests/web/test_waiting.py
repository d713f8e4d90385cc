"""An officer keeps a class out of all figures before it is released, or lets it count after all."""

import json

import pytest
from sqlalchemy import select

from quiz.store.sealing import seal_room
from quiz.store.tables import Batch, Event
from tests.classes import add_facilitator, seat_class

pytestmark = pytest.mark.slow

ANSWER = {"har-images-class-chat": ("report", 100)}


@pytest.fixture
def officer(make_staff):
    return make_staff("officer")


@pytest.fixture
def close(app, clock):
    """Let classes of so many people end today."""

    def close(*sizes):
        with app.extensions["database"].writing() as db:
            lan = add_facilitator(db, clock())
            for people in sizes:
                room = seat_class(
                    db,
                    lan,
                    [ANSWER] * people,
                    today=clock().date(),
                    province="Huế",
                    chapter="THCS A",
                )
                room.batch = seal_room(db, room, app.extensions["bank"].questions).id
            db.commit()

    return close


def reported(officer):
    document = json.loads(officer.visit("/reports/file/report.json").response.data)
    return [row["people"] for row in document["tables"]["groups"]]


def test_without_classes_the_page_says_so(officer):
    assert "Chưa có lớp nào đang chờ" in officer.visit("/reports/waiting").text


def test_a_class_waits_for_the_next_day(app, clock, officer, make_staff, close):
    close(12, 7)
    officer.visit("/reports").open(officer.find('a[href="/reports/waiting"]')["href"])
    assert "12 người" in officer.text
    assert "dưới mười người" in officer.text
    assert "THCS A" in officer.text
    assert "7 người" not in officer.text
    assert "%" not in officer.text
    assert reported(officer) == []
    clock.forward(days=1)
    again = make_staff("admin")
    assert reported(again) == [12]
    assert len(again.visit("/reports/waiting").page.select("article")) == 1


def test_a_withheld_class_is_in_no_figure_until_it_may_count(
    app, clock, officer, make_staff, close
):
    close(12)
    officer.visit("/reports/waiting").press("withhold", reason="strangers")
    assert "Đã giữ lại" in officer.text
    clock.forward(days=3)
    admin = make_staff("admin")
    assert reported(admin) == []
    admin.visit("/reports/waiting").press("count")
    clock.forward(days=1)
    assert reported(make_staff("admin", email="third@example.org")) == [12]
    with app.extensions["database"].reading() as db:
        events = db.execute(select(Event.what, Event.about).where(Event.what.like("class-%")))
        assert [tuple(row) for row in events] == [
            ("class-withheld strangers", "batch:1"),
            ("class-counts", "batch:1"),
        ]


def test_small_classes_that_are_withheld_complete_no_pool(app, clock, officer, make_staff, close):
    close(5, 5, 5)
    officer.visit("/reports/waiting").press("withhold", reason="tried-out")
    clock.forward(days=1)
    assert reported(make_staff("admin")) == []


@pytest.mark.parametrize("reason", ["", "because of Lan"])
def test_a_reason_is_asked_for(app, officer, close, reason):
    close(12)
    officer.visit("/reports/waiting").press("withhold", reason=reason)
    assert officer.status == 400
    assert officer.find('select[aria-invalid="true"]')
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Batch.withheld)).one() is None


def test_what_is_released_cannot_be_withheld(app, clock, officer, make_staff, close):
    close(12)
    officer.visit("/reports/waiting")
    stale = officer.find("article form")
    clock.forward(minutes=25)
    with app.extensions["database"].writing() as db:
        batch = db.scalars(select(Batch)).one()
        batch.released, batch.number = "2026-11", 493027
        db.commit()
    officer.send(stale, {"do": "withhold", "reason": "mistake"})
    assert officer.status == 409
    assert "không lấy ra" in officer.text


def test_a_class_of_nobody_is_not_found(officer, close):
    close(12)
    officer.visit("/reports/waiting")
    form = officer.find("article form")
    for number in ("99", "x", "9" * 40, ""):
        form.find("input", {"name": "class"})["value"] = number
        assert officer.send(form, {"do": "withhold", "reason": "mistake"}).status in {400, 409}
