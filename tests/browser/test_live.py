"""What an update may not disturb: a press, the focus, a selection, what is open, a bad line."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect
from sqlalchemy import select

from quiz.domain.question import Kind
from quiz.store.attempts import new_token
from quiz.store.bank import Bank
from quiz.store.sqlite import SQLite
from quiz.store.tables import Room
from tests.browser.live_class import Class, press
from tests.browser.server import serving
from tests.classes import add_facilitator, answer, join

pytestmark = pytest.mark.browser

PAUSE = 0.3
"""Seconds between two answers that arrive while somebody works at the console."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of an installation with one facilitator."""
    data = tmp_path_factory.mktemp("data")
    database = SQLite.open(data / "quiz.db")
    with database.writing() as db:
        add_facilitator(db, datetime.now(UTC))
        db.commit()
    database.close()
    return data


@pytest.fixture(scope="module")
def address(data: Path, away: str) -> Iterator[str]:
    with serving(data, QUIZ_LEAVE_TO=away) as address:
        yield address


@pytest.fixture
def hall(browser: Browser, address: str, questions: Bank) -> Iterator[Class]:
    hall = Class(browser, address, questions)
    yield hall
    assert hall.faults == []
    for context in browser.contexts:
        context.close()


@contextmanager
def answering(data: Path, hall: Class) -> Iterator[None]:
    """Let more people come in and answer, one after the other, for as long as this lasts."""
    code = hall.code.replace(" ", "")
    database = SQLite.open(data / "quiz.db")
    over = Event()

    people: list[str] = []

    def go_on() -> None:
        asked = None
        while not over.wait(PAUSE):
            with database.writing() as db:
                room = db.scalars(select(Room).where(Room.code == code)).one()
                people.append(new_token())
                join(db, room, people[-1])
                if room.stage == "asking":
                    question = room.questions.split()[room.position]
                    for token in people if question != asked else people[-1:]:
                        answer(db, hall.bank, token, question, hall.bank.questions[question].best)
                    asked = question
                db.commit()

    crowd = Thread(target=go_on)
    crowd.start()
    try:
        yield
    finally:
        over.set()
        crowd.join()
        database.close()


def slow_down(page: Page, latency: int) -> None:
    """Let everything that a page asks for take this many milliseconds longer."""
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def press_for(page: Page, selector: str, seconds: float) -> None:
    """Press a button with the mouse, and hold it down for a while."""
    page.locator(selector).first.scroll_into_view_if_needed()
    box = page.locator(selector).first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(seconds * 1000)
    page.mouse.up()


def test_no_press_is_lost_while_answers_come_in(hall: Class, data: Path):
    console = hall.open(Kind.CHOICE, Kind.JUDGE)
    slow_down(console, 500)
    with answering(data, hall):
        for seconds in (0.1, 1.5):  # more than a second: an update comes while it is held down
            press_for(console, "button[value=next]", 0.1)
            expect(console.locator("button[value=reveal]")).to_be_visible()
            expect(console.locator("#crowd")).not_to_contain_text("0 trên")
            press_for(console, "button[value=reveal]", seconds)
            expect(console.locator("button[value=reveal]")).to_have_count(0)


def await_update(page: Page) -> None:
    """Wait until a page has shown a new number of people."""
    crowd = page.locator("#crowd")
    before = crowd.text_content()
    expect(crowd).not_to_have_text(before or "")


TRANSLATE = """() => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) if (texts.currentNode.data.trim()) found.push(texts.currentNode);
  for (const text of found) {
    const outer = document.createElement("font");
    const inner = document.createElement("font");
    inner.textContent = `~${text.data}~`;
    outer.append(inner);
    text.replaceWith(outer);
  }
}"""
"""What the translator of Chromium does to a page: two fonts take the place of each text."""


SELECT = "(selector) => getSelection().selectAllChildren(document.querySelector(selector))"


def test_what_somebody_does_on_the_console_survives_every_update(hall: Class, data: Path):
    console = hall.open(Kind.CHOICE, size={"width": 700, "height": 400})
    press(console, "next")
    with answering(data, hall):
        console.locator(".console__side details:has(button[value=close]) summary").first.click()
        console.locator("button[value=close]").focus()
        for translated in (False, True):
            if translated:
                console.evaluate(TRANSLATE)
            console.evaluate(SELECT, ".facts .num")
            console.evaluate("scrollTo(0, 250)")
            await_update(console)
            expect(console.locator("button[value=close]")).to_be_visible()
            expect(console.locator("button[value=close]")).to_be_focused()
            assert console.evaluate("getSelection().toString()").strip("~") == hall.code
            assert console.evaluate("scrollY") == 250
        expect(console.locator("#heading")).to_contain_text("~")


def test_a_wall_keeps_what_is_marked_on_it(hall: Class, data: Path):
    wall = hall.project(hall.open(Kind.CHOICE))
    wall.evaluate(SELECT, ".join-info__url")
    with answering(data, hall):
        await_update(wall)
        await_update(wall)
    assert "/j" in wall.evaluate("getSelection().toString()")


def test_a_second_console_and_the_wall_hear_that_the_class_was_closed(hall: Class):
    console = hall.open(Kind.CHOICE)
    wall = hall.project(console)
    other = hall.page(console.context)
    other.goto(console.url)
    console.locator(".console__side details:has(button[value=close]) summary").first.click()
    press(console, "close")
    other.wait_for_url("**/result")
    expect(wall.locator(".site-header")).not_to_contain_text(hall.code)
    expect(wall).to_have_title(re.compile("Vững Tâm$"))


def test_a_phone_is_told_that_the_class_is_over_and_asks_for_nothing(hall: Class):
    console = hall.open(Kind.CHOICE)
    phone = hall.join()
    press(console, "next")
    phone.locator("button[value=unsure]").wait_for()
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    console.locator(".console__side details:has(button[value=close]) summary").first.click()
    press(console, "close")
    expect(phone.locator("h1")).to_have_text("Cảm ơn bạn đã tham gia.")
    expect(phone).to_have_title("Lớp đã kết thúc · Vững Tâm")
    assert asked == []


def test_a_hint_that_comes_while_a_page_is_on_its_way_is_not_lost(hall: Class):
    """That page may be older than the hint, and nothing tells of the same move again."""
    console = hall.open(Kind.CHOICE)
    other = hall.page(console.context)
    other.goto(console.url)
    on_its_way: list[tuple[Route, APIResponse]] = []
    other.route(console.url, lambda route: on_its_way.append((route, route.fetch())), times=1)
    other.evaluate("dispatchEvent(new Event('online'))")  # asks
    while not on_its_way:
        other.wait_for_timeout(50)
    press(console, "next")
    other.wait_for_timeout(1000)
    (route, response) = on_its_way[0]
    route.fulfill(response=response)
    expect(other.locator("button[value=reveal]")).to_be_visible()


def test_the_wall_has_one_window_however_often_it_is_asked_for(hall: Class):
    """Browsers have six connections to one host: a line in each of six tabs leaves none over."""
    console = hall.open(Kind.CHOICE)
    with console.context.expect_page():
        console.locator("a[target][href$='/wall']").click()
    for _ in range(5):
        console.locator("a[target][href$='/wall']").click()
    assert len(console.context.pages) == 2
    walls = [hall.project(console) for _ in range(5)]
    press(console, "next")
    for wall in walls:
        expect(wall.locator(".options")).to_be_visible()


class Wire:
    """A way to a server that can go dead: nothing is refused, and nothing ever comes back."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.dead: set[socket.socket] = set()
        self.losses: Queue[bool] = Queue()
        self.ends: list[socket.socket] = []
        self.carriers: list[Thread] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.acceptor = Thread(target=self.accept)
        self.acceptor.start()

    def accept(self) -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                caller, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server))
                self.ends += [caller, server]
                for ends in ((caller, server), (server, caller)):
                    self.carriers.append(Thread(target=self.carry, args=ends))
                    self.carriers[-1].start()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                is_lost = source in self.dead
                if not is_lost:
                    target.sendall(piece)
                if source.getsockname()[1] == self.port:
                    self.losses.put(is_lost)

    def die(self) -> None:
        """Let all that is connected now swallow everything. Who connects anew gets through."""
        self.dead.update(self.ends)
        self.losses = Queue()

    def loses_next(self) -> bool:
        """Wait until the caller sends something, and return whether it is lost."""
        return self.losses.get(timeout=30)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.acceptor.join()
        for each in self.ends:
            with suppress(OSError):  # the other end has hung up
                each.shutdown(socket.SHUT_RDWR)
        for carrier in self.carriers:
            carrier.join()
        for each in (self.listener, *self.ends):
            each.close()


@pytest.fixture
def wire(hall: Class) -> Iterator[Wire]:
    wire = Wire(int(hall.address.rpartition(":")[2]))
    yield wire
    wire.close()


def wait_out(wire: Wire, phone: Page) -> None:
    """Run time forward while what a phone sends is lost: it may hold several dead connections."""
    while wire.loses_next():
        phone.clock.run_for(10_000)  # it gives up
        phone.clock.run_for(2_000)  # and asks anew


def test_a_phone_on_a_dead_connection_gives_up_and_asks_anew(hall: Class, wire: Wire):
    console = hall.open(Kind.CHOICE, Kind.JUDGE)
    hall.address = f"http://127.0.0.1:{wire.port}"
    phone = hall.join()
    phone.clock.install()
    wire.die()
    press(console, "next")
    phone.evaluate("dispatchEvent(new Event('online'))")  # asks, and is never answered
    wait_out(wire, phone)
    expect(phone.locator("button[value=unsure]")).to_be_visible()
    wire.die()
    press(console, "skip")
    phone.clock.run_for(40_000)  # the stream is silent for too long
    wait_out(wire, phone)
    expect(phone.locator("#now")).to_contain_text("Câu 2")


PORTAL = "<!doctype html><title>Wi-Fi</title><main id='now'><h1>Wi-Fi</h1></main>"


def test_a_page_of_somebody_else_never_takes_the_place_of_ours(hall: Class):
    """A portal of the network answers everything with a page of its own."""
    console = hall.open(Kind.CHOICE, Kind.JUDGE)
    phone = hall.join()
    press(console, "next")
    phone.locator("button[value=unsure]").wait_for()
    phone.route("**/r", lambda route: route.fulfill(body=PORTAL, content_type="text/html"))
    phone.click("button[value=unsure]")
    expect(phone.locator("#lost")).to_be_visible()
    expect(phone.locator("button[value=unsure]")).to_be_visible()
    phone.unroute("**/r")
    phone.click("#lost button")
    expect(phone.locator("button[value=change]")).to_be_visible()
