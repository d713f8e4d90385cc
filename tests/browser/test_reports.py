"""Reports in Chromium: both languages, light and dark, on every screen, and on paper."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from quiz.domain.day import day_of
from quiz.domain.staff import Role
from quiz.service import accounts, demo_data
from quiz.store.bank import Bank
from quiz.store.sqlite import SQLite
from quiz.store.staff import begin_session, new_token
from quiz.web.staff.sessions import COOKIE
from tests.browser.examine import (
    axe_faults,
    axe_faults_in_both,
    html_faults,
    keep,
    listen,
    sticking_out,
)
from tests.browser.server import serving
from tests.classes import PASSWORD
from tests.proof import FULL

pytestmark = pytest.mark.browser

PAGES = {
    "report": "/reports",
    "filtered": "/reports?phase=after&source=room",
    "nothing": "/reports?source=pool&language=vi",
    "refused": "/reports?first=2026-99",
    "questions": "/reports/questions?sort=doubts",
    "question": "/reports/questions/lit-verify-flood-photo/{revision}",
    "take": "/reports/take",
    "keys": "/keys",
}
WITH_SCORES = ("report", "filtered", "questions", "question")
MEASURES = """(region) => {
  const right = (cell) => cell.getBoundingClientRect().right;
  const heights = [...region.querySelectorAll("tbody tr")].map(
    (row) => row.getBoundingClientRect().height);
  return {
    over: region.scrollWidth - region.clientWidth,
    score: right(region.querySelector("thead .num")) - right(region),
    highest: Math.max(...heights),
  };
}"""
"""How far a table is wider than its region, and its scores stick out; and its highest row."""
SCREENS = ((320, 640), (360, 740), (1280, 800), (1920, 1080))


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, away: str, questions: Bank
) -> Iterator[tuple[str, dict[Role, str]]]:
    """Serve an installation with simulated totals to somebody of each role, signed in."""
    folder = tmp_path_factory.mktemp("reports")
    now = datetime.now(UTC)
    database = SQLite.open(folder / "quiz.db")
    tokens = {role: new_token() for role in Role}
    with database.writing() as db:
        demo_data.fill(db, questions, today=day_of(now))
        for role, token in tokens.items():
            invited = accounts.invite(db, f"{role}@example.org", role, by=None, now=now)
            person = accounts.invited(db, invited, now=now)
            accounts.accept(db, person, invited, PASSWORD, now=now)
            if role.needs_second_factor:
                accounts.begin_totp(db, person)
                person.totp_step = 0
            begin_session(db, token, staff=person.id, complete=True, now=now, begun=now)
        db.commit()
    database.close()
    with serving(folder, QUIZ_LEAVE_TO=away) as address:
        yield address, tokens


@pytest.fixture
def context_of(site: tuple[str, dict[Role, str]], browser: Browser) -> Any:
    """Open a browser in which somebody of a role is signed in."""
    address, tokens = site

    def signed_in(role: Role, **options: Any) -> BrowserContext:
        context = browser.new_context(ignore_https_errors=True, **options)
        context.set_default_timeout(30_000)
        secure = address.startswith("https")
        name = f"__Host-{COOKIE}" if secure else COOKIE
        context.add_cookies(
            [{"name": name, "value": tokens[role], "url": address, "secure": secure}]
        )
        return context

    return signed_in


@pytest.fixture
def open_pages(site: tuple[str, dict[Role, str]], context_of: Any, questions: Bank) -> Any:
    """Open pages in a language, yield each with its name, and see that it kept the policy."""
    address, _tokens = site
    revision = questions.questions["lit-verify-flood-photo"].revision

    def pages(
        language: str, names: Collection[str] = tuple(PAGES), **options: Any
    ) -> Iterator[tuple[str, Page]]:
        context = context_of(Role.ADMIN, **options)
        violations = listen(context)
        page = context.new_page()
        for each in names:
            prefix = "" if language == "vi" else f"/{language}"
            path = PAGES[each].format(revision=revision)
            answered = page.goto(f"{address}{prefix}{path}")
            assert answered
            assert answered.status == (400 if each == "refused" else 200)
            assert "/sign-in" not in page.url
            yield each, page
            assert violations == [], each
        context.close()

    return pages


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nobody_is_shut_out(open_pages: Any, tmp_path: Path, language: str) -> None:
    """The elements, and the colours of the dark, are the same in both languages."""
    faults, names = [], {}
    is_first = FULL or language == "vi"
    for name, page in open_pages(language, viewport={"width": 1280, "height": 800}):
        if is_first:
            names[keep(page.request.get(page.url).body(), tmp_path)] = name
        faults += axe_faults_in_both(page, name) if is_first else axe_faults(page, name)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            faults += sticking_out(page, f"{name}, {width} px wide")
    if is_first:
        faults += html_faults(tmp_path, names)
    assert faults == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_phone_shows_scores_without_scrolling_to_the_side(open_pages: Any, language: str) -> None:
    """Every score of every table, and on an ordinary phone all of a report, the key of bars too."""
    seen = set()
    for name, page in open_pages(language, WITH_SCORES, viewport={"width": 360, "height": 740}):
        for width in (360, 320):
            page.set_viewport_size({"width": width, "height": 740})
            for table in page.locator("main .scroll:has(thead .num)").all():
                found = table.evaluate(MEASURES)
                label = table.get_attribute("aria-labelledby")
                assert found["score"] <= 1, (name, width, label)
                assert found["highest"] <= 350, (name, width, label)
                if name == "report" and width == 360:
                    assert found["over"] <= 0, label
                seen.add((name, width))
    assert {name for name, width in seen if width == 320} == set(WITH_SCORES)
    assert {name for name, width in seen if width == 360} == set(WITH_SCORES)


FIGURES = """(rows) => rows.map((row) => ({
  width: row.querySelector("svg.bars .is-value").getAttribute("width"),
  isPair: row.querySelector("td.pair") !== null,
  figures: [...row.querySelectorAll("td.num")].map((cell) => cell.innerText),
}))"""
"""Reads of each row how long its bar is, and the figures beside it."""


def test_every_bar_is_as_long_as_the_figure_beside_it(open_pages: Any) -> None:
    compared = 0
    for name, page in open_pages("en", [each for each in PAGES if each != "question"]):
        rows = page.locator("tbody tr:has(svg.bars .is-value)").evaluate_all(FIGURES)
        for row in rows:
            if row["isPair"]:
                continue
            [said] = [each for each in row["figures"] if each.endswith("%")]
            difference = float(row["width"][:-1]) - float(said.strip("≈≥≤ %"))
            assert abs(difference) <= 0.5, (name, row)
            compared += 1
    assert compared > 50


def test_the_plot_of_months_says_what_the_table_below_it_does(open_pages: Any) -> None:
    for _name, page in open_pages("en", ["report"], viewport={"width": 320, "height": 640}):
        rows = page.locator("table:has(#months) tbody tr").all()
        table = [(row.locator("th"), row.locator("td").first) for row in rows]
        said = [(month.inner_text().strip(), score.inner_text()) for month, score in table]
        plot = page.locator("svg.trend")
        heights = [
            float((dot.get_attribute("cy") or "").rstrip("%"))
            for dot in plot.locator("circle").all()
        ]
        shown = [(88 - height) / 0.72 for height in heights]
        assert len(said) > 6
        assert shown == pytest.approx([float(score.strip("≈ %")) for _, score in said], abs=0.6)
        words = plot.locator("text").all_text_contents()
        (first, score), (last, last_score) = said[0], said[-1]
        assert [word for word in words if word not in {"0%", "50%", "100%"}] == [
            score,
            in_figures(first),
            last_score,
            in_figures(last),
        ]
        left, right = (
            plot.get_by_text(in_figures(month)).bounding_box() for month in (first, last)
        )
        assert left["x"] + left["width"] < right["x"], "the words of two months touch"
        return


def in_figures(month: str) -> str:
    """Return "March 2026" as 3/2026."""
    day = datetime.strptime(f"1 {month}", "%d %B %Y").replace(tzinfo=UTC)
    return f"{day.month}/{day.year}"


@pytest.mark.parametrize("role", Role)
def test_each_role_is_led_to_what_is_its_own(
    site: tuple[str, dict[Role, str]], context_of: Any, role: Role
) -> None:
    """A facilitator reads no reports, and nobody but an admin makes keys: others find no page."""
    address, _tokens = site
    page = context_of(role, locale="vi-VN").new_page()
    page.goto(f"{address}/rooms")
    reports = page.get_by_role("link", name="Báo cáo")
    if role is Role.FACILITATOR:
        expect(reports).to_have_count(0)
    else:
        reports.click()
        page.get_by_role("link", name="Tải số liệu").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    allowed = {"/reports": role is not Role.FACILITATOR, "/keys": role is Role.ADMIN}
    for path, is_allowed in allowed.items():
        answered = page.goto(f"{address}{path}")
        assert answered
        assert answered.status == (200 if is_allowed else 404)
        assert axe_faults(page, f"{path}, {role}") == []
    page.context.close()


def test_a_printed_report_leaves_the_controls_out(open_pages: Any) -> None:
    for name, page in open_pages("vi", ["report", "questions", "question"]):
        page.emulate_media(media="print")
        assert not page.locator("details").is_visible() if name != "question" else True
        assert page.locator("main table").first.is_visible()
        assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_heading_sorts_by_keyboard_alone_and_without_script(open_pages: Any) -> None:
    for _name, page in open_pages("vi", ["questions"], java_script_enabled=False):
        for way in ("down", "up"):
            page.locator("thead a").nth(2).focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"**sort=answers&way={way}*")
            cells = page.locator("tbody td:nth-child(3)").all_inner_texts()
            numbers = [int(each) for each in cells if each.isdecimal()]
            assert len(numbers) > 10
            assert numbers == sorted(numbers, reverse=way == "down")
