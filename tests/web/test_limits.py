"""What anybody may send: the dearest request costs little, and is told what is too much."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from time import process_time, thread_time
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask import Flask
from flask_compress import flask_compress

from quiz.server.asgi import Application
from quiz.store import passwords
from quiz.web import create_app, limits, permissions, security
from quiz.web.limits import LONGEST_BODY_OF_ANYBODY
from tests.people import Colleague, Phone
from tests.proof import length
from tests.shipped import shipped_bank
from tests.web.addresses import NAMES
from tests.web.classroom import join
from tests.web.headers import GOLDEN

pytestmark = pytest.mark.slow

DEAREST = 0.020
"""Seconds of processor that one request of somebody unknown may cost at most, where a piece of work
costs PIECE; on a slower processor it may cost as much more."""

PIECE = 0.042
"""Seconds of processor for ``piece_of_work`` on the machine on which the limit was set."""

MARKS = "\u0301\u0327" * 32_000
"""Two accents that change places when they are put in order."""

HALF_A_MARK = "\u0301".encode()[:1]
"""Where a form ends with this nothing of it is read."""

FORM = "application/x-www-form-urlencoded"


def fields(each: str) -> bytes:
    """Return a form in which every field that any page has holds the same."""
    return b"&".join(f"{name}={each}".encode() for name in NAMES)


BODIES = {
    "accents in one field": (b"email=" + MARKS.encode(), FORM),
    "accents in an address": (b"password=x&email=" + MARKS.encode(), FORM),
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


def piece_of_work() -> float:
    """Return the seconds of processor that a fixed piece of work takes here."""
    begun = thread_time()
    assert sum(len(str(number)) for number in range(300_000)) == 1_688_890
    return thread_time() - begun


class Stranger:
    """Somebody who sends whatever she likes, by ASGI, as the server would pass it on."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.application = Application(app)
        self.pace = max(1.0, min(piece_of_work() for _ in range(5)) / PIECE)

    def cost(self, method: str, target: bytes, headers: Any = (), body: bytes = b"") -> float:
        """Return the seconds of processor that one request costs, the least of up to five times.

        The first may pay for what is made once, and any for what else this machine is doing. A
        sixth wrong password would only be told to wait.
        """
        costs = []
        for _ in range(5):
            cost, _status = self.once(method, target, headers, body)
            costs.append(cost / self.pace)
            if costs[-1] <= DEAREST:
                break
        return min(costs)

    def once(
        self, method: str, target: bytes, headers: Any = (), body: bytes = b""
    ) -> tuple[float, int]:
        """Return what one request cost, and how it was answered.

        Hashing a password is meant to be dear; it has a thread of its own, which is not counted.
        """
        begun = process_time()
        hashed = passwords.in_turn(thread_time)
        with ThreadPoolExecutor(1) as elsewhere:  # in this thread the browser tests keep a loop
            status = elsewhere.submit(
                asyncio.run, self.exchange(method, target, headers, body)
            ).result()
        cost = process_time() - begun
        return cost - (passwords.in_turn(thread_time) - hashed), status

    async def exchange(
        self, method: str, target: bytes, headers: Any = (), body: bytes = b""
    ) -> int:
        """Return the status with which one request is answered."""
        path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "method": method,
            "path": path.decode("latin-1"),
            "raw_path": path,
            "query_string": query,
            "http_version": "1.1",
            "headers": [(b"host", b"localhost"), *headers]
            if b"host" not in dict(headers)
            else headers,
        }
        statuses = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            if "status" in message:
                statuses.append(message["status"])

        await self.application(scope, receive, send)
        return int(statuses[0])


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
        if method in (each.methods or ())
        and not permissions.is_for_staff(each.endpoint)
        and not each.endpoint.startswith("style_guide.")  # is there in development only
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
    dear: dict[Any, float] = {}
    for path in anonymous(app, "POST"):
        token = f"form_token={form_token(app, path)}&".encode()
        for name, (body, kind) in BODIES.items():
            short = (token + body)[:LONGEST_BODY_OF_ANYBODY]
            for long in {token + body, short.removesuffix(HALF_A_MARK)}:
                headers = [(b"content-type", kind.encode())]
                cost = stranger.cost("POST", path, headers, long)
                if cost > DEAREST:
                    dear[path, name, len(long)] = round(cost, 3)
    assert not dear


LONG = b"x" * 8000
HEADERS = {
    "ways of packing": [(b"accept-encoding", b"br;q=0.1," * 800)],
    "one way of packing": [(b"accept-encoding", b"gzip, " + LONG)],
    "no text": [(b"accept-encoding", b"\xff" * 8000), (b"quiz-version", b"\xff")],
    "languages": [(b"accept-language", b"vi;q=0.1," * 800)],
    "cookies": [(b"cookie", b"; ".join(b"s%d=x" % n for n in range(800)))],
    "accents in a code": [(b"cookie", b"k=" + MARKS[:4000].encode())],
    "accents, quoted": [(b"cookie", b'k="' + b"\\314\\201\\314\\247" * 400 + b'"')],
    "long tokens": [(b"cookie", b"s=%s; w=x" % LONG)],
    "long tokens of staff": [(b"cookie", b"w=%s; s=x" % LONG)],
    "a long host": [(b"host", b"a." * 4000)],
    "a host of another alphabet": [(b"host", "ệ".encode() * 2000)],
    "whom it was sent for": [(b"x-forwarded-for", b"1," * 4000), (b"forwarded", b"for=1," * 900)],
    "what is known already": [
        (b"if-none-match", b'"x",' * 2000),
        (b"if-modified-since", LONG),
        (b"if-range", b'"x",' * 20),
    ],
    "many ranges": [(b"range", b"bytes=" + b"0-1," * 1900)],
    "a long key": [(b"authorization", b"Bearer " + LONG)],
    "a name and a password": [(b"authorization", b"Basic " + b"QUFB" * 1900)],
    "a kind of form": [(b"content-type", b"text/html;" + b"a=b;" * 1900)],
    "many": [(b"a%d" % n, b"x" * 200) for n in range(60)],
    "too many": [(b"a%d" % n, b"x") for n in range(5000)],
    "the same again": [(b"accept", b"*/*")] * 60,
}

QUERIES = {
    "no query": b"",
    "many fields": b"?" + b"a&" * 4000,
    "accents": b"?next=" + quote_plus(MARKS[:1300]).encode(),
    "a long path": b"?next=" + LONG,
    "no text": b"?next=" + b"%ff" * 2600,
}


def test_no_request_of_a_stranger_costs_much_whatever_surrounds_it(app, stranger):
    dear: dict[Any, float] = {}
    third = length(3, 1)  # in a short run each address gets a third of the headers, in turn
    for number, path in enumerate(anonymous(app, "GET")):
        for name, query in QUERIES.items():
            if (cost := stranger.cost("GET", path + query)) > DEAREST:
                dear[path, name] = round(cost, 3)
        for name, headers in [*HEADERS.items()][number % third :: third]:
            if (cost := stranger.cost("GET", path, headers)) > DEAREST:
                dear[path, name] = round(cost, 3)
    for path in (b"/j/", b"/invitation/", b"/static/", b"/en/", b"/"):
        for rest in (LONG, quote_plus(MARKS[:1300]).encode(), b"/" * 8000, b"%2e%2e/" * 1000):
            if (cost := stranger.cost("GET", path + rest)) > DEAREST:
                dear[path, rest[:20]] = round(cost, 3)
    assert not dear


def test_no_byte_in_a_header_breaks_anything(app, stranger, open_room, make_phone):
    phone = join(make_phone(), open_room())
    cookie = (b"cookie", f"s={phone.client.get_cookie('s').value}".encode())
    for path in (b"/r", b"/r/e", b"/j", b"/"):
        for name in (b"accept-encoding", b"quiz-version", b"user-agent", b"a\xff"):
            _, status = stranger.once("GET", path, [cookie, (name, b"\xff\xfe")])
            assert status in {200, 303}, (path, name)


def test_what_is_kept_does_not_grow_with_what_is_sent(app, stranger):
    for n in range(50):
        for encoding in (b"gzip, x%d", b"x%d, br", b"gzip;q=0.%d", b"deflate , GZIP,%d"):
            assert stranger.once("GET", b"/j", [(b"accept-encoding", encoding % n)])[1] == 200
    assert len(app.extensions["compressed_pages"].entries) <= 4, (
        "as many as there are sets of codings that were named"
    )
    assert flask_compress._choose_algorithm.cache_info().currsize <= 2 ** len(limits.CODINGS)


@pytest.mark.parametrize(
    ("hosts", "names"),
    [
        (
            (),
            {
                "localhost": 200,
                "quiz.localhost:8000": 200,
                "127.0.0.1:8000": 200,
                "192.168.1.20": 200,
                "[fe80::1]:8000": 200,
                socket.gethostname(): 200,
                f"{socket.gethostname().partition('.')[0].upper()}.local:8000": 200,
                "evil.example": 421,
                "127.0.0.1.evil.example": 421,
                "localhost.evil.example": 421,
                "1.2.3.4.5": 421,
                ".a": 400,
                "a..b": 400,
                "a" * 64: 400,
                "a." * 130 + "a": 400,
                "localhost:999999": 400,
                "localhost@evil.example": 400,
                "quiz example": 400,
                "ệ": 400,
            },
        ),
        (
            ("quiz.example", ".quiz.test"),
            {
                "Quiz.Example:443": 200,
                "a.b.quiz.test": 200,
                "quiz.test": 200,
                "notquiz.test": 421,
                "127.0.0.1": 421,
            },
        ),
        (("quiz.example:8000",), {"quiz.example": 200}),
    ],
)
def test_it_answers_to_its_own_names_only(settings, hosts, names):
    app = create_app(replace(settings, hosts=hosts), shipped_bank())
    for host, status in names.items():
        response = app.test_client().get("/help", headers={"Host": host})
        assert response.status_code == status, host
        for name, value in GOLDEN.items():
            assert response.headers[name] == value, host
        if status == 421:
            assert "QUIZ_HOSTS" in response.text
        assert "evil" not in response.text
    app.extensions["database"].close()


@pytest.mark.parametrize("hosts", [(), ("other.example",)])
def test_it_answers_to_the_host_of_its_own_address(settings, hosts):
    known = replace(settings, hosts=hosts, url="https://Quiz.example:8443")
    app = create_app(known, shipped_bank())
    for host, status in {
        "quiz.example:8443": 200,
        "quiz.example": 200,
        "evil.example": 421,
    }.items():
        assert app.test_client().get("/help", headers={"Host": host}).status_code == status
    app.extensions["database"].close()


@pytest.mark.usefixtures("lan")
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


def test_pages_are_answered_however_many_sign_in(app: Flask, stranger: Stranger):
    """While no password can be hashed, thirty wait who signed in, and pages come as ever."""
    token = form_token(app, b"/sign-in")
    form = f"form_token={token}&email=a@b.vn&password=x".encode()
    hashing, go_on = Event(), Event()

    def hash_for_long() -> None:
        hashing.set()
        assert go_on.wait(60)

    async def crowd() -> list[int]:
        kind = [(b"content-type", FORM.encode())]
        waiting = [
            asyncio.create_task(stranger.exchange("POST", b"/sign-in", kind, form))
            for _ in range(30)
        ]
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(30):
                seen = [await stranger.exchange("GET", path) for path in (b"/j", b"/s", b"/") * 4]
        finally:
            go_on.set()
        await asyncio.gather(*waiting)
        return seen

    busy = passwords.WORKER.submit(hash_for_long)
    assert hashing.wait(30)
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(asyncio.run, crowd()).result() == [200] * 12
    busy.result()


def test_a_path_with_a_line_end_is_led_back_to(teacher: Colleague):
    teacher.visit("/account").press("sign-out")
    teacher.open("/reports/questions/%0d%0aSet-Cookie:a=b/%E1%BB%87")
    teacher.open(teacher.response.location)
    form = teacher.find("main form")
    hidden = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    fields = {"email": teacher.email, "password": teacher.password}
    response = teacher.client.post("/sign-in", data={**hidden, **fields})
    assert response.status_code == 303
    assert response.location == "/reports/questions/%0D%0ASet-Cookie%3Aa%3Db/%E1%BB%87"
