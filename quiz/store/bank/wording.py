"""What may not stand in a text: blame, live numbers and addresses, missing or misplaced accents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from quiz.domain.question import Text
from quiz.store.bank import phrases
from quiz.store.bank.faults import quoted
from quiz.store.bank.lengths import Remark, Role, sentences, too_long, unlike
from quiz.store.bank.table import LANGUAGES, Table

# A name or a sum can stand without accents; five words of Vietnamese in a row cannot.
FEWEST_WORDS_WITH_ACCENTS = 5

OLD_TONE_MARK = re.compile(r"\w*(?:[òóỏõọ][ae]|[ùúủũụ]y)\b", re.IGNORECASE)

MONEY_OR_DATE = re.compile(
    r"(?<![\d.,])(?:[1-9]\d{0,2}(?:[.,]\d{3})+|\d{1,2}[.-]\d{1,2}[.-]\d{4}|\d{4}-\d\d-\d\d)(?!\d)"
)
HOTLINE = re.compile(r"(?<!\d)1[89]00(?:[ .-]?\d){4,}")
SHORT_NUMBER = re.compile(
    r"\b(?:gọi|tổng đài|đường dây nóng|hotline|call|dial|ring|line)\s+(?:số |đến |tới |to )?"
    r"(1\d\d\d?|5656)\b(?!\s*(?:lần|cuộc|người|times|people))",
    re.IGNORECASE,
)
PRINTABLE_NUMBERS = {"111", "113", "115"}
LONG_NUMBER = re.compile(
    r"(?<![\d.,:/])"
    r"(?:\d{8,}|\d{2,4}(?:[ .-]\d{2,4}){2,}|\d{2,5}[ .-]\d{5,8})"
    r"(?!\d)"
)
FEWEST_DIGITS = 8  # a code that a message shows has six

ADDRESS = re.compile(
    r"https?://[^\s“”\"<>]*[^\s“”\"<>.,;:!?)]|(?<![\w-])(?:[a-z0-9-]+\.)+[a-z]{2,}\b", re.IGNORECASE
)


def read_text(table: Table, role: Role) -> Text:
    """Return the text of a table in every language, and note what is wrong with its words."""
    text = table.text()
    for language in LANGUAGES:
        if text[language].strip():
            for remark in remarks(text[language], language, role):
                table.note(language, remark.message, severe=remark.severe)
    for remark in unlike(text["vi"], text["en"]):
        table.warn("", remark.message)
    return text


def remarks(words: str, language: str, role: Role) -> Iterator[Remark]:
    """Yield all there is to say about the words of one text."""
    words = normalize("NFC", words)
    yield from too_long(words, language, role)
    yield from blame(words, language, role)
    yield from questions_about_the_reader(words, language, role)
    yield from numbers(words)
    yield from addresses(words)
    if language == "vi" and not role.unaccented:
        yield from accents(words)


def blame(words: str, language: str, role: Role) -> Iterator[Remark]:
    """Yield words that blame or expose the person harmed."""
    if found := phrases.BLAMING[language].search(words):
        yield Remark(
            not role.quoted,
            f"{quoted(found[0])} blames or exposes the person harmed. "
            "See the wording table in guide.md.",
        )


def questions_about_the_reader(words: str, language: str, role: Role) -> Iterator[Remark]:
    """Yield that the reader is asked what has happened to her.

    In a line that one person of a scene says to another, nobody asks the reader.
    """
    asked = (sentence for sentence in sentences(words) if "?" in sentence)
    if not role.said and any(phrases.OWN_LIFE[language].search(sentence) for sentence in asked):
        yield Remark(True, "asks about the reader's own life. Use a third person with a name.")


def numbers(words: str) -> Iterator[Remark]:
    """Yield numbers that somebody could call or pay to."""
    words = MONEY_OR_DATE.sub("", words)
    hotlines = HOTLINE.findall(words)
    words = HOTLINE.sub("", words)
    short = set(SHORT_NUMBER.findall(words)) - PRINTABLE_NUMBERS
    for number in (*hotlines, *sorted(short)):
        yield Remark(
            True, f"{quoted(number)}: only 111, 113 and 115 may stand in a text. Use help."
        )
    for number in LONG_NUMBER.findall(words):
        if sum(map(str.isdigit, number)) >= FEWEST_DIGITS:
            yield Remark(
                True,
                f"{quoted(number)} looks like a phone or account number. "
                "Mask it: 09xx xxx xxx, 0000 12xx xxxx.",
            )


def addresses(words: str) -> Iterator[Remark]:
    """Yield addresses that may lead somewhere."""
    for found in ADDRESS.finditer(words):
        host = found[0].lower().removeprefix("https://").removeprefix("http://")
        ending = re.split("[/:?#]", host)[0].rpartition(".")[2]
        if ending in phrases.LIVE_ENDINGS or (host != found[0].lower() and ending != "example"):
            yield Remark(
                True,
                f"{quoted(found[0])} is a live address. In a message use a name ending in "
                ".example; elsewhere name a contact in help.",
            )


def accents(words: str) -> Iterator[Remark]:
    """Yield Vietnamese without its accents, or with a tone mark in the old place."""
    syllables = [word for word in words.split() if any(map(str.isalpha, word))]
    letters = "".join(filter(str.isalpha, words))
    if len(syllables) >= FEWEST_WORDS_WITH_ACCENTS and letters.isascii():
        yield Remark(
            True,
            "no Vietnamese accents. Add them, or set message.unaccented = true for an SMS.",
        )
    if found := OLD_TONE_MARK.search(phrases.OFFICIAL_NAMES.sub("", words)):
        yield Remark(
            False,
            f"{quoted(found[0])}: put the tone mark on the last vowel (xoá, khoá, đe doạ, uỷ), "
            "unless it is an official name.",
        )
