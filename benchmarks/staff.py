"""People of the staff, with browsers that have no script: one who leads, others at work."""

from __future__ import annotations

import http.cookiejar
import multiprocessing
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import cycle
from multiprocessing.synchronize import Barrier

from quiz.domain.staff import Role
from quiz.service import demo_data
from quiz.store import bank, staff
from quiz.store.connect import open_database
from quiz.web.settings import Settings
from quiz.web.staff.sessions import COOKIE
from tests.classes import EMAIL, PASSWORD, add_facilitator

OFFICER = "a-token-that-only-this-benchmark-knows"


def make_installation(settings: Settings) -> None:
    """Make an installation with a facilitator, an officer signed in, and simulated totals."""
    settings.data.mkdir()
    now = datetime.now(UTC)
    questions = bank.load(bank.CONTENT, today=now.date())
    with closing(open_database(settings.database)) as database, database.writing() as db:
        demo_data.fill(db, questions, today=now.date())
        add_facilitator(db, now)
        officer = staff.add(db, email="officer@example.org", role=Role.OFFICER)
        officer.totp, officer.totp_step = "A" * 32, 0
        staff.begin_session(db, OFFICER, staff=officer.id, complete=True, now=now, begun=now)
        db.commit()


class Facilitator:
    """Whoever leads the class, with a browser that has no script."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        self.page = ""
        self.room = ""

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path) as response:
            self.page = response.read().decode()
        return self.page

    def post(self, path: str, **fields: object) -> str:
        token = find(r'name="form_token" value="([^"]+)"', self.page)
        body = urllib.parse.urlencode({"form_token": token, **fields}, doseq=True).encode()
        with self.opener.open(self.address + path, body) as response:
            self.page = response.read().decode()
        return self.page

    def sign_in(self) -> None:
        self.get("/sign-in")
        self.post("/sign-in", do="sign-in", email=EMAIL, password=PASSWORD)

    def open_room(self, questions: list[str]) -> str:
        """Open a live room with these questions, and return its code."""
        self.get("/rooms/new")
        reminders = {"told_optional": "y", "told_parents": "y", "knows_disclosure": "y"}
        plan = {"name": "A", "theme": "mixed", "length": 8, "mode": "live", "phase": "single"}
        key = find(r'name="form_key" value="([^"]+)"', self.page)
        about = {"projector": "vi", "questions": questions, "expected": 9999, "form_key": key}
        self.post("/rooms/new", do="open", **about, **plan, **reminders)
        self.room = find(r'data-updates="(/rooms/\d+)/e', self.page)
        return find(r'class="num">([\d\s\u202f\xa0]+)<', self.page)

    def press(self, move: str) -> None:
        self.post(self.room, do=move, version=find(r'name="version" value="(\d+)"', self.page))


def find(pattern: str, text: str) -> str:
    """Return the first group of a pattern that must be there."""
    found = re.search(pattern, text)
    if found is None:
        raise LookupError(f"{pattern} is not in {text[:2000]}")
    return found.group(1)


@contextmanager
def at_work(address: str) -> Iterator[None]:
    """Let somebody sign in and an officer export, without pause, while this lasts.

    Each is a process of its own, so that phones have theirs for themselves. Raises RuntimeError if
    one of them had to stop.
    """
    spawn = multiprocessing.get_context("spawn")
    begun = spawn.Barrier(3)
    people = [
        spawn.Process(target=work, args=(address, begun), daemon=True)
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


def sign_in_again_and_again(address: str, begun: Barrier) -> None:
    """Do what is heavy, over and over."""
    begun.wait()
    while True:
        someone = Facilitator(address)
        someone.sign_in()
        someone.get("/rooms")


def export_again_and_again(address: str, begun: Barrier) -> None:
    """Take one report after the other away in every form, as an officer does."""
    begun.wait()
    for month in cycle(demo_data.last_months(datetime.now(UTC).date())):
        for name in ("report.xlsx", "report.zip", "report.json", "questions.csv"):
            asked = urllib.request.Request(  # noqa: S310 - our own server
                f"{address}/reports/file/{name}?first={month}",
                headers={"Cookie": f"{COOKIE}={OFFICER}"},
            )
            with urllib.request.urlopen(asked) as response:  # noqa: S310
                if response.headers.get_filename() != name:
                    raise LookupError(f"no {name}, but {response.url}")
                response.read()
