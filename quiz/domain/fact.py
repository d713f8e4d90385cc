"""What questions rest on, and where it was read."""

from __future__ import annotations

from dataclasses import dataclass

from quiz.domain.contact import Confidence

UNDATED = "undated"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A public page on which a fact was read."""

    title: str
    publisher: str
    url: str
    date: str
    """A day, a month or a year, as far as it is known, or UNDATED."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One entry of ``facts.toml``. What is unverified is general advice, and has no sources."""

    id: str
    confidence: Confidence
    sources: tuple[Source, ...]
