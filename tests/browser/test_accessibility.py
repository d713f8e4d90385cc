"""Every page state, in both languages, by the rules of axe and of the Nu HTML checker."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from quiz.store.bank import Bank
from tests.browser.examine import axe_faults, axe_faults_in_both, html_faults, keep
from tests.browser.reader import Reader
from tests.browser.server import serving
from tests.browser.states import states
from tests.proof import FULL
from tests.words import is_loud

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "width"),
    [("vi", 360), ("en", 1280), *([("en", 360), ("vi", 1280)] if FULL else [])],
)
def test_axe_finds_nothing(browser: Browser, browser_context_args, questions, language, width):
    """In light and in dark, of which the second differs in nothing but colours."""
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": width, "height": 740}},
        reduced_motion="reduce",
    )
    page = context.new_page()
    faults, seen = [], set()
    for name in states(page, questions, language):
        if name in seen:
            continue
        seen.add(name)
        faults += axe_faults_in_both(page, name)
    context.close()
    assert faults == []


def test_the_html_checker_finds_nothing(
    browser: Browser, browser_context_args, questions, tmp_path: Path
):
    """The HTML as it was sent, of every page that was opened."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    names = {}
    for language in ("vi", "en"):
        reader = Reader(page, questions, language)
        for path in (
            "/",
            "/s",
            "/help",
            "/notes",
            "/about",
            "/accessibility",
            "/a",
            "/no-such-page",
        ):
            names[keep(reader.page.goto(reader.path(path)).body(), tmp_path)] = path
        reader.start()
        for name in reader.pages():
            names[keep(page.content().encode(), tmp_path)] = name
        names[keep(page.goto(reader.path("/c")).body(), tmp_path)] = "certificate"
        context.clear_cookies()
    context.close()
    assert html_faults(tmp_path, names) == []


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


LARGE = "html { font-size: 200%; }"
SPACED = """
  * { line-height: 1.5 !important; letter-spacing: .12em !important; }
  * { word-spacing: .16em !important; }
  p { margin-block-end: 2em !important; }
"""


@pytest.mark.parametrize("style", [LARGE, SPACED], ids=["twice as large", "spaced out"])
def test_text_may_grow(page: Page, questions: Bank, style):
    reader = Reader(page, questions)
    reader.start()
    for name in reader.pages():
        lost = page.evaluate(
            """(style) => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(style);
              document.adoptedStyleSheets = [sheet];
              const root = document.documentElement;
              const cut = [...document.querySelectorAll("main *")].filter((each) =>
                getComputedStyle(each).overflow === "hidden"
                && !each.matches(".unseen, .thread, .bubble")
                && each.scrollHeight > each.clientHeight + 1);
              const lost = [cut.map((each) => each.outerHTML), root.scrollWidth - root.clientWidth];
              document.adoptedStyleSheets = [];
              return lost;
            }""",
            style,
        )
        assert lost == [[], 0], name


def test_letters_with_stacked_marks_are_never_cut(page: Page, questions: Bank):
    page.set_viewport_size({"width": 320, "height": 640})
    reader = Reader(page, questions)
    reader.start()
    for name in reader.pages():
        cut = page.evaluate(
            """() => {
              const letters = "ỄẪỘẦỮỂỰỴ ễẫộầữểựỵ ";
              const tags = "h1, h2, p, dt, dd, label, li, button, a";
              const texts = [...document.querySelectorAll(tags)]
                .filter((each) => each.offsetParent && !each.closest(".unseen, .skip"));
              texts.forEach((each) => each.append(letters));
              return texts.filter((each) => each.scrollHeight > each.clientHeight + 2
                && getComputedStyle(each).overflowY !== "visible").map((each) => each.outerHTML);
            }"""
        )
        assert cut == [], name
        page.reload()


def test_reduced_motion_means_none(browser: Browser, browser_context_args, questions):
    context = browser.new_context(**browser_context_args, reduced_motion="reduce")
    page = context.new_page()
    reader = Reader(page, questions)
    reader.start()
    reader.answer()
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


def test_the_certificate_prints_on_one_page(page: Page, questions: Bank):
    reader = Reader(page, questions)
    reader.start()
    reader.finish()
    reader.visit("/c")
    pdf = page.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/Count (\d+)", pdf) == [b"1"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_certificate_prints_no_loud_word_no_score_and_no_address(
    page: Page, questions: Bank, language
):
    reader = Reader(page, questions, language)
    reader.start()
    reader.finish()
    reader.visit("/c")
    page.emulate_media(media="print")
    printed = page.locator("body").inner_text()
    assert "Vững Tâm" in printed
    assert not is_loud(printed)
    assert not re.search(r"https?:|127\.0\.0\.1|\d+ ?(%|/|trên|of) ?\d*", printed)
