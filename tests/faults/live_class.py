"""A live class over plain HTTP: phones and a console without script, which do not give up."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from threading import Event
from typing import TypeVar
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quiz.domain.question import Question
from quiz.domain.room import Move
from quiz.service.live import moves
from quiz.store import staff
from quiz.store.attempts import attempt_id, new_token
from quiz.store.bank import Bank
from quiz.store.connect import open_database
from quiz.store.tables import Answer, Attempt, Batch, OptionTally, QuestionTally, Room
from quiz.web.settings import Settings
from tests.classes import join, open_class
from tests.shipped import shipped_bank

FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')
PATIENCE = 60.0
"""Seconds for a reply; a server that is being started again lets its phones wait."""

CONSOLE = "a-token-that-only-this-test-knows"

Each = TypeVar("Each")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Reply:
    status: int
    text: str

    @property
    def kept(self) -> bool:
        """Whether it says that an answer is in."""
        return self.status in {200, 303}


class Told(Enum):
    """What somebody knows of her answer in the end."""

    COUNTS = auto()
    COUNTS_NOT = auto()
    PERHAPS = auto()  # no reply came, and when she asked again the class had ended


@dataclass(frozen=True)
class Try:
    """An answer, and what was told of it."""

    chosen: str
    told: Told


class LineBroke(Exception):
    """The connection ended before the whole reply was there."""


@dataclass
class Browser:
    """Something with a cookie that asks a server over a new connection each time."""

    port: int
    cookie: str
    form_token: str = ""

    def ask(self, path: str, fields: Mapping[str, object] | None = None, **headers: str) -> Reply:
        """Return the reply. Raises LineBroke."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            body = None
            headers["Cookie"] = self.cookie
            if fields is not None:
                body = urlencode({"form_token": self.form_token, **fields}, doseq=True)
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            try:
                connection.request("GET" if body is None else "POST", path, body, headers)
                response = connection.getresponse()
                return Reply(response.status, response.read().decode())
            except (OSError, HTTPException) as error:
                raise LineBroke from error

    def open(self, path: str) -> Reply:
        """Open a page with a form, whatever happens to the line meanwhile."""
        reply = until_it_works(lambda: self.ask(path))
        if found := FORM_TOKEN.search(reply.text):
            self.form_token = found.group(1)
        return reply


def until_it_works(do: Callable[[], Reply]) -> Reply:
    """Return the first reply that is not about trouble of the server or of the line."""
    while True:
        try:
            reply = do()
        except LineBroke:
            continue
        if reply.status < 500:
            return reply


class Phone(Browser):
    """One of a class; ``told`` is what was acknowledged to her, in order."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, f"s={token}")
        self.id = attempt_id(token)
        self.by_script = False
        self.told: list[str] = []
        self.sending = ""

    def send(self, question: Question, chosen: str) -> Reply:
        """Send an answer once. Raises LineBroke."""
        self.sending = chosen
        headers = {"Quiz-Send": "1"} if self.by_script else {}
        reply = self.ask("/r", {"q": question.id, "do": "answer", "a": chosen}, **headers)
        if reply.kept:
            self.told.append(chosen)
        return reply

    def answer(self, question: Question, chosen: str) -> Reply:
        """Send an answer again and again, until it was taken or refused."""
        return until_it_works(lambda: self.send(question, chosen))

    def try_once(self, question: Question, chosen: str) -> Try:
        """Send one answer until there is a reply, and return what she was told."""
        unsure = False
        while True:
            try:
                reply = self.send(question, chosen)
            except LineBroke:
                unsure = True
                continue
            if reply.kept:
                return Try(chosen, Told.COUNTS)
            if reply.status < 500:
                return Try(chosen, Told.PERHAPS if unsure else Told.COUNTS_NOT)
            unsure = True

    @property
    def allowed(self) -> set[str | None]:
        """What may be found as her answer: the one that was acknowledged, or one on its way."""
        return {self.sending, self.told[-1] if self.told else None}


AnyPhone = TypeVar("AnyPhone", bound=Phone)


class Console(Browser):
    """Whoever leads the class."""

    def __init__(self, port: int) -> None:
        super().__init__(port, f"w={CONSOLE}")
        self.version = ""

    def current_page(self) -> Reply:
        """Open the page; once the class is closed, it leads on to the result."""
        page = self.open("/rooms/1")
        if found := VERSION.search(page.text):
            self.version = found.group(1)
        return page

    def press(self, move: Move) -> Reply:
        """Press a button of the page that is open. Raises LineBroke."""
        return self.ask("/rooms/1", {"do": move, "version": self.version})

    def close(self) -> None:
        """Close the class, whatever happens meanwhile."""
        while self.current_page().status == 200:
            with suppress(LineBroke):
                self.press(Move.CLOSE)


class Hall:
    """A live class, and what its database holds."""

    def __init__(self, settings: Settings, people: int, questions: int = 1) -> None:
        """Open the class, let everybody in, and ask the first question."""
        self.settings = settings
        now = datetime.now(UTC)
        self.today = now.date()
        self.bank: Bank = shipped_bank()
        choices = [each for each in self.bank.questions.values() if each.kind == "choice"]
        self.questions = sorted(choices, key=lambda each: len(each.arrange(Random(1))))[-questions:]
        self.tokens = [new_token() for _ in range(people)]
        settings.data.mkdir(exist_ok=True)
        with closing(open_database(settings.database)) as database, database.writing() as db:
            room = open_class(db, self.bank, [each.id for each in self.questions], now)
            for token in self.tokens:
                join(db, room, token)
            moves.move(db, self.bank, room, Move.NEXT, version=room.version, today=self.today)
            staff.begin_session(
                db, CONSOLE, staff=room.facilitator, complete=True, now=now, begun=now
            )
            db.commit()

    @property
    def question(self) -> Question:
        """The first question."""
        return self.questions[0]

    @property
    def options(self) -> Sequence[str]:
        """What can be chosen there."""
        return self.question.arrange(Random(1))

    def phones(self, make: Callable[[str], AnyPhone]) -> list[AnyPhone]:
        """Return the phones of the class, each made for its token, with a form in its hand."""
        phones = [make(token) for token in self.tokens]
        for phone in phones[::3]:
            phone.by_script = True  # which the answer endpoint answers itself
        all_at_once(lambda phone: phone.open("/r"), phones)
        return phones

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look into the database, which is checked on the way."""
        with closing(open_database(self.settings.database)) as database, database.reading() as db:
            yield db

    def put_aside(self) -> None:
        """Copy the SQLite file, which nobody has open."""
        shutil.copy(self.file, self.aside)

    def put_back(self) -> None:
        """Write the copy into the file again, and let nothing be left of what it was meanwhile.

        It stays the same file: the servers know theirs, and refuse to work on another one.
        """
        for path in self.settings.data.glob("quiz.db-*"):
            path.unlink()
        shutil.copyfile(self.aside, self.file)

    @property
    def file(self) -> Path:
        return self.settings.data / "quiz.db"

    @property
    def aside(self) -> Path:
        return self.settings.data / "as-it-was"

    def check_open(self, phones: Sequence[Phone]) -> None:
        """Check that everybody's answer is the one that was acknowledged, or one on its way."""
        with self.reading() as db:
            check_answers(db, phones)

    def check_closed(self, phones: Sequence[Phone]) -> None:
        """Check that the totals are what was last acknowledged to everybody."""
        self.check_counted([Try(phone.told[-1], Told.COUNTS) for phone in phones if phone.told])

    def check_counted(self, tries: Sequence[Try]) -> None:
        """Check that the totals hold what was told to count, and nothing that was told not to."""
        counts, perhaps = (
            Counter(each.chosen for each in tries if each.told is told)
            for told in (Told.COUNTS, Told.PERHAPS)
        )
        with self.reading() as db:
            totals = Counter(read_totals(db))
            people = list(db.scalars(select(Batch.people)))
        assert not counts - totals, "an answer is lost"
        assert not totals - counts - perhaps, "an answer counts that should not"
        assert people == ([totals.total()] if totals else []), "not one batch of all who answered"

    def stage(self) -> str:
        """Return where the class stands."""
        with self.reading() as db:
            return db.scalars(select(Room.stage)).one()


def check_answers(db: Session, phones: Sequence[Phone]) -> None:
    """Check the answers of a class that is open."""
    assert db.scalar(select(func.count()).select_from(Batch)) == 0
    kept = {row.attempt: row.chosen for row in db.scalars(select(Answer))}
    assert kept.keys() <= {phone.id for phone in phones}
    for phone in phones:
        assert kept.get(phone.id) in phone.allowed


def read_totals(db: Session) -> dict[str, int]:
    """Return how often each option was counted in the one question of a class that is closed."""
    assert db.scalar(select(Room.stage)) == "closed"
    assert db.scalar(select(func.count()).where(Attempt.room.is_not(None))) == 0
    totals = {row.option: row.count for row in db.scalars(select(OptionTally))}
    assert sum(totals.values()) == (db.scalar(select(func.sum(QuestionTally.count))) or 0)
    return totals


def all_at_once(do: Callable[[Each], Result], people: Sequence[Each]) -> list[Result]:
    """Let everybody do something at the same time, and return what came of it."""
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(do, people))


def acknowledged(phones: Sequence[Phone]) -> int:
    """Return how many answers have been acknowledged to all of them together."""
    return sum(len(phone.told) for phone in phones)


@contextmanager
def answering(hall: Hall, phones: Sequence[Phone]) -> Iterator[None]:
    """Let everybody change her answer over and over; at the end, wait until each has a reply."""
    enough = Event()

    def go_on(place: tuple[int, Phone]) -> None:
        number, phone = place
        order = Random(number)
        while not enough.is_set():
            chosen = order.choice([each for each in hall.options if each != phone.sending])
            if not phone.answer(hall.question, chosen).kept:
                return

    with ThreadPoolExecutor(len(phones)) as pool:
        running = [pool.submit(go_on, place) for place in enumerate(phones)]
        try:
            yield
        finally:
            enough.set()
    for each in running:
        each.result()
