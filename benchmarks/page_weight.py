"""Weigh every page of a quiz as it travels, and time the way to the first question on a slow line.

    .venv/bin/python -m benchmarks.page_weight

The budget: a first visit of 30 KiB in six requests, 8 KiB of it script, and 6 KiB for each further
page; each answer in a story brings a page. The line: 400 kbit/s, 400 ms there and back, a phone six
times slower than this machine, which must have nothing else to do, and nothing in its cache; on it
the first question is usable within 5 s of opening the first page.
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

from quiz.store import bank
from tests.browser.chromium import launch
from tests.browser.quiz_page import Reader
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


@dataclass(frozen=True)
class Reading:
    """What one step weighs: KiB, KiB of script, requests, and how many pages they brought."""

    size: float
    script: float
    requests: int
    pages: int


@dataclass
class Scale:
    """What came over the line since it was last read, as Chromium counts it: headers and all.

    A file that the browser takes out of its cache is no request.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)
    under_way: set[str] = field(default_factory=set)
    bytes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    requests: int = 0
    pages: int = 0

    def watch(self, page: Page) -> Any:
        """Listen to a page, and return its line to the browser."""
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.on("Network.requestWillBeSent", self.note_begun)
        line.on("Network.requestServedFromCache", self.note_cached)
        line.on("Network.responseReceived", self.note_kind)
        line.on("Network.loadingFinished", self.weigh)
        line.on("Network.loadingFailed", self.note_failed)
        return line

    def note_begun(self, event: dict[str, Any]) -> None:
        self.under_way.add(event["requestId"])

    def note_failed(self, event: dict[str, Any]) -> None:
        self.under_way.discard(event["requestId"])

    def note_cached(self, event: dict[str, Any]) -> None:
        self.cached.add(event["requestId"])

    def note_kind(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]
        self.pages += event["response"]["mimeType"] == "text/html"

    def weigh(self, event: dict[str, Any]) -> None:
        self.under_way.discard(event["requestId"])
        if event["requestId"] not in self.cached:
            self.bytes[self.kinds.get(event["requestId"], "Other")] += event["encodedDataLength"]
            self.requests += 1

    def read(self) -> Reading:
        """Return what was weighed, and begin anew."""
        reading = Reading(
            size=sum(self.bytes.values()) / KIB,
            script=self.bytes["Script"] / KIB,
            requests=self.requests,
            pages=self.pages,
        )
        self.bytes.clear()
        self.requests = self.pages = 0
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
    print(f"{'step':<24}{'KiB':>8}{'script':>8}{'requests':>10}{'pages':>7}{'budget':>8}")

    def row(step: str, budget: int) -> None:
        """Print and judge one step; each page of it has the budget of a page."""
        nonlocal over
        page.wait_for_load_state("networkidle")
        while scale.under_way:  # a script that a page fetches once it is shown
            page.wait_for_timeout(20)
        read = scale.read()
        budget *= read.pages
        too_much = read.size > budget or read.script > 8 or read.requests > 6 * read.pages
        over += too_much
        print(
            f"{step:<24}{read.size:>8.2f}{read.script:>8.2f}{read.requests:>10}{read.pages:>7}"
            f"{budget:>8}{' *' if too_much else ''}",
            flush=True,
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
        row(step, 6)
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
