"""Who may open which page: every page against every role."""

import pytest
from werkzeug.exceptions import NotFound

from quiz.domain.staff import Role
from quiz.web import permissions
from quiz.web.staff.sessions import COOKIE

VALUES = {"int": 1, "default": "x", "path": "x", "string": "x"}


def requests(app):
    """Return name, method and path of every page."""
    address = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: VALUES[kind] for kind, name in converters(rule)}
        method = "POST" if "POST" in rule.methods else "GET"
        yield rule.endpoint, method, address.build(rule.endpoint, values, method=method)


def converters(rule):
    return [
        (
            type(converter)
            .__name__.removesuffix("Converter")
            .lower()
            .replace("unicode", "default")
            .replace("integer", "int"),
            name,
        )
        for name, converter in rule._converters.items()
    ]


def answer(app, method, path, cookie=None):
    """Return what the table says to a request: None lets it pass."""
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    with app.test_request_context(path, method=method, headers=headers):
        try:
            return permissions.close()
        except NotFound:
            return 404


def test_every_page_is_in_the_table_and_no_other(app):
    assert set(permissions.PAGES) == set(app.view_functions), (
        "say in permissions.PAGES who may open it"
    )


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_meets_404_elsewhere(app, make_staff, role):
    cookie = make_staff(role).client.get_cookie(COOKIE).value
    for endpoint, method, path in requests(app):
        expected = None if role in permissions.PAGES[endpoint] else 404
        assert answer(app, method, path, cookie) == expected, endpoint


@pytest.mark.parametrize("cookie", [None, "nonsense"])
def test_who_is_not_signed_in_is_asked_to_sign_in(app, cookie):
    for endpoint, method, path in requests(app):
        answered = answer(app, method, path, cookie)
        if None in permissions.PAGES[endpoint]:
            assert answered is None, endpoint
        elif method == "GET":
            assert answered.status_code == 303, endpoint
            assert answered.location.startswith("/sign-in?next="), endpoint
        else:
            assert answered[1] == 403, endpoint


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMIN])
def test_without_a_second_factor_only_what_facilitators_do_is_open(app, make_staff, role):
    colleague = make_staff(role)
    colleague.visit("/account/second-factor").press("remove", current=colleague.password)
    cookie = colleague.client.get_cookie(COOKIE).value
    for endpoint, method, path in requests(app):
        allowed = permissions.PAGES[endpoint]
        answered = answer(app, method, path, cookie)
        if None in allowed or Role.FACILITATOR in allowed:
            assert answered is None, endpoint
        elif role in allowed:
            assert answered.location == "/account/second-factor", endpoint
        else:
            assert answered == 404, endpoint


def test_people_are_managed_by_admins_alone():
    for endpoint, allowed in permissions.PAGES.items():
        if endpoint.startswith("people."):
            assert allowed == {Role.ADMIN}


def test_a_page_of_others_is_no_different_from_none_at_all(make_staff):
    colleague = make_staff()
    missing = colleague.visit("/no-such-page").text
    for path in ("/people", "/people/1"):
        assert colleague.visit(path).status == 404
        assert colleague.text == missing


def test_a_page_that_was_denied_is_kept_in_the_record(app, make_staff):
    make_staff().visit("/people").visit("/people")
    with app.extensions["database"].reading() as db:
        events = db.connection().exec_driver_sql(
            "SELECT about, staff FROM event WHERE what = 'denied'"
        )
        assert events.all() == [("accounts-index", 1)]


OPEN_TO = {
    "/rooms": {"facilitator", "officer", "admin"},
    "/rooms/new": {"facilitator", "officer", "admin"},
    "/guide": {"facilitator", "officer", "admin"},
    "/account": {"facilitator", "officer", "admin"},
    "/account/second-factor": {"facilitator", "officer", "admin"},
    "/reports": {"officer", "admin"},
    "/reports/questions": {"officer", "admin"},
    "/reports/take": {"officer", "admin"},
    "/reports/schema.json": {"officer", "admin"},
    "/reports/waiting": {"officer", "admin"},
    "/keys": {"admin"},
    "/people": {"admin"},
}
"""What each role may open, written down a second time: addresses without a number in them."""


@pytest.mark.parametrize("role", ["facilitator", "officer", "admin"])
def test_who_may_open_what_is_as_it_was_meant(app, make_staff, role):
    colleague = make_staff(role)
    others = {
        path
        for endpoint, method, path in requests(app)
        if method == "GET" and permissions.is_for_staff(endpoint) and "/1" not in path
    }
    assert {path for path in others if not path.endswith("/x")} == set(OPEN_TO)
    for path, roles in OPEN_TO.items():
        assert (colleague.client.get(path).status_code == 200) is (role in roles), path
