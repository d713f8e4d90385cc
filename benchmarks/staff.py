"""People of the staff: who leads a class, with her console open, and others at work."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from multiprocessing.synchronize import Barrier
from typing import Any

from benchmarks.browsers import Browser, find
from quiz.domain.staff import Role
from quiz.service import accounts, demo_data
from quiz.store import bank, staff
from quiz.store.connect import open_database
from quiz.web.settings import Settings
from quiz.web.staff.sessions import COOKIE
from tests.classes import EMAIL, PASSWORD, add_facilitator

OFFICER = "a-token-that-only-this-benchmark-knows"


@dataclass(frozen=True)
class Installation:
    """What a benchmark has to know of the installation that was made for it."""

    settings: Settings

    leaders: list[str]
    """The cookies of facilitators who are signed in, each of whom leads one class."""

    invitation: str
    """A link with which somebody may choose a password."""


def make_installation(settings: Settings, leaders: int = 1) -> Installation:
    """Make an installation with facilitators and an officer signed in, and simulated totals."""
    settings.data.mkdir()
    now = datetime.now(UTC)
    questions = bank.load(bank.CONTENT, today=now.date())
    with closing(open_database(settings.database)) as database, database.writing() as db:
        demo_data.fill(db, questions, today=now.date())
        add_facilitator(db, now)
        officer = staff.add(db, email="officer@example.org", role=Role.OFFICER)
        officer.totp, officer.totp_step = "A" * 32, 0
        tokens = [f"a-leader-whom-only-this-benchmark-knows-{number}" for number in range(leaders)]
        people = {OFFICER: officer}
        for number, token in enumerate(tokens):
            email = f"leader-{number}@example.org"
            people[token] = staff.add(db, email=email, role=Role.FACILITATOR)
        for token, person in people.items():
            staff.begin_session(db, token, staff=person.id, complete=True, now=now, begun=now)
        invitation = accounts.invite(db, "new@example.org", Role.FACILITATOR, by=None, now=now)
        db.commit()
    return Installation(settings, tokens, invitation)


class Console(Browser):
    """The page from which a class is led. It loads itself again when its stream says so."""

    path = version = ""
    looking: asyncio.Task[None] | None = None
    must_look = False

    async def follow(self, path: str, page: str) -> None:
        """Show a room, and follow what happens in it."""
        self.path = path
        self.version = find(r'data-version="([^"]+)"', page)
        await self.listen(find(r'data-updates="([^"]+)"', page).replace("&amp;", "&"))

    def take(self, piece: bytes) -> None:
        """Take in an update; look again, once at a time, if it says so."""
        super().take(piece)
        if "event: refresh" in self.read():
            self.must_look = True
            if self.looking is None or self.looking.done():
                self.looking = asyncio.ensure_future(self.look())

    async def look(self) -> None:
        while self.must_look:
            self.must_look = False
            reply = await self.ask("GET", self.path, headers=f"Quiz-Version: {self.version}\r\n")
            if reply.status == 200:
                self.version = find(r'data-version="([^"]+)"', reply.text)


class Facilitator(Browser):
    """Whoever leads the class: she presses here, and her console follows."""

    def __init__(self, address: str, session: str = "") -> None:
        super().__init__(address)
        if session:
            self.cookies[COOKIE] = session
        self.console = Console(address)
        self.room = ""

    async def sign_in(self) -> None:
        await self.get("/sign-in")
        await self.post("/sign-in", do="sign-in", email=EMAIL, password=PASSWORD)

    async def choose_password(self, invitation: str) -> None:
        await self.get(f"/invitation/{invitation}")
        password = "mười ba con vịt sang sông"  # noqa: S105
        await self.post(f"/invitation/{invitation}", do="accept", new=password, again=password)

    async def open_room(self, questions: list[str]) -> str:
        """Open a live room with these questions, and return its code."""
        await self.get("/rooms/new")
        reminders = {"told_optional": "y", "told_parents": "y", "knows_disclosure": "y"}
        plan = {"name": "A", "theme": "mixed", "length": 8, "mode": "live", "phase": "single"}
        key = find(r'name="form_key" value="([^"]+)"', self.page)
        about = {"projector": "vi", "questions": questions, "expected": 9999, "form_key": key}
        await self.post("/rooms/new", do="open", **about, **plan, **reminders)
        self.room = find(r'data-updates="(/rooms/\d+)/e', self.page)
        self.console.cookies = self.cookies
        await self.console.follow(self.room, self.page)
        return find(r'class="num">([\d\s\u202f\xa0]+)<', self.page)

    async def press(self, move: str) -> None:
        version = find(r'name="version" value="(\d+)"', self.page)
        await self.post(self.room, do=move, version=version)

    def close(self) -> None:
        super().close()
        self.console.close()


Work = Callable[[str], Coroutine[Any, Any, None]]


@contextmanager
def at_work(address: str) -> Iterator[None]:
    """Let somebody sign in and an officer export, without pause, while this lasts.

    Each is a process of its own, so that phones have theirs for themselves. Raises RuntimeError if
    one of them had to stop.
    """
    spawn = multiprocessing.get_context("spawn")
    begun = spawn.Barrier(3)
    people = [
        spawn.Process(target=run, args=(work, address, begun), daemon=True)
        for work in (sign_in_again_and_again, export_again_and_again)
    ]
    for person in people:
        person.start()
    begun.wait(30)
    yield
    stopped = [person for person in people if not person.is_alive()]
    for person in people:
        person.terminate()
        person.join()
    if stopped:
        raise RuntimeError("somebody could not go on signing in or exporting")


def run(work: Work, address: str, begun: Barrier) -> None:
    """Work in a process."""
    begun.wait()
    asyncio.run(work(address))


async def sign_in_again_and_again(address: str) -> None:
    """Do what is heavy, over and over."""
    while True:
        someone = Facilitator(address)
        await someone.sign_in()
        await someone.get("/rooms")
        someone.close()


async def export_again_and_again(address: str) -> None:
    """Take one report after the other away in every form, as an officer does."""
    officer = Browser(address)
    officer.cookies[COOKIE] = OFFICER
    for month in cycle(demo_data.last_months(datetime.now(UTC).date())):
        for name in ("report.xlsx", "report.zip", "report.json", "questions.csv"):
            reply = await officer.ask("GET", f"/reports/file/{name}?first={month}")
            if name not in reply.header("content-disposition"):
                raise LookupError(f"no {name}, but {reply.status}")
