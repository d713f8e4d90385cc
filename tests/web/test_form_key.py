"""A form of the staff that is sent twice makes one thing, and the second press leads to it."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from quiz.store.tables import Room, UsedForm
from tests.web.conftest import READY, fill


def rows(app, column):
    with app.extensions["database"].reading() as db:
        return db.scalars(select(column).order_by(column)).all()


def send_twice(teacher, form, fields):
    """Send one form twice, and return both addresses to which it led."""
    addresses = []
    for _ in range(2):
        teacher.send(form, fields)
        assert teacher.status == 200, teacher.text
        addresses.append(teacher.response.request.path)
    return addresses


PLAN = {"name": "Lớp 10A", "theme": "mixed", "length": "8", "mode": "live", "phase": "single"}


@pytest.mark.parametrize("do", ["open", "keep"])
def test_a_new_class_is_made_once(app, teacher, do):
    form = teacher.visit("/rooms/new").find("main form")
    plan = {**PLAN, "projector": "vi", **READY, "do": do}
    first, second = send_twice(teacher, form, plan)
    assert first == second == "/rooms/1"
    assert rows(app, Room.id) == [1]


@pytest.mark.parametrize("do", ["copy", "copy-for-paper"])
def test_a_copy_is_made_once(app, teacher, do):
    fill(teacher.visit("/rooms/new"), do="keep")
    form = teacher.form_of(teacher.find(f'button[value="{do}"]'))
    first, second = send_twice(teacher, form, {"do": do})
    assert first == second
    assert rows(app, Room.id) == [1, 2]


def test_a_class_is_deleted_once_and_then_the_list_is_shown(app, teacher):
    fill(teacher.visit("/rooms/new"), do="keep")
    form = teacher.form_of(teacher.find('button[value="delete"]'))
    assert send_twice(teacher, form, {"do": "delete"}) == ["/rooms", "/rooms"]
    assert rows(app, Room.id) == []


def test_a_change_that_opened_the_class_is_not_refused_the_second_time(app, teacher):
    fill(teacher.visit("/rooms/new"), do="keep")
    form = teacher.visit("/rooms/1/edit").find("main form")
    plan = {**PLAN, "projector": "vi", **READY, "do": "open"}
    assert send_twice(teacher, form, plan) == ["/rooms/1", "/rooms/1"]
    assert rows(app, Room.stage) == ["lobby"]


def test_two_presses_at_the_same_moment_make_one_class(app, teacher):
    form = teacher.visit("/rooms/new").find("main form")
    hidden = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    fields = {**hidden, **PLAN, "projector": "vi", **READY, "do": "open"}
    cookie = teacher.client.get_cookie("w")
    assert cookie is not None
    together, locations = Barrier(3), []

    def press():
        client = app.test_client(use_cookies=False)
        together.wait()
        response = client.post("/rooms/new", data=fields, headers={"Cookie": f"w={cookie.value}"})
        locations.append(response.location)

    threads = [Thread(target=press) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert locations == ["/rooms/1"] * 3
    assert rows(app, Room.id) == [1]


def test_what_was_changed_before_it_was_sent_again_is_another_class(app, teacher):
    form = teacher.visit("/rooms/new").find("main form")
    plan = {**PLAN, "projector": "vi", "do": "keep"}
    teacher.send(form, plan)
    teacher.send(form, {**plan, "name": "Lớp 10B"})
    assert rows(app, Room.name) == ["Lớp 10A", "Lớp 10B"]


def test_a_form_without_its_key_makes_nothing(app, teacher):
    form = teacher.visit("/rooms/new").find("main form")
    for key in ("", "x" * 23, "ạ" * 22):
        teacher.send(form, {**PLAN, "projector": "vi", "do": "keep", "form_key": key})
        assert teacher.status == 400
    assert rows(app, Room.id) == []


def test_nobody_is_led_by_the_form_of_another(app, teacher, make_staff):
    form = teacher.visit("/rooms/new").find("main form")
    key = form.find("input", {"name": "form_key"})["value"]
    plan = {**PLAN, "projector": "vi", "do": "keep", "form_key": key}
    teacher.send(form, plan)
    other = make_staff(email="other@example.org")
    other.send(other.visit("/rooms/new").find("main form"), plan)
    assert other.response.request.path == "/rooms/2"
    assert len(set(rows(app, Room.facilitator))) == 2


def test_used_forms_are_forgotten_when_the_next_day_begins(app, clock, teacher):
    fill(teacher.visit("/rooms/new"), do="keep")
    assert len(rows(app, UsedForm.id)) == 1
    clock.forward(days=1)
    teacher.visit("/j")
    assert rows(app, UsedForm.id) == []
