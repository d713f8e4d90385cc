"""Classes, held from the first phone that joins until every phone shows the end, and measured.

The same class is held by the program and by a bare application (``bare_class.py``), from the same
phones. *Shown* counts from just before the facilitator's press until a phone holds the page;
*kept* from sending an answer until the whole reply is there; *closed* from the press until the
last phone of the class shows the end.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
import urllib.parse
from collections.abc import Coroutine, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, cycle, islice, zip_longest
from typing import Any, TypeVar

import uvloop

from benchmarks.floors import BareFacilitator
from benchmarks.phones import Phone
from benchmarks.process import cpu, forget_peak, peak
from benchmarks.staff import Facilitator
from quiz.domain.question import Question
from quiz.store import bank

Done = TypeVar("Done")

ARRIVALS = 60
"""Phones that come in each second."""

APART = 1.0
"""Seconds within which several rooms press, each at a moment of its own, as classes do."""

PATIENCE = 60
"""Seconds after which a page will not come any more."""


@dataclass
class Figures:
    """What was measured; times in milliseconds, of the processor in seconds."""

    joined: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    closed: list[float] = field(default_factory=list)
    cpu_joining: float = 0.0
    cpu_question: float = 0.0
    cpu_closing: float = 0.0
    peak: float = 0.0
    received: int = 0
    failed: int = 0


class Room:
    """A class with its phones, which are spread over the addresses of the servers."""

    def __init__(
        self, leader: Facilitator | BareFacilitator, addresses: Sequence[str], phones: int
    ) -> None:
        self.leader = leader
        self.heard: asyncio.Queue[float] = asyncio.Queue()
        self.phones = [Phone(each, self.heard) for each in islice(cycle(addresses), phones)]
        self.code = ""

    async def open(self, questions: Sequence[Question]) -> None:
        self.code = await self.leader.open_room([question.id for question in questions])

    async def press(self, move: str) -> list[float]:
        """Press, and return after how many milliseconds each phone held what there is to see."""
        while not self.heard.empty():
            self.heard.get_nowait()
        begun = time.perf_counter()
        pressing = asyncio.ensure_future(self.leader.press(move))
        async with asyncio.timeout(PATIENCE):
            moments = [await self.heard.get() for _ in self.phones]
        await pressing
        return [(moment - begun) * 1000 for moment in moments]

    async def ask(self, question: Question) -> tuple[list[float], list[tuple[bool, float]]]:
        """Show a question, let everybody answer, and show what was chosen."""
        shown = await self.press("next")
        form = urllib.parse.urlencode(
            {"q": question.id, "do": "answer", "a": question.best}, doseq=True
        )
        replies = await asyncio.gather(*(phone.answer(form) for phone in self.phones))
        shown += await self.press("reveal")
        if any(phone.read().count("event: page") < 2 for phone in self.phones):
            raise LookupError("a phone was not sent the page")
        return shown, replies

    async def close(self) -> float:
        """Close the class, and return when the last phone shows that."""
        for phone in self.phones:
            phone.read()
            phone.is_closing = True
        return max(await self.press("close"))

    def hang_up(self) -> None:
        """Close all connections."""
        for browser in (self.leader, *self.phones):
            browser.close()


class Lap:
    """Seconds of the processor that servers took since the last lap."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.pids = pids
        self.before = cpu(*pids)

    def __call__(self) -> float:
        now = cpu(*self.pids)
        taken, self.before = now - self.before, now
        return taken


async def hold(
    rooms: Sequence[Room],
    questions: Sequence[Question],
    pids: Sequence[int],
    beside: AbstractContextManager[None] | None = None,
) -> Figures:
    """Hold classes at once, and return what was measured.

    ``pids`` are the processes of the servers; ``beside`` is what goes on while questions are asked.
    """
    figures = Figures()
    for room in rooms:
        await room.open(questions)
    await asyncio.sleep(1)
    for pid in pids:
        forget_peak(pid)
    lap = Lap(pids)
    figures.joined = await come_in(rooms)
    number = len(figures.joined)
    await asyncio.sleep(1)
    figures.cpu_joining = lap() / number
    apart = APART if len(rooms) > 1 else 0.0
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, beside or nullcontext())
        for question in questions:
            done = await asyncio.gather(
                *(after(random.uniform(0, apart), room.ask(question)) for room in rooms)
            )
            for shown, replies in done:
                figures.shown += shown
                figures.kept += [took for good, took in replies if good]
                figures.failed += sum(not good for good, _ in replies)
        figures.cpu_question = lap() / len(questions)
    figures.received = round(
        statistics.median(phone.received for room in rooms for phone in room.phones)
    )
    lap()
    figures.closed = await asyncio.gather(
        *(after(random.uniform(0, apart), room.close()) for room in rooms)
    )
    await asyncio.sleep(1)
    figures.cpu_closing = lap()
    figures.peak = sum(map(peak, pids))
    for room in rooms:
        room.hang_up()
    return figures


async def come_in(rooms: Sequence[Room]) -> list[float]:
    """Let the phones of all rooms come in, mixed; return how many milliseconds each took."""
    mixed = zip_longest(*([(phone, room.code) for phone in room.phones] for room in rooms))
    arriving = filter(None, chain.from_iterable(mixed))
    took: list[float] = await asyncio.gather(
        *(
            after(number / ARRIVALS, phone.join(code))
            for number, (phone, code) in enumerate(arriving)
        )
    )
    return took


async def after(seconds: float, work: Coroutine[Any, Any, Done]) -> Done:
    """Wait, and then do something."""
    await asyncio.sleep(seconds)
    return await work


def questions_of_one_choice(number: int) -> list[Question]:
    """Return the first questions of the bank in which one or several options are chosen."""
    questions = bank.load(bank.CONTENT, today=datetime.now(UTC).date()).questions.values()
    return [each for each in questions if each.exclusive or each.several][:number]


def play(phones: Coroutine[Any, Any, Done]) -> Done:
    """Play phones, in the fastest loop that there is: many phones share one process here."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(phones)
