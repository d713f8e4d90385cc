"""The first of the staff adds herself in the browser, at the computer itself; nobody else can."""

import pytest

from quiz.domain.staff import Role
from quiz.service import accounts
from quiz.store import staff
from quiz.web.staff import first_run
from tests.conftest import NOON
from tests.people import Colleague

PASSWORD = "năm con cá bơi ngược dòng"


@pytest.fixture
def link(app):
    """The path of the link that the terminal shows."""
    return first_run.offer(app)


@pytest.fixture
def somebody(app):
    return Colleague(app)


def begin(somebody, **fields):
    given = {"email": somebody.email, "new": PASSWORD, "again": PASSWORD, "role": "facilitator"}
    return somebody.press("begin", **{**given, **fields})


def people(app):
    with app.extensions["database"].reading() as db:
        return [(each.email, each.role) for each in staff.everybody(db)]


def test_signing_in_where_nobody_leads_classes_says_how_to_begin(phone):
    phone.visit("/sign-in")
    assert phone.heading == "Ở đây chưa có ai đứng lớp"
    assert "quiz staff add" in phone.text
    assert not phone.has("main form")
    link = first_run.offer(phone.app)
    assert "http://127.0.0.1" in phone.visit("/sign-in").text
    assert link not in phone.response.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_whoever_has_the_link_is_led_to_her_first_class(app, link, language):
    somebody = Colleague(app, language=language).visit(link)
    assert begin(somebody).find("main form")["action"].endswith("/rooms/new")
    assert people(app) == [("lan@example.org", "facilitator")]
    assert somebody.visit("/account").status == 200
    again = Colleague(app).sign_in(password=PASSWORD)
    assert again.visit("/account").status == 200


def test_the_link_works_once(app, somebody, link):
    stranger = Colleague(app, email="mai@example.org").visit(link)
    begin(somebody.visit(link))
    assert Colleague(app).visit(link).response.location == "/sign-in"
    assert begin(stranger).heading == "Đăng nhập"
    assert people(app) == [(somebody.email, "facilitator")]


def test_the_link_ends_when_somebody_was_added_at_the_command_line(app, somebody, link):
    somebody.visit(link)
    with app.extensions["database"].writing() as db:
        accounts.invite(db, "mai@example.org", Role.ADMIN, by=None, now=NOON)
        db.commit()
    assert begin(somebody).heading == "Đăng nhập"
    assert people(app) == [("mai@example.org", "admin")]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"new": "ngắn", "again": "ngắn"}, "new"),
        ({"new": "matkhau123456", "again": "matkhau123456"}, "new"),
        ({"new": "lan@example.org", "again": "lan@example.org"}, "new"),
        ({"again": "another"}, "again"),
        ({"role": "nobody"}, "role"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_as_in_an_invitation(app, somebody, link, fields, field):
    begin(somebody.visit(link), **fields)
    assert somebody.status == 400
    assert somebody.find(f'.errors a[href="#{field}"]')
    assert PASSWORD not in somebody.response.text
    assert people(app) == []


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.168.1.40", {}),
        ("::ffff:192.168.1.40", {}),
        ("", {}),
        ("127.0.0.1", {"Host": "192.168.1.23:8000"}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
    ],
)
def test_from_elsewhere_the_link_is_none(app, link, peer, headers):
    client = app.test_client()
    token = first_run_token(app, link)
    for answer in (
        client.get(link, headers=headers, environ_base={"REMOTE_ADDR": peer}),
        client.post(
            link,
            data={"form_token": token, "email": "a@b.vn", "new": PASSWORD, "again": PASSWORD},
            headers=headers,
            environ_base={"REMOTE_ADDR": peer},
        ),
    ):
        assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert people(app) == []


def first_run_token(app, link):
    return Colleague(app).visit(link).find('input[name="form_token"]')["value"]


def test_another_token_is_none(somebody, link):
    for other in (f"{link}x", link[:-1], "/begin/x", link.replace("/begin/", "/begin/%00")):
        assert somebody.visit(other).response.location == "/sign-in"


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_at_the_computer_it_opens_by_either_kind_of_address(app, link, peer):
    assert app.test_client().get(link, environ_base={"REMOTE_ADDR": peer}).status_code == 200


@pytest.mark.parametrize("role", ["officer", "admin"])
def test_the_second_factor_is_asked_for_before_reports_and_not_before_the_first_class(
    somebody, link, role
):
    begin(somebody.visit(link), role=role)
    assert somebody.has('button[value="open"]')
    for path in ("/reports", "/people") if role == "admin" else ("/reports",):
        assert somebody.visit(path).response.location == "/account/second-factor"
    assert somebody.visit("/rooms").status == 200
