"""How fast a class session is: the time until a question is shown, and an answer is kept.

    make bench-room ARGS="--phones 600"

The real server runs in a process of its own, with forms, tokens, headers and durable commits.
Phones are played by this process on the same machine: each joins, keeps a stream open, and
answers every question at a random moment within two seconds, over a new connection each time.
*Shown* counts from just before the facilitator's press until a phone holds the question; *kept*
from opening the connection until the whole reply is there. The bytes of a phone are all that it
received: pages and headers, updates, and once style sheet, scripts and icon.

Beside each figure stands the floor of the same run: the same bytes sent to as many streams by a
bare application on the same server; the same rows inserted by a bare loop with the same commits.

Where PostgreSQL is installed, a class is also held on it with two servers, and the phones spread
over both; that database runs on this machine, too.
Ends with 1 if an answer that was acknowledged is not found in the totals, or any request failed.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import http.cookiejar
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import zlib
from collections.abc import Coroutine
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeVar

import uvloop
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, func, select

from quiz.domain.staff import Role
from quiz.service import demonstration
from quiz.store import bank, staff
from quiz.store.opening import open_database
from quiz.store.tables import Batch, QuestionTally
from quiz.web.settings import Settings
from quiz.web.staff_session import COOKIE
from tests import postgres
from tests.browser.server import running
from tests.classes import EMAIL, PASSWORD, add_facilitator

Played = TypeVar("Played")

OFFICER = "a-token-that-only-this-benchmark-knows"

WITHIN = 2.0
"""Seconds within which everybody answers."""

SHORT = 100
"""Bytes within which a piece of a stream is a sign of life, or a hint to look; a page has more."""

SLOW_SYNC = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int slow(const char *name, int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    usleep(10000);
    return real(fd);
}
int fsync(int fd) { return slow("fsync", fd); }
int fdatasync(int fd) { return slow("fdatasync", fd); }
"""


@dataclass
class Figures:
    """What one run measured; times in milliseconds."""

    shown: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    joined: float = 0.0
    memory: float = 0.0
    received: int = 0
    failed: int = 0
    found: int = 0

    @property
    def acknowledged(self) -> int:
        """How many answers were acknowledged."""
        return len(self.kept)


# The server.


def make_installation(settings: Settings) -> None:
    """Make an installation with a facilitator, an officer signed in, and simulated totals."""
    settings.data.mkdir()
    now = datetime.now(UTC)
    questions = bank.load(bank.CONTENT, today=now.date())
    with closing(open_database(settings.database)) as database, database.writing() as db:
        demonstration.fill(db, questions, today=now.date())
        add_facilitator(db, now)
        officer = staff.add(db, email="officer@example.org", role=Role.OFFICER)
        officer.totp, officer.totp_step = "A" * 32, 0
        staff.begin_session(db, OFFICER, staff=officer.id, complete=True, now=now, begun=now)
        db.commit()


def build_slow_sync(folder: Path) -> Path:
    """Build what makes every fsync take ten milliseconds longer."""
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(SLOW_SYNC)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def slowed(preload: Path | None) -> dict[str, str]:
    """Return the variables with which a process runs with a library loaded first, if any."""
    return {"LD_PRELOAD": str(preload)} if preload else {}


def memory(pid: int) -> float:
    """Return the largest resident size of a process since the class came in, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found.group(1)) / 1024 if found else 0.0


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
        self.post("/rooms/new", do="open", projector="vi", questions=questions, **plan, **reminders)
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


# The phones.


class Reply(asyncio.Protocol):
    """One request over a connection of its own, and the whole reply.

    Phones share this machine with the server: a stream of asyncio would take as much of it as an
    answer does there.
    """

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.received: list[bytes] = []
        self.whole: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.received.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None:
            self.whole.set_result(b"".join(self.received))
        else:
            self.whole.set_exception(exc)


class Phone:
    """One phone: a cookie, a stream, and how much it has received."""

    def __init__(self, host: str, port: int, heard: asyncio.Queue[float]) -> None:
        self.host, self.port, self.heard = host, port, heard
        self.cookie = self.token = ""
        self.received = 0
        self.pieces: list[bytes] = []
        self.unpack = zlib.decompressobj(wbits=31)
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: str = "", headers: str = "") -> bytes:
        """Send one request over a connection of its own, and return the whole reply."""
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nConnection: close\r\n"
            f"Accept-Encoding: gzip, deflate\r\n{self.cookie}{headers}{form if body else ''}\r\n"
            f"{body}"
        )
        loop = asyncio.get_running_loop()
        _, asked = await loop.create_connection(
            lambda: Reply(request.encode()), self.host, self.port
        )
        reply = await asked.whole
        self.received += len(reply)
        return reply

    async def page(self, method: str, path: str, body: str = "") -> str:
        """Return a page, and keep the cookie that came with it."""
        head, _, content = (await self.ask(method, path, body)).partition(b"\r\n\r\n")
        if given := re.search(rb"set-cookie: (s=[^;]+)", head, re.IGNORECASE):
            self.cookie = f"Cookie: {given.group(1).decode()}\r\n"
        return (gzip.decompress(content) if b"gzip" in head else content).decode()

    async def weigh_assets(self) -> int:
        """Return the bytes of style sheet, scripts and icon, which a browser fetches once."""
        page = await self.page("GET", "/j")
        before = self.received
        for asset in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page)):
            await self.ask("GET", asset)
        return self.received - before

    async def join(self, code: str) -> None:
        """Come in, and open a stream."""
        text = await self.page("GET", "/j")
        for do in ("code", "join"):
            token = find(r'name="form_token" value="([^"]+)"', text)
            text = await self.page(
                "POST", "/j", urllib.parse.urlencode({"form_token": token, "code": code, "do": do})
            )
        self.token = find(r'name="form_token" value="([^"]+)"', text)
        await self.listen(find(r'data-updates="([^"]+)"', text))

    async def listen(self, path: str) -> None:
        """Open a stream, and take in its beginning."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        self.writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Accept-Encoding: gzip\r\n{self.cookie}\r\n".encode()
        )
        self.received += len(await self.reader.readuntil(b"\r\n\r\n"))

    async def follow(self) -> None:
        """Take in one update after the other, and note when each page had come."""
        assert self.reader is not None
        while True:
            size = await self.reader.readline()
            if not size:
                return
            piece = await self.reader.readexactly(int(size, 16) + 2)
            now = time.perf_counter()
            self.received += len(size) + len(piece)
            self.pieces.append(piece[:-2])
            if len(piece) > SHORT:
                self.heard.put_nowait(now)

    def read(self) -> str:
        """Return what came since it was read last. A phone takes its own time to read, not ours."""
        text = b"".join(map(self.unpack.decompress, self.pieces)).decode()
        self.pieces.clear()
        return text

    async def answer(self, best: str) -> tuple[bool, float]:
        """Answer at some moment; return whether it was kept, and how long that took."""
        await asyncio.sleep(random.random() * WITHIN)
        begun = time.perf_counter()
        body = f"form_token={self.token}&{best}"
        reply = await self.ask("POST", "/r", body, "Quiz-Send: 1\r\n")
        return reply.startswith(b"HTTP/1.1 200"), (time.perf_counter() - begun) * 1000


async def class_of(
    number: int, servers: list[tuple[str, int]], rounds: int, settings: Settings, *, busy: bool
) -> Figures:
    """Hold a class with so many phones, and return what was measured.

    Servers are addresses with the ids of their processes. The facilitator uses the first one.
    """
    figures = Figures()
    (address, _pid), *_others = servers
    hosts = [urllib.parse.urlsplit(each) for each, _ in servers]
    questions = [
        each
        for each in bank.load(bank.CONTENT, today=datetime.now(UTC).date()).questions.values()
        if each.kind not in {"story", "order"}
    ][:rounds]
    leader = Facilitator(address)
    await asyncio.to_thread(leader.sign_in)
    code = await asyncio.to_thread(leader.open_room, [each.id for each in questions])
    for _, pid in servers:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here on
    heard: asyncio.Queue[float] = asyncio.Queue()
    phones = [
        Phone(str(host.hostname), int(host.port or 0), heard)
        for host in islice(cycle(hosts), number)
    ]
    begun = time.perf_counter()
    gate = asyncio.Semaphore(50)

    async def enter(phone: Phone) -> None:
        async with gate:
            await phone.join(code)

    await asyncio.gather(*(enter(phone) for phone in phones))
    figures.joined = time.perf_counter() - begun
    following = [asyncio.ensure_future(phone.follow()) for phone in phones]
    await asyncio.sleep(1)
    nuisances = [
        asyncio.ensure_future(nuisance)
        for nuisance in (
            (sign_in_again_and_again(address), export_again_and_again(address)) if busy else ()
        )
    ]
    for question in questions:
        figures.shown += await shown(leader, "next", phones, heard)
        form = urllib.parse.urlencode(
            {"q": question.id, "do": "answer", "a": question.best}, doseq=True
        )
        replies = await asyncio.gather(*(phone.answer(form) for phone in phones))
        figures.kept += [took for good, took in replies if good]
        figures.failed += sum(not good for good, _ in replies)
        await shown(leader, "reveal", phones, heard)
    for nuisance in nuisances:
        nuisance.cancel()
    figures.memory = sum(memory(pid) for _, pid in servers)
    assets = await Phone(phones[0].host, phones[0].port, heard).weigh_assets()
    figures.received = round(statistics.median(phone.received for phone in phones)) + assets
    await asyncio.to_thread(leader.press, "close")
    for task in following:
        task.cancel()
    figures.found = counted(settings)
    return figures


async def shown(
    leader: Facilitator, move: str, phones: list[Phone], heard: asyncio.Queue[float]
) -> list[float]:
    """Press, and return the milliseconds after which each phone held what there is to see."""
    begun = time.perf_counter()
    pressing = asyncio.create_task(asyncio.to_thread(leader.press, move))
    moments = [await asyncio.wait_for(heard.get(), 30) for _ in phones]
    await pressing
    if not all("event: page" in phone.read() for phone in phones):
        raise LookupError("a phone was not sent the page")
    return [(moment - begun) * 1000 for moment in moments]


async def export_again_and_again(address: str) -> None:
    """Take one report after the other away in every form, as an officer does."""

    def export(name: str, month: str) -> None:
        asked = urllib.request.Request(  # noqa: S310 - our own server
            f"{address}/reports/file/{name}?first={month}",
            headers={"Cookie": f"{COOKIE}={OFFICER}"},
        )
        with urllib.request.urlopen(asked) as response:  # noqa: S310
            if response.headers.get_filename() != name:
                raise LookupError(f"no {name}, but {response.url}")
            response.read()

    for month in cycle(demonstration.last_months(datetime.now(UTC).date())):
        for name in ("report.xlsx", "report.zip", "report.json", "questions.csv"):
            await asyncio.to_thread(export, name, month)


async def sign_in_again_and_again(address: str) -> None:
    """Do what is heavy, over and over."""
    while True:
        someone = Facilitator(address)
        await asyncio.to_thread(someone.sign_in)
        await asyncio.to_thread(someone.get, "/rooms")


def counted(settings: Settings) -> int:
    """Return how many answers the totals hold."""
    real = select(func.sum(QuestionTally.count)).join(Batch).where(~Batch.simulated)
    with closing(open_database(settings.database)) as database, database.reading() as db:
        return int(db.scalar(real) or 0)


# The floors.

BARE = """
import asyncio, socket, sys, uvicorn
waiting = set()
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["method"] == "POST":
        for line in list(waiting):
            line.set_result(None)
        await send({"type": "http.response.body", "body": b""})
        return
    while True:
        line = asyncio.get_running_loop().create_future()
        waiting.add(line)
        await send({"type": "http.response.body", "body": BODY, "more_body": True})
        await line
        waiting.discard(line)
BODY = b"x" * 1500
listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
uvicorn.Server(config).run(sockets=[listener])
"""


async def floor_shown(number: int, rounds: int) -> list[float]:
    """Return the milliseconds in which a bare application reaches as many streams."""
    took: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-c", BARE], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        heard: asyncio.Queue[float] = asyncio.Queue()

        async def follow() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            while size := await reader.readline():
                await reader.readexactly(int(size, 16) + 2)
                heard.put_nowait(time.perf_counter())

        following = [asyncio.ensure_future(follow()) for _ in range(number)]
        for _ in range(number):
            await heard.get()
        for _ in range(rounds):
            begun = time.perf_counter()
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            took += [(await heard.get() - begun) * 1000 for _ in range(number)]
            writer.close()
        for task in following:
            task.cancel()
        process.terminate()
    return took


ON_SQLITE = """
import sys, time
from quiz.store.driver import sqlite3
from quiz.store.sqlite import PRAGMAS, keep_promises, safe_journal_mode
db = sqlite3.connect(sys.argv[1], isolation_level=None)
keep_promises(db, safe_journal_mode(sqlite3.sqlite_version_info), PRAGMAS)
db.execute("CREATE TABLE a (attempt BLOB, question TEXT, revision TEXT, chosen TEXT, score INT, "
           "PRIMARY KEY (attempt, question)) WITHOUT ROWID")
for n in range(int(sys.argv[2])):
    begun = time.perf_counter()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO a VALUES (randomblob(16), 'q', 'r', 'a', 100)")
    db.execute("COMMIT")
    print((time.perf_counter() - begun) * 1000)
"""

ON_POSTGRESQL = """
import psycopg, sys, time
db = psycopg.connect(sys.argv[1], autocommit=True)
db.execute("CREATE TABLE floor (attempt UUID, question TEXT, revision TEXT, chosen TEXT, "
           "score INT, PRIMARY KEY (attempt, question))")
for n in range(int(sys.argv[2])):
    begun = time.perf_counter()
    db.execute("INSERT INTO floor VALUES (gen_random_uuid(), 'q', 'r', 'a', 100)")
    print((time.perf_counter() - begun) * 1000)
"""


def floor_kept(
    program: str, place: str, preload: Path | None = None, number: int = 200
) -> list[float]:
    """Return the milliseconds that a bare loop takes for each of the same durable inserts."""
    environment = {**os.environ, **slowed(preload)}
    out = subprocess.run(
        [sys.executable, "-c", program, place, str(number)],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    return [float(line) for line in out.stdout.split()]


# The table.


def play(phones: Coroutine[Any, Any, Played]) -> Played:
    """Play phones, in the fastest loop that there is: many phones share one process here."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(phones)


def p95(values: list[float]) -> float:
    """Return what nineteen of twenty stay below."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else 0.0


def run(number: int, rounds: int, *, slow: bool, busy: bool) -> bool:
    """Measure one class on a SQLite file, and return whether nothing was lost."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        preload = build_slow_sync(folder) if slow else None
        settings = Settings(data=folder / "data")
        make_installation(settings)
        with running(settings.data, **slowed(preload)) as server:
            figures = play(class_of(number, [server], rounds, settings, busy=busy))
        bare_shown = play(floor_shown(number, rounds))
        bare_kept = floor_kept(ON_SQLITE, str(folder / "floor.db"), preload)
    how = " slow disk" if slow else " sign-ins and exports" if busy else ""
    return report(number, how, figures, bare_shown, bare_kept)


def run_on_postgresql(number: int, rounds: int, *, servers: int = 2) -> bool:
    """Measure one class on PostgreSQL and several servers; return whether nothing was lost."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        url = stack.enter_context(postgres.running()).new_database()
        settings = Settings(data=data, database_url=url.render_as_string(hide_password=False))
        make_installation(settings)
        several = [
            stack.enter_context(running(data, QUIZ_DATABASE_URL=settings.database_url))
            for _ in range(servers)
        ]
        figures = play(class_of(number, several, rounds, settings, busy=False))
        bare_shown = play(floor_shown(number, rounds))
        bare_kept = floor_kept(ON_POSTGRESQL, conninfo(url))
    return report(number, " PostgreSQL, 2 servers", figures, bare_shown, bare_kept)


def conninfo(url: URL) -> str:
    """Return an address as libpq reads it."""
    return make_conninfo(
        host=str(url.query["host"]),
        user=url.username,
        password=str(url.password),
        dbname=url.database,
    )


def report(
    number: int, how: str, figures: Figures, bare_shown: list[float], bare_kept: list[float]
) -> bool:
    """Print a line, and return whether nothing was lost."""
    found = figures.found / figures.acknowledged if figures.acknowledged else 0.0
    print(
        f"{number:5} phones{how:22}"
        f" shown {p95(figures.shown):6.0f} ms (floor {p95(bare_shown):4.0f})"
        f"  kept {p95(figures.kept):6.0f} ms (floor {p95(bare_kept):5.1f} each)"
        f"  joined {figures.joined:5.1f} s"
        f"  {figures.memory:4.0f} MB  {figures.received / 1000:5.1f} kB"
        f"  found {found:.2%}  failed {figures.failed}",
        flush=True,
    )
    return figures.found == figures.acknowledged and not figures.failed


def main() -> None:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--phones", type=int, nargs="*", default=[30, 600, 2000])
    parser.add_argument("--rounds", type=int, default=10, help="questions of a class")
    parser.add_argument(
        "--slow-disk", action="store_true", help="only: an fsync of ten milliseconds"
    )
    parser.add_argument("--busy", action="store_true", help="only: beside sign-ins and exports")
    parser.add_argument(
        "--postgresql", action="store_true", help="only: on PostgreSQL, with two servers"
    )
    asked = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    plans = [(number, asked.slow_disk, asked.busy) for number in asked.phones]
    if not (asked.slow_disk or asked.busy) and 600 in asked.phones:
        plans += [(600, True, False), (600, False, True)]
    if asked.postgresql:
        plans = []
    good = [run(number, asked.rounds, slow=slow, busy=busy) for number, slow, busy in plans]
    if asked.postgresql or (len(plans) > len(asked.phones) and postgres.programs()):
        numbers = asked.phones if asked.postgresql else [600]
        good += [run_on_postgresql(number, asked.rounds) for number in numbers]
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
