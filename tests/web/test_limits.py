"""What anybody may send: the dearest request costs little, and is told what is too much."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import process_time, thread_time
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask import Flask

from quiz.store import passwords
from quiz.web import access, security
from quiz.web.asgi import Application
from quiz.web.limits import LONGEST_BODY_OF_ANYBODY
from tests.people import Phone
from tests.web.test_hostile import NAMES
from tests.web.test_rooms import join

DEAREST = 0.020
"""Seconds of processor that one request of somebody unknown may cost at most, here."""

MARKS = "\u0301\u0327" * 32_000
"""Two accents that change places when they are put in order."""

FORM = "application/x-www-form-urlencoded"


def fields(each: str) -> bytes:
    """Return a form in which every field that any page has holds the same."""
    return b"&".join(f"{name}={each}".encode() for name in NAMES)


BODIES = {
    "accents in one field": (b"email=" + MARKS.encode(), FORM),
    "accents in a password": (b"email=a@b.vn&password=" + MARKS.encode(), FORM),
    "accents in a code": (b"do=join&code=" + MARKS.encode(), FORM),
    "accents in each field": (fields(MARKS[:1000]), FORM),
    "accents written out": (b"code=" + quote_plus(MARKS).encode(), FORM),
    "as long a field as may be": (b"do=join&code=" + MARKS[:1024].encode(), FORM),
    "many fields": (b"a&" * 32_000, FORM),
    "many answers": (b"do=answer&" + b"a=x&" * 16_000, FORM),
    "many places": (b"do=order&" + b"".join(b"place-%d=1&" % n for n in range(4000)), FORM),
    "no text": (b"a=" + b"\xff" * 64_000, FORM),
    "no text, written out": (b"a=" + b"%ff" * 21_000, FORM),
    "many parts": (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 1200
                   + b"--x--\r\n", "multipart/form-data; boundary=x"),
    "a boundary again and again": (b"--x\r\n" * 13_000, "multipart/form-data; boundary=x"),
}  # fmt: skip


class Stranger:
    """Somebody who sends whatever she likes, by ASGI, as the server would pass it on."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.application = Application(app)

    def cost(self, method: str, target: bytes, headers: Any = (), body: bytes = b"") -> float:
        """Return the seconds of processor that one request costs: the median of three."""
        return median(self.once(method, target, headers, body)[0] for _ in range(3))

    def once(
        self, method: str, target: bytes, headers: Any = (), body: bytes = b""
    ) -> tuple[float, int]:
        """Return what one request cost, and how it was answered.

        Hashing a password is meant to be dear; it has a thread of its own, which is not counted.
        """
        path, _, query = target.partition(b"?")
        given = dict(headers)
        scope = {
            "type": "http",
            "method": method,
            "path": path.decode("latin-1"),
            "raw_path": path,
            "query_string": query,
            "http_version": "1.1",
            "headers": [*{b"host": b"localhost", **given}.items()],
        }
        statuses = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            if "status" in message:
                statuses.append(message["status"])

        async def exchange() -> float:
            begun = process_time()
            await self.application(scope, receive, send)
            return process_time() - begun

        hashed = passwords.in_turn(thread_time)
        with ThreadPoolExecutor(1) as elsewhere:  # in this thread the browser tests keep a loop
            cost = elsewhere.submit(asyncio.run, exchange()).result()
        return cost - (passwords.in_turn(thread_time) - hashed), statuses[0]


@pytest.fixture
def stranger(app: Flask) -> Iterator[Stranger]:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    gc.collect()
    gc.disable()  # what other tests have left is not paid for by whoever comes now
    yield Stranger(app)
    gc.enable()


def anonymous(app: Flask, method: str) -> list[bytes]:
    """Return the addresses that are open to everybody; and one that is for staff."""
    address = app.url_map.bind("localhost")
    rules = [
        each
        for each in app.url_map.iter_rules()
        if method in (each.methods or ()) and not access.is_for_staff(each.endpoint)
    ]
    found = [
        address.build(each.endpoint, dict.fromkeys(each.arguments, "x"), method=method)
        for each in rules
    ]
    return [path.encode() for path in [*found, "/rooms/new", "/no-such-page"]]


def form_token(app: Flask, path: bytes) -> str:
    """Return a form token such as everybody gets with the page at an address."""
    with app.test_request_context(path.decode(), method="POST"):
        return str(security.signer().dumps(security.form_owner()))


def test_no_form_of_a_stranger_costs_much(app, stranger, teacher, open_room, make_phone):
    join(make_phone(), open_room())
    dear = {}
    for path in anonymous(app, "POST"):
        token = f"form_token={form_token(app, path)}&".encode()
        for name, (body, kind) in BODIES.items():
            for long in {token + body, (token + body)[:LONGEST_BODY_OF_ANYBODY]}:
                headers = [(b"content-type", kind.encode())]
                cost = stranger.cost("POST", path, headers, long)
                if cost > DEAREST:
                    dear[path, name, len(long)] = round(cost, 3)
    assert not dear


def test_a_field_that_is_too_long_is_refused_on_a_page_of_ours(phone: Phone):
    phone.visit("/sign-in")
    form = phone.find("main form")
    for field in ("email", "password", "a-field-that-there-is-not"):
        phone.send(form, {"email": "lan@b.vn", "password": "x", field: "x" * 1025})
        assert phone.status == 413
        assert phone.heading == "Nội dung gửi lên quá dài."
    phone.send(form, {"email": "lan@b.vn", "password": "x" * 1024})
    assert phone.status == 400


def test_whoever_is_signed_in_may_send_more(phone: Phone, teacher: Phone):
    long = {"x": ["x" * 1000] * 20}
    phone.visit("/sign-in")
    assert phone.send(phone.find("main form"), long).status == 413
    teacher.visit("/rooms/new")
    assert teacher.send(teacher.find("main form"), long).status == 400
    assert teacher.send(teacher.find("main form"), {"x": ["x" * 1000] * 70}).status == 413
