"""The words of the command line, in the language of the terminal."""

from __future__ import annotations

import os

from babel.support import Translations

from quiz.web.locale import TRANSLATIONS


def terminal_language() -> str:
    """Return the language of the terminal: Vietnamese if it says so, else English."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "vi" if next(filter(None, names), "").lower().startswith("vi") else "en"


_ = Translations.load(TRANSLATIONS, [terminal_language()]).gettext
