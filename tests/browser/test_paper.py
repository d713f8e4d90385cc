"""A class on paper in Chromium: counted on a phone, printed on A4, open to everybody."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from quiz.domain.day import day_of
from quiz.domain.room import Mode, Phase
from quiz.service import paper
from quiz.service.live import rooms
from quiz.service.live.rooms import Plan
from quiz.store.bank import Bank
from quiz.store.sqlite import SQLite
from quiz.store.staff import begin_session, new_token
from quiz.web.staff.sessions import COOKIE
from tests.browser.examine import (
    axe_faults_in_both,
    html_faults,
    keep,
    listen,
    sticking_out,
)
from tests.browser.server import serving
from tests.classes import add_facilitator

pytestmark = pytest.mark.browser

PAGES = {
    "entry": "/rooms/1/paper",
    "questions": "/rooms/1/paper/questions",
    "large": "/rooms/1/paper/questions?large=yes",
    "answers": "/rooms/1/paper/answers",
    "large answers": "/rooms/1/paper/answers?large=yes",
    "key": "/rooms/1/paper/key",
}


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, away: str, questions: Bank
) -> Iterator[tuple[str, str]]:
    """Serve an installation with one class on paper, in both languages."""
    folder = tmp_path_factory.mktemp("paper")
    now = datetime.now(UTC)
    token = new_token()
    by_kind = {
        kind: [each.id for each in questions.questions.values() if each.kind == kind]
        for kind in ("choice", "judge", "match")
    }
    plan = Plan(
        name="10A",
        mode=Mode.PAPER,
        phase=Phase.SINGLE,
        theme="mixed",
        questions=[*by_kind["choice"][:5], by_kind["judge"][0], *by_kind["match"][:2]],
        projector="vi en",
        province="",
        chapter="",
        expected=None,
        told_optional=True,
        told_parents=True,
        knows_disclosure=True,
    )
    database = SQLite.open(folder / "quiz.db")
    with database.writing() as db:
        teacher = add_facilitator(db, now)
        room = rooms.prepare(db, questions, plan, facilitator=teacher.id, today=day_of(now))
        paper.freeze(db, questions, room)
        begin_session(db, token, staff=teacher.id, complete=True, now=now, begun=now)
        db.commit()
    database.close()
    with serving(folder, QUIZ_LEAVE_TO=away) as address:
        yield address, token


@pytest.fixture
def open_pages(site: tuple[str, str], browser: Browser) -> Any:
    """Open these pages, yield each with its name, and see that it kept the policy."""
    address, token = site

    def pages(*names: str, **options: Any) -> Iterator[tuple[str, Page]]:
        context = browser.new_context(**options)
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        violations = listen(context)
        page = context.new_page()
        for name in names:
            answered = page.goto(address + PAGES[name])
            assert answered
            assert answered.status == 200
            assert "/sign-in" not in page.url
            yield name, page
            assert violations == [], name
        context.close()

    return pages


def test_nobody_is_shut_out(open_pages: Any, tmp_path: Path) -> None:
    faults, names = [], {}
    for name, page in open_pages(*PAGES):
        names[keep(page.request.get(page.url).body(), tmp_path)] = name
        faults += axe_faults_in_both(page, name)
        for width in (320, 360, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            faults += sticking_out(page, f"{name}, {width} px wide")
    assert [*faults, *html_faults(tmp_path, names)] == []


def test_sums_are_told_while_numbers_are_typed(open_pages: Any) -> None:
    for _name, page in open_pages("entry", viewport={"width": 360, "height": 740}):
        page.fill("#people", "20")
        first = page.locator("[data-sum]").first
        first.locator("input").nth(0).fill("12")
        first.locator("input").nth(1).fill("5")
        assert (
            first.locator("[data-left]").inner_text() == "17 người trả lời, 3 người không trả lời"
        )
        match = page.locator("[data-sum]:has([data-line])").first
        match.get_by_label("Đúng 4 dòng").fill("9")
        match.get_by_label("dòng 2, B").press_sequentially("7")
        page.keyboard.press("Tab")
        page.keyboard.type("1")
        sums = match.locator("[data-line-sum]").all_inner_texts()
        assert sums[:2] == ["0 trong 9 phiếu", "8 trong 9 phiếu"]
        assert (
            match.locator("[data-left]").inner_text() == "9 người trả lời, 11 người không trả lời"
        )


def test_large_print_enlarges_every_word(open_pages: Any) -> None:
    sizes = {}
    for name, page in open_pages("questions", "large", "large answers"):
        page.emulate_media(media="print")
        sizes[name] = page.locator(".sheet").first.evaluate(
            """(sheet) => [...sheet.querySelectorAll("*")]
              .filter((each) => [...each.childNodes].some((node) =>
                node.nodeType === Node.TEXT_NODE && node.data.trim()))
              .filter((each) => !each.matches(".visually-hidden"))
              .map((each) => [
                each.matches("h2"), parseFloat(getComputedStyle(each).fontSize)])"""
        )
    words = {name: [size for _heading, size in found] for name, found in sizes.items()}
    assert min(words["large"] + words["large answers"]) >= 24, "18 points"
    assert len(words["large"]) == len(words["questions"])
    pairs = zip(words["large"], words["questions"], strict=True)
    assert all(large > normal for large, normal in pairs)
    assert max(words["large"]) == max(size for heading, size in sizes["large"] if heading)


def test_answer_sheets_are_halves_with_a_line_to_cut_along(open_pages: Any) -> None:
    for _name, page in open_pages("answers"):
        page.emulate_media(media="print")
        first, second = (
            page.locator(".sheet--half").nth(position).bounding_box() for position in range(2)
        )
        assert first
        assert second
        assert 480 < first["height"] < 515, "132 mm, nearly half of a page"
        assert abs(first["height"] - second["height"]) < 60
        line = (
            page.locator(".sheet--half")
            .nth(1)
            .evaluate("(each) => getComputedStyle(each, '::before').borderBlockStartStyle")
        )
        assert line == "dashed"


def test_what_is_typed_is_kept_without_a_press(open_pages: Any) -> None:
    for _name, page in open_pages("entry"):
        page.fill("#people", "31")
        expect(page.locator("[data-kept]")).to_be_visible()
        page.reload()
        assert page.locator("#people").input_value() == "31"
        page.fill("#people", "32")
        page.locator("button[value=keep]").last.click()  # a press does not wait for it
        expect(page.locator(".note[role=status]")).to_be_visible()
        assert page.locator("#people").input_value() == "32"


def test_sheets_come_out_of_the_printer_on_a4(open_pages: Any) -> None:
    pages = {}
    for name, page in open_pages("questions", "large", "answers", "large answers", "key"):
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
        pages[name] = len(re.findall(rb"/Type\s*/Page\b", pdf))
        page.emulate_media(media="print")
        assert not page.locator(".site-header").is_visible()
        assert not page.locator(".no-print").first.is_visible()
    assert pages["answers"] == 2, "one for each language"
    assert pages["large answers"] == 2
    assert pages["questions"] >= 2
    assert pages["large"] > pages["questions"]
