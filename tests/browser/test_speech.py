"""Having a page read aloud: found at once where there is a voice, heard, and silent at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from quiz.store.bank import Bank
from tests.browser import chromium
from tests.browser.examine import axe_faults_in_both, listen, sticking_out
from tests.browser.quiz_page import Reader
from tests.browser.voices import Machine, speaking

pytestmark = pytest.mark.browser

NO_SPEECH = "delete window.speechSynthesis"
"""As in the browsers inside Zalo and Facebook."""

HIDE = "document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))"
"""What a browser says to a page that goes into the background; one without windows never does."""


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine with an English and a Vietnamese voice."""
    with speaking("en", "vi") as machine:
        yield machine


@pytest.fixture
def browser_with_voices(browser_type: BrowserType, machine: Machine) -> Iterator[Browser]:
    options = chromium.options()
    options["args"].append("--enable-speech-dispatcher")
    browser = browser_type.launch(**options, env=dict(machine.environment))
    yield browser
    browser.close()


@pytest.mark.parametrize("script", ["", NO_SPEECH], ids=["no voice", "no speech"])
def test_without_a_voice_there_is_no_button(page: Page, questions: Bank, script):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(script)
    reader = Reader(page, questions)
    reader.come_to("choice", "harassment")
    expect(page.locator("template#speech")).to_have_count(1)
    reader.answer()
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator(".speech")).to_have_count(0)
    assert errors == []


def test_a_question_is_heard_until_she_goes_on(
    browser_with_voices: Browser, machine: Machine, browser_context_args, questions: Bank, away
):
    """Takes as long as a voice needs to begin, and silence to be certain, seven times."""
    context = browser_with_voices.new_context(**browser_context_args)
    faults = listen(context)
    page = context.new_page()
    reader = Reader(page, questions)
    reader.come_to("choice", "harassment")
    first = page.locator(".speech").first
    look_at_the_first_button(page)
    assert machine.falls_silent(), "only after a press"

    first.click()
    assert machine.speaks()
    expect(page.locator("h1[data-spoken]")).to_be_visible()
    expect(page.get_by_text("Bấm lần nữa để dừng.")).to_be_visible()
    assert page.locator(".choice .speech").count() == page.locator(".choice").count()
    faults += [
        *axe_faults_in_both(page, "read aloud"),
        *sticking_out(page, "read aloud"),
    ]
    first.click()
    assert machine.falls_silent(), "stopped"

    listen_to_one_answer(page, machine)

    first.click()
    assert machine.speaks()
    reader.answer()
    expect(page.locator(".answers .speech").first).to_be_visible()
    assert machine.falls_silent(), "on the next step"

    page.locator(".speech").first.click()
    assert machine.speaks()
    page.evaluate(HIDE)
    assert machine.falls_silent(), "in the background"

    with page.expect_response("**/en/a"):
        page.locator("a[hreflang=en]").click()
    expect(page.locator(".speech").first).to_have_text("Read to me")
    page.locator(".speech").first.click()
    assert machine.speaks()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.locator(".quick-exit a:not(.skip)").click()
    assert machine.falls_silent(), "on leaving"
    page.wait_for_url(away)
    context.close()
    assert faults == []


def look_at_the_first_button(page: Page) -> None:
    button = page.locator(".speech")
    expect(button).to_have_count(1)
    expect(button).to_have_text("Đọc cho tôi nghe")
    expect(page.get_by_text("Người ở gần cũng nghe được.")).to_be_visible()
    assert (box := button.bounding_box())
    assert box["height"] >= 48


def listen_to_one_answer(page: Page, machine: Machine) -> None:
    """Press its button by keyboard: that marks nothing."""
    answer = page.locator(".choice .speech").first
    answer.focus()
    page.keyboard.press("Enter")
    expect(answer).to_have_attribute("aria-pressed", "true")
    assert answer.get_attribute("title").startswith("Đọc to: ")
    assert machine.speaks()
    expect(page.locator("input:checked")).to_have_count(0)
    assert (box := answer.bounding_box())
    assert box["width"] >= 48
