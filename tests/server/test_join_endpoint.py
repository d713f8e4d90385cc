"""The endpoint of joining: what it does in the loop is what the Flask view would do."""

import asyncio
import gzip
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from flask import request_started
from sqlalchemy import func, select

from quiz.server.asgi import Application
from quiz.store.tables import Attempt
from quiz.web.participant import cookie

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Phone:
    """A browser that speaks ASGI; ``threads`` are those in which Flask served a request."""

    def __init__(self, app, *, listens=True):
        self.app, self.application = app, Application(app)
        if listens:  # as the console of the class does
            self.application.broadcaster.open_rooms = {1}
        self.cookies, self.page, self.threads = {}, "", []

    def ask(self, path="/j", fields=None, *, by_thread=False, **headers):
        """Send a request, with the hidden fields of the page if it is a form; return its status."""
        form = None if fields is None else {**dict(HIDDEN.findall(self.page)), **fields}
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)
        headers = {"host": "localhost", "accept-encoding": "gzip", "cookie": cookies, **headers}
        body = b""
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        scope = {
            "type": "http",
            "method": "GET" if form is None else "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "http_version": "1.1",
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, value in headers.items()
                if value
            ],
        }
        messages = []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            messages.append(message)

        async def exchange():
            self.threads = []
            if by_thread:
                await self.application.pages(scope, body, send)
            else:
                await self.application(scope, receive, send)

        def began(*_args, **_kwargs):
            self.threads.append(threading.current_thread().name.partition("_")[0])

        with (
            request_started.connected_to(began, self.app),
            ThreadPoolExecutor(1, thread_name_prefix="loop") as elsewhere,
        ):  # in this thread the browser tests keep a loop
            elsewhere.submit(asyncio.run, exchange()).result()
        start, *pieces = messages
        text = b"".join(piece["body"] for piece in pieces)
        self.page = (gzip.decompress(text) if text.startswith(b"\x1f\x8b") else text).decode()
        for name, value in start["headers"]:
            if name == b"set-cookie":
                key, _, kept = value.decode().partition(";")[0].partition("=")
                self.cookies[key] = kept
        return start["status"]


def people(app):
    with app.extensions["database"].reading() as db:
        return db.scalars(select(func.count()).select_from(Attempt)).one()


def test_who_joins_a_class_that_is_led_here_takes_no_thread(app, open_room):
    code = open_room()
    for threads in (["loop", "pages"], ["loop"]):  # the first of a class has its pages rendered
        phone = Phone(app)
        assert phone.ask() == 200
        assert phone.threads == threads
        assert phone.ask(fields={"code": code, "do": "code"}) == 200
        assert phone.threads == ["loop", "pages"] if threads[1:] else ["loop"]
        assert phone.ask(fields={"do": "join"}) == 200
        assert phone.threads == threads
        assert "Bạn đã vào lớp" in phone.page
    assert people(app) == 2


@pytest.mark.parametrize("path", ["/j", "/en/j"])
def test_each_page_is_that_of_the_view(app, open_room, path):
    code = open_room()
    by_thread, phone = Phone(app), Phone(app)
    for fields in (None, {"code": code, "do": "code"}, {"do": "join"}):
        assert by_thread.ask(path, fields, by_thread=True) == phone.ask(path, fields) == 200
        first, second = (re.sub(r'value="[^"]*"', "", each.page) for each in (by_thread, phone))
        assert first == second
    assert people(app) == 2


def test_nobody_is_told_that_a_class_is_open_while_nobody_knows(app, open_room):
    phone = Phone(app, listens=False)
    phone.ask()
    assert phone.ask(fields={"code": open_room(), "do": "code"}) == 200
    assert phone.threads == ["loop", "pages"], "the database is asked, by a thread"


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        ({"form_token": "x"}, {}, 403),
        ({}, {"sec_fetch_site": "cross-site"}, 403),
        ({}, {"origin": "https://elsewhere.example"}, 403),
        ({}, {"host": "elsewhere.example"}, 421),
        ({"code": "12345"}, {}, 400),
        ({"code": "000000"}, {}, 404),
        ({"code": "000000~forged"}, {}, 404),
        ({"x": "x" * 9000}, {}, 413),
    ],
)
def test_what_is_refused_takes_no_seat(app, open_room, fields, headers, status):
    phone = Phone(app)
    phone.ask()
    phone.ask(fields={"code": open_room(), "do": "code"})
    assert phone.ask(fields={"do": "join", **fields}, **headers) == status
    assert people(app) == 0


def test_a_code_that_was_typed_is_for_the_view_and_counts_once(app, open_room):
    open_room()
    phone = Phone(app)
    phone.ask()
    for wrong in range(1, 4):
        assert phone.ask(fields={"code": f"00000{wrong}", "do": "join"}) == 404
        assert app.extensions["throttles"].codes.wrong.count("") == wrong


def test_a_class_at_its_own_pace_is_read_by_a_thread_and_joined_once(app, open_room):
    code = open_room(mode="self-paced", length="3")
    phone = Phone(app)
    phone.ask()
    phone.ask(fields={"code": code, "do": "code"})
    assert phone.ask(fields={"do": "join"}) == 200
    assert phone.threads == ["loop", "pages"]
    assert "<h1" in phone.page
    assert people(app) == 1
    assert app.extensions["throttles"].codes.joined.count("") == 1


def test_who_is_inside_stays_who_she_is(app, open_room):
    code = open_room()
    phone = Phone(app)
    for _ in range(2):
        assert phone.ask(path=f"/j/{code}") == 303
        phone.ask()
        assert phone.ask(fields={"do": "join"}) in {200, 303}
    assert people(app) == 1


def test_a_class_that_is_full_or_closed_takes_nobody_in(app, teacher, open_room):
    code = open_room(expected="1")
    phones = [Phone(app) for _ in range(4)]
    for phone in phones:
        phone.ask()
        phone.ask(fields={"code": code, "do": "code"})
    statuses = [phone.ask(fields={"do": "join"}) for phone in phones]
    assert set(statuses) == {200, 409}
    teacher.visit("/rooms/1").press("close")
    late = Phone(app, listens=False)
    late.ask()
    assert late.ask(fields={"code": code, "do": "code"}) == 404


def test_the_seat_of_a_form_is_the_one_that_the_cookie_names(app, open_room):
    code = open_room()
    phone = Phone(app)
    phone.ask()
    phone.ask(fields={"code": code, "do": "code"})
    seat = dict(HIDDEN.findall(phone.page))[cookie.SEAT]
    phone.ask(fields={"do": "join"})
    assert phone.cookies[cookie.COOKIE] == seat
