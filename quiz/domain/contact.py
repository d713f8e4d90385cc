"""Somebody who can help: a number, a place, an app or a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quiz.domain.question import Text

DAYS_A_CALL_COUNTS = 180
EMERGENCY_NUMBERS = {"111", "113", "115"}
"""Numbers that everybody knows, and that need no call to be shown."""


class ContactMethod(StrEnum):
    """How a contact is reached."""

    PHONE = "phone"
    PLACE = "place"
    APP = "app"
    WEB = "web"


class Confidence(StrEnum):
    """How sure something is: read in one source, in two, or in none."""

    VERIFIED = "verified"
    TWO_SOURCES = "two sources"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One entry of ``contacts.toml``. Only a published one may reach a page."""

    id: str
    method: ContactMethod
    name: Text
    number: str
    who: Text
    hours: Text
    cost: Text
    languages: tuple[str, ...]
    sources: tuple[str, ...]
    newest_source: str
    confidence: Confidence
    published: bool
    remark: str
    verified_on: date | None = None
    verified_by: str = ""

    @property
    def needs_call(self) -> bool:
        """Whether this is a phone line that may be shown only if it was called lately."""
        is_phone = self.method is ContactMethod.PHONE
        return self.published and is_phone and self.number not in EMERGENCY_NUMBERS

    def holds_on(self, day: date) -> bool:
        """Whether the entry may stand on a day: no call lies ahead, or too long ago to count."""
        if self.verified_on is None:
            return not self.needs_call
        age = (day - self.verified_on).days
        return age >= 0 and (age <= DAYS_A_CALL_COUNTS or not self.needs_call)
