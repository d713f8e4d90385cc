"""The browser that is installed on this machine, started so that it keeps to this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first draws no window of its own around each page, which takes a third of the time."""

ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str:
    """Return the path of Chromium. Raises LookupError with what to do."""
    named = os.environ.get("QUIZ_TEST_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise LookupError("Chromium is missing: install it, or name it in QUIZ_TEST_CHROMIUM.")
    return found


def options() -> dict[str, Any]:
    """Return how to start it. Pages stay in memory for Back and Forward, as on a real phone."""
    return {
        "executable_path": executable(),
        "args": list(ARGUMENTS),
        "ignore_default_args": ["--disable-back-forward-cache"],
    }


@contextmanager
def launch(playwright: Playwright) -> Iterator[Browser]:
    """Start Chromium, and stop it afterwards."""
    browser = playwright.chromium.launch(**options())
    try:
        yield browser
    finally:
        browser.close()
