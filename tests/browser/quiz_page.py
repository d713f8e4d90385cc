"""Somebody with a browser who takes the quiz: by tapping, or by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from quiz.domain.question import ACTION_FIELD, ANSWER_FIELD, Question
from quiz.store.bank import Bank
from tests.questions import posted


@dataclass
class Reader:
    """A participant; what she knows of the questions is the bank."""

    page: Page
    bank: Bank
    language: str = "vi"

    def path(self, path: str) -> str:
        return path if self.language == "vi" else f"/{self.language}{path}"

    def visit(self, path: str) -> None:
        self.page.goto(self.path(path))

    def press(self, value: str) -> None:
        """Press a button, and wait for the page that comes of it."""
        self.activate(self.page.locator(f'button[value="{value}"]').first)

    def activate(self, button: Locator) -> None:
        with self.page.expect_navigation():
            button.click()

    def start(self, theme: str = "mixed") -> None:
        """Open the landing page, choose a theme and read the notice."""
        self.visit("/")
        self.page.locator(".hero .btn--accent").click()
        self.choose_theme(theme)
        self.press("begin")

    def choose_theme(self, theme: str, length: str = "ten") -> None:
        self.page.locator(f"#length-{length}").check(force=True)  # its mark lies over it
        self.page.locator(f'button[value="{theme}"]').click()
        self.page.locator('button[value="begin"]').wait_for()

    def begin_again(self, length: str = "ten", theme: str = "mixed") -> None:
        """Take another quiz: the notice is not shown again."""
        self.visit("/s")
        self.page.locator(f"#length-{length}").check(force=True)
        self.page.locator(f'button[value="{theme}"]').click()
        self.page.locator('button[value="skip"]').wait_for()

    def come_to(self, kind: str, theme: str = "mixed") -> None:
        """Start, and come to a question of a kind: in another quiz, where the first has none."""
        self.start(theme)
        while self.question.kind != kind:
            self.press("skip")
            if not self.under_way:
                self.begin_again(theme=theme)

    @property
    def question(self) -> Question:
        return self.bank.questions[self.page.locator('input[name="q"]').input_value()]

    @property
    def asking(self) -> bool:
        return self.page.locator('button[value="skip"]').count() > 0

    @property
    def under_way(self) -> bool:
        return self.page.locator('input[name="q"]').count() > 0

    def answer(self, *chosen: str) -> None:
        """Answer the question on the page; without a choice, with its best answer."""
        question = self.question
        chosen = chosen or question.best
        if question.kind == "story":
            for step in chosen:
                self.press(step)
            return
        self.choose(question, chosen)
        self.press("answer")

    def choose(self, question: Question, chosen: tuple[str, ...]) -> None:
        """Choose without sending."""
        choose(self.page, question, chosen)

    def pages(self) -> Iterator[str]:
        """Go through a whole quiz, and yield the name of each page on the way."""
        while self.under_way:
            if self.asking:
                kind = self.question.kind
                yield f"asking {kind}"
                self.answer()
                yield f"explaining {kind}"
            self.press("on")
        yield "result"

    def skip_all(self) -> None:
        """Come to the result without an answer."""
        while self.under_way:
            self.press("skip")


SCRIPTING = "matchMedia('(scripting: enabled)').matches"


def choose(page: Page, question: Question, chosen: tuple[str, ...]) -> None:
    """Fill in the answer to the question on a page, and do not send it."""
    if page.locator("[data-script]").count() and page.evaluate(SCRIPTING):
        page.locator(".rank--steps").wait_for()  # its script is fetched for it
    for name, values in posted(question, chosen).items():
        if name == ANSWER_FIELD:
            for id_ in values:
                page.locator(f"#a-{id_}").check(force=True)  # a letter may lie over it
        elif name != ACTION_FIELD and not page.locator(f"select[name={name}]").is_visible():
            page.locator(f"li:has([name={name}]) button").click()  # a step takes the next number
        elif name != ACTION_FIELD:
            page.locator(f"select[name={name}]").select_option(*values)
