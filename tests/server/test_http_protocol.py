"""Clients that are slow, greedy or many, over real sockets: none of them stops a class."""

from __future__ import annotations

import asyncio
import resource
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import flask
import pytest
import uvicorn
from bs4 import BeautifulSoup
from flask import Flask, Response
from uvicorn.server import ServerState

from quiz.domain.room import Move
from quiz.server import asgi, event_stream, http_protocol
from quiz.server.asgi import MAX_PARTICIPANT_STREAMS, Application
from quiz.server.http_protocol import LimitedProtocol
from quiz.store.attempts import new_token
from quiz.store.sqlite import SQLite
from quiz.store.tables import Room
from quiz.web import permissions
from tests.browser.server import read_address, serving
from tests.classes import join as take_seat
from tests.server.event_streams import Hall, Line
from tests.server.sockets import send
from tests.web.classroom import join
from tests.web.headers import GOLDEN

pytestmark = pytest.mark.slow

PAGE = b"GET /help HTTP/1.1\r\nHost: localhost\r\n\r\n"
FORM = b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


# Each alone, in this process, with little patience.

Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def meet(app: Flask, *clients: Client) -> None:
    """Let clients have their way with the application, all at once, and until each is gone."""
    config = uvicorn.Config(Application(app), lifespan="off", log_level="error")
    config.load()
    state = ServerState()

    async def gather() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: LimitedProtocol(config, state, {}), "127.0.0.1", 0
        )
        server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        lines = [await asyncio.open_connection(*server.sockets[0].getsockname()) for _ in clients]
        await asyncio.gather(*(client(*line) for client, line in zip(clients, lines, strict=True)))
        while state.connections or state.tasks:
            await asyncio.sleep(0)
        for _, writer in lines:
            writer.close()
        server.close()

    with ThreadPoolExecutor(1) as elsewhere:  # in this thread the browser tests keep a loop
        elsewhere.submit(asyncio.run, asyncio.wait_for(gather(), 30)).result()


async def hear(reader: asyncio.StreamReader) -> bytes:
    """Return all that comes until the server ends the line, in whichever way."""
    heard = b""
    with suppress(ConnectionResetError):
        while piece := await reader.read(100_000):
            heard += piece
    return heard


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Return the answer to one request for a page."""
    return await reader.readuntil(b"</html>")


def test_a_request_that_does_not_come_is_not_waited_for_long(app, monkeypatch):
    def client_that_sends(*sent: bytes) -> Client:
        async def client(reader, writer):
            for request in sent[:-1]:
                writer.write(request)
                assert (await answer(reader)).startswith(b"HTTP/1.1 200")
            writer.write(sent[-1])
            assert (await hear(reader)).strip() == b""

        return client

    monkeypatch.setattr(http_protocol, "HEADER_TIMEOUT", 1)
    meet(
        app,
        client_that_sends(b""),
        client_that_sends(b"\r\n"),
        client_that_sends(b"GET /help HTTP/1.1\r\nHo"),
        client_that_sends(PAGE, b""),
        client_that_sends(PAGE, PAGE, b"GET /help HTTP/1.1\r\nHo"),
    )


def test_an_open_response_ends_after_a_while_and_the_page_asks_anew(
    app, make_phone, open_room, monkeypatch
):
    """So whoever has left, or may no longer lead the class, is told no more of it."""
    phone = join(make_phone(), open_room())
    cookies = "; ".join(f"{each.key}={each.value}" for each in phone.client._cookies.values())
    stream = f"GET /r/e HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n".encode()
    heard = []

    async def client(reader, writer):
        writer.write(stream)
        heard.append(await reader.readuntil(b"\r\n0\r\n\r\n"))
        writer.close()

    monkeypatch.setattr(event_stream, "LIFETIME", (0.1, 0.1))
    meet(app, client)
    assert b"retry: 50\n" in heard[-1]
    phone.client.get("/x")
    assert phone.client.get("/r/e").status_code == 204


def test_nobody_asks_again_before_she_was_answered(app):
    async def client(reader, writer):
        writer.write(PAGE * 1000)
        heard = await hear(reader)
        assert heard.startswith(b"HTTP/1.1 400")
        assert heard.count(b"HTTP/1.1") == 1

    meet(app, client)


def test_a_request_that_never_ends_is_cut_off(app):
    def client_that_sends(begin: bytes, more: bytes) -> Client:
        async def client(reader, writer):
            writer.write(begin)
            hearing = asyncio.create_task(hear(reader))
            sent = 0
            while not hearing.done():
                with suppress(ConnectionResetError):
                    writer.write(more)
                    await writer.drain()
                sent += len(more)
                assert sent < 20_000_000
                await asyncio.sleep(0)

        return client

    meet(
        app,
        client_that_sends(b"GET / HTTP/1.1\r\n", b"A: b\r\n" * 1000),
        client_that_sends(b"GET / HTTP/1.1\r\nA: ", b"a" * 10_000),
        client_that_sends(b"GET /", b"a" * 10_000),
        client_that_sends(b"", b"\r\n" * 10_000),
        client_that_sends(CHUNKED + b"0\r\n", b"A: b\r\n" * 1000),
        client_that_sends(CHUNKED, b"5\r\naaaaa\r\n" * 1000),
        client_that_sends(FORM % 999_999_999, b"a" * 10_000),
    )


@pytest.fixture
def long(app, monkeypatch) -> bytes:
    """A request for something longer than any page."""
    monkeypatch.setitem(permissions.PAGES, "long", permissions.EVERYBODY)
    app.add_url_rule("/long", "long", lambda: Response(["x" * 100_000] * 50 + ["</html>"]))
    return PAGE.replace(b"help", b"long")


def test_an_answer_that_nobody_reads_is_not_kept_for_long(app, monkeypatch, long):
    async def client(reader, writer):
        writer.transport.pause_reading()
        writer.write(long)

    monkeypatch.setattr(http_protocol, "WRITE_TIMEOUT", 1)
    meet(app, client)


def test_whoever_reads_slowly_and_goes_on_is_not_cut_off(app, monkeypatch, long):
    async def client(reader, writer):
        begun = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < begun + 2:
            writer.write(long)
            heard = b""
            while not heard.endswith(b"</html>"):
                piece = await reader.read(50_000)
                assert piece, "the line was cut"
                heard = piece

    monkeypatch.setattr(http_protocol, "HEADER_TIMEOUT", 1)
    monkeypatch.setattr(http_protocol, "WRITE_TIMEOUT", 1)
    meet(app, client)


def test_where_there_are_too_many_the_one_that_asked_for_nothing_gives_way(app, monkeypatch):
    async def silent(reader, writer):
        assert await hear(reader) == b""

    async def client(reader, writer):
        writer.write(PAGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert (await hear(reader)).startswith(b"HTTP/1.1 200")

    monkeypatch.setattr(LimitedProtocol, "max_connections", 5)
    meet(app, *[silent] * 10, *[client] * 5)


def test_an_address_that_finishes_nothing_gives_way_to_its_own_next_request(app, monkeypatch):
    heard = []

    async def slow(reader, writer):
        writer.write(FORM % 100 + b"a")
        heard.append(await hear(reader))

    async def client(reader, writer):
        for _ in range(20):
            writer.write(FORM % 1)
            await asyncio.sleep(0)
            writer.write(b"a")
            assert (await answer(reader)).startswith(b"HTTP/1.1 403")

    monkeypatch.setattr(http_protocol, "MAX_UNFINISHED_PER_ADDRESS", 3)
    monkeypatch.setattr(asgi, "BODY_TIMEOUT", 1)
    meet(app, *[slow] * 20, client)
    assert heard.count(b"") >= 17


def test_what_is_no_request_or_too_long_a_one_is_told_so_by_us(app, monkeypatch):
    def client_that_sends(sent: bytes, status: int) -> Client:
        async def client(reader, writer):
            writer.write(sent)
            heard = await hear(reader)
            head, _, body = heard.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            assert first.split()[1] == str(status)
            given = {
                name.lower(): each for name, _, each in (line.partition(": ") for line in lines)
            }
            for name, value in {**GOLDEN, "Cache-Control": "no-store"}.items():
                assert given[name.lower()] == value, (sent[:20], name)
            assert int(given["content-length"]) == len(body)
            for lang in (b'lang="vi"', b'lang="en"'):
                assert lang in body

        return client

    monkeypatch.setattr(asgi, "BODY_TIMEOUT", 0.1)
    head = PAGE[:-2]
    meet(
        app,
        client_that_sends(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        client_that_sends(b"GET / HTTP/1.1\r\nHost: a..b\r\n\r\n", 400),
        client_that_sends(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        client_that_sends(head + b"".join(b"a%d: b\r\n" % n for n in range(70)) + b"\r\n", 431),
        client_that_sends(head + b"a: " + b"b" * 17_000 + b"\r\n\r\n", 431),
        client_that_sends(head + b"a: " + b"b" * 17_000, 431),
        client_that_sends(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        client_that_sends(FORM % 100 + b"a", 408),
    )


def test_a_form_that_was_cut_off_is_no_form(app, monkeypatch):
    seen = []
    app.before_request_funcs[None].insert(0, lambda: seen.append(flask.request.path))

    async def client(reader, writer):
        writer.write(FORM % 100 + b"do=answer")
        await writer.drain()
        writer.close()

    async def whole(reader, writer):
        writer.write(PAGE)
        await answer(reader)

    meet(app, client, whole)
    assert seen == ["/help"]


# A class on a server of its own, and whoever wants to stop it.


@contextmanager
def serving_with_files(data: Path, most: int) -> Iterator[str]:
    """Serve the quiz from a data folder, with so many files and connections and no more."""
    command = f"ulimit -n {most}; exec {sys.executable} -m quiz.cli serve --port 0 --data {data}"
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield read_address(process)
        finally:
            process.terminate()


class Browser:
    """A phone in a class that keeps one connection and its stream."""

    def __init__(self, address: str, hall: Hall) -> None:
        self.hall = hall
        self.line = Line(address, hall.token)
        assert "event: refresh" in self.line.read()
        self.connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
        self.headers = {
            "Cookie": f"s={hall.token}",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def ask(self, method: str, **form: str) -> BeautifulSoup:
        self.connection.request(method, "/r", urlencode(form), self.headers)
        response = self.connection.getresponse()
        page = BeautifulSoup(response.read(), "lxml")
        assert response.status in {200, 303}, page.get_text()
        return page

    def live_through_a_question(self) -> None:
        """See the next question come, and answer it."""
        while self.line.read().startswith("event: beat"):
            pass
        page = self.ask("GET")
        hidden = {
            str(each["name"]): str(each["value"])
            for each in page.select("main form input[type=hidden]")
        }
        self.ask("POST", **hidden, do="unsure")
        assert "Đã nhận câu trả lời" in self.ask("GET").get_text()

    def close(self) -> None:
        self.line.close()
        self.connection.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(lambda: SQLite.open(tmp_path / "quiz.db"))
    yield hall
    hall.database.close()


def someone_else(hall: Hall) -> str:
    """Let one more phone in, and return its token."""
    token = new_token()
    with hall.database.writing() as db:
        take_seat(db, db.get_one(Room, 1), token)
        db.commit()
    return token


def test_a_class_goes_on_among_a_thousand_clients_that_want_to_stop_it(hall, tmp_path):
    token = someone_else(hall)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with serving(tmp_path) as address, ExitStack() as stack:
        browser = stack.enter_context(closing(Browser(address, hall)))
        for sent in (b"", PAGE[:-9], FORM % 100, PAGE):
            for _ in range(250):
                stack.enter_context(send(address, sent))
        lines = [stack.enter_context(closing(Line(address, token))) for _ in range(50)]
        hall.move(Move.NEXT)
        browser.live_through_a_question()
        with urlopen(f"{address}/j", timeout=30) as page:  # noqa: S310 - our own address
            assert page.status == 200, "and others can still come in"
        told = ["event: page" in last(line) for line in lines]
        assert told == [False] * (50 - MAX_PARTICIPANT_STREAMS) + [True] * MAX_PARTICIPANT_STREAMS


def last(line: Line) -> str:
    """Return the page that a line tells of, or nothing if the server has ended it."""
    piece = line.read()
    while piece and "event: page" not in piece:
        piece = line.read()
    return piece


@pytest.mark.parametrize("sent", [b"", FORM % 100], ids=["silent", "slow"])
def test_a_class_goes_on_though_somebody_takes_every_connection_there_is(hall, tmp_path, sent):
    with serving_with_files(tmp_path, 256) as address, ExitStack() as stack:
        browser = stack.enter_context(closing(Browser(address, hall)))
        for _ in range(300):
            stack.enter_context(send(address, sent))
        hall.move(Move.NEXT)
        browser.live_through_a_question()
