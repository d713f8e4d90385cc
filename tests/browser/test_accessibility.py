"""Every page state, in both languages, by the rules of axe and of the Nu HTML checker."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from quiz.store.bank import Bank
from tests.browser.examine import (
    axe_faults,
    axe_faults_in_both,
    documents,
    hard_to_hit,
    html_faults,
    keep,
    listen,
    provoke,
    shut_out,
)
from tests.browser.quiz_page import Reader
from tests.browser.server import serving
from tests.browser.states import states
from tests.proof import FULL
from tests.words import is_loud

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "width"),
    [("vi", 360), ("en", 1280), *([("en", 360), ("vi", 1280)] if FULL else [])],
)
def test_nobody_is_shut_out(
    browser: Browser, browser_context_args, questions, tmp_path: Path, language, width
):
    """Every state is examined once; colours differ with the scheme, and with nothing else.

    On the phone also by the ruler, on screens of every width. The HTML is checked as it was sent,
    before any script.
    """
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": width, "height": 740}},
        reduced_motion="reduce",
    )
    violations = listen(context)
    page = context.new_page()
    received = documents(page)
    faults, seen, names = [], set(), {}
    for name in states(page, questions, language):
        names[keep(received[-1].body(), tmp_path)] = name
        assert violations == [], name
        if name in seen:
            continue
        seen.add(name)
        if width == 360:
            faults += [*axe_faults_in_both(page, name), *shut_out(page, name)]
            if name.startswith(("asking", "explaining", "result")):
                faults += hard_to_hit(page, name)
        else:
            faults += axe_faults_in_both(page, name) if FULL else axe_faults(page, name)
    assert len(received) >= len(names)
    provoke(page, violations)
    context.close()
    assert [*faults, *html_faults(tmp_path, names)] == []


def test_the_page_of_an_unexpected_error_is_sound(page: Page, away: str, tmp_path: Path):
    faults, names = [], {}
    folder = tmp_path / "pages"
    folder.mkdir()
    with serving(tmp_path / "data", QUIZ_LEAVE_TO=away) as address:
        page.goto(f"{address}/s")
        page.locator('button[value="mixed"]').click()
        page.locator('button[value="begin"]').wait_for()
        with closing(sqlite3.connect(tmp_path / "data" / "quiz.db")) as database:
            database.execute("ALTER TABLE attempt RENAME TO lost")
        for path in ("/a", "/en/a"):
            answered = page.goto(f"{address}{path}")
            assert answered
            assert answered.status == 503
            assert page.locator("h1").inner_text() in {
                "Có trục trặc ở phía chúng tôi.",
                "Something went wrong on our side.",
            }
            faults += axe_faults(page, path)
            names[keep(answered.body(), folder)] = path
    assert [*faults, *html_faults(folder, names)] == []


def test_reduced_motion_means_none(browser: Browser, browser_context_args, questions):
    context = browser.new_context(**browser_context_args, reduced_motion="reduce")
    page = context.new_page()
    reader = Reader(page, questions)
    reader.start()
    reader.answer()
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


def test_the_certificate_prints_on_one_page_without_score_or_address(page: Page, questions: Bank):
    reader = Reader(page, questions)
    reader.start()
    reader.answer()
    reader.press("on")
    reader.skip_all()
    for path in ("/c", "/en/c"):
        page.goto(path)
        pdf = page.pdf(prefer_css_page_size=True)
        assert re.findall(rb"/Count (\d+)", pdf) == [b"1"]
        page.emulate_media(media="print")
        printed = page.locator("body").inner_text()
        assert "Vững Tâm" in printed
        assert not is_loud(printed)
        assert not re.search(r"https?:|127\.0\.0\.1|\d+ ?(%|/|trên|of) ?\d*", printed)
        page.emulate_media(media="screen")


def test_a_card_and_a_number_are_taken_along(page: Page, questions: Bank):
    reader = Reader(page, questions)
    reader.start()
    reader.skip_all()
    page.context.grant_permissions(["clipboard-read"])
    reader.visit("/help")
    page.locator(".contact summary").first.click()
    page.locator(".contact [data-copy]").first.click()
    expect(page.locator(".contact [data-copy]").first).to_have_text("Đã chép số")
    number = page.locator(".contact summary").first.inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == number.strip()
    reader.visit("/a")
    page.locator('a[href="/k"]').click()
    with page.expect_download() as kept:
        page.locator("#save").click()
    assert kept.value.suggested_filename == "ghi-nho.png"
    picture = kept.value.path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20]) == 1080
    assert int.from_bytes(picture[20:24]) > 400
