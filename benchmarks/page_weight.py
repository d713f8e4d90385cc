"""Weigh every page of a quiz as it travels, and time the way to the first question on a slow line.

    .venv/bin/python benchmarks/page_weight.py

The budget: a first visit of 30 KiB in six requests, 8 KiB of it script, and 6 KiB for each further
answer. The line: 400 kbit/s, 400 ms there and back, a phone six times slower than this machine,
nothing in its cache; on it the first question is usable within 5 s of opening the first page.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from quiz.store import bank
from tests.browser.chromium import launch
from tests.browser.reader import Reader
from tests.browser.server import serving

KIB = 1024
PHONE: ViewportSize = {"width": 360, "height": 740}
SLOW_LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
SLOWER = 6
RUNS = 3


@dataclass
class Scale:
    """What came over the line since it was last read, as Chromium counts it: headers and all."""

    kinds: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    requests: int = 0

    def watch(self, page: Page) -> Any:
        """Listen to a page, and return its line to the browser."""
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.on("Network.responseReceived", self.note_kind)
        line.on("Network.loadingFinished", self.weigh)
        return line

    def note_kind(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def weigh(self, event: dict[str, Any]) -> None:
        self.bytes[self.kinds.get(event["requestId"], "Other")] += int(event["encodedDataLength"])
        self.requests += 1

    def read(self) -> tuple[int, int, int]:
        """Return bytes, bytes of script and requests, and begin anew."""
        reading = sum(self.bytes.values()), self.bytes["Script"], self.requests
        self.bytes.clear()
        self.requests = 0
        return reading


def main() -> int:
    """Print both tables; return how many figures are over budget."""
    questions = bank.load(bank.CONTENT, today=datetime.now(UTC).date())
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data)) as address,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        over = weigh_pages(browser, address, questions)
        return over + time_first_question(browser, address, questions)


def weigh_pages(browser: Browser, address: str, questions: bank.Bank) -> int:
    """Print the weight of each step of a quiz."""
    page = browser.new_page(base_url=address, viewport=PHONE)
    scale = Scale()
    scale.watch(page)
    reader = Reader(page, questions)
    over = 0
    print(f"{'step':<24}{'KiB':>8}{'script':>8}{'requests':>10}{'budget':>8}")

    def row(step: str, budget: int, pages: int = 1) -> None:
        nonlocal over
        page.wait_for_load_state("networkidle")
        size, script, requests = scale.read()
        budget *= pages
        over += size > budget * KIB or script > 8 * KIB or requests > 6 * pages
        print(
            f"{step:<24}{size / KIB:>8.1f}{script / KIB:>8.1f}{requests:>10}{budget:>8}", flush=True
        )

    reader.visit("/")
    row("first page", 30)
    page.locator(".hero .btn--accent").click()
    page.wait_for_url("**/s")
    row("themes", 6)
    reader.choose_theme("mixed")
    row("notice", 6)
    reader.press("begin")
    for step in reader.pages():
        row(step, 6, pages=5 if step == "explaining story" else 1)  # it has up to six answers
    page.close()
    return over


def time_first_question(browser: Browser, address: str, questions: bank.Bank) -> int:
    """Print how long it takes from nothing to the first question, and to the one after."""
    first, next_ = [], []
    for _ in range(RUNS):
        page = browser.new_context(base_url=address, viewport=PHONE).new_page()
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW_LINE)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        reader = Reader(page, questions)
        began = perf_counter()
        reader.start()
        page.locator("button[value=skip]").wait_for()
        first.append(perf_counter() - began)
        began = perf_counter()
        reader.press("skip")
        page.locator("button[value=skip]").wait_for()
        next_.append(perf_counter() - began)
        page.context.close()
    print(f"\n{'on a slow line, median of':<26}{RUNS:>2} runs{'s':>8}{'budget':>8}")
    print(f"{'first question, 4 taps':<33}{median(first):>8.1f}{5:>8}")
    print(f"{'next question':<33}{median(next_):>8.1f}{2:>8}")
    return (median(first) > 5) + (median(next_) > 2)


if __name__ == "__main__":
    sys.exit(main())
