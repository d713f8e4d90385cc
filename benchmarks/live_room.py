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

In the busy run somebody signs in and somebody exports all the while, from processes of their own.
Where PostgreSQL is installed, a class is also held on it with two servers, and the phones spread
over both; that database runs on this machine, too.
Ends with 1 if an answer that was acknowledged is not found in the totals, or any request failed.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
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

from benchmarks.floors import ON_POSTGRESQL, ON_SQLITE, floor_kept, floor_shown
from benchmarks.phones import Phone
from benchmarks.staff import Facilitator, at_work, make_installation
from quiz.store import bank
from quiz.store.connect import open_database
from quiz.store.tables import Batch, QuestionTally
from quiz.web.settings import Settings
from tests import postgres
from tests.browser.server import running

Played = TypeVar("Played")

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
        if each.exclusive or each.several
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
    with ExitStack() as beside:
        if busy:
            await asyncio.to_thread(beside.enter_context, at_work(address))
        for question in questions:
            figures.shown += await shown(leader, "next", phones, heard)
            form = urllib.parse.urlencode(
                {"q": question.id, "do": "answer", "a": question.best}, doseq=True
            )
            replies = await asyncio.gather(*(phone.answer(form) for phone in phones))
            figures.kept += [took for good, took in replies if good]
            figures.failed += sum(not good for good, _ in replies)
            await shown(leader, "reveal", phones, heard)
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


def counted(settings: Settings) -> int:
    """Return how many answers the totals hold."""
    real = (
        select(func.sum(QuestionTally.count))
        .join(Batch, Batch.id == QuestionTally.batch)
        .where(~Batch.simulated)
    )
    with closing(open_database(settings.database)) as database, database.reading() as db:
        return int(db.scalar(real) or 0)


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
        bare_kept = floor_kept(ON_SQLITE, str(folder / "floor.db"), slowed(preload))
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
        bare_kept = floor_kept(ON_POSTGRESQL, conninfo(url), {})
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
