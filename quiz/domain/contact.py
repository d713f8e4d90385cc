"""Somebody who can help: a number, a place, an app or a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quiz.domain.question import Text


class ContactKind(StrEnum):
    """How a contact is reached."""

    PHONE = "phone"
    PLACE = "place"
    APP = "app"
    WEB = "web"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One entry of ``contacts.toml``. Only an entry with ``show`` may reach a page."""

    id: str
    kind: ContactKind
    name: Text
    number: str
    who: Text
    hours: Text
    cost: Text
    languages: tuple[str, ...]
    sources: tuple[str, ...]
    newest_source: str
    confidence: str
    show: bool
    remark: str
    verified_on: date | None = None
    verified_by: str = ""
