"""Draw the pictures of README.md from the running application: landing, question, result.

.venv/bin/python scripts/screenshots.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.browser.chromium import launch
from tests.browser.server import serving

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PHONE: ViewportSize = {"width": 360, "height": 740}


def main() -> None:
    """Take one quiz on a phone, and keep three pictures of it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data)) as address,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        page = browser.new_page(viewport=PHONE, device_scale_factor=2)
        page.goto(address)
        take(page, "landing")
        page.get_by_role("link", name="Bắt đầu").click()
        page.locator("button[value=mixed]").click()
        page.locator("button[value=begin]").click()
        page.locator(".question-header").wait_for()
        drawn = False
        while not page.locator(".hero--result").count():
            if page.locator("button[value=on]").count():
                press(page, "button[value=on]")
            elif page.locator("input[type=radio]").count():
                page.locator(".choice label").nth(1).click()
                if not drawn and not page.locator(".chat").count():
                    take(page, "question")
                    drawn = True
                press(page, "button[value=answer]")
            else:
                press(page, "button[value=skip]")
        take(page, "result")


def press(page: Page, selector: str) -> None:
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def take(page: Page, name: str) -> None:
    """Keep a picture of what the phone shows."""
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
