"""What it takes to start the program, and what it holds while nobody uses it.

    .venv/bin/python -m benchmarks.startup

A start counts until ``/health`` answers; the installation has been started before, as nearly all
have. The floor is a page of Flask that says nothing, behind the same server. Ends with 1 if a
figure is over its limit.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from benchmarks.floors import running_bare
from benchmarks.process import cpu, resident
from benchmarks.results import Result, Results, run_alone
from benchmarks.staff import make_installation
from quiz.web.settings import Settings
from tests.browser.server import running

STARTS = 5

SETTLED = 2.0
"""Seconds after which a server that nobody asks has done what it does at its start."""

IDLE = 80.0
"""Megabytes that a server may hold while nobody uses it."""

Figures = tuple[float, float, float]
"""Seconds of the clock and of the processor until it answers, and megabytes a while later."""


def start(serve: Callable[[], AbstractContextManager[tuple[str, int]]]) -> Figures:
    """Start a server once."""
    begun = time.perf_counter()
    with serve() as (address, pid):
        with urllib.request.urlopen(f"{address}/health") as response:  # noqa: S310 - our own
            response.read()
        wall, seconds = time.perf_counter() - begun, cpu(pid)
        time.sleep(SETTLED)
        return wall, seconds, resident(pid)


def run(results: Results) -> None:
    """Start both in turns, and note the medians."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data=Path(name) / "data")
        make_installation(settings)
        serve, bare = partial(running, settings.data), partial(running_bare, "bare_page")
        start(serve)
        turns = [(start(serve), start(bare)) for _ in range(STARTS)]
    (wall, seconds, idle), floor = (
        tuple(map(statistics.median, zip(*figures, strict=True)))
        for figures in zip(*turns, strict=True)
    )
    results.add(Result("start: until it answers", wall, "s", floor[0], 4))
    results.add(Result("start: CPU until it answers", seconds, "s CPU", floor[1], 4))
    results.add(Result("start: memory, idle", idle, "MB", floor[2], limit=IDLE))


if __name__ == "__main__":
    run_alone(__doc__, run)
