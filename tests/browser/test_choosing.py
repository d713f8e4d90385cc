"""Choosing questions with script: in place, and by keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from quiz.store.bank import Bank
from tests.browser.examine import html_faults
from tests.browser.live_class import HANDHELD, Class, press

pytestmark = pytest.mark.browser


def test_questions_are_found_ordered_and_kept_without_leaving_the_page(
    browser: Browser, class_site: str, questions: Bank, tmp_path: Path
):
    """One walk: a class is prepared from a set, and changed by search, ticks and arrows."""
    lesson = Class(browser, class_site, questions)
    page = lesson.sign_in(HANDHELD)
    page.goto("/rooms/new")
    page.select_option("[name=set]", "first-time")
    page.click("button[value=choose]")
    first, second, *_others = questions.sets["first-time"].questions
    order = page.locator("#order li")
    expect(order).to_have_count(8)
    change_in_place(page, first, second)
    lesson.examine("choosing", page)
    lesson.keep(tmp_path, "choosing", page)
    with page.expect_popup() as opened:
        page.select_option("#theme", "abduction")
        page.click("#found a[target=preview]")
    lesson.examine("preview", opened.value)
    lesson.keep(tmp_path, "preview", opened.value)

    page.reload()
    expect(order).to_have_count(8)
    page.click("#choosing button[value=keep]")
    titles = [
        questions.questions[first].title["vi"],
        questions.questions["abd-authority-order-b"].title["vi"],
    ]
    listed = page.locator(".steps summary")
    expect(listed.first).to_contain_text(titles[0])
    expect(listed.last).to_contain_text(titles[1])
    lesson.examine("prepared", page)
    lesson.keep(tmp_path, "prepared", page)
    assert [*lesson.faults, *html_faults(tmp_path, lesson.sent)] == []


def change_in_place(page: Page, first: str, second: str) -> None:
    """Look for questions, tick one, and order the first two, on one and the same page."""
    order = page.locator("#order li")
    page.evaluate("window.stays = true")

    page.fill("#words", "cuoc goi sim")
    expect(page.locator("#found li")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "words"
    page.fill("#words", "buu pham")
    box = page.locator("#questions-abd-authority-order-b")
    box.check()
    expect(order).to_have_count(9)
    expect(page.locator("#sum")).to_contain_text("9 câu · khoảng")
    assert page.evaluate("document.activeElement.id") == box.get_attribute("id")
    page.select_option("#theme", "literacy")
    expect(page.locator("#found")).to_contain_text("Tìm thấy 0 câu")
    expect(order).to_have_count(9)

    page.press(f"#down-{first}", "Enter")
    expect(order.first.locator("input").first).to_have_value(second)
    assert page.evaluate("document.activeElement.id") == f"down-{first}"
    page.press(f"#up-{first}", "Enter")
    expect(order.first.locator("input").first).to_have_value(first)
    page.click(f"#remove-{second}")
    expect(order).to_have_count(8)
    assert page.evaluate("window.stays"), "nothing of it loaded the page anew"


def test_a_class_is_rehearsed_with_a_phone_beside_it(
    browser: Browser, class_site: str, questions: Bank
):
    """In one press from its page; wall and phone follow, and then it is as it was before."""
    lesson = Class(browser, class_site, questions)
    console = lesson.sign_in()
    console.goto("/rooms/new")
    console.select_option("[name=set]", "first-time")
    console.locator("button[value=keep]").last.click()
    prepared = console.url
    console.click("button[value=rehearse]")
    mark = "Tập thử. Không tính vào đâu cả"
    expect(console.locator("#now")).to_contain_text(mark)
    wall = lesson.project(console)
    with console.expect_popup() as opened:
        console.click("a[data-phone]")
    phone = opened.value
    assert phone.evaluate("innerWidth") < 500
    assert phone.evaluate("window.opener") is None
    expect(phone.locator("main")).to_contain_text(mark)
    phone.click("button[value=join]")
    phone.locator("#now").wait_for()
    expect(console.locator("#counts")).to_contain_text("1")
    press(console, "next")
    for page in (phone, wall):
        page.locator("#now[data-stage^='asking'], [data-stage^='asking']").first.wait_for()
        expect(page.locator("#now")).to_contain_text(mark)
    lesson.examine("rehearsal", console, wall, phone)
    lesson.examine_wall("rehearsal", wall)
    press(console, "close")
    assert console.url == prepared
    expect(console.locator("button[value=rehearse]")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("Lớp đã kết thúc")
    expect(wall.locator("main")).to_contain_text("Lớp này không mở")
    assert lesson.faults == []
