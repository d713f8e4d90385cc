"""How fast class sessions are: joining, the next question, answers that are kept, and the end.

    make bench-room ARGS="--phones 600"

The real server runs in a process of its own, with forms, tokens, headers and durable commits; in
it, somebody has just chosen a password. Phones are played by this process on the same machine:
each joins, keeps a stream open and a connection for everything else, and answers every question
at a random moment within two seconds. The console of each class follows it. The bytes of a phone
are all that it received: pages and headers, updates, and once style sheet, scripts and icon.

Beside each figure stands the floor of the same run: the same class held by a bare application on
the same kind of server, and for answers the time that a bare loop takes to keep the same row.

In the busy run somebody signs in and somebody exports all the while, from processes of their own.
On PostgreSQL a class is held with two servers, and the phones are spread over both; that database
runs on this machine, too. Ends with 1 if a figure is over its limit, if an answer that was
acknowledged is not found in the totals, or if any request failed.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.browsers import Browser
from benchmarks.classes import Figures, Room, hold, play, questions_of_one_choice
from benchmarks.floors import (
    ON_POSTGRESQL,
    ON_SQLITE,
    BareFacilitator,
    conninfo,
    durable_inserts,
    running_bare,
)
from benchmarks.process import resident
from benchmarks.results import Result, Results, options, p95
from benchmarks.staff import Facilitator, Installation, at_work, make_installation
from quiz.store.connect import open_database
from quiz.store.tables import Batch, QuestionTally
from quiz.web.settings import Settings
from tests import postgres
from tests.browser.server import running

WARM_UP = 4
"""Phones of a class before the one that is measured: no server serves its first class twice."""

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


@dataclass(frozen=True)
class Plan:
    """Which classes are held, and where."""

    rooms: int
    phones: int
    rounds: int = 3
    slow_disk: bool = False
    busy: bool = False
    postgresql: bool = False

    @property
    def name(self) -> str:
        rooms = (
            f"{self.rooms} rooms of {self.phones}" if self.rooms > 1 else f"{self.phones} phones"
        )
        how = " PostgreSQL" if self.postgresql else " slow disk" if self.slow_disk else ""
        return rooms + how + (" busy" if self.busy else "")


@dataclass(frozen=True)
class Place:
    """Servers that run: their addresses and processes, and what belongs to them."""

    installation: Installation
    addresses: Sequence[str]
    pids: Sequence[int]

    commit: float
    """Milliseconds in which 19 of 20 bare inserts are kept there."""


def measure(results: Results, plan: Plan) -> Figures:
    """Hold the classes of a plan, and the same ones without the program; note all figures."""
    questions = questions_of_one_choice(plan.rounds)
    with (serve_on_postgresql if plan.postgresql else serve)(plan) as place:
        idle = sum(map(resident, place.pids))
        beside = at_work(place.addresses[0]) if plan.busy else None

        async def with_program() -> Figures:
            address = place.addresses[0]
            newcomer = Facilitator(address)
            await newcomer.choose_password(place.installation.invitation)
            newcomer.close()
            first, *leaders = [Facilitator(address, each) for each in place.installation.leaders]
            await hold([Room(first, place.addresses, WARM_UP)], questions, place.pids)
            rooms = [Room(leader, place.addresses, plan.phones) for leader in leaders]
            figures = await hold(rooms, questions, place.pids, beside)
            figures.received += await weigh_assets(address)
            return figures

        figures = play(with_program())
        found = counted(place.installation.settings) - WARM_UP * plan.rounds
    with running_bare("bare_class") as (address, pid):
        bare_idle = resident(pid)
        leaders = [BareFacilitator(address, str(number)) for number in range(plan.rooms)]

        async def without_program() -> Figures:
            first = Room(BareFacilitator(address, "first"), [address], WARM_UP)
            await hold([first], questions, [pid])
            rooms = [Room(leader, [address], plan.phones) for leader in leaders]
            return await hold(rooms, questions, [pid])

        bare = play(without_program())
    note(results, plan, figures, bare, place.commit)
    name = plan.name
    results.add(Result(f"{name}: memory, idle", idle, "MB", bare_idle))
    most = 125.0 if plan.busy else 115.0
    limit = most * len(place.pids) if plan.rooms * plan.phones <= 600 else None
    results.add(Result(f"{name}: memory, most", figures.peak, "MB", bare.peak, limit=limit))
    results.add(Result(f"{name}: received by a phone", figures.received / 1000, "kB"))
    lost = figures.failed + abs(found - len(figures.kept))
    results.add(Result(f"{name}: answers refused or lost", lost, "", limit=0))
    return figures


def note(results: Results, plan: Plan, figures: Figures, bare: Figures, commit: float) -> None:
    """Add what has a floor, with its limit: how many times the floor it may be.

    A class that is held beside other work, or on a slow disk, or by servers that look every 50 ms
    what the others have done, may take twice as long.
    """
    easier = 2 if plan.busy or plan.slow_disk or plan.postgresql else 1
    floor_kept = p95(bare.kept) + commit
    for what, value, floor, unit, ratio in (
        ("joined, p95", p95(figures.joined), p95(bare.joined), "ms", 5 * easier),
        ("shown, p95", p95(figures.shown), p95(bare.shown), "ms", 4 * easier),
        ("kept, p95", p95(figures.kept), floor_kept, "ms", 4 * easier),
        ("closed on every phone", p95(figures.closed), p95(bare.closed), "ms", 5 * easier),
        ("CPU to join", figures.cpu_joining * 1000, bare.cpu_joining * 1000, "ms CPU", 7),
        ("CPU of a question", figures.cpu_question, bare.cpu_question, "s CPU", 5),
        ("CPU of closing", figures.cpu_closing, bare.cpu_closing, "s CPU", None),
    ):
        results.add(Result(f"{plan.name}: {what}", value, unit, floor, ratio))


async def weigh_assets(address: str) -> int:
    """Return the bytes of style sheet, scripts and icon, which a browser fetches once."""
    browser = Browser(address)
    await browser.get("/j")
    before = browser.received
    for asset in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', browser.page)):
        await browser.ask("GET", asset)
    browser.close()
    return browser.received - before


@contextmanager
def serve(plan: Plan) -> Iterator[Place]:
    """Serve an installation on a SQLite file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slowed = {"LD_PRELOAD": str(build_slow_sync(folder))} if plan.slow_disk else {}
        installation = make_installation(Settings(data=folder / "data"), plan.rooms + 1)
        commit = p95(durable_inserts(ON_SQLITE, str(folder / "floor.db"), slowed))
        with running(installation.settings.data, **slowed) as (address, pid):
            yield Place(installation, [address], [pid], commit)


@contextmanager
def serve_on_postgresql(plan: Plan) -> Iterator[Place]:
    """Serve an installation on PostgreSQL with two servers."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        url = stack.enter_context(postgres.running()).new_database()
        settings = Settings(data=data, database_url=url.render_as_string(hide_password=False))
        installation = make_installation(settings, plan.rooms + 1)
        commit = p95(durable_inserts(ON_POSTGRESQL, conninfo(url), {}))
        servers = [
            stack.enter_context(running(data, QUIZ_DATABASE_URL=settings.database_url))
            for _ in range(2)
        ]
        addresses, pids = zip(*servers, strict=True)
        yield Place(installation, addresses, pids, commit)


def build_slow_sync(folder: Path) -> Path:
    """Build what makes every fsync take ten milliseconds longer."""
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(SLOW_SYNC)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def counted(settings: Settings) -> int:
    """Return how many answers the totals hold."""
    real = (
        select(func.sum(QuestionTally.count))
        .join(Batch, Batch.id == QuestionTally.batch)
        .where(~Batch.simulated)
    )
    with closing(open_database(settings.database)) as database, database.reading() as db:
        return int(db.scalar(real) or 0)


def allow_many_files() -> None:
    """Allow this process as many connections as the system allows any."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    """Measure what was asked for."""
    parser = options(__doc__)
    parser.add_argument("--phones", type=int, nargs="*", default=[600], help="of each class")
    parser.add_argument("--rooms", type=int, default=1, help="classes at once")
    parser.add_argument("--rounds", type=int, default=3, help="questions of a class")
    parser.add_argument("--slow-disk", action="store_true", help="an fsync of ten milliseconds")
    parser.add_argument("--busy", action="store_true", help="beside sign-ins and exports")
    parser.add_argument("--postgresql", action="store_true", help="with two servers")
    asked = parser.parse_args()
    allow_many_files()
    results = Results()
    for phones in asked.phones:
        plan = Plan(
            rooms=asked.rooms,
            phones=phones,
            rounds=asked.rounds,
            slow_disk=asked.slow_disk,
            busy=asked.busy,
            postgresql=asked.postgresql,
        )
        measure(results, plan)
    sys.exit(results.finish(asked.out))


if __name__ == "__main__":
    main()
