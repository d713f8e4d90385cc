"""The guide for facilitators inside the product, and the ways to it."""

import pytest

from quiz.web.staff import guide
from tests.web.conftest import READY, fill


@pytest.mark.parametrize("path", ["/guide", "/en/guide"])
def test_the_guide_is_a_page_and_no_mark_of_its_source_is_left(teacher, path):
    teacher.visit(path)
    main = teacher.find("main")
    assert [each["id"] for each in main.select("h2[tabindex]")] == list(guide.SECTIONS)
    assert not [mark for mark in ("**", "](", "> ", "###", "`") if mark in main.get_text()]
    for link in main.select("nav a"):
        assert teacher.has(link["href"])
    assert "113" in main.get_text()
    nested = main.select_one("#disclosure ~ .steps .bullets")
    assert len(nested.select("li")) == 5


def test_it_is_one_press_away_at_the_step_where_it_helps(teacher, make_phone):
    teacher.visit("/rooms/new")
    assert teacher.find(".site-header a[target=guide]")["href"] == "/guide#before"
    [disclosure] = teacher.page.select("fieldset a[target=guide]")
    assert disclosure["href"] == "/guide#disclosure"
    fill(teacher, **READY)
    assert teacher.find(".site-header a[target=guide]")["href"] == "/guide#leading"
    teacher.press("close")
    assert teacher.find(".site-header a[target=guide]")["href"] == "/guide#after"
    teacher.visit("/account")
    assert teacher.find(".site-header a[target=guide]")["href"] == "/guide"
    assert "/sign-in" in make_phone().visit("/guide").response.location, "it is for facilitators"


def test_lists_may_hold_lists_and_words_may_be_marked():
    text = "- a *b* **c** `d` <i>\n  goes on\n  1. inner\n\n> said"
    [bullets, quote] = guide.parse(text.splitlines())
    [entry] = bullets.blocks
    assert [each.tag for each in entry.spans if each.tag] == ["em", "b", "code"]
    assert "".join(each.words for each in entry.spans) == "a b c d <i> goes on"
    assert [each.kind for each in entry.blocks] == ["ol"]
    assert (quote.kind, quote.blocks[0].spans[0].words) == ("quote", "said")
