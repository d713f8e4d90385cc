"""A whole class in Chromium: a console, a wall, and phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from quiz.domain.question import Kind, Question
from quiz.store.attempts import new_token
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.tables import Room
from tests.browser.examine import (
    axe_faults,
    keep,
    listen,
    out_of_sight,
    sticking_out,
)
from tests.browser.quiz_page import choose
from tests.classes import EMAIL, PASSWORD, answer, join

LAPTOP = {"width": 1280, "height": 800}
HANDHELD = {"width": 360, "height": 740}
WALL = {"width": 1920, "height": 1080}


FITS = """async () => {
  const isLower = () => document.documentElement.scrollHeight > innerHeight;
  for (let frame = 0; frame < 2 || (frame < 60 && isLower()); frame++)
    await new Promise(requestAnimationFrame);
}"""
"""Waits until a wall has heard, with one of the next frames, that its size or colours changed."""


@dataclass
class Class:
    """Everybody in one class, each with a browser of her own, and what went wrong in any."""

    browser: Browser
    address: str
    bank: Bank
    language: str = "vi"
    faults: list[str] = field(default_factory=list)
    code: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    without_browser: list[str] = field(default_factory=list)

    def context(self, size: dict[str, int], *, script: bool = True) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": size["width"], "height": size["height"]},
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        if script:
            listen(context, self.faults)
        return context

    def page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def path(self, path: str) -> str:
        return path if self.language == "vi" else f"/{self.language}{path}"

    def sign_in(self, size: dict[str, int] = LAPTOP, *, script: bool = True) -> Page:
        """Sign in with a browser of the facilitator's own."""
        page = self.page(self.context(size, script=script))
        page.goto(self.path("/sign-in"))
        page.fill("[name=email]", EMAIL)
        page.fill("[name=password]", PASSWORD)
        page.click("button[value=sign-in]")
        return page

    def open(
        self,
        *kinds: Kind,
        questions: Sequence[str] = (),
        mode: str = "live",
        projector: str = "vi",
        size: dict[str, int] = LAPTOP,
        script: bool = True,
    ) -> Page:
        """Sign in, open a room, and return its console.

        It has one question of each of these kinds, or these ``questions``.
        """
        console = self.sign_in(size, script=script)
        console.goto(self.path("/rooms/new"))
        console.select_option("[name=mode]", mode)
        console.select_option("[name=projector]", projector)
        console.click("button[value=choose]")
        known = self.bank.questions.values()
        of_kinds = [next(each.id for each in known if each.kind == kind) for kind in kinds]
        if chosen := questions or of_kinds:
            console.goto(
                f"{console.url}?{urlencode({'words': '', 'questions': chosen}, doseq=True)}"
            )
        console.click("#choosing button[value=keep]")
        for name in ("told_optional", "told_parents", "knows_disclosure"):
            console.check(f"[name={name}]")
        console.click("button[value=open]")
        console.locator(".console").wait_for()
        self.code = console.locator(".facts .num").inner_text()
        return console

    def project(self, console: Page) -> Page:
        wall = self.page(console.context)
        wall.set_viewport_size({"width": WALL["width"], "height": WALL["height"]})
        wall.goto(console.url + "/wall")
        return wall

    def join(self, *, script: bool = True) -> Page:
        """Come in with a phone of one's own."""
        phone = self.page(self.context(HANDHELD, script=script))
        phone.goto(self.path("/j"))
        phone.fill("#code", self.code)
        phone.click("button[value=code]")
        phone.click("button[value=join]")
        phone.locator("#now").wait_for()
        return phone

    def join_without_browser(self, database: Database, people: int) -> None:
        """Let more people come in, straight in the database."""
        self.without_browser += [new_token() for _ in range(people)]
        code = self.code.replace(" ", "")
        with database.writing() as db:
            room = db.scalars(select(Room).where(Room.code == code)).one()
            for token in self.without_browser[-people:]:
                join(db, room, token)
            db.commit()

    def answer_without_browser(self, database: Database, question: Question) -> None:
        """Let them give the best answer, and in a story its first turn."""
        chosen = question.best[:1] if question.kind == "story" else question.best
        with database.writing() as db:
            for token in self.without_browser:
                answer(db, self.bank, token, question.id, chosen)
            db.commit()

    def asked(self, phone: Page) -> Question:
        """Return what the phone asks."""
        phone.locator("button[value=unsure]").wait_for()
        return self.bank.questions[phone.locator("input[name=q]").input_value()]

    def answer(self, phone: Page) -> None:
        """Give the best answer to what the phone asks."""
        question = self.asked(phone)
        if question.kind == "story":
            phone.locator("button[name=turn]").first.click()
        else:
            choose(phone, question, question.best)
            phone.click("button[value=answer]")
        phone.locator("button[value=change]").wait_for()

    def examine(self, name: str, *pages: Page) -> None:
        """Note what axe finds, and what sticks out of the page."""
        for number, page in enumerate(pages):
            where = f"{name} {number}"
            self.faults += [*axe_faults(page, where), *sticking_out(page, where)]

    def examine_wall(self, name: str, wall: Page) -> None:
        """Note what cannot be read from the back row, in our colours and in those of a system."""
        for colours in ("active", "none"):
            wall.emulate_media(forced_colors=colours)
            wall.evaluate(FITS)
            self.faults += out_of_sight(wall, f"{name}, forced colours {colours}")

    def keep(self, folder: Path, name: str, *pages: Page) -> None:
        """Keep what was sent for these pages, and their style sheets, for the HTML checker."""
        for page in pages:
            self.sent[keep(page.request.get(page.url).body(), folder)] = f"{name} {page.url}"
            for link in page.locator("link[rel=stylesheet]").all():
                address = f"{self.address}{link.get_attribute('href')}"
                if address not in self.sent.values():
                    self.sent[keep(page.request.get(address).body(), folder, "css")] = address


def press(console: Page, move: str) -> None:
    """Press a button of the console, and wait until the page has come back."""
    with console.expect_navigation():
        console.locator(f"button[value={move}]").first.click()
