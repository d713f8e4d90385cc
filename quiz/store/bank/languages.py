"""The languages in which content must be written."""

from __future__ import annotations

from quiz.domain.question import FIRST_LANGUAGE

LANGUAGES = (FIRST_LANGUAGE, "en")
"""The languages in which every text must be written, the first one first."""
