"""What people type and paste, folded in one way: names, addresses, codes."""

from __future__ import annotations

import re
from unicodedata import category, combining, decimal, normalize

LOOK_ALIKE = str.maketrans({"Ð": "Đ", "ð": "đ"})
"""The letters eth, which some keyboards give for đ, and which look the same as capitals."""

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""The marks of the five written tones: grave, acute, tilde, hook above, dot below."""

NEW_STYLE = re.compile(r"(?<![Qq])([Oo](?=[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]\b)|[Uu](?=[ỳýỷỹỵỲÝỶỸỴ]\b))(\w)")
"""An open syllable in *oa*, *oe* or *uy* whose tone stands on its second vowel: hoà, khoẻ, thuỷ."""

BETWEEN_FIGURES = frozenset(".,·_/−()")
"""What may stand between figures, beside blanks and dashes of every kind."""


def clean(typed: str) -> str:
    """Return a line of text as it is kept.

    Letters are composed (NFC), what cannot be seen (zero-width and direction characters) is left
    out, and runs of blanks, line ends and control characters are one space.
    """
    composed = normalize("NFC", typed.translate(LOOK_ALIKE))
    seen = (" " if category(letter) == "Cc" else letter for letter in composed)
    return normalize(
        "NFC", " ".join("".join(letter for letter in seen if category(letter) != "Cf").split())
    )


def one_tone_style(name: str) -> str:
    """Return a name with the tones of *oa, oe, uy* where most people set them: Hòa, not Hoà."""
    return NEW_STYLE.sub(lambda found: move_tone(found[1], found[2]), name)


def move_tone(first: str, second: str) -> str:
    """Return two vowels with the tone of the second on the first."""
    letter, *marks = tuple(normalize("NFD", second))
    tone = "".join(mark for mark in marks if mark in TONES)
    return normalize("NFC", first + tone + letter)


def same_name(name: str) -> str:
    """Return what all right spellings of a name have in common, to compare names by."""
    return one_tone_style(clean(name)).casefold()


def plain(name: str) -> str:
    """Return the letters and figures of a name, small and without accents: ``daklak``."""
    letters = normalize("NFD", clean(name).casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isalnum() and not combining(letter))


def figures(typed: str) -> str | None:
    """Return the figures of a number that is typed in groups, or None if it holds anything else.

    Figures of any script are read; blanks, dashes, dots and invisible characters are passed over.
    """
    found = []
    for letter in clean(typed):
        figure = decimal(letter, None)
        if figure is not None:
            found.append(str(figure))
        elif not (letter.isspace() or letter in BETWEEN_FIGURES or category(letter) == "Pd"):
            return None
    return "".join(found)
