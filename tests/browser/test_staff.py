"""The pages of staff in Chromium: from the first link to the recovery codes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.examine import axe_faults, html_faults, keep, sticking_out
from tests.browser.server import serving
from tests.classes import EMAIL, PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path, away: str) -> Iterator[tuple[str, str]]:
    """Serve an installation with one admin who has yet to choose a password."""
    data = tmp_path / "data"
    command = [sys.executable, "-m", "quiz.cli", "staff", "add", EMAIL, "--role", "admin"]
    added = subprocess.run(
        [*command, "--data", str(data)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    [path, *_] = re.findall(r"/invitation/\S+", added.stdout)
    with serving(data, QUIZ_LEAVE_TO=away) as address:
        yield address, path


class Admin:
    """Somebody with a browser, who has just been given her first link."""

    def __init__(self, page: Page, site: tuple[str, str], language: str) -> None:
        self.page = page
        self.address, self.invitation = site
        self.prefix = "" if language == "vi" else f"/{language}"

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.address}{self.prefix}{path}")

    def send(self, button: str, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"#{name}", value)
        with self.page.expect_navigation():
            self.page.locator(f"button[value={button}]").click()

    def states(self) -> Iterator[str]:
        """Open every page of staff, and yield its name."""
        yield from self.accept()
        yield from self.set_up()
        recovery = self.page.locator("main li code").first.inner_text()
        yield from self.manage()
        self.send("sign-out")
        self.visit("/account")
        self.send("sign-in", email=EMAIL, password=PASSWORD)
        yield "the code"
        self.send("code", code=recovery)
        yield "signed in with a recovery code"

    def accept(self) -> Iterator[str]:
        self.visit(self.invitation)
        yield "invitation"
        self.send("accept", new="ngắn")
        yield "a password that cannot be taken"
        self.send("accept", new=PASSWORD, again=PASSWORD)
        yield "password kept"
        self.visit(self.invitation)
        yield "a link that was used"

    def set_up(self) -> Iterator[str]:
        self.visit("/people")
        yield "signing in"
        self.send("sign-in")
        yield "signing in with nothing"
        self.send("sign-in", email=EMAIL, password=PASSWORD)
        yield "the second factor is wanted"
        self.send("begin")
        yield "no password"
        self.send("begin", current=PASSWORD)
        yield "a square to scan"
        self.send("confirm")
        yield "no code"
        totp = pyotp.TOTP(self.page.locator("main code").inner_text().replace(" ", ""))
        self.send("confirm", code=totp.now())
        yield "recovery codes"

    def manage(self) -> Iterator[str]:
        for path in ("/account", "/account/second-factor", "/people", "/people/1"):
            self.visit(path)
            yield path
        self.send("disable")
        yield "the last admin"
        self.visit("/people")
        self.send("invite")
        yield "nobody invited"
        self.send("invite", email="mai@example.org")
        yield "a link to hand over"


@pytest.mark.parametrize(
    ("language", "width", "colours"),
    [("vi", 320, "light"), ("en", 1280, "dark")],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, browser_context_args, site, language, width, colours
):
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": width, "height": 740}},
        color_scheme=colours,
        reduced_motion="reduce",
    )
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for name in Admin(page, site, language).states():
        faults += [*axe_faults(page, name), *sticking_out(page, name)]
    context.close()
    assert faults == []


def test_the_html_checker_finds_nothing(browser: Browser, browser_context_args, site, tmp_path):
    """The HTML of every page that was opened, with no script."""
    folder = tmp_path / "pages"
    folder.mkdir()
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    names = {
        keep(page.content().encode(), folder): name for name in Admin(page, site, "en").states()
    }
    context.close()
    assert html_faults(folder, names) == []
