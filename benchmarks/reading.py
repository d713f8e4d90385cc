"""Measure how much there is to read: minutes, views and words of the pages of a quiz.

    .venv/bin/python -m benchmarks.reading

A view is what a phone of 360x740 shows above the quick exit. Pages are in Vietnamese, and words
are counted as they stand on the page before anything is unfolded, with those of the interface.

The budget: two views for an explanation, one for the notice, and 5.5 minutes for a quiz of five.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from playwright.sync_api import ViewportSize, sync_playwright

from quiz.domain import reading
from quiz.domain.question import Kind
from quiz.domain.quiz import LONGEST, Length, assemble_alone
from quiz.store import bank
from tests.browser.chromium import launch
from tests.browser.quiz_page import Reader
from tests.browser.server import serving

PHONE: ViewportSize = {"width": 360, "height": 740}
VIEW = 688
DRAWS = 200
BUDGET = {"notice": 1.0, **{f"explaining {kind}": 2.0 for kind in Kind}}


def main() -> int:
    """Print both tables; return how many figures are over budget."""
    questions = bank.load(bank.CONTENT, today=datetime.now(UTC).date())
    over = print_minutes(questions)
    print(f"\n{'page':<24}{'views':>7}{'budget':>8}{'words':>7}")
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data)) as address,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        page = browser.new_page(base_url=address, viewport=PHONE)
        for name in pages(Reader(page, questions)):
            views = (
                page.evaluate("document.querySelector('main').getBoundingClientRect().bottom")
                / VIEW
            )
            words = len(page.locator("main").inner_text().split())
            budget = BUDGET.get(name)
            over += budget is not None and views > budget
            print(f"{name:<24}{views:>7.1f}{budget or '':>8}{words:>7}", flush=True)
    return over


def print_minutes(found: bank.Bank) -> int:
    """Print the minutes of many quizzes of each length."""
    print(f"{'quiz':<24}{'least':>7}{'mean':>7}{'most':>7}{'budget':>8}")
    over = 0
    for length in Length:
        quizzes = [
            assemble_alone(found.questions.values(), Random(seed), length=length)
            for seed in range(DRAWS)
        ]
        minutes = [reading.minutes(found.questions[id_] for id_ in quiz) for quiz in quizzes]
        budget = length.minutes * LONGEST if length.minutes else None
        over += budget is not None and max(minutes) > budget
        mean = sum(minutes) / len(minutes)
        print(
            f"{length:<24}{min(minutes):>7.1f}{mean:>7.1f}{max(minutes):>7.1f}"
            f"{f'{budget:.1f}' if budget else '':>8}"
        )
    return over


def pages(reader: Reader) -> Iterator[str]:
    """Open each page of a quiz once, every kind of question with it, and yield its name."""
    reader.visit("/")
    yield "landing"
    reader.visit("/s")
    yield "themes"
    reader.choose_theme("mixed")
    yield "notice"
    reader.press("begin")
    met: set[Kind] = set()
    while met != {*Kind}:
        if not reader.under_way:
            reader.begin_again()
        elif (kind := reader.question.kind) in met:
            reader.press("skip")
        else:
            met.add(kind)
            yield f"asking {kind}"
            reader.answer(*wrong(reader))
            yield f"explaining {kind}"
            reader.press("on")
    while reader.under_way:
        reader.press("skip")
    yield "result"


def wrong(reader: Reader) -> tuple[str, ...]:
    """Return the answer of somebody who knows nothing: what is explained of it is longest."""
    return reading.ways(reader.question)[1]


if __name__ == "__main__":
    sys.exit(main())
