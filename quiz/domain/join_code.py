"""Join codes: six digits, for a Vietnamese keyboard may turn letters into others (aw → ă)."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from random import Random

LENGTH = 6

REST_DAYS = 90
"""Days for which the code of a closed room is not given to another: a photo may still be around."""

SEPARATORS = frozenset(".,-–—·_/")


def draw(chance: Random, taken: Container[str]) -> str:
    """Return a code that is not taken, by a source of chance that nobody can foresee."""
    while True:
        code = f"{chance.randrange(10**LENGTH):0{LENGTH}}"
        if code not in taken:
            return code


def clean(text: str) -> str | None:
    """Return the code that somebody typed, or None if it cannot be one.

    Blanks, dashes and dots between the digits are passed over, and digits of any script are read.
    """
    letters = [letter for letter in text if not (letter.isspace() or letter in SEPARATORS)]
    digits = [unicodedata.digit(letter, None) for letter in letters]
    if len(digits) != LENGTH or None in digits:
        return None
    return "".join(map(str, digits))


def spaced(code: str) -> str:
    """Return a code as it is shown and read out: ``482 913``."""
    return f"{code[:3]} {code[3:]}"
