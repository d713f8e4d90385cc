"""How fast the quiz is for people who take it alone, in a browser that has the script.

    .venv/bin/python -m benchmarks.solo

Each client takes whole quizzes one after the other: themes, notice, every question with its
explanation, result. The floor is a page of Flask that says nothing, asked for by as many clients
behind the same server. Ends with 1 if a figure is over its limit.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.browsers import TOKEN, Browser, Reply, find
from benchmarks.classes import play
from benchmarks.floors import running_bare
from benchmarks.process import cpu
from benchmarks.results import Result, Results, options, p95
from benchmarks.staff import make_installation
from quiz.web.settings import Settings
from tests.browser.server import running

CLIENTS = 8

PAGES = 80
"""Pages within which every quiz has ended."""

REQUESTS = 25
"""Requests that a quiz may need."""


@dataclass(frozen=True)
class Figures:
    """What some clients did in some time."""

    quizzes: float
    """A second."""

    requests: float
    """A second."""

    took: float
    """Milliseconds in which 19 of 20 requests were answered."""

    cpu: float
    """Milliseconds of the processor for a request."""


class Person(Browser):
    """Somebody who takes quizzes, and how long each request took."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.took: list[float] = []
        self.quizzes = 0

    async def ask(self, method: str, path: str, body: str = "", headers: str = "") -> Reply:
        begun = time.perf_counter()
        reply = await super().ask(method, path, body, headers)
        self.took.append((time.perf_counter() - begun) * 1000)
        return reply

    async def send(self, path: str, *fields: tuple[str, str]) -> None:
        """Send a form as the script does: what comes is the next page, or where to find it."""
        form = [("form_token", find(TOKEN, self.page)), *fields]
        reply = await self.ask("POST", path, urllib.parse.urlencode(form), "Quiz-Send: 1\r\n")
        if reply.status == 204:
            await self.get(urllib.parse.urlsplit(reply.header("location")).path)
        elif reply.status == 200:
            self.page = reply.text
        else:
            raise LookupError(f"{path}: {reply.status}")

    async def take_quiz(self) -> None:
        """Take a whole quiz on a phone that has taken none."""
        self.cookies.clear()
        await self.get("/s")
        await self.send("/s", ("theme", "mixed"), ("length", "ten"))
        for _ in range(PAGES):
            if not (fields := self.next_press()):
                self.quizzes += 1
                return
            await self.send("/a", *fields)
        raise LookupError("a quiz did not end")

    def next_press(self) -> list[tuple[str, str]]:
        """Return what is sent from this page; nothing from the result."""
        buttons = set(re.findall(r'name="do"[^>]*value="([\w-]+)"', self.page))
        for button in ("begin", "on"):
            if button in buttons:
                return [*self.hidden(), ("do", button)]
        option = re.search(r'type="radio" name="a" id="[^"]*" value="([^"]+)"', self.page)
        if option and "answer" in buttons:
            return [*self.hidden(), ("a", option.group(1)), ("do", "answer")]
        return [*self.hidden(), ("do", "unsure")] if "unsure" in buttons else []

    def hidden(self) -> list[tuple[str, str]]:
        """Return which question the page is about, and which step of a story."""
        return re.findall(r'name="(q|turns)" value="([^"]+)"', self.page)


async def take_quiz(person: Person) -> None:
    await person.take_quiz()


async def load_page(person: Person) -> None:
    await person.get("/health")


async def measure(
    address: str, pid: int, clients: int, seconds: float, work: Callable[[Person], Awaitable[None]]
) -> Figures:
    """Let so many clients do something again and again for so long."""
    people = [Person(address) for _ in range(clients)]
    await work(people[0])  # the first page of a new server is none of many
    people[0].took.clear()
    people[0].quizzes = 0
    before, begun = cpu(pid), time.perf_counter()

    async def go_on(person: Person) -> None:
        while time.perf_counter() < begun + seconds:
            await work(person)
        person.close()

    await asyncio.gather(*(go_on(person) for person in people))
    took = [each for person in people for each in person.took]
    wall = time.perf_counter() - begun
    return Figures(
        quizzes=sum(person.quizzes for person in people) / wall,
        requests=len(took) / wall,
        took=p95(took),
        cpu=(cpu(pid) - before) / len(took) * 1000,
    )


def run(results: Results, seconds: float = 8.0) -> None:
    """Note the figures of one client and of several, beside those of the bare page."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data=Path(name) / "data")
        make_installation(settings)
        with (
            running(settings.data) as (address, pid),
            running_bare("bare_page") as (bare, bare_pid),
        ):
            one = play(measure(address, pid, 1, seconds, take_quiz))
            many = play(measure(address, pid, CLIENTS, seconds, take_quiz))
            bare_many = play(measure(bare, bare_pid, CLIENTS, seconds / 2, load_page))
    requests = many.requests / many.quizzes
    name = f"quiz alone, {CLIENTS} clients"
    for result in (
        Result("quiz alone: requests of a quiz", requests, "", limit=REQUESTS),
        Result("quiz alone: CPU of a page", many.cpu, "ms CPU", bare_many.cpu, 6),
        Result(f"{name}: a page, p95", many.took, "ms", bare_many.took, 4),
        Result(
            f"{name}: quizzes a second",
            many.quizzes,
            "",
            bare_many.requests / REQUESTS,
            1 / 5,
            at_least=True,
        ),
        Result(
            f"{name}: quizzes a second against one client",
            many.quizzes / one.quizzes,
            "",
            limit=0.9,
            at_least=True,
        ),
        Result("quiz alone, one client: quizzes a second", one.quizzes, ""),
        Result("quiz alone, one client: a page, p95", one.took, "ms"),
    ):
        results.add(result)


def main() -> None:
    """Measure for as long as was asked for."""
    parser = options(__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    asked = parser.parse_args()
    results = Results()
    run(results, asked.seconds)
    sys.exit(results.finish(asked.out))


if __name__ == "__main__":
    main()
