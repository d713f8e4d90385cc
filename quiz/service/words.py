"""What the values of figures are called: English words that catalogues translate.

Pages and files say them in their own language, each with its own translator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.support import Translations

CATALOGUES = Path(__file__).parent.parent / "translations"


@cache
def catalogue(language: str) -> Callable[[str], str]:
    """Return what says the words of the interface in a language, whatever that of the page is."""
    say: Callable[[str], str] = Translations.load(CATALOGUES, [language]).gettext
    return say


def language_name(code: str, language: str) -> str:
    """Return what a language is called in another."""
    return Locale.parse(code).get_display_name(language) or code


def N_(message: str) -> str:  # noqa: N802 - the name by which catalogues know it
    """Mark words for the catalogues; whoever shows them translates them."""
    return message


THEMES: Mapping[str, str] = {
    "harassment": N_("Online harassment"),
    "abduction": N_("Online abduction"),
    "literacy": N_("Digital skills"),
    "all": N_("All"),
}

SKILLS: Mapping[str, str] = {
    "recognise": N_("Recognise"),
    "judge": N_("Tell genuine from fake"),
    "respond": N_("Respond"),
    "protect": N_("Protect oneself"),
    "support": N_("Support others"),
    "rights": N_("Know one’s rights"),
}

KINDS: Mapping[str, str] = {
    "choice": N_("Choose one"),
    "multiple": N_("Choose several"),
    "judge": N_("Genuine or fake"),
    "flags": N_("Find the warning signs"),
    "order": N_("Put in order"),
    "story": N_("Story with choices"),
    "match": N_("Find the partner"),
}

PHASES: Mapping[str, str] = {
    "before": N_("before the lesson"),
    "after": N_("after the lesson"),
    "single": N_("once"),
}

SOURCES: Mapping[str, str] = {
    "solo": N_("alone"),
    "room": N_("in a class"),
    "paper": N_("on paper"),
    "pool": N_("small groups together"),
}

DOUBTS: Mapping[str, str] = {
    "too-easy": N_("too easy"),
    "too-hard": N_("too hard"),
    "key-not-chosen-by-strong": N_("right answer not chosen by those who score high"),
    "unused-option": N_("an option that hardly anybody uses"),
}

TRUTHS: Mapping[str, str] = {
    "genuine": N_("Genuine"),
    "fake": N_("Fake"),
}

COLUMNS: Mapping[str, str] = {
    "month": N_("Month"),
    "province": N_("Province or city"),
    "chapter": N_("Chapter or school"),
    "phase": N_("When"),
    "source": N_("How"),
    "language": N_("Language"),
}
"""By what the classes of a report are told apart."""

OWN_NAMES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "English"}
"""The languages of the bank, each as it calls itself."""

NO_PLACE = N_("not said, or small groups together")
SEVERAL = N_("several")
NOT_SURE = N_("Not sure")
SKIPPED = N_("Skipped")
