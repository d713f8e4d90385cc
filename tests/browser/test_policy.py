"""Nothing that a page of ours does is forbidden by the policy that we send along."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from quiz.domain.question import Kind
from quiz.store.bank import Bank
from tests.browser.admin import Admin
from tests.browser.examine import listen
from tests.browser.live_class import Class, press
from tests.browser.states import states

pytestmark = pytest.mark.browser


def provoke(page: Page, violations: list[str]) -> None:
    """Check that a violation would have been heard of; forget it."""
    page.evaluate(
        """() => new Promise((done) => {
          addEventListener("securitypolicyviolation", () => setTimeout(done));
          document.body.setAttribute("style", "color: red");
        })"""
    )
    assert len(violations) == 1
    assert "style-src" in violations[0]


def test_no_page_of_participants_breaks_the_policy(context: BrowserContext, questions: Bank):
    violations = listen(context)
    page = context.new_page()
    for name in states(page, questions, "vi"):
        assert violations == [], name
    provoke(page, violations)


def test_no_page_of_staff_breaks_the_policy(browser: Browser, staff_site: tuple[str, str]):
    context = browser.new_context()
    violations = listen(context)
    page = context.new_page()
    for name in Admin(page, staff_site, "vi").states():
        assert violations == [], name
    provoke(page, violations)
    context.close()


def test_no_page_of_a_class_breaks_the_policy(browser: Browser, class_site: str, questions: Bank):
    hall = Class(browser, class_site, questions)
    console = hall.open(Kind.CHOICE)
    violations = listen(console.context)
    wall = hall.project(console)
    console.reload()
    phone = hall.join()
    told = listen(phone.context)
    phone.reload()
    press(console, "next")
    hall.answer(phone)
    press(console, "reveal")
    wall.locator(".tally, .discussion").first.wait_for()
    phone.locator("#mine").wait_for()
    console.locator("summary.btn--plain").first.click()
    press(console, "close")
    assert violations == told == []
    assert hall.faults == []
