"""Answers on a bad line: kept on the page, sent once, and said so."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from quiz.store.bank import Bank
from tests.browser.quiz_page import Reader

pytestmark = pytest.mark.browser


def listen(page: Page) -> list[str]:
    """Return the addresses that the page posts to, from now on."""
    posts: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            posts.append(request.url)

    page.on("request", note)
    return posts


@pytest.fixture
def reader(page: Page, questions: Bank) -> Reader:
    """Somebody who has chosen an answer and not sent it."""
    reader = Reader(page, questions)
    reader.come_to("choice", "harassment")
    reader.choose(reader.question, reader.question.best)
    return reader


def test_a_lost_connection_says_so_and_loses_nothing(reader: Reader, context: BrowserContext):
    page = reader.page
    context.set_offline(True)
    page.locator('button[value="answer"]').click()
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("#lost")).to_contain_text("vẫn ở trên trang này")
    assert page.locator("input:checked").input_value() == reader.question.best[0]
    context.set_offline(False)
    expect(page.locator(".verdict.is-right")).to_be_visible()


def test_an_answer_that_arrived_without_a_reply_is_not_counted_twice(reader: Reader, page: Page):
    posts = []

    def lose_the_reply(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        posts.append(route.request.post_data)
        if len(posts) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/a", lose_the_reply)
    page.locator('button[value="answer"]').click()
    expect(page.locator(".verdict.is-right")).to_be_visible()
    assert len(posts) == 2
    assert posts[0] == posts[1]


def test_a_double_tap_sends_once(reader: Reader, page: Page):
    posts = listen(page)
    page.locator('button[value="answer"]').dblclick()
    expect(page.locator(".verdict.is-right")).to_be_visible()
    assert len(posts) == 1


def test_saved_is_shown_only_after_the_server_has_answered(reader: Reader, page: Page):
    waiting = []
    page.route(
        "**/a",
        lambda route: (
            waiting.append(route) if route.request.method == "POST" else route.continue_()
        ),
    )
    page.locator('button[value="answer"]').click()
    expect(page.locator("[role=status]").first).to_have_text("Đang gửi…")
    expect(page.locator(".verdict")).to_have_count(0)
    waiting[0].continue_()
    expect(page.locator(".verdict.is-right")).to_be_visible()


def test_a_server_in_trouble_is_asked_again(reader: Reader, page: Page):
    tries: list[int] = []

    def fail_twice(route: Route) -> None:
        if route.request.method == "POST" and len(tries) < 2:
            tries.append(1)
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    page.route("**/a", fail_twice)
    page.locator('button[value="answer"]').click()
    expect(page.locator("#lost")).to_be_visible()
    page.locator("#lost button").click()
    expect(page.locator(".verdict.is-right")).to_be_visible()


def test_sending_nothing_shows_what_to_do_without_leaving_a_trace(page: Page, questions: Bank):
    reader = Reader(page, questions)
    reader.come_to("choice", "harassment")
    before = page.evaluate("history.length")
    page.locator('button[value="answer"]').click()
    summary = page.locator(".errors")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Lỗi: "))
    summary.get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "answer"
    assert page.evaluate("history.length") <= before + 1
    reader.answer()
    expect(page.locator(".verdict.is-right")).to_be_visible()


def test_leaving_discards_what_waits_to_be_sent(reader: Reader, context: BrowserContext, away):
    page = reader.page
    context.set_offline(True)
    page.locator('button[value="answer"]').click()
    expect(page.locator("#lost")).to_be_visible()
    posts = listen(page)
    page.locator(".quick-exit a:not(.skip)").click()
    context.set_offline(False)
    page.wait_for_url(away)
    assert posts == []


def test_markup_from_elsewhere_cannot_be_written_into_the_page(page: Page, questions: Bank):
    Reader(page, questions).visit("/s")
    thrown = page.evaluate(
        """() => {
          try { document.body.innerHTML = "<img>"; } catch (error) { return error.name; }
        }"""
    )
    assert thrown == "TypeError"
