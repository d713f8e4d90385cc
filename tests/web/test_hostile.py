"""Whoever sends whatever to whichever page gets an answer of ours, and nothing else happens."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import Cookie

from quiz.domain.room import Move
from quiz.web import create_app, security
from quiz.web.settings import Settings, make_folder
from tests.conftest import Clock, appoint
from tests.people import Phone
from tests.proof import FULL, length
from tests.shipped import shipped_bank
from tests.store.columns import COLUMNS
from tests.web.addresses import NAMES, method_of, paths, token_for, written
from tests.web.classroom import join
from tests.web.conftest import READY, fill
from tests.web.headers import GOLDEN

pytestmark = pytest.mark.slow

HOSTILE = [
    "",
    "'",
    "%",
    "%s%n%00",
    "\0",
    "x\0y",
    "' OR '1'='1",
    "1; DROP TABLE room; --",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "%(name)s {0} {name}",
    "../../../../etc/passwd",
    '\n{"event": "signed-in"}\r\nSet-Cookie: a=b',
    "\u202e\u200b\ufeff",
    "Việt Nam",
    "ệ" * 5000,
    "-1",
    "0",
    "１２３４５６",
    "²",
    "٣",
    "9" * 30,
    "9" * 5000,
    "1e309",
    "NaN",
    "None",
    "2026-99-99",
    "🪢" * 20,
]

BROKEN = {
    "no form": (b"{}", "application/json"),
    "no text": (b"do=\xff\xfe&a=%FF%FE&%00=%00", "application/x-www-form-urlencoded"),
    "another alphabet": (
        "do=join".encode("utf-16"),
        "application/x-www-form-urlencoded; charset=utf-16",
    ),
    "an alphabet that there is not": (
        b"do=join",
        "application/x-www-form-urlencoded; charset=nonsense",
    ),
    "no boundary": (b"--x\r\n\r\n--x--", "multipart/form-data"),
    "never ending": (
        b'--x\r\nContent-Disposition: form-data; name="do"\r\n\r\njoin',
        "multipart/form-data; boundary=x",
    ),
    "a file": (
        b'--x\r\nContent-Disposition: form-data; name="do"; filename="../../a"\r\n'
        b"Content-Type: text/html\r\n\r\n<script>\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "many parts": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 300 + b"--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "many fields": (b"a=1&" * 10_000, "application/x-www-form-urlencoded"),
    "too long": (b"a=" + b"x" * 100_000, "application/x-www-form-urlencoded"),
    "nothing": (b"", ""),
}

Cookies = dict[tuple[str, str, str], Cookie]

ROLES = ["nobody", "participant", "in a class", "facilitator", "officer", "admin"]


BUTTONS = sorted(written(r'\bvalue="([a-z-]+)"') | {*Move})

answers = st.sampled_from([*HOSTILE, *BUTTONS]) | st.text(max_size=30)
fields = st.lists(
    st.tuples(st.sampled_from(NAMES) | st.sampled_from(HOSTILE), answers), max_size=12
)


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path
) -> tuple[Path, dict[str, Cookies]]:
    """Return an installation, and the cookies of somebody in each role.

    A class of one is asked its first question. Signing in and opening classes takes seconds, and
    so it is done once: each test works on a copy.
    """
    folder = tmp_path_factory.mktemp("prepared")
    chosen = Settings(data=folder, development=True)
    make_folder(chosen)
    shutil.copy(migrated, folder / "quiz.db")
    clock = Clock()
    app = create_app(chosen, shipped_bank())
    app.config.update(CLOCK=clock, STEADY_CLOCK=clock.steady, PROPAGATE_EXCEPTIONS=True)
    teacher = appoint(app, clock)
    for do in ("keep", "open"):
        teacher.visit("/rooms/new")
        fill(teacher, do=do, **READY)
    code = teacher.find(".facts .num").get_text(strip=True)
    pupil = join(Phone(app), code)
    teacher.visit("/rooms/2").press("next")
    teacher.visit("/rooms/new")
    fill(teacher, do="open", mode="paper", **READY)
    people = {
        "nobody": Phone(app),
        "participant": Phone(app).start(),
        "in a class": pupil,
        "facilitator": teacher,
        "officer": appoint(app, clock, "officer"),
        "admin": appoint(app, clock, "admin"),
    }
    app.extensions["database"].close()
    return folder, {role: dict(person.client._cookies) for role, person in people.items()}


@pytest.fixture
def migrate(prepared: tuple[Path, dict[str, Cookies]]) -> Callable[[Path], None]:
    """Return what puts the prepared database at a location, with the key of its cookies."""

    def copy(location: Path) -> None:
        shutil.copytree(prepared[0], location.parent, dirs_exist_ok=True)

    return copy


@pytest.fixture
def people(app: Flask, prepared: tuple[Path, dict[str, Cookies]]) -> dict[str, Phone]:
    """One browser for each role."""
    people = {role: Phone(app) for role in ROLES}
    for role, cookies in prepared[1].items():
        people[role].client._cookies = dict(cookies)
    return people


def some_of(payloads: Sequence[Any], number: int) -> Sequence[Any]:
    """Return what is sent to one of many addresses: in a short run a twelfth, in turn."""
    return payloads if FULL else payloads[number % 12 :: 12]


def check_tables(app: Flask) -> None:
    """Check that the database is as it was made."""
    with app.extensions["database"].reading() as db:
        connection = db.connection()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%%'"
        )
        assert set(tables.scalars()) == set(COLUMNS)


def check(response: Any, path: str) -> None:
    """Check that an answer is one of ours, and tells nothing of the inside."""
    assert response.status_code < 500, path
    for name, value in GOLDEN.items():
        assert response.headers[name] == value, path
    assert response.headers["Cache-Control"] == "no-store", path
    if response.mimetype == "text/html" and response.status_code not in {204, 303}:
        assert "<script>alert" not in response.text, path
        assert "Traceback" not in response.text, path
    response.close()


@pytest.mark.parametrize("role", ROLES)
def test_no_form_breaks_any_page(app: Flask, people: dict[str, Phone], role: str):
    person = people[role]
    rules = [each for each in app.url_map.iter_rules() if method_of(each) == "POST"]
    rules = [each for each in rules if each.endpoint != "account.sign_out"]

    @settings(max_examples=length(30, 150), deadline=None, derandomize=True, database=None)
    @given(st.sampled_from(rules), st.sampled_from(HOSTILE), fields, st.integers(0, 3))
    def send(rule: Rule, hostile: str, sent: list[tuple[str, str]], which: int) -> None:
        found = paths(app, rule, hostile)
        path = found[which % len(found)]
        data = MultiDict([*sent, (security.FIELD, token_for(app, person, path))])
        response = person.client.post(path, data=data)
        check(response, path)

    send()
    check_tables(app)


@pytest.mark.parametrize("role", ROLES)
def test_no_address_breaks_any_page(app: Flask, people: dict[str, Phone], role: str):
    person = people[role]
    for number, rule in enumerate(app.url_map.iter_rules()):
        if method_of(rule) == "POST" or rule.endpoint in {"quick_exit.leave", "static"}:
            continue
        for hostile in some_of(HOSTILE, number):
            for path in paths(app, rule, hostile):
                query = MultiDict((name, hostile) for name in ("first", "sort", "seen", "next"))
                query.add("first", "2026-11")
                response = person.client.get(path, query_string=query, buffered=False)
                check(response, path)
                if not rule.arguments:
                    break


@pytest.mark.parametrize("role", ROLES)
def test_to_open_an_address_changes_nothing(app: Flask, people: dict[str, Phone], role: str):
    """But for the record of what was taken away or denied, and when a session was last used."""
    before = all_rows(app)
    for rule in app.url_map.iter_rules():
        if method_of(rule) == "GET" and rule.endpoint not in {"quick_exit.leave", "static"}:
            for path in paths(app, rule):
                people[role].client.get(path, buffered=False).close()
    assert all_rows(app) == before


def all_rows(app: Flask) -> dict[str, list[Any]]:
    """Return every row of every table that is not a note of the opening itself."""
    with app.extensions["database"].reading() as db:
        connection = db.connection()
        return {
            table: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {table}")))
            for table in set(COLUMNS) - {"event", "staff_session"}
        }


HEADERS = [
    *"Accept Accept-Encoding Accept-Language Authorization Content-Length Content-Type".split(),
    *"Expect Forwarded Host If-Match If-Modified-Since If-None-Match If-Range".split(),
    *"Last-Event-ID Origin Quiz-Send Quiz-Updates Quiz-Version Range Referer".split(),
    *"Sec-Fetch-Site Sec-Fetch-Dest TE Transfer-Encoding Upgrade User-Agent".split(),
    *"X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-HTTP-Method-Override".split(),
]
VALUES = [
    "*",
    "vi;q=x",
    "en-" * 500,
    "bytes=0-,-1,9-1",
    "W/",
    "gzip;q=-1",
    "Bearer ",
    "Basic =",
    "a,b",
]
COOKIES = ["s", "k", "w", "__Host-w", "session", "language", "__Host-s", "a b", ""]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "X"]

line = (
    st.sampled_from([*VALUES, *HOSTILE]) | st.text(st.characters(codec="latin-1"), max_size=30)
).map(lambda text: re.sub(r"[\r\n]", " ", text).encode("latin-1", "replace").decode("latin-1"))


@pytest.mark.parametrize("role", ROLES)
def test_no_method_header_cookie_or_query_breaks_any_page(
    app: Flask, people: dict[str, Phone], role: str
):
    person = people[role]
    mine = "; ".join(f"{each.key}={each.value}" for each in person.client._cookies.values())
    stranger = app.test_client(use_cookies=False)
    rules = [
        each
        for each in app.url_map.iter_rules()
        if each.endpoint not in {"quick_exit.leave", "static"}
    ]

    @settings(max_examples=length(30, 150), deadline=None, derandomize=True, database=None)
    @given(
        st.sampled_from(METHODS),
        st.sampled_from(rules),
        st.lists(st.tuples(st.sampled_from(HEADERS), line), max_size=5),
        st.lists(st.tuples(st.sampled_from(COOKIES), line), max_size=3),
        fields,
        st.sampled_from(["", "/en", "/EN", "/vi", "//en"]),
        st.integers(0, 3),
    )
    def ask(method, rule, headers, cookies, query, language, which) -> None:
        found = paths(app, rule)
        path = language + found[which % len(found)]
        jar = "; ".join([mine, *(f"{name}={value}" for name, value in cookies)])
        response = stranger.open(
            path,
            method=method,
            headers=[*headers, ("Cookie", jar)],
            query_string=MultiDict(query),
            buffered=False,
        )
        check(response, path)

    ask()
    check_tables(app)


@pytest.mark.parametrize("role", ROLES)
def test_no_broken_body_breaks_any_page(app: Flask, people: dict[str, Phone], role: str):
    for rule in app.url_map.iter_rules():
        if method_of(rule) == "POST":
            path = paths(app, rule)[0]
            for kind, (body, content_type) in BROKEN.items():
                response = people[role].client.post(path, data=body, content_type=content_type)
                check(response, f"{path} {kind}")
                assert response.status_code in {400, 403, 404, 413}, path


@pytest.mark.parametrize("role", ROLES)
def test_no_form_works_without_our_token_or_from_another_site(
    app: Flask, people: dict[str, Phone], role: str
):
    person = people[role]
    for rule in app.url_map.iter_rules():
        if method_of(rule) == "POST":
            path = paths(app, rule)[0]
            token = token_for(app, person, path)
            stranger = security.digest("participant", "somebody else")
            with app.app_context():
                stolen = security.signer().dumps(stranger)
            for sent, site in [
                ("", "same-origin"),
                ("nonsense", "same-origin"),
                (stolen, "same-origin"),
                (token, "cross-site"),
                (token, "same-site"),
                (token, "none"),
            ]:
                response = person.client.post(
                    path, data={security.FIELD: sent}, headers={"Sec-Fetch-Site": site}
                )
                check(response, path)
                assert response.status_code in {403, 404}, (path, sent, site)


PAGES = {
    "nobody": ["/s", "/j", "/sign-in"],
    "participant": ["/a", "/s"],
    "in a class": ["/r"],
    "facilitator": ["/rooms/new", "/rooms/1/edit", "/rooms/2", "/rooms/2/wall", "/rooms/3"],
    "officer": ["/account", "/account/second-factor"],
    "admin": ["/people", "/people/1", "/keys"],
}
LAST = (
    "close",
    "discard",
    "seal",
    "delete",
    "disable",
    "sign-out",
    "end",
    "remove",
    "hand-over",
    "new",
)
"""Buttons after which there is nothing left to try."""


@pytest.mark.parametrize("role", ROLES)
def test_every_field_takes_every_payload(app: Flask, people: dict[str, Phone], role: str):
    person = people[role]
    for page in PAGES[role]:
        for action, filled, choices in forms(person.visit(page).page):
            for position, name in enumerate(filled):
                for number, hostile in enumerate(some_of(HOSTILE, position)):
                    for do in choices if FULL else [choices[number % len(choices)]]:
                        sent = {**filled, **do, name: hostile}
                        sent[security.FIELD] = token_for(app, person, action)
                        check(person.client.post(action, data=sent), f"{action} {name} {hostile!r}")
    check_tables(app)


def forms(page: BeautifulSoup) -> list[tuple[str, dict[str, str], list[dict[str, str]]]]:
    """Return where each form goes, what stands in its fields, and its buttons."""
    found = []
    for form in page.select("form[method=post]"):
        named = form.select("input[name], select[name], textarea[name]")
        named.sort(key=lambda each: each.has_attr("checked"))  # what is ticked has the last word
        filled = {str(each["name"]): str(each.get("value", "1")) for each in named}
        buttons = [
            {str(each["name"]): str(each["value"])}
            for each in form.select("button[name]")
            if each["value"] not in LAST
        ]
        if buttons:
            found.append((str(form["action"]), filled, buttons))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_what_a_form_does_not_have_or_has_twice_changes_nothing(
    app: Flask, people: dict[str, Phone], role: str
):
    person = people[role]
    more = {"role": "admin", "id": "1", "facilitator": "1", "stage": "closed", "score": "100"}
    for page in PAGES[role]:
        for action, filled, choices in forms(person.visit(page).page):
            for do in choices:
                before = roles_and_rooms(app)
                data = MultiDict([*filled.items(), *do.items(), *do.items()])
                data.update({name: each for name, each in more.items() if name not in filled})
                data.add("do", "no-such-button")
                data.setlist(security.FIELD, [token_for(app, person, action)])
                data.setlist("email", ["", "somebody@example.org"])
                check(person.client.post(action, data=data), action)
                assert roles_and_rooms(app) == before, (action, do)


def roles_and_rooms(app: Flask) -> list[Any]:
    """Return what a form may not change by fields that are not its own."""
    with app.extensions["database"].reading() as db:
        connection = db.connection()
        return [
            *connection.exec_driver_sql("SELECT id, role, disabled FROM staff"),
            *connection.exec_driver_sql("SELECT id, facilitator FROM room WHERE id < 4"),
            *connection.exec_driver_sql("SELECT id FROM room WHERE stage = 'closed'"),
        ]
