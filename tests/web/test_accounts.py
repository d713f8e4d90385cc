"""Managing the staff, and the links with which they choose a password."""

import pytest
from sqlalchemy import select

from quiz.service import maintenance
from quiz.store.tables import Batch, Event, Staff
from tests.people import Colleague, Phone
from tests.shipped import shipped_bank
from tests.web.classroom import join

pytestmark = pytest.mark.slow

CHOSEN = "sáu con chim bay về nam"


def link(admin):
    """Return the path of the link on the page."""
    address = admin.find("main code").get_text()
    assert address.startswith("http://localhost/")
    return address.removeprefix("http://localhost")


def invite(admin, email="mai@example.org", role="facilitator"):
    return link(admin.visit("/people").press("invite", email=email, role=role))


def accept(app, path, password=CHOSEN):
    phone = Phone(app).open(path)
    return phone.press("accept", new=password, again=password)


def person(admin, email):
    """Open the page of one person."""
    admin.visit("/people")
    [found] = [each for each in admin.page.select("main li a") if each.get_text() == email]
    return admin.open(found["href"])


def newcomer(app, email="mai@example.org"):
    return Colleague(app, email=email, password=CHOSEN)


@pytest.fixture
def admin(make_staff):
    return make_staff("admin")


def test_somebody_new_chooses_her_own_password_and_signs_in(app, admin):
    path = invite(admin)
    assert len(path.rpartition("/")[2]) >= 43
    page = Phone(app).open(path)
    assert page.find("#new")["autocomplete"] == "new-password"
    assert "mai@example.org" in page.text
    done = accept(app, path)
    assert done.status == 200
    assert done.has('a.btn[href="/sign-in"]')
    mai = newcomer(app).sign_in()
    assert mai.visit("/people").status == 404
    assert "mai@example.org" in admin.visit("/people").text


def test_a_link_is_shown_once_and_stored_nowhere(admin):
    token = invite(admin).rpartition("/")[2]
    admin.visit("/people")
    assert token not in admin.response.text
    person(admin, "mai@example.org")
    assert token not in admin.response.text


def test_an_invitation_that_is_sent_twice_shows_the_same_link(app, admin):
    form = admin.visit("/people").form_of(admin.find('button[value="invite"]'))
    mai = {"do": "invite", "email": "mai@example.org", "role": "officer"}
    first, second = (link(admin.send(form, mai)) for _ in range(2))
    assert first == second
    assert accept(app, first).status == 200
    assert admin.visit("/people").text.count("mai@example.org") == 1
    admin.send(form, {**mai, "email": "hoa@example.org"})
    assert link(admin) != first, "what was changed before it was sent again is another invitation"


@pytest.mark.parametrize("do", ["link", "link-without-second-factor"])
def test_a_new_link_that_is_asked_for_twice_is_one_link(app, make_staff, admin, do):
    officer = make_staff("officer")
    form = admin.form_of(person(admin, officer.email).find(f'button[value="{do}"]'))
    first, second = (link(admin.send(form, {"do": do})) for _ in range(2))
    assert first == second
    assert accept(app, first).status == 200
    admin.send(form, {"do": do})
    assert Phone(app).open(first).status == 410, "a link that was used is not made anew"


def test_a_form_that_is_sent_on_another_day_makes_another_link(app, make_staff, admin, clock):
    lan = make_staff()
    form = admin.form_of(person(admin, lan.email).find('button[value="link"]'))
    first = link(admin.send(form, {"do": "link"}))
    accept(app, first)
    clock.forward(days=1)
    maintenance.seal(app.extensions["database"], shipped_bank(), now=clock())
    admin.sign_in()
    second = link(admin.send(form, {"do": "link"}))
    assert first != second
    assert Phone(app).open(first).status == 410
    assert Phone(app).open(second).status == 200


@pytest.mark.parametrize(
    "pasted",
    [
        "mai@example.org;",
        "Mai <Mai@Example.org>",
        "mailto:mai@example.org",
        "\u200bmai@example.org",
    ],
)
def test_an_address_that_was_pasted_is_found_however_it_is_typed(app, admin, pasted):
    accept(app, invite(admin, pasted))
    assert person(admin, "mai@example.org").status == 200
    assert newcomer(app, "mai@example.org").sign_in().client.get_cookie("w")
    assert newcomer(app, pasted).sign_in().client.get_cookie("w")
    admin.visit("/people").press("invite", email=pasted, role="officer")
    assert admin.status == 409


def test_a_link_that_was_used_is_gone(app, admin):
    path = invite(admin)
    stale = Phone(app).open(path)
    accept(app, path)
    assert Phone(app).open(path).status == 410
    stale.press("accept", new=CHOSEN, again=CHOSEN)
    assert stale.status == 410
    assert stale.has('a.btn[href="/sign-in"]')


def test_a_link_works_for_a_day(app, admin, clock):
    path = invite(admin)
    clock.forward(hours=23, minutes=59)
    assert Phone(app).open(path).status == 200
    clock.forward(minutes=1)
    assert Phone(app).open(path).status == 410


def test_a_link_that_never_was_looks_like_one_that_is_over(app, admin):
    path = invite(admin)
    accept(app, path)
    over, never = Phone(app).open(path), Phone(app).open("/invitation/nonsense")
    assert over.status == never.status == 410
    assert over.text == never.text


@pytest.mark.parametrize("password", ["ngắn quá", "matkhau123456", "mai@example.org"])
def test_a_password_that_cannot_be_taken_leaves_the_link(app, admin, password):
    path = invite(admin)
    refused = accept(app, path, password)
    assert refused.status == 400
    assert refused.find("#new-error")
    assert accept(app, path).status == 200


@pytest.mark.parametrize("email", ["", "mai", "mai@", "a b@c"])
def test_an_address_that_is_none_is_kept_on_the_page(admin, email):
    admin.visit("/people").press("invite", email=email, role="officer")
    assert admin.status == 400
    assert admin.find("#email").get("value", "") == email
    assert admin.find("#role-officer").has_attr("checked")
    assert admin.find("#email-error")


def test_an_address_is_invited_once(admin):
    invite(admin)
    admin.visit("/people").press("invite", email="MAI@example.org", role="admin")
    assert admin.status == 409
    assert admin.find("#email-error")


@pytest.mark.parametrize("role", ["", "owner", "ADMIN"])
def test_there_are_three_roles(admin, role):
    admin.visit("/people").press("invite", email="mai@example.org", role=role)
    assert admin.status == 400
    person(admin, admin.email).press("role", role=role)
    assert admin.status == 400


def test_changing_what_somebody_may_do_works_at_once(make_staff, admin):
    lan = make_staff()
    person(admin, lan.email).press("role", role="admin")
    assert lan.visit("/people").response.location == "/account/second-factor"
    person(admin, lan.email).press("role", role="facilitator")
    assert lan.visit("/people").status == 404


def test_taking_access_away_works_at_once_and_can_be_undone(make_staff, admin):
    lan = make_staff()
    person(admin, lan.email).press("disable")
    assert lan.visit("/account").status == 303
    assert lan.sign_in().status == 400
    person(admin, lan.email).press("enable")
    assert lan.sign_in().status == 200


@pytest.mark.parametrize(("do", "counted"), [("close", 1), ("discard", 0)])
def test_an_admin_ends_the_class_of_somebody_who_is_kept_out(
    app, make_phone, open_room, teacher, admin, do, counted
):
    """Who is kept out leaves no class behind that nobody can end."""
    phone = join(make_phone(), open_room(mode="self-paced"))
    phone.press("unsure")
    assert "Đang hướng dẫn một lớp" in admin.visit("/people").text
    person(admin, teacher.email)
    assert "1 người đang ở trong lớp" in admin.text
    assert "hãy kết thúc lớp ở đây trước" in admin.text
    admin.press("disable")
    assert "không còn người hướng dẫn" in admin.text, "it stays in sight"
    form = admin.find(f'form:has(button[value="{do}"])')
    admin.press(do)
    assert "Lớp đang mở" not in admin.text
    assert admin.send(form, {"do": do}).status == 200, "and a second press changes nothing"
    assert "Lớp đang mở" not in admin.visit("/people").text
    assert phone.visit("/r").heading == "Cảm ơn bạn đã tham gia."
    with app.extensions["database"].reading() as db:
        assert len(db.scalars(select(Batch)).all()) == counted
        events = db.scalars(select(Event).where(Event.about == "room:1")).all()
        assert events[-1].staff == db.scalars(select(Staff.id).where(Staff.role == "admin")).one()


def test_a_class_of_somebody_else_is_not_ended_on_her_page(make_phone, open_room, teacher, admin):
    open_room()
    form = person(admin, teacher.email).find('form:has(button[value="close"])')
    form["action"] = person(admin, admin.email).find("main form")["action"]
    admin.send(form, {"do": "close"})
    assert "Lớp đang mở" in person(admin, teacher.email).text


@pytest.mark.parametrize("press", [("disable", {}), ("role", {"role": "officer"})])
def test_the_last_admin_stays(admin, press):
    do, fields = press
    person(admin, admin.email).press(do, **fields)
    assert admin.status == 409
    assert admin.find(".errors")
    assert admin.visit("/people").status == 200


def test_a_forgotten_password_takes_a_new_link(app, make_staff, admin):
    lan = make_staff()
    first = link(person(admin, lan.email).press("link"))
    second = link(person(admin, lan.email).press("link"))
    assert Phone(app).open(first).status == 410
    assert lan.visit("/account").status == 200
    accept(app, second)
    assert lan.visit("/account").status == 303
    assert newcomer(app, lan.email).sign_in().client.get_cookie("w")


@pytest.mark.parametrize(("do", "asked"), [("link", True), ("link-without-second-factor", False)])
def test_a_lost_phone_takes_a_link_without_the_second_factor(app, make_staff, admin, do, asked):
    officer = make_staff("officer")
    accept(app, link(person(admin, officer.email).press(do)))
    fresh = newcomer(app, officer.email).visit("/sign-in")
    fresh.press("sign-in", email=fresh.email, password=fresh.password)
    assert fresh.has("#code") is asked


def test_somebody_who_is_not_there_is_not_found(admin):
    assert admin.visit("/people/99").status == 404
    form = person(admin, admin.email).find("main form")
    form["action"] = "/people/99"
    for do in ("role", "disable", "enable", "link", "nonsense"):
        admin.send(form, {"do": do, "role": "officer"})
        assert admin.status == (400 if do == "nonsense" else 404)


def test_names_of_fields_that_are_not_ours_change_nothing(app, admin):
    path = invite(admin)
    phone = Phone(app).open(path)
    phone.press("accept", new=CHOSEN, again=CHOSEN, role="admin", email="evil@example.org")
    assert newcomer(app).sign_in().visit("/people").status == 404


def test_the_language_of_a_page_with_a_link_switches_to_the_list(admin):
    invite(admin)
    english = admin.find('.site-header a[hreflang="en"]')["href"]
    assert english == "/en/people"
    assert admin.open(english).heading == "Staff"
