"""The words of the command line, in the language of the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from babel.support import Translations

from quiz.web.locale import TRANSLATIONS


def terminal_language() -> str:
    """Return the language of the terminal: Vietnamese if it says so, else English."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "vi" if next(filter(None, names), "").lower().startswith("vi") else "en"


def program() -> str:
    """Return what to type to run this program once more: ``quiz``, if that is on the path."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m quiz.cli"
    found = shutil.which(called.name)
    return called.stem if found and Path(found).samefile(called) else str(called)


_ = Translations.load(TRANSLATIONS, [terminal_language()]).gettext
