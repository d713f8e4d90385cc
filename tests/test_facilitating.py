"""What a facilitator reads says what the screen says, and gives no number that nobody checked."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.shipped import shipped_bank

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "quiz" / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
VIETNAMESE = (ROOT / "docs" / "facilitating.md").read_text(encoding="utf-8")
ENGLISH = (ROOT / "docs" / "facilitating.en.md").read_text(encoding="utf-8")

PHONE = re.compile(
    r"(?<![\d.])(?:1[89]00[ .]?\d[\d .]{2,}\d|1\d\d|0\d(?:[ .]?\d){7,9})(?![\d.]*\d)"
)


def headings(text):
    return re.findall(r"^(#+) ", text, re.MULTILINE)


def phones(text):
    """The numbers to call: three figures from 1, or the long ones; not what stands in code."""
    return {found.replace(" ", "") for found in PHONE.findall(re.sub(r"`[^`]*`", "", text))}


def buttons(text):
    """What stands in bold: words that the screen shows."""
    return [" ".join(found.split()) for found in re.findall(r"\*\*([^*]+)\*\*", text)]


def test_both_languages_have_the_same_parts():
    assert headings(VIETNAMESE) == headings(ENGLISH)


def test_both_languages_give_the_same_numbers():
    assert phones(VIETNAMESE) == phones(ENGLISH) >= {"111", "113", "115"}


@pytest.mark.parametrize("text", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
def test_every_number_to_call_is_a_contact_that_may_be_shown(text):
    contacts = shipped_bank().contacts.values()
    assert phones(text) <= {each.number.replace(" ", "") for each in contacts if each.published}


def test_long_numbers_are_noticed_too():
    text = "Gọi 1900 96 96 80, 1800 1769, 024 3333 5599 hoặc 096 306 1414; mở `10.42.0.1:8000`."
    assert phones(text) == {"1900969680", "18001769", "02433335599", "0963061414"}


def test_buttons_are_called_what_the_screen_calls_them():
    with CATALOGUE.open(encoding="utf-8") as file:
        words = {str(each.id): str(each.string) for each in read_po(file) if each.id}
    assert set(buttons(VIETNAMESE)) <= {*words.values()}
    assert set(buttons(ENGLISH)) <= {*words}
    assert {words[each] for each in buttons(ENGLISH)} == set(buttons(VIETNAMESE))
