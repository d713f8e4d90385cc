"""Leading a class: by keyboard alone, from a phone, without script, with a clicker."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from quiz.domain.question import Kind
from quiz.store.bank import Bank
from quiz.store.database import Database
from tests.browser.examine import out_of_sight, sticking_out
from tests.browser.keyboard import enter, walk_to
from tests.browser.live_class import FITS, HANDHELD, LAPTOP, Class, press
from tests.classes import EMAIL, PASSWORD

pytestmark = pytest.mark.browser


def test_by_keyboard_alone_from_preparing_it_to_its_report(
    browser: Browser, class_site: str, questions: Bank
):
    hall = Class(browser, class_site, questions)
    page = hall.page(hall.context(LAPTOP))
    page.goto("/sign-in")
    for name, words in (("email", EMAIL), ("password", PASSWORD)):
        walk_to(page, f"[name={name}]")
        page.keyboard.type(words)
    enter(page, "button[value=sign-in]")
    enter(page, "a[href='/rooms/new']")
    walk_to(page, "[name=length]")
    page.keyboard.press("Control+A")
    page.keyboard.type("1")
    for name in ("told_optional", "told_parents", "knows_disclosure"):
        walk_to(page, f"[name={name}]")
        page.keyboard.press("Space")
    enter(page, "button[value=open]")
    enter(page, "button[value=next]")
    enter(page, "button[value=reveal]")
    walk_to(page, "details:has(button[value=close]) summary")
    page.keyboard.press("Enter")
    enter(page, "details button[value=close]")
    assert page.url.endswith("/result")
    expect(page.locator("main article")).to_have_count(1)
    enter(page, "main a[href='/rooms']")
    assert hall.faults == []


def test_a_prepared_class_has_each_question_on_a_line_with_its_theme(
    browser: Browser, class_site: str, questions: Bank
):
    hall = Class(browser, class_site, questions)
    console = hall.open(Kind.CHOICE)
    console.goto(hall.path("/rooms/new"))
    console.locator("button[value=keep]").last.click()
    lines = console.locator("ol.steps summary")
    lines.first.wait_for()
    for line in lines.all():
        motif = line.locator("svg").bounding_box()
        box = line.bounding_box()
        assert motif
        assert box
        assert motif["width"] < box["width"] / 4
        words = line.evaluate(
            "(each) => { const range = document.createRange();"
            " range.selectNodeContents(each.lastChild); return range.getClientRects()[0].top; }"
        )
        assert words < motif["y"] + motif["height"], "the words begin beside their motif"


def test_nothing_about_signing_out_stands_on_the_wall(
    browser: Browser, class_site: str, questions: Bank
):
    hall = Class(browser, class_site, questions)
    console = hall.open(Kind.CHOICE)
    wall = hall.project(console)
    assert console.locator(".session-warning").count() == 1
    assert wall.locator(".session-warning").count() == 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_a_phone(browser: Browser, class_site: str, questions: Bank, script):
    hall = Class(browser, class_site, questions)
    console = hall.open(Kind.CHOICE, size=HANDHELD, script=script)
    with console.context.expect_page() as opened:
        console.locator("a[href$='/wall']").click()
    wall = opened.value
    code = wall.locator(".join-info__code").bounding_box()
    assert code
    half, whole = HANDHELD["width"] / 2, HANDHELD["width"]
    assert half <= code["width"] <= whole, "as large as fits, whichever font there is"
    phone = hall.join(script=script)

    def see(where: str) -> None:
        """Without script a page tells the truth as soon as it is loaded again."""
        for page in (console, wall, phone):
            if not script:
                page.reload()
            hall.faults += sticking_out(page, where)

    see("lobby")
    press(console, "next")
    see("asking")
    expect(wall.locator(".options")).to_be_visible()
    hall.answer(phone)
    see("answered")
    for page in (console, wall):
        expect(page.locator(".headcount")).to_contain_text("1 trên 1")
    press(console, "reveal")
    see("revealing")
    expect(wall.locator(".discussion")).to_be_visible()
    expect(phone.locator("#mine")).to_be_visible()
    press(console, "close")
    see("closed")
    expect(console.locator("main article")).to_have_count(1)
    for page in (wall, phone):
        expect(page.locator("#now[data-updates]")).to_have_count(0)
    assert hall.faults == []


def test_a_clicker_acts_on_the_focused_console_alone_and_asks_nothing_twice(
    browser: Browser, class_site: str, questions: Bank
):
    hall = Class(browser, class_site, questions)
    console = hall.open(Kind.CHOICE, Kind.MULTIPLE)
    wall = hall.project(console)
    heading = wall.locator("h1")
    console.keyboard.press("PageDown")
    wall.keyboard.press("PageDown")
    expect(wall.locator(".join-info__code")).to_be_visible()
    press(console, "next")
    expect(console.locator("#keys")).to_be_focused()
    assert console.evaluate("scrollY") == 0

    def click(key: str, then: str) -> None:
        with console.expect_navigation():
            console.keyboard.press(key)
        expect(console.locator(f"button[value={then}]")).to_have_count(1)

    expect(wall.locator(".options")).to_be_visible()
    first = heading.inner_text()
    click("PageDown", "next")
    click("PageDown", "reveal")
    expect(heading).not_to_have_text(first, use_inner_text=True)
    click("PageUp", "next")
    expect(heading).to_have_text(first, use_inner_text=True)
    console.locator("#list").click()
    console.keyboard.press("PageDown")
    console.keyboard.press("PageUp")
    expect(heading).to_have_text(first, use_inner_text=True)
    console.locator("#keys h1").click()
    click("PageUp", "next")
    expect(wall.locator(".join-info__code")).to_be_visible()
    wall.locator("[data-full-screen]").click()
    expect(wall.locator("[data-full-screen]")).to_be_hidden()
    assert hall.faults == []


WALLS = ((1280, 720), (1024, 768), (800, 600), (1920, 1080))

DESIGNED = {"h1": 65, ".options li": 39, "#crowd b": 81}
"""Pixels on a wall of 1920 by 1080."""


@pytest.mark.parametrize("projector", ["vi", "vi en"])
def test_a_wall_shows_all_of_the_longest_questions(
    browser: Browser, class_site: str, class_database: Database, questions: Bank, projector
):
    """Letters are as large as designed, and shrink only where they must.

    The longest question of each kind is asked and revealed with figures, on four sizes of wall.
    """
    hall = Class(browser, class_site, questions)
    by_length = sorted(questions.questions, key=lambda id_: len(questions.sources[id_]))
    by_kind = {questions.questions[id_].kind: id_ for id_ in by_length}
    short = next(id_ for id_ in by_length if questions.questions[id_].kind is Kind.CHOICE)
    console = hall.open(questions=[short, *by_kind.values()], projector=projector)
    wall = hall.project(console)
    hall.join_without_browser(class_database, 5)
    seen = set()
    while console.locator("button[value=next]").count():
        press(console, "next")
        title = console.locator(".timeline .is-now span").evaluate("each => each.firstChild.data")
        question = next(q for q in questions.questions.values() if q.title["vi"] == title.strip())
        examine_walls(hall, wall, f"{question.id} asked")
        if (question.id, projector) == (short, "vi"):
            for each, least in DESIGNED.items():
                size = wall.locator(each).first.evaluate("each => getComputedStyle(each).fontSize")
                assert float(size.removesuffix("px")) >= least, each
        if question.id not in seen:
            hall.answer_without_browser(class_database, question)
            seen.add(question.id)
        while console.locator("button[value=reveal]").count():
            press(console, "reveal")
        examine_walls(hall, wall, f"{question.id} revealed")
    assert seen == {short, *by_kind.values()}
    assert hall.faults == []


def examine_walls(hall: Class, wall: Page, where: str) -> None:
    """Note what does not fit on walls of four sizes, and what cannot be read on the largest."""
    wall.reload()
    for width, height in WALLS:
        wall.set_viewport_size({"width": width, "height": height})
        wall.evaluate(FITS)
        out = wall.evaluate("document.documentElement.scrollHeight - innerHeight")
        hall.faults += [f"{where}, {width} by {height}: {out} px"] * (out > 0)
    hall.faults += out_of_sight(wall, where)


def test_whoever_is_signed_in_is_warned_in_time_and_stays_with_one_press(
    browser: Browser, class_site: str, questions: Bank
):
    hall = Class(browser, class_site, questions)
    page = hall.open(Kind.CHOICE)
    page.clock.install()
    page.goto("/rooms/new")
    page.fill("[name=name]", "10A")
    told = page.locator(".session-warning[role=status]")
    expect(told).to_have_text("", use_inner_text=True)
    for _ in range(10):
        page.clock.fast_forward("27:00")
        expect(told).to_contain_text("hai phút nữa", use_inner_text=True)
        with page.expect_response("**/account") as answered:
            told.locator("button").click()
        assert answered.value.ok
        expect(told).to_have_text("Bạn vẫn đang đăng nhập.", use_inner_text=True)
    page.context.clear_cookies()
    page.clock.fast_forward("30:00")
    expect(told).to_contain_text("đã đăng xuất bạn", use_inner_text=True)
    expect(page.locator("[name=name]")).to_have_value("10A")
    assert hall.faults == []
