"""What was typed while somebody was signed out is sent once she has signed in again."""

import pytest
from sqlalchemy import select

from quiz.store.tables import Room
from tests.web.conftest import READY, fill

QUESTION = "abd-authority-order-a"


def again(teacher, page, do):
    """Sign in on a new page, then go back to the old one and send what it holds."""
    teacher.open(page.select_one("main a.btn")["href"])
    teacher.press("sign-in", email=teacher.email, password=teacher.password)
    button = page.select_one(f'main button[value="{do}"]')
    form = teacher.form_of(button)
    fields: dict[str, list[str]] = {}
    for each in form.select("input"):
        fields.setdefault(each["name"], []).append(each["value"])
    return teacher.send(form, {**fields, "do": do})


def test_a_new_class_is_kept_after_signing_in_again(app, clock, teacher):
    teacher.visit("/rooms/new")
    clock.forward(minutes=40)
    fill(teacher, do="open", name="Lớp 10A", chapter="Trường Én", **READY)
    assert teacher.status == 403
    again(teacher, teacher.page, "open")
    with app.extensions["database"].reading() as db:
        assert db.execute(select(Room.name, Room.chapter, Room.stage)).all() == [
            ("Lớp 10A", "Trường Én", "lobby")
        ]


def test_counts_of_a_class_on_paper_are_kept_after_signing_in_again(clock, teacher):
    teacher.visit("/rooms/new")
    fill(teacher, do="open", mode="paper", questions=[QUESTION], **READY)
    clock.forward(minutes=40)
    names = [box["name"] for box in teacher.page.select("[data-sum] input")]
    teacher.press("keep", people="12", **dict.fromkeys(names[:2], "6"))
    page = teacher.page
    teacher.press("keep")
    assert teacher.status == 403, "pressed before signing in, it only shows the page again"
    again(teacher, page, "keep")
    assert teacher.find("#people")["value"] == "12"
    assert [box.get("value") for box in teacher.page.select("[data-sum] input")][:2] == ["6", "6"]


def test_a_page_that_was_open_meanwhile_goes_on(clock, teacher):
    fill(teacher.visit("/rooms/new"), **READY)
    console = teacher.form_of(teacher.find('button[value="next"]'))
    assert "sẽ mất" not in teacher.response.text, "nothing is, and no page says so"
    clock.forward(minutes=40)
    teacher.sign_in(to="/rooms")
    teacher.send(console, {"do": "next"})
    assert teacher.status == 200
    assert teacher.has('button[value="reveal"]')


def test_the_warning_on_a_console_leads_back_to_it(clock, teacher):
    fill(teacher.visit("/rooms/new"), do="open", **READY)
    way = teacher.visit("/rooms/1").find(".session-warning a")["href"]
    clock.forward(minutes=40)
    teacher.open(way).press("sign-in", email=teacher.email, password=teacher.password)
    assert teacher.has('.console button[value="next"]')


def test_a_press_leads_back_to_the_console_and_is_not_offered_again(clock, teacher):
    fill(teacher.visit("/rooms/new"), **READY)
    clock.forward(minutes=40)
    teacher.press("close")
    assert not teacher.has("main form")
    teacher.open(teacher.find("main a.btn")["href"])
    teacher.press("sign-in", email=teacher.email, password=teacher.password)
    assert teacher.response.request.path == "/rooms/1"


def test_nobody_sends_what_another_typed(app, clock, teacher, make_staff):
    teacher.visit("/rooms/new")
    clock.forward(minutes=40)
    fill(teacher, do="keep")
    form = teacher.find("main form")
    other = make_staff(email="other@example.org")
    other.send(form, {"do": "keep"})
    assert other.status == 403
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Room.id)).all() == []


@pytest.mark.parametrize("token", ["", "x"])
def test_what_no_page_of_ours_sent_is_not_shown(phone, token):
    phone.response = phone.client.post(
        "/rooms/new", data={"form_token": token, "name": "Lớp của ai"}
    )
    phone.read()
    assert phone.status == 403
    assert "Lớp của ai" not in phone.response.text


def test_passwords_come_back_to_no_page(clock, teacher):
    teacher.visit("/account")
    form = teacher.form_of(teacher.find("input[type=password]"))
    clock.forward(minutes=40)
    teacher.send(form, {"do": "password", "old": "năm con cá", "new": "một bí mật dài"})
    assert teacher.status == 403
    assert "một bí mật dài" not in teacher.response.text


def test_the_password_for_a_new_key_comes_back_to_no_page(clock, make_staff):
    admin = make_staff("admin")
    form = admin.visit("/keys").form_of(admin.find("input[type=password]"))
    clock.forward(minutes=40)
    admin.send(form, {"do": "make", "name": "Bảng tin", "current": "một bí mật dài"})
    assert admin.status == 403
    assert "một bí mật dài" not in admin.response.text


@pytest.mark.usefixtures("lan")
@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_what_another_site_sent_with_a_token_of_ours_is_not_shown(phone, headers):
    token = phone.visit("/sign-in").find("input[name=form_token]")["value"]
    phone.response = phone.client.post(
        "/rooms/new",
        data={"form_token": token, "name": "Lớp của ai"},
        base_url=phone.base,
        headers=headers,
    )
    assert phone.read().status == 403
    assert "Lớp của ai" not in phone.response.text
