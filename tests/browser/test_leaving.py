"""Leaving: at once, from everywhere, and nothing comes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from quiz.store.bank import Bank
from tests.browser.quiz_page import Reader

pytestmark = pytest.mark.browser

EXIT = ".quick-exit a:not(.skip)"


@pytest.fixture
def reader(page: Page, questions: Bank) -> Reader:
    """Somebody in the middle of a quiz, with one answer explained."""
    reader = Reader(page, questions)
    page.goto("about:blank")
    reader.start("literacy")
    reader.answer()
    return reader


def leave_by_link(page: Page) -> None:
    page.locator(EXIT).click()


def leave_by_skip_link(page: Page) -> None:
    page.locator(".quick-exit a.skip").focus()
    page.keyboard.press("Enter")


def leave_by_shift(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


@pytest.mark.parametrize("leave", [leave_by_link, leave_by_skip_link, leave_by_shift])
def test_every_way_out_lands_on_the_dull_page(reader: Reader, context: BrowserContext, away, leave):
    leave(reader.page)
    reader.page.wait_for_url(away)
    assert context.cookies() == []
    reader.visit("/a")
    assert not reader.under_way


def test_back_and_forward_show_nothing_of_the_quiz(reader: Reader, away):
    page = reader.page
    stem = reader.question.stem["vi"]
    leave_by_link(page)
    page.wait_for_url(away)
    for go in [page.go_back, page.go_forward, page.go_back] * 3:
        go(wait_until="commit")
        expect(page.locator('input[name="q"]')).to_have_count(0)
        expect(page.locator("body")).not_to_contain_text(stem)


def test_back_leads_to_what_was_open_before(page: Page, questions: Bank, away):
    page.goto(f"{away}before")
    reader = Reader(page, questions)
    reader.start()
    page.locator(".site-header a[href='/help']").click()
    page.wait_for_url("**/help")
    page.locator("main a[href='/a']").click()
    page.wait_for_url("**/a")
    reader.answer()
    leave_by_link(page)
    page.wait_for_url(away)
    page.go_back(wait_until="commit")
    assert page.url == f"{away}before"


def test_leaving_without_script_is_a_plain_link(
    browser: Browser, browser_context_args, questions, away
):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    reader = Reader(context.new_page(), questions)
    reader.start()
    leave_by_link(reader.page)
    reader.page.wait_for_url(away)
    reader.page.go_back()
    assert not reader.under_way
    assert context.cookies() == []
    context.close()


def test_the_page_is_blank_at_once_even_without_a_network(reader: Reader, context: BrowserContext):
    page = reader.page
    context.set_offline(True)
    seen = page.evaluate(
        """() => {
          document.querySelector(".quick-exit a:not(.skip)").click();
          return document.body.innerText.trim();
        }"""
    )
    assert seen == ""
    expect(page.locator("body")).to_have_text("")
    assert page.title() == "Thẻ mới"


def test_a_server_that_is_gone_leaves_a_blank_page(page: Page, context: BrowserContext, questions):
    reader = Reader(page, questions)
    reader.start()
    context.route("**/x", lambda route: route.abort("connectionrefused"))
    leave_by_link(page)
    expect(page.locator("body")).to_have_text("")
    assert page.title() == "Thẻ mới"
    assert page.url.endswith("/a")


def test_shift_says_how_often_it_was_pressed_and_forgets(page: Page, questions: Bank):
    page.clock.install()
    reader = Reader(page, questions)
    reader.visit("/s")
    status = page.locator("[role=status]").first
    page.keyboard.press("Shift")
    expect(status).to_contain_text("một lần")
    page.keyboard.press("Shift")
    expect(status).to_contain_text("hai lần")
    page.clock.run_for(6000)
    expect(status).to_contain_text("vẫn đang ở trang này")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    assert page.url.endswith("/s")


def test_typing_capitals_does_not_leave(page: Page, questions: Bank):
    Reader(page, questions).visit("/s")
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    assert page.url.endswith("/s")


def test_no_single_key_does_anything(page: Page, questions: Bank):
    Reader(page, questions).visit("/s")
    before = page.content()
    for key in "abcdefghijklmnopqrstuvwxyz0123456789":
        page.keyboard.press(key)
        assert page.content() == before, key


def test_nothing_is_kept_in_the_browser(reader: Reader):
    reader.press("on")
    kept = reader.page.evaluate(
        """async () => ({
          local: localStorage.length,
          session: sessionStorage.length,
          databases: (await indexedDB.databases()).length,
          caches: (await caches.keys()).length,
          workers: (await navigator.serviceWorker.getRegistrations()).length,
          manifest: document.querySelectorAll("link[rel=manifest]").length,
        })"""
    )
    assert set(kept.values()) == {0}


def test_after_the_next_person_takes_over_back_shows_nothing(reader: Reader):
    page = reader.page
    reader.press("on")
    reader.skip_all()
    reader.press("hand-over")
    for _ in range(5):
        page.go_back(wait_until="commit")
        expect(page.locator(".hero--result, input[name=q]")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_no_field_is_filled_in_after_loading_again_or_coming_back(
    browser: Browser, browser_context_args, questions: Bank, script: bool
):
    context = browser.new_context(**browser_context_args, java_script_enabled=script)
    page = context.new_page()
    reader = Reader(page, questions)
    page.goto("/j")
    check_forgotten(page, lambda: page.locator("#code").fill("654 321"))
    reader.start()
    kinds: set[str] = set()
    while reader.under_way:
        question = reader.question
        if question.kind not in kinds | {"story"}:  # a story has buttons alone
            kinds.add(question.kind)
            check_forgotten(page, lambda: reader.choose(question, question.best))  # noqa: B023
            assert reader.question == question
        reader.press("skip")
    assert len(kinds) > 2
    context.close()


def check_forgotten(page: Page, fill_in: Callable[[], None]) -> None:
    """Check that what is filled in is gone after loading again, and after going and coming back."""
    here = page.url
    for leave_and_come_back in (page.reload, lambda: (page.goto("/help"), page.go_back())):
        fill_in()
        assert filled_in(page)
        leave_and_come_back()
        page.wait_for_function("!document.hidden && document.readyState === 'complete'")
        assert page.url == here
        expect(page.locator("main input:checked")).to_have_count(0)
        assert not filled_in(page)


def filled_in(page: Page) -> list[str]:
    """Return the values of all fields that are marked or hold something."""
    written = "main :is(input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea)"
    marked = page.locator("main input:checked").all()
    values = [field.input_value() for field in [*marked, *page.locator(written).all()]]
    return [value for value in values if value]
