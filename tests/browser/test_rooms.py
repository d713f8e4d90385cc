"""A whole class in Chromium: a console, a wall, and phones, one of them without script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from quiz.domain.question import Kind
from quiz.store.bank import Bank
from quiz.store.database import Database
from tests.browser.examine import (
    covered_exit,
    html_faults,
    provoke,
)
from tests.browser.live_class import Class, press
from tests.proof import FULL

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["vi", "en"] if FULL else ["vi"])
def test_a_whole_class_of_every_kind(
    browser: Browser,
    class_site: str,
    class_database: Database,
    questions: Bank,
    tmp_path: Path,
    language,
):
    """Every state is examined once, of a story its first two turns.

    A browser for each of the few phones that differ; two more people come in without one.
    """
    hall = Class(browser, class_site, questions, language)

    console = hall.open(*Kind)
    wall = hall.project(console)
    phone = hall.join()
    plain = hall.join(script=False)
    hall.join_without_browser(class_database, 2)
    phones = [phone]
    examine(hall, tmp_path, "lobby", console, wall, phone)

    press(console, "next")
    asked: list[Kind] = []
    while not console.url.endswith("/result"):
        console.locator("button[value=reveal]").wait_for()
        if len(asked) == 1:
            phones.append(hall.join())  # late
        plain.goto(hall.path("/r"))
        question = hall.asked(phone)
        asked.append(question.kind)
        for each in (*phones, plain):
            hall.answer(each)
        if asked.count(question.kind) == 1:
            hall.answer_without_browser(class_database, question)
        expect(wall.locator(".headcount")).to_contain_text(str(len(phones) + 3))
        is_new = FULL or asked.count(question.kind) <= 2
        if is_new:
            examine(hall, tmp_path, f"asking {question.kind}", console, wall, phone)
        press(console, "reveal")
        check_revealed(hall, wall, phones, plain)
        if is_new:
            examine(hall, tmp_path, f"revealing {question.kind}", console, wall, phone)
        if console.locator("button[value=next]").count():
            press(console, "next")
            continue
        press(console, "close")
    assert set(asked) == set(Kind)
    for page in (*phones, wall):
        expect(page.locator("#now[data-updates]")).to_have_count(0)
    examine(hall, tmp_path, "after", console, wall, phone)
    assert hall.faults == []
    provoke(phone, hall.faults)
    assert html_faults(tmp_path, hall.sent) == []


def examine(hall: Class, folder: Path, name: str, console: Page, wall: Page, phone: Page) -> None:
    """Note what is wrong with the three pages of a class in one state."""
    hall.examine(name, console, wall, phone)
    hall.faults += covered_exit(phone, name)
    hall.examine_wall(name, wall)
    hall.keep(folder, name, console, wall, phone)


def check_revealed(hall: Class, wall: Page, phones: Sequence[Page], plain: Page) -> None:
    """Check that a wall and phones show what was said, and that no phone asks any more."""
    plain.goto(hall.path("/r"))
    expect(plain.locator("#mine")).to_be_visible()
    for page in (wall, *phones):
        expect(page.locator(".tally, .discussion, [data-version] h2").first).to_be_visible()
    for phone in phones:
        expect(phone.locator("button[value=answer], button[value=change]")).to_have_count(0)
        expect(phone.locator("#mine")).to_be_visible()


def test_a_phone_that_slept_comes_back_to_where_the_room_is(
    browser: Browser, class_site: str, questions: Bank
):
    hall = Class(browser, class_site, questions)
    console = hall.open(Kind.CHOICE, Kind.JUDGE)
    phone = hall.join()
    press(console, "next")
    hall.answer(phone)
    phone.context.set_offline(True)
    press(console, "reveal")
    press(console, "next")
    phone.context.set_offline(False)
    hall.answer(phone)
    phone.reload()
    expect(phone.locator("button[value=change]")).to_be_visible()
    expect(console.locator(".headcount")).to_contain_text("1")
    assert hall.faults == []


def test_an_answer_that_is_late_is_told_so(browser: Browser, class_site: str, questions: Bank):
    hall = Class(browser, class_site, questions)
    console = hall.open(Kind.CHOICE)
    phone = hall.join()
    press(console, "next")
    phone.locator("button[value=unsure]").wait_for()
    phone.context.set_offline(True)
    phone.click("button[value=unsure]")
    expect(phone.locator("#lost")).to_be_visible()
    press(console, "reveal")
    press(console, "reveal")  # it asks first: nobody has answered
    phone.context.set_offline(False)
    expect(phone.locator("[role=status].note")).to_be_visible()
    assert hall.faults == []


def test_two_consoles_and_double_presses_move_the_room_once(
    browser: Browser, class_site: str, questions: Bank
):
    hall = Class(browser, class_site, questions)
    console = hall.open(Kind.CHOICE, Kind.JUDGE)
    phone = hall.join()
    other = hall.page(console.context)
    other.goto(console.url)
    press(console, "next")
    hall.answer(phone)
    other.locator("button[value=reveal]").first.dblclick()
    other.locator("button[value=next]").wait_for()
    console.locator("button[value=next]").wait_for()
    phone.locator("h2").first.wait_for()
    assert hall.faults == []
