"""What a run measured, beside its floor and its limit."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

QUIET = 0.2
"""Cores that other programs may take: above that, they decide how long everything takes."""

SLACK = {"ms": 10.0}
"""By how much a figure may lie over its limit in any case: a busy machine lets everybody wait."""


@dataclass(frozen=True)
class Result:
    """One figure. It is over if it is more than its limit, or than so many times its floor."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    limit: float | None = None
    at_least: bool = False

    @property
    def highest(self) -> float | None:
        """The figure that is allowed, or None if any is."""
        if self.ratio is not None and self.floor is not None:
            return self.ratio * self.floor + SLACK.get(self.unit, 0.0)
        return self.limit

    @property
    def is_over(self) -> bool:
        """Whether the figure is not what it should be."""
        if self.highest is None:
            return False
        return self.value < self.highest if self.at_least else self.value > self.highest


class Results:
    """The figures of a run, printed as they come."""

    def __init__(self) -> None:
        self.all: list[Result] = []
        self.begun = time.monotonic()
        self.before = busy() - own()

    def add(self, result: Result) -> None:
        """Print a figure."""
        self.all.append(result)
        floor = "" if result.floor is None else f"floor {result.floor:,.4g}"
        word = "at least" if result.at_least else "at most"
        allowed = "" if result.highest is None else f"{word} {result.highest:,.4g}"
        print(
            f"{result.name:58} {result.value:>9,.4g} {result.unit:6} {floor:14} {allowed:16}"
            f"{' OVER' if result.is_over else ''}",
            flush=True,
        )

    def finish(self, out: Path | None) -> int:
        """Write all figures as JSON, if that is wanted; return 1 if one is over, else 0."""
        over = [result.name for result in self.all if result.is_over]
        others = self.others()
        print(f"{len(self.all)} figures, {len(over)} over their limits")
        print(f"other programs took {others:.1f} cores meanwhile; times mean little above {QUIET}")
        if out is not None:
            figures = {
                "machine": machine(),
                "others": round(others, 1),
                "date": f"{datetime.now(UTC):%Y-%m-%d}",
                "figures": {result.name: float(f"{result.value:.4g}") for result in self.all},
            }
            out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
        return 1 if over else 0

    def others(self) -> float:
        """Return how many cores were busy with what is not this run. All its servers have ended."""
        others = busy() - own() - self.before
        return max(0.0, others) / (time.monotonic() - self.begun)


def options(module: str | None) -> argparse.ArgumentParser:
    """Return the parser of what every benchmark may be asked, described by its module's text."""
    parser = argparse.ArgumentParser(description=(module or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, help="write the figures into this file")
    return parser


def run_alone(module: str | None, run: Callable[[Results], None]) -> NoReturn:
    """Run one benchmark as a program, and end with 1 if a figure is over its limit."""
    asked = options(module).parse_args()
    results = Results()
    run(results)
    sys.exit(results.finish(asked.out))


def busy() -> float:
    """Return the seconds for which the processors of this machine have been busy."""
    user, nice, system, *_ = Path("/proc/stat").read_text().split()[1:]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def own() -> float:
    """Return the seconds for which this process and those that it has ended were computing."""
    return sum(os.times()[:4])


def p95(values: Sequence[float]) -> float:
    """Return what nineteen of twenty stay below."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else sum(values)


def machine() -> str:
    """Return what the machine is called that measures."""
    info = Path("/proc/cpuinfo").read_text()
    names = [line.partition(": ")[2] for line in info.splitlines() if line.startswith("model name")]
    return f"{len(names)} cores, {names[0] if names else platform.machine()}"
