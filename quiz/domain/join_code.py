"""Join codes: six digits, for a Vietnamese keyboard may turn letters into others (aw → ă)."""

from __future__ import annotations

import re
from collections.abc import Container
from random import Random
from urllib.parse import unquote

from quiz.domain.text import figures

LENGTH = 6

REST_DAYS = 90
"""Days for which the code of a closed room is not given to another: a photo may still be around."""

ADDRESS = re.compile(r"/j/([^/?#]+)", re.IGNORECASE)
"""The part of an address of ours that is the code."""


def draw(chance: Random, taken: Container[str]) -> str:
    """Return a code that is not taken, by a source of chance that nobody can foresee."""
    while True:
        code = f"{chance.randrange(10**LENGTH):0{LENGTH}}"
        if code not in taken:
            return code


def clean(text: str) -> str | None:
    """Return the code that somebody typed or pasted, or None if it cannot be one.

    Blanks, dashes and dots between the figures are passed over, figures of any script are read,
    and of the address in a QR code (``…/j/482913``) the code at its end is taken.
    """
    if address := ADDRESS.search(text):
        text = unquote(address[1])
    found = figures(text)
    return found if found is not None and len(found) == LENGTH else None


def spaced(code: str) -> str:
    """Return a code as it is shown and read out: ``482 913``."""
    return f"{code[:3]} {code[3:]}"
