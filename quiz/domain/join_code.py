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

SIGNED = "~"
"""What stands between a code and the signature with which a QR code carries it."""

ADDRESS = re.compile(r"/j/([^/?#]+)", re.IGNORECASE)
"""The part of an address of ours that is the code."""


def generate(chance: Random, taken: Container[str]) -> str:
    """Return a code that is not taken, by a source of chance that nobody can foresee."""
    while True:
        code = f"{chance.randrange(10**LENGTH):0{LENGTH}}"
        if code not in taken:
            return code


def clean(text: str) -> str | None:
    """Return the code that somebody typed or pasted, or None if it cannot be one.

    Blanks, dashes and dots between the figures are passed over, figures of any script are read,
    and of the address in a QR code (``…/j/482913~signature``) the code at its end is taken.
    """
    found = figures(in_address(text).partition(SIGNED)[0])
    return found if found is not None and len(found) == LENGTH else None


def in_address(text: str) -> str:
    """Return the part of an address of ours that is the code, or a text that is no address."""
    address = ADDRESS.search(text)
    return unquote(address[1]) if address else text


def spaced(code: str) -> str:
    """Return a code as it is shown and read out: ``482 913``."""
    return f"{code[:3]} {code[3:]}"
