"""What a campaign week needs, by arithmetic and by a simulation of queues, from measured costs.

    .venv/bin/python -m benchmarks.campaign

Prints the tables of docs/deploying.md from what ``make bench`` wrote. A press waits for its turn
in one of the processes, each of which computes for one at a time, and then for the write lock,
which all processes share. What participants send and what waits in one process is written
together; moves of classes are written one by one. Presses come at random, independently of each
other.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from benchmarks.results import p95

WEEK_ALONE, PEAK_SHARE = 1_000_000, 0.1
"""Quizzes taken alone in the week, and the share of them in the busiest hour."""

CLASSES, PEOPLE, QUESTIONS = 5_000, 30, 10
"""Classes in that hour, and the people and questions of each."""

JOINING = 20 * 60
"""Seconds in which all of them come in."""

HOUR = 3600
LOADS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25)
"""Shares of the busiest hour that are simulated."""

STEP = 0.05
"""Of the load, in looking for the largest one that is carried."""

BUDGET = 100.0
"""Milliseconds in which 19 of 20 presses should be answered."""

MEASURED = Path(__file__).with_name("measured.json")
"""What ``make bench ARGS="--out benchmarks/measured.json"`` wrote for docs/deploying.md."""

BUSY = 0.5
"""Share of its time that a process may compute: above it, presses wait for each other."""

CONNECTIONS = 13
"""Connections to PostgreSQL that one process opens at most."""

SECONDS = 20
"""Seconds that are simulated of each load."""


@dataclass(frozen=True)
class Costs:
    """What was measured. Times in milliseconds, of the processor where nothing else is said."""

    machine: str
    date: str
    others: float
    page_alone: float
    pages_alone: float
    join: float
    answer: float
    write_alone: float
    write_class: float
    close: float
    bytes_answer: float
    kilobytes_class: float
    idle: float
    megabytes_phone: float

    @classmethod
    def of(cls, run: Mapping[str, object]) -> Costs:
        """Return the costs from what a run of all benchmarks wrote."""
        figures = run["figures"]
        assert isinstance(figures, dict)
        phones = f"20 rooms of {PEOPLE}"
        idle, most = figures[f"{phones}: memory, idle"], figures[f"{phones}: memory, most"]
        return cls(
            machine=str(run["machine"]),
            date=str(run["date"]),
            others=float(str(run["others"])),
            page_alone=figures["quiz alone: CPU of a page"],
            pages_alone=figures["quiz alone: requests of a quiz"],
            join=figures[f"{phones}: CPU to join"],
            answer=figures[f"{phones}: CPU of a question"] / (20 * PEOPLE) * 1000,
            write_alone=figures["PostgreSQL: write of an answer alone"],
            write_class=figures["PostgreSQL: write of 30 answers together"] / 30,
            close=figures["PostgreSQL: write that closes a class of 30"],
            bytes_answer=figures["PostgreSQL: stored for an answer"],
            kilobytes_class=figures["PostgreSQL: stored for good for a class of 30"],
            idle=idle,
            megabytes_phone=(most - idle) / (20 * PEOPLE),
        )


@dataclass(frozen=True)
class Kind:
    """One kind of request in the busiest hour: how many come in a second, and what one costs."""

    name: str
    rate: float
    cpu: float
    write: float = 0.0
    """Milliseconds under the write lock."""

    is_shared: bool = False
    """Whether all that wait in a process are written together."""


def kinds(costs: Costs) -> list[Kind]:
    """Return what happens in the busiest hour. A quiz alone loads one page and sends the others."""
    alone = WEEK_ALONE * PEAK_SHARE / HOUR
    people, presses = CLASSES * PEOPLE, costs.pages_alone - 1
    return [
        Kind("page alone", alone, costs.page_alone),
        Kind("press alone", alone * presses, costs.page_alone, costs.write_class, is_shared=True),
        Kind("join", people / JOINING, costs.join, costs.write_class, is_shared=True),
        Kind("answer", people * QUESTIONS / HOUR, costs.answer, costs.write_class, is_shared=True),
        Kind("move", CLASSES * 2 * QUESTIONS / HOUR, 0.0, costs.write_alone),
        Kind("end", CLASSES / HOUR, 0.0, costs.close),
    ]


@dataclass(frozen=True)
class Needs:
    """What the busiest hour needs."""

    requests: float
    cores: float
    processes: int
    memory: float
    connections: int
    alive: float
    lasting: float


def needs(costs: Costs) -> Needs:
    """Return the needs, by arithmetic."""
    all_kinds = kinds(costs)
    cores = sum(kind.rate * kind.cpu for kind in all_kinds) / 1000
    processes = math.ceil(cores / BUSY)
    phones = CLASSES * PEOPLE
    day = WEEK_ALONE * PEAK_SHARE * 3  # the busiest hour has a third of its day
    answers = day * QUESTIONS + phones * QUESTIONS
    return Needs(
        requests=sum(kind.rate for kind in all_kinds),
        cores=cores,
        processes=processes,
        memory=(processes * costs.idle + phones * costs.megabytes_phone) / 1000,
        connections=processes * CONNECTIONS,
        alive=answers * costs.bytes_answer / 1e9,
        lasting=CLASSES * costs.kilobytes_class / 1e6,
    )


@dataclass
class Press:
    """One request on its way."""

    kind: Kind
    came: float
    process: int


class Simulation:
    """Presses that wait for their process, and then for the write lock. Time is in milliseconds."""

    def __init__(
        self, costs: Costs, all_kinds: Sequence[Kind], load: float, processes: int
    ) -> None:
        self.costs = costs
        self.chance = Random(1)  # the same table each time
        self.free_at = [0.0] * processes
        self.shared: list[list[Press]] = [[] for _ in range(processes)]
        self.queue: deque[list[Press]] = deque()
        self.lock_free_at = self.lock_held = 0.0
        self.took: dict[str, list[float]] = {}
        self.ready = sorted(self.computed(all_kinds, load), key=lambda ready: ready[0])

    def computed(self, all_kinds: Sequence[Kind], load: float) -> Iterator[tuple[float, Press]]:
        """Yield every press with the moment at which its process has computed it."""
        arrivals = heapq.merge(
            *(self.arrivals(kind, load) for kind in all_kinds), key=lambda press: press.came
        )
        for press in arrivals:
            begun = max(press.came, self.free_at[press.process])
            seconds = self.chance.expovariate(1 / press.kind.cpu) if press.kind.cpu else 0.0
            self.free_at[press.process] = begun + seconds
            yield begun + seconds, press

    def arrivals(self, kind: Kind, load: float) -> Iterator[Press]:
        """Yield the presses of a kind, at random moments."""
        chance = Random(kind.name)
        now = chance.expovariate(kind.rate * load / 1000)
        while now < SECONDS * 1000:
            yield Press(kind, now, chance.randrange(len(self.free_at)))
            now += chance.expovariate(kind.rate * load / 1000)

    def run(self) -> Mapping[str, list[float]]:
        """Return how long each press took, by its kind."""
        for moment, press in self.ready:
            while self.queue and self.lock_free_at <= moment:
                self.write_next()
            if not press.kind.write:
                self.note(press, moment)
            else:
                self.enqueue(press, moment)
        while self.queue:
            self.write_next()
        return self.took

    def enqueue(self, press: Press, moment: float) -> None:
        """Let a press wait for the lock: by itself, or with those that wait in its process."""
        if not press.kind.is_shared:
            self.queue.append([press])
        elif waiting := self.shared[press.process]:
            waiting.append(press)
        else:
            self.shared[press.process] = waiting = [press]
            self.queue.append(waiting)
        self.lock_free_at = max(self.lock_free_at, moment if len(self.queue) == 1 else 0.0)

    def write_next(self) -> None:
        """Give the lock to the first in the queue, and note when all of it is kept."""
        batch = self.queue.popleft()
        if batch[0].kind.is_shared:
            self.shared[batch[0].process] = []
            mean = self.costs.write_alone + sum(press.kind.write for press in batch[1:])
        else:
            mean = batch[0].kind.write
        held = self.chance.expovariate(1 / mean)
        self.lock_free_at += held
        self.lock_held += held
        for press in batch:
            self.note(press, self.lock_free_at)

    def note(self, press: Press, moment: float) -> None:
        self.took.setdefault(press.kind.name, []).append(moment - press.came)


def read(figures: Path) -> Costs:
    """Return the costs that were measured."""
    return Costs.of(json.loads(figures.read_text()))


def table(costs: Costs) -> str:
    """Return both tables of docs/deploying.md."""
    need = needs(costs)
    rows = [
        ("requests a second", f"{need.requests:,.0f}"),
        ("cores that compute", f"{need.cores:.1f}"),
        (f"processes, each busy for {BUSY:.0%} of the time", f"{need.processes}"),
        ("memory of the processes", f"{need.memory:.0f} GB"),
        ("connections to PostgreSQL (13 for each process)", f"{need.connections}"),
        ("PostgreSQL: answers that are alive on the busiest day", f"{need.alive:.1f} GB"),
        ("PostgreSQL: totals of the classes of that hour, for good", f"{need.lasting:.2f} GB"),
    ]
    lines = [
        f"Measured on {costs.date} on {costs.machine}; other programs took {costs.others} cores.",
        "",
    ]
    lines += ["| the busiest hour needs | |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in rows]
    lines += ["", "| share of that hour | write lock held | answer | press alone |"]
    lines += ["| --- | --- | --- | --- |"]
    for load in LOADS:
        took, held = simulate(costs, load)
        shown = (in_words(p95(took[name])) for name in ("answer", "press alone"))
        lines.append(f"| {load:.0%} | {held:.0%} | {' | '.join(shown)} |")
    lines += ["", f"Within {BUDGET:.0f} ms: up to {carried(costs):.0%} of that hour."]
    return "\n".join(lines)


def simulate(costs: Costs, load: float) -> tuple[Mapping[str, list[float]], float]:
    """Return how many milliseconds presses took at a share of the busiest hour, by their kind.

    Returns also for which share of the time the write lock was held.
    """
    simulation = Simulation(costs, kinds(costs), load, needs(costs).processes)
    took = simulation.run()
    return took, simulation.lock_held / max(simulation.lock_free_at, SECONDS * 1000)


def carried(costs: Costs) -> float:
    """Return the share of the busiest hour up to which presses keep to the budget."""
    for step in count(1):
        took, _ = simulate(costs, step * STEP)
        if p95([*took["answer"], *took["press alone"]]) > BUDGET:
            break
    return (step - 1) * STEP


def in_words(milliseconds: float) -> str:
    """Return a time; a queue that only grows has none."""
    if milliseconds > 1000:
        return "**more than 1 s**"
    shown = f"{milliseconds:.0f} ms"
    return f"**{shown}**" if milliseconds > BUDGET else shown


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--figures", type=Path, default=MEASURED, help="what make bench wrote")
    print(table(read(parser.parse_args().figures)))


if __name__ == "__main__":
    main()
