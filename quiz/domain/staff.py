"""Staff: their roles, what a password must be, and how long somebody stays signed in."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from quiz.domain.refusals import (
    NotAnEmail,
    PasswordCommon,
    PasswordLikeEmail,
    PasswordTooLong,
    PasswordTooShort,
)
from quiz.domain.text import clean

SHORTEST, SUGGESTED, LONGEST = 12, 15, 256
LONGEST_EMAIL = 254
LONGEST_PASTED = 1024
PASTED = re.compile("[^<>]*<([^<>]*)>[ ,;]*")
"""An address as mail programs copy it, with a name before it."""

AROUND_EMAIL = ' "<>,;'
EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")

STRONG = 3
"""From this strength on, an attack on the hash of a password takes years."""

OURS = ("vungtam", "quiz")
IDLE = timedelta(minutes=30)
"""A browser that asks for nothing for so long is signed out."""

ABSOLUTE = timedelta(hours=12)
"""A class with its preparation; nobody stays signed in for longer."""

SESSION_REFRESH = timedelta(minutes=1)
"""How exactly it is known when a browser last asked for something."""

WARNING = IDLE - SESSION_REFRESH - timedelta(minutes=2)
"""When a page that was left alone says so: two minutes are left then, at the least."""

LINK = timedelta(hours=24)
"""How long the link works with which somebody chooses a password."""

KEY = timedelta(days=365)
"""How long a key works with which a program reads the report."""

STEP = 30
"""Seconds for which a code of the second factor is shown."""


class Role(StrEnum):
    """What somebody of the staff may do."""

    FACILITATOR = "facilitator"
    OFFICER = "officer"
    ADMIN = "admin"

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password alone is too little: what they reach is about many classes."""
        return self is not Role.FACILITATOR


def clean_email(typed: str) -> str:
    """Return the address that somebody typed or pasted. Raises NotAnEmail.

    What mail programs put around an address is left out: a name before ``<…>``, ``mailto:``, and
    semicolons or commas; so is what cannot be seen.
    """
    if len(typed) > LONGEST_PASTED:
        raise NotAnEmail
    email = clean(typed).lower()
    if named := PASTED.fullmatch(email):
        email = named[1]
    email = email.strip(AROUND_EMAIL)
    if email.startswith("mailto:"):
        email = email.removeprefix("mailto:").partition("?")[0].strip(AROUND_EMAIL)
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        raise NotAnEmail
    return email


def composed(password: str) -> str:
    """Return a password as it is compared: however its accents were typed, it is the same."""
    return unicodedata.normalize("NFC", password)


def check_password(
    password: str, *, email: str, strength: Callable[[Iterable[str], Sequence[str]], int]
) -> None:
    """Raise PasswordTooShort, PasswordTooLong, PasswordCommon or PasswordLikeEmail.

    ``strength`` returns from 0 to 4 how hard the weakest of some forms of a password is to guess
    for somebody who tries some words first.
    """
    if len(composed(password)) < SHORTEST:
        raise PasswordTooShort
    if len(composed(password)) > LONGEST:
        raise PasswordTooLong
    letters = "".join(filter(str.isalnum, plain(password)))
    forms = {composed(password), letters or password}
    to_strangers = strength(forms, ())
    if strength(forms, names_of(email)) < to_strangers:
        raise PasswordLikeEmail
    without_figures = letters.strip(string.digits) or password
    if min(to_strangers, strength({without_figures}, ())) < STRONG:
        raise PasswordCommon


def plain(text: str) -> str:
    """Return small letters without accents and spaces: ``Mật khẩu 1`` is ``matkhau1``."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(
        letter for letter in letters if not unicodedata.combining(letter) and not letter.isspace()
    )


def names_of(email: str) -> list[str]:
    """Return what may be tried first: our name, and the parts of somebody's address."""
    return [*OURS, plain(email), *(each for each in re.split(r"[^\w]+|_", plain(email)) if each)]


def is_over(*, begun: datetime, seen: datetime, now: datetime) -> bool:
    """Whether somebody has been signed in for too long, or away for too long."""
    return now >= seen + IDLE or now >= begun + ABSOLUTE
