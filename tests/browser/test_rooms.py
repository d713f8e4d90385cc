"""A whole class in Chromium: a console, a wall, and phones, one of them without script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from quiz.domain.question import Kind
from quiz.store.bank import Bank
from tests.browser.examine import (
    check_fits,
    html_faults,
)
from tests.browser.live_class import Class, press
from tests.proof import FULL

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["vi", "en"] if FULL else ["vi"])
def test_a_whole_class_of_every_kind(
    browser: Browser, class_site: str, questions: Bank, tmp_path: Path, language
):
    hall = Class(browser, class_site, questions, language)
    folder = tmp_path / "sent"
    folder.mkdir()

    def examine(name: str) -> None:
        hall.examine(name, console, wall, phones[0])
        check_fits(phones[0], name)
        hall.examine_wall(name, wall)
        hall.keep(folder, name, console, wall, phones[0])

    console = hall.open(*Kind)
    wall = hall.project(console)
    phones = [hall.join(), hall.join(), hall.join()]
    plain = hall.join(script=False)
    examine("lobby")

    press(console, "next")
    seen = 0
    while not console.url.endswith("/result"):
        console.locator("button[value=reveal]").wait_for()
        if seen == 1:
            phones.append(hall.join())  # late
        plain.goto(hall.path("/r"))
        for phone in (*phones, plain):
            hall.answer(phone)
        expect(wall.locator(".headcount")).to_contain_text(str(len(phones) + 1))
        examine(f"asking {seen}")
        press(console, "reveal")
        for page in (wall, *phones):
            expect(page.locator(".tally, .discussion, [data-version] h2").first).to_be_visible()
        expect(phones[0].locator("button[value=answer], button[value=change]")).to_have_count(0)
        expect(phones[0].locator("#mine")).to_be_visible()
        plain.goto(hall.path("/r"))
        expect(plain.locator("#mine")).to_be_visible()
        examine(f"revealing {seen}")
        seen += 1
        if console.locator("button[value=next]").count():
            press(console, "next")
            continue
        console.locator("summary.btn--plain").first.click()
        press(console, "close")
    for page in (*phones, wall):
        expect(page.locator("#now[data-updates]")).to_have_count(0)
    examine("after")
    assert hall.faults == []
    assert html_faults(folder, hall.sent) == []


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
