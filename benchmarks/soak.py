"""Whether many classes in a row leave anything behind: memory and open files of the real server.

    make bench-soak ARGS="--minutes 60"

Classes are held one after the other on a server of its own: each phone joins, keeps a stream
open, and answers every question; then the class is closed, and all phones hang up. The server's
resident memory and its file descriptors are read between classes. Ends with 1 if the last third
of the classes stood higher than the third before it, the floor, by more than 5 % of memory or by
any file, or if an answer was refused.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.classes import Room, come_in, play, questions_of_one_choice
from benchmarks.process import open_files, resident
from benchmarks.results import Result, Results
from benchmarks.staff import Facilitator, Installation, make_installation
from quiz.domain.question import Question
from quiz.web.settings import Settings
from tests.browser.server import running

GROWTH = 1.05
"""By which memory may differ between two thirds: pools and caches breathe."""


FEWEST = 9
"""Classes that are held in any case: three in each third."""


async def hold_class(room: Room, questions: Sequence[Question]) -> int:
    """Hold one class from its code to its end, and return how many answers were refused."""
    await room.open(questions)
    await come_in([room])
    refused = 0
    for question in questions:
        _, replies = await room.ask(question)
        refused += sum(not good for good, _ in replies)
    await room.close()
    room.hang_up()
    return refused


async def soak(
    results: Results,
    installation: Installation,
    server: tuple[str, int],
    minutes: float,
    number: int,
    rounds: int,
) -> None:
    """Hold classes for so long, and note how much more the server used at the end.

    The floor is what it used in the third of the classes before the last.
    """
    address, pid = server
    questions = questions_of_one_choice(rounds)
    memory: list[float] = []
    files: list[int] = []
    refused = 0
    begun = time.monotonic()
    while len(memory) < FEWEST or time.monotonic() < begun + minutes * 60:
        leader = Facilitator(address, installation.leaders[0])
        refused += await hold_class(Room(leader, [address], number), questions)
        await asyncio.sleep(1)
        memory.append(resident(pid))
        files.append(open_files(pid))
        print(f"class {len(memory):4}  {memory[-1]:6.1f} MB  {files[-1]:4} files", flush=True)
    third = len(memory) // 3
    before, after = slice(-2 * third, -third), slice(-third, None)
    middle = statistics.median
    most = middle(memory[before])
    results.add(Result("soak: memory", middle(memory[after]), "MB", most, GROWTH))
    results.add(Result("soak: files", min(files[after]), "", min(files[before]), 1))
    results.add(Result("soak: answers refused", refused, "", limit=0))


def main() -> None:
    """Hold classes for as long as was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--phones", type=int, default=30, help="of a class")
    parser.add_argument("--rounds", type=int, default=4, help="questions of a class")
    asked = parser.parse_args()
    results = Results()
    with tempfile.TemporaryDirectory() as name:
        installation = make_installation(Settings(data=Path(name) / "data"))
        with running(installation.settings.data) as server:
            play(soak(results, installation, server, asked.minutes, asked.phones, asked.rounds))
    sys.exit(results.finish(None))


if __name__ == "__main__":
    main()
