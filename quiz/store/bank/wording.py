"""What may not stand in a text: blame, live numbers and addresses, missing or misplaced accents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quiz.domain.contact import EMERGENCY_NUMBERS
from quiz.domain.question import Text
from quiz.store.bank import phrases
from quiz.store.bank.faults import Sentence
from quiz.store.bank.languages import LANGUAGES
from quiz.store.bank.lengths import Remark, Role, sentences, too_long, unlike
from quiz.store.bank.parsed_file import ParsedFile

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
LONG_NUMBER = re.compile(
    r"(?<![\d.,:/])"
    r"(?:\d{8,}|\d{2,4}(?:[ .-]\d{2,4}){2,}|\d{2,5}[ .-]\d{5,8})"
    r"(?!\d)"
)
FEWEST_DIGITS = 8  # a code that a message shows has six

ADDRESS = re.compile(
    r"https?://[^\s“”\"<>]*[^\s“”\"<>.,;:!?)]|(?<![\w-])(?:[a-z0-9-]+\.)+[a-z]{2,}\b", re.IGNORECASE
)


def check_text(file: ParsedFile, field: str, text: Text, role: Role) -> None:
    """Add what is wrong with the words of a text."""
    for language in LANGUAGES:
        for severe, message in remarks(text[language], language, role):
            file.add(f"{field}.{language}", message, severe=severe)
    for severe, message in unlike(text["vi"], text["en"]):
        file.add(field, message, severe=severe)


def remarks(words: str, language: str, role: Role) -> Iterator[Remark]:
    """Yield all there is to say about the words of one text."""
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
        yield Remark(not role.quoted, Sentence("blames", words=found[0]))


def questions_about_the_reader(words: str, language: str, role: Role) -> Iterator[Remark]:
    """Yield that the reader is asked what has happened to her.

    In a line that one person of a scene says to another, nobody asks the reader.
    """
    asked = (sentence for sentence in sentences(words) if "?" in sentence)
    if not role.said and any(phrases.OWN_LIFE[language].search(sentence) for sentence in asked):
        yield Remark(True, Sentence("own-life"))


def numbers(words: str) -> Iterator[Remark]:
    """Yield numbers that somebody could call or pay to."""
    words = MONEY_OR_DATE.sub("", words)
    hotlines = HOTLINE.findall(words)
    words = HOTLINE.sub("", words)
    short = set(SHORT_NUMBER.findall(words)) - EMERGENCY_NUMBERS
    for number in (*hotlines, *sorted(short)):
        yield Remark(True, Sentence("hotline", words=number))
    for number in LONG_NUMBER.findall(words):
        if sum(map(str.isdigit, number)) >= FEWEST_DIGITS:
            yield Remark(True, Sentence("live-number", words=number))


def addresses(words: str) -> Iterator[Remark]:
    """Yield addresses that may lead somewhere."""
    for found in ADDRESS.finditer(words):
        host = found[0].lower().removeprefix("https://").removeprefix("http://")
        ending = re.split("[/:?#]", host)[0].rpartition(".")[2]
        if ending in phrases.LIVE_ENDINGS or (host != found[0].lower() and ending != "example"):
            yield Remark(True, Sentence("live-address", words=found[0]))


def accents(words: str) -> Iterator[Remark]:
    """Yield Vietnamese without its accents, or with a tone mark in the old place."""
    syllables = [word for word in words.split() if any(map(str.isalpha, word))]
    letters = "".join(filter(str.isalpha, words))
    if len(syllables) >= FEWEST_WORDS_WITH_ACCENTS and letters.isascii():
        yield Remark(True, Sentence("no-accents"))
    if found := OLD_TONE_MARK.search(phrases.OFFICIAL_NAMES.sub("", words)):
        yield Remark(False, Sentence("tone-mark", words=found[0]))
