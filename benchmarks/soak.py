"""Whether many classes in a row leave anything behind: memory and open files of the real server.

    make bench-soak ARGS="--minutes 60"

Classes are held one after the other on a server of its own, with the phones of ``phones.py``:
each joins, keeps a stream open, and answers every question; then the class is closed, and all
phones hang up. The server's resident memory and its file descriptors are read between classes.
Ends with 1 if the last third of the classes stood higher than the third before it by more than
5 % of memory or by any file, or if an answer was refused.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
import urllib.parse
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.live_room import shown
from benchmarks.phones import Phone
from benchmarks.staff import Facilitator, find, make_installation
from quiz.domain.question import Question
from quiz.store import bank
from quiz.web.settings import Settings
from tests.browser.server import running

GROWTH = 1.05
"""By which memory may differ between two thirds: pools and caches breathe."""


async def hold_class(leader: Facilitator, phones: list[Phone], questions: list[Question]) -> int:
    """Hold one class from its code to its end, and return how many answers were refused."""
    code = await asyncio.to_thread(leader.open_room, [each.id for each in questions])
    heard: asyncio.Queue[float] = asyncio.Queue()
    for phone in phones:
        phone.heard = heard
        await phone.join(code)
    following = [asyncio.ensure_future(phone.follow()) for phone in phones]
    refused = 0
    for question in questions:
        await shown(leader, "next", phones, heard)
        form = urllib.parse.urlencode(
            {"q": question.id, "do": "answer", "a": question.best}, doseq=True
        )
        replies = await asyncio.gather(
            *(
                phone.ask("POST", "/r", f"form_token={phone.token}&{form}", "Quiz-Send: 1\r\n")
                for phone in phones
            )
        )
        refused += sum(not reply.startswith(b"HTTP/1.1 200") for reply in replies)
        await shown(leader, "reveal", phones, heard)
    await asyncio.to_thread(leader.press, "close")
    for task, phone in zip(following, phones, strict=True):
        task.cancel()
        if phone.writer is not None:
            phone.writer.close()
    return refused


def used(pid: int) -> tuple[float, int]:
    """Return how many megabytes of a process are resident, and how many files it has open."""
    status = Path(f"/proc/{pid}/status").read_text()
    return (
        int(find(r"VmRSS:\s+(\d+)", status)) / 1024,
        len(list(Path(f"/proc/{pid}/fd").iterdir())),
    )


async def soak(address: str, pid: int, minutes: float, number: int, rounds: int) -> bool:
    """Hold classes for so long, print what the server uses, and return whether it stayed flat."""
    parts = urllib.parse.urlsplit(address)
    questions = [
        each
        for each in bank.load(bank.CONTENT, today=datetime.now(UTC).date()).questions.values()
        if each.exclusive or each.several
    ][:rounds]
    leader = Facilitator(address)
    await asyncio.to_thread(leader.sign_in)
    memory: list[float] = []
    files: list[int] = []
    refused = 0
    begun = time.monotonic()
    while len(memory) < 9 or time.monotonic() < begun + minutes * 60:
        unheard: asyncio.Queue[float] = asyncio.Queue()
        phones = [Phone(str(parts.hostname), int(parts.port or 0), unheard) for _ in range(number)]
        refused += await hold_class(leader, phones, questions)
        now = used(pid)
        memory.append(now[0])
        files.append(now[1])
        print(f"class {len(memory):4}  {now[0]:6.1f} MB  {now[1]:4} files", flush=True)
    third = len(memory) // 3
    before, after = memory[-2 * third : -third], memory[-third:]
    print(
        f"{len(memory)} classes of {number} in {(time.monotonic() - begun) / 60:.1f} min:"
        f" {statistics.median(before):.1f} MB and {min(files[-2 * third : -third])} files,"
        f" then {statistics.median(after):.1f} MB and {min(files[-third:])} files;"
        f" {refused} answers refused"
    )
    grown = statistics.median(after) > GROWTH * statistics.median(before)
    return not grown and min(files[-third:]) <= min(files[-2 * third : -third]) and not refused


def main() -> None:
    """Hold classes for as long as was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--phones", type=int, default=30, help="of a class")
    parser.add_argument("--rounds", type=int, default=4, help="questions of a class")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data=Path(name) / "data")
        make_installation(settings)
        with running(settings.data) as (address, pid):
            flat = asyncio.run(soak(address, pid, asked.minutes, asked.phones, asked.rounds))
    sys.exit(not flat)


if __name__ == "__main__":
    main()
