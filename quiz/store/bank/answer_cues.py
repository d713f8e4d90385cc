"""What lets people find the best answer without knowing anything about the matter.

An option may be well written and still give itself away beside the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import mean

from quiz.domain.question import Option, Text
from quiz.store.bank import phrases
from quiz.store.bank.languages import LANGUAGES
from quiz.store.bank.lengths import count_words
from quiz.store.bank.parsed_file import ParsedFile

WORD = re.compile(r"\w+")
CAREFUL = {language: phrases.any_of(words) for language, words in phrases.CAREFUL.items()}


def warn_absolute(file: ParsedFile, at: str, options: Sequence[Option]) -> None:
    """Add words that make an option easy to rule out."""
    for option in options:
        for words, language in each_language(option.text):
            if found := phrases.ABSOLUTE[language].search(words):
                file.warning(f"{at}.{option.id}", "absolute", words=found[0])


def warn_full_stops(file: ParsedFile, at: str, options: Sequence[Option]) -> None:
    """Add that not all end in the same way. Speech ends as it was said, inside its quotes."""
    if any(
        len({option.text[language].rstrip().endswith(".") for option in options}) > 1
        for language in LANGUAGES
    ):
        file.warning(at, "full-stops", things=at.rpartition(".")[2])


def check_longest(file: ParsedFile, at: str, options: Sequence[Option], best: str) -> None:
    """Add that the best answer is longer than the others."""
    for language, answer, others in each_contest(options, best):
        field = f"{at}.{best}.{language}"
        length, average = count_words(answer), mean(map(count_words, others))
        if length > 1.5 * average:
            file.error(field, "much-longer", number=length, average=f"{average:.0f}")
        elif length > 1.2 * average and length > max(map(count_words, others)):
            file.warning(field, "longest", number=length, average=f"{average:.0f}")


def warn_careful(file: ParsedFile, at: str, options: Sequence[Option], best: str) -> None:
    """Add that the best answer has more careful words than any other."""
    for language, answer, others in each_contest(options, best):
        if careful(answer, language) > max(careful(words, language) for words in others):
            file.warning(f"{at}.{best}.{language}", "most-careful")


def warn_echo(file: ParsedFile, at: str, options: Sequence[Option], best: str, stem: Text) -> None:
    """Add that the best answer shares more words with the stem than any other."""
    for language, answer, others in each_contest(options, best):
        asked = content_words(stem[language], language)
        if len(asked & words_in(answer)) > max(len(asked & words_in(words)) for words in others):
            file.warning(f"{at}.{best}.{language}", "echo")


def warn_shared_words(
    file: ParsedFile, at: str, thing: Option, best: str, partners: Sequence[Option]
) -> None:
    """Add that a thing shares more words with its partner than with any other."""
    for language, answer, others in each_contest(partners, best):
        words = content_words(thing.text[language], language)
        if len(words & words_in(answer)) > max(len(words & words_in(other)) for other in others):
            file.warning(f"{at}.{language}", "shared-words")


def each_contest(options: Sequence[Option], best: str) -> Sequence[tuple[str, str, Sequence[str]]]:
    """Return each language with the best answer and the others, where there are any."""
    answers = [option.text for option in options if option.id == best]
    others = [option.text for option in options if option.id != best]
    return [
        (language, answer[language], [text[language] for text in others])
        for answer in answers
        for language in LANGUAGES
        if others
    ]


def each_language(text: Text) -> Sequence[tuple[str, str]]:
    """Return what is written in each of the two languages, with the language."""
    return [(text[language], language) for language in LANGUAGES]


def careful(words: str, language: str) -> int:
    """Return how many different careful words an option has."""
    return len({found.lower() for found in CAREFUL[language].findall(words)})


def content_words(words: str, language: str) -> set[str]:
    """Return the words that say what a text is about."""
    return {
        word
        for word in words_in(words)
        if len(word) >= phrases.SHORTEST_CONTENT_WORD and word not in phrases.FREQUENT[language]
    }


def words_in(words: str) -> set[str]:
    """Return the different words of a text, in small letters and without signs."""
    return set(WORD.findall(words.lower()))
