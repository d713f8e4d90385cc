"""A whole quiz in Chromium: both languages, with and without script, by keyboard alone."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from quiz.domain.stem import split_stem
from quiz.store.bank import Bank
from tests.browser.examine import LARGE, axe_faults, covered_exit, sticking_out
from tests.browser.keyboard import enter, walk_to
from tests.browser.quiz_page import Reader
from tests.proof import FULL

pytestmark = pytest.mark.browser

NEUTRAL = re.compile(r"^(/en)?(/|/a|/s|/c|/v|/k|/x|/help|/notes|/about|/accessibility)?$|^/static/")


@pytest.mark.parametrize(
    ("language", "script"),
    [("vi", True), ("en", False), *([("vi", False), ("en", True)] if FULL else [])],
)
def test_a_whole_quiz_leaves_one_neutral_address_in_the_history_and_asks_nobody_else(
    browser: Browser, browser_context_args, base_url: str, questions: Bank, language, script
):
    context = browser.new_context(**browser_context_args, java_script_enabled=script)
    asked = set()
    context.on("request", lambda request: asked.add(request.url))
    page = context.new_page()
    reader = Reader(page, questions, language)
    reader.visit("/")
    before = page.evaluate("history.length")
    page.locator(".hero .btn--accent").click()
    reader.choose_theme("mixed")
    reader.press("begin")
    kinds = {reader.question.kind for name in reader.pages() if name.startswith("asking")}
    assert len(kinds) >= 3
    if script:
        assert page.evaluate("history.length") <= before + 1
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".hero--result")).to_be_visible()
    for path in ("/c", "/v", "/k", "/help", "/notes", "/about", "/accessibility", "/no-such-page"):
        reader.visit(path)
    reader.visit("/a")
    reader.press("hand-over")
    reader.visit("/a")
    expect(page.locator(".hero--result")).to_have_count(0)
    context.close()
    assert {url for url in asked if not url.startswith(f"{base_url}/")} == set()
    paths = {urlsplit(url).path for url in asked} - {"/no-such-page", "/en/no-such-page"}
    assert {path for path in paths if not NEUTRAL.match(path)} == set()
    assert not any(urlsplit(url).query or urlsplit(url).fragment for url in asked)


def test_the_quiz_can_be_taken_by_keyboard_alone(page: Page, questions: Bank):
    reader = Reader(page, questions)
    reader.visit("/")
    enter(page, ".hero .btn--accent")
    walk_to(page, 'button[value="mixed"]')
    page.keyboard.press("Enter")
    page.locator('button[value="begin"]').wait_for()
    enter(page, 'button[value="begin"]')
    while reader.under_way:
        if not reader.asking:
            enter(page, 'button[value="on"]')
            continue
        question = reader.question
        match question.kind:
            case "choice" | "judge":
                walk_to(page, 'input[type="radio"]')
                page.keyboard.press("Space")
                page.keyboard.press("ArrowDown")
                enter(page, 'button[value="answer"]')
            case "multiple" | "flags":
                walk_to(page, 'input[type="checkbox"]')
                page.keyboard.press("Space")
                enter(page, 'button[value="answer"]')
            case "order":
                for _ in question.best:
                    walk_to(page, ".rank button")
                    page.keyboard.press("Enter")
                enter(page, 'button[value="answer"]')
            case "match":
                for position in range(1, len(question.best) + 1):
                    walk_to(page, "select")
                    for _ in range(position):
                        page.keyboard.press("ArrowDown")
                enter(page, 'button[value="answer"]')
            case "story":
                enter(page, ".choice-button")
    expect(page.locator(".hero--result")).to_be_visible()


def test_the_exit_stays_in_sight_while_the_keyboard_of_a_phone_is_open(page: Page):
    page.goto("/j")
    page.locator("#code").focus()
    page.set_viewport_size({"width": 360, "height": 320})  # what a keyboard leaves of 740
    assert [*sticking_out(page, "/j"), *covered_exit(page, "/j")] == []
    page.keyboard.type("482913")
    field = page.locator("#code").bounding_box()
    out = page.locator(".quick-exit a:not(.skip)").bounding_box()
    assert field
    assert out
    assert 0 <= field["y"] < field["y"] + field["height"] <= out["y"]


def begin_story(reader: Reader) -> None:
    """Take the quiz up to its story."""
    reader.come_to("story", "harassment")


def test_every_turn_of_a_story_shows_and_says_that_it_went_on(page: Page, questions: Bank):
    """By keyboard: no answer is more than three presses away, and it is all in one view."""
    reader = Reader(page, questions)
    begin_story(reader)
    story = reader.question
    titles = [page.title()]
    for number, step in enumerate(story.best):
        answers = page.locator(".turn .choice-button")
        values = answers.evaluate_all("each => each.map((one) => one.value)")
        if number:
            expect(page.locator("#newest")).to_be_focused()
            expect(page.locator("#newest")).to_be_in_viewport(ratio=1)
            expect(page.locator(".bubble--own:visible")).to_be_in_viewport(ratio=1)
            for answer in answers.all():
                expect(answer).to_be_in_viewport(ratio=1)
            presses = [[], ["ArrowDown"], ["ArrowUp"]][values.index(step)]
            for key in ("Tab", *presses):
                page.keyboard.press(key)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        else:
            reader.press(step)
        titles.append(page.title())
    assert len(set(titles)) == len(titles)
    assert titles[1].startswith("Câu")
    assert "Phần 2 " in titles[1]
    expect(page.locator(".way > li.is-right")).to_have_count(len(story.best))
    assert page.locator(".way details[open]").count() == 0


def test_without_script_a_story_goes_on_where_it_grew(
    browser: Browser, browser_context_args, questions: Bank
):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    reader = Reader(context.new_page(), questions)
    begin_story(reader)
    reader.press(reader.question.best[0])
    assert reader.page.url.endswith("/a#newest")
    expect(reader.page.locator(".turn .choice-button").last).to_be_in_viewport(ratio=1)
    box = reader.page.locator("#newest").bounding_box()
    assert box
    assert 0 <= box["y"] < 200
    context.close()


def test_a_link_on_a_dead_line_leaves_the_question_where_it_is(
    page: Page, context: BrowserContext, questions: Bank
):
    reader = Reader(page, questions)
    reader.start("literacy")
    question = reader.question
    context.set_offline(True)
    page.locator('.site-header a[href="/help"]').click()
    expect(page.locator("#offline")).to_be_visible()
    assert reader.question is question
    context.set_offline(False)
    page.locator('.site-header a[href="/help"]').click()
    page.wait_for_url("**/help")


def test_another_language_keeps_what_is_marked(page: Page, questions: Bank):
    reader = Reader(page, questions)
    reader.come_to("choice", "literacy")
    question = reader.question
    reader.choose(question, question.best)
    for language, other in (("en", "vi"), ("vi", "en")):
        page.locator(f'.site-header a[hreflang="{language}"]').click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("h1")).to_have_text(split_stem(question.stem[language]).ask)
        expect(page.locator(f'.site-header a[hreflang="{other}"]')).to_be_visible()
        assert page.locator("input:checked").input_value() == question.best[0]
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_steps_take_their_numbers_as_they_are_pressed_and_can_be_dragged(
    page: Page, questions: Bank
):
    reader = Reader(page, questions)
    reader.come_to("order", "abduction")
    question = reader.question
    steps = page.locator(".rank button")
    restart = page.locator("[data-restart]")
    expect(restart).to_be_hidden()

    def numbers() -> list[str]:
        return page.locator(".rank select").evaluate_all("all => all.map((each) => each.value)")

    for index in (2, 0, 1):
        steps.nth(index).click()
    assert numbers()[:3] == ["2", "3", "1"]
    said = page.locator("[role=status]").first
    expect(said).to_contain_text(f"Bước 3 trên {steps.count()}:")
    steps.nth(2).click()
    assert numbers()[:3] == ["1", "2", ""]
    expect(said).to_contain_text("Chưa có số:")
    page.locator('button[value="answer"]').click()
    expect(page.locator(".errors")).to_be_focused()
    assert numbers()[:3] == ["1", "2", ""]
    page.locator('.site-header a[hreflang="en"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(steps.first).to_contain_text(f"Step 1 of {steps.count()}:")
    restart.click()
    assert set(numbers()) == {""}
    last = page.locator(".rank select").last.get_attribute("name")
    steps.last.hover()
    page.mouse.down()
    first = steps.first.bounding_box()
    assert first
    page.mouse.move(first["x"] + 9, first["y"] + 2, steps=5)
    page.mouse.up()
    assert numbers() == [str(position) for position in range(1, steps.count() + 1)]
    assert page.locator(".rank select").first.get_attribute("name") == last
    assert axe_faults(page, "an order with numbers") == []
    restart.click()
    reader.language = "en"
    reader.answer(*question.best)
    expect(page.locator(".verdict.is-right")).to_be_visible()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_small_screens_and_large_text_leave_room_for_the_question(
    page: Page, questions: Bank, language
):
    """The notice fits one view with its button; a question begins in the first one."""
    reader = Reader(page, questions, language)
    reader.visit("/s")
    page.set_viewport_size({"width": 360, "height": 740})
    reader.choose_theme("mixed")
    exit_ = page.locator(".quick-exit a:not(.skip)")
    assert bottom(page.locator('button[value="begin"]')) <= top(exit_)
    reader.press("begin")
    while page.locator("main .note").count():  # it warns of what the question tells
        reader.press("skip")
    for width, height, style in ((740, 360, ""), (320, 568, LARGE)):
        page.set_viewport_size({"width": width, "height": height})
        if style:
            page.evaluate(
                """style => {
                  const sheet = new CSSStyleSheet();
                  sheet.replaceSync(style);
                  document.adoptedStyleSheets = [sheet];
                }""",
                style,
            )
        assert top(page.locator(".scene, h1").first) + 96 <= top(exit_), f"{width}x{height}"
    expect(page.locator("main progress")).to_have_attribute("aria-hidden", "true")
    asking = page.title()
    reader.press("unsure")
    assert page.title() != asking
    assert (
        page.locator("main :is(h1, h2)").first.inner_text()
        == {
            "vi": "Chưa chắc cũng không sao.",
            "en": "Not being sure is fine.",
        }[language]
    )


def top(element: Locator) -> float:
    """Return where an element begins, in pixels from the top of the view."""
    box = element.bounding_box()
    assert box
    return box["y"]


def bottom(element: Locator) -> float:
    """Return where an element ends."""
    box = element.bounding_box()
    assert box
    return box["y"] + box["height"]


def test_a_printed_result_can_be_read(page: Page, questions: Bank):
    reader = Reader(page, questions)
    reader.start()
    reader.skip_all()
    page.emulate_media(media="print")
    for selector in (".hero h1", ".hero p"):
        colour = page.locator(selector).evaluate("each => getComputedStyle(each).color")
        red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
        assert red + green + blue < 3 * 90, f"{selector} is printed in pale {colour}"
