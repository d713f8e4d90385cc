"""What a facilitator reads says what the screen says, and gives no number that nobody checked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from quiz.store import bank

DOCS = Path(__file__).parent.parent / "docs"
VIETNAMESE = (DOCS / "facilitating.md").read_text(encoding="utf-8")
ENGLISH = (DOCS / "facilitating.en.md").read_text(encoding="utf-8")


def buttons(text: str) -> list[str]:
    """What stands in bold inside a sentence: the buttons, as the screen names them."""
    found = re.findall(r"\*\*([^*]+)\*\*", text.replace("\n  ", " ").replace("\n", " "))
    return [each for each in found if not each.endswith((":", ".")) and not each.isdecimal()]


def test_both_languages_have_the_same_parts():
    parts = [re.findall(r"^(#+) ", text, re.MULTILINE) for text in (VIETNAMESE, ENGLISH)]
    assert parts[0] == parts[1]
    assert len(buttons(VIETNAMESE)) == len(buttons(ENGLISH))


@pytest.mark.parametrize("text", [VIETNAMESE, ENGLISH])
def test_every_number_to_call_is_one_that_may_be_shown(text):
    contacts = bank.load(bank.CONTENT, today=datetime.now(UTC).date()).contacts.values()
    numbers = {each.number for each in contacts if each.show}
    called = set(re.findall(r"(?<!\d)1\d\d(?!\d)|\d{4}[ .]?\d{2}[ .]?\d{2}", text))
    assert called == {"111", "113", "115"} <= numbers


def test_buttons_are_called_what_the_screen_calls_them():
    catalogue = DOCS.parent / "quiz/translations/vi/LC_MESSAGES/messages.po"
    with catalogue.open(encoding="utf-8") as file:
        words = {str(each.id): str(each.string) for each in read_po(file) if each.id}
    for vietnamese, english in zip(buttons(VIETNAMESE), buttons(ENGLISH), strict=True):
        assert words[english] == vietnamese
