"""What lets people find the best answer without knowing anything about the matter.

An option may be well written and still give itself away beside the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import mean

from quiz.domain.question import Option, Text
from quiz.store.bank import phrases
from quiz.store.bank.faults import quoted
from quiz.store.bank.lengths import count
from quiz.store.bank.table import LANGUAGES, Table

WORD = re.compile(r"\w+")
CAREFUL = {language: phrases.any_of(words) for language, words in phrases.CAREFUL.items()}


def warn_absolute(table: Table, key: str, options: Sequence[Option]) -> None:
    """Note words that make an option easy to rule out."""
    for option in options:
        for words, language in each_language(option.text):
            if found := phrases.ABSOLUTE[language].search(words):
                table.warn(f"{key}.{option.id}", f"absolute word {quoted(found[0])}.")


def warn_full_stops(table: Table, key: str, options: Sequence[Option]) -> None:
    """Note that not all end in the same way. Speech ends as it was said, inside its quotes."""
    for language in LANGUAGES:
        ends = {option.text[language].rstrip().endswith(".") for option in options}
        if len(ends) > 1:
            table.warn(key, f"some {key} end with a full stop and some do not.")
            return


def note_longest(table: Table, key: str, options: Sequence[Option], best: str) -> None:
    """Note that the best answer is longer than the others."""
    for language, answer, others in each_contest(options, best):
        length, average = count(answer), mean(map(count, others))
        numbers = f"{length} words, the others {average:.0f} on average"
        advice = "Shorten it or lengthen the others."
        if length > 1.5 * average:
            table.stop(f"{key}.{best}.{language}", f"the best answer has {numbers}. {advice}")
        elif length > 1.2 * average and length > max(map(count, others)):
            table.warn(
                f"{key}.{best}.{language}", f"the best answer is the longest: {numbers}. {advice}"
            )


def warn_careful(table: Table, key: str, options: Sequence[Option], best: str) -> None:
    """Note that the best answer has more careful words than any other."""
    for language, answer, others in each_contest(options, best):
        if careful(answer, language) > max(careful(words, language) for words in others):
            table.warn(
                f"{key}.{best}.{language}",
                "the best answer sounds the most cautious. "
                "Give a wrong option a cautious sound too.",
            )


def warn_echo(table: Table, key: str, options: Sequence[Option], best: str, stem: Text) -> None:
    """Note that the best answer shares more words with the stem than any other."""
    for language, answer, others in each_contest(options, best):
        asked = content_words(stem[language], language)
        if len(asked & words_of(answer)) > max(len(asked & words_of(words)) for words in others):
            table.warn(
                f"{key}.{best}.{language}",
                "the best answer repeats more words of the stem than any other option.",
            )


def each_contest(options: Sequence[Option], best: str) -> Sequence[tuple[str, str, Sequence[str]]]:
    """Return each language with the best answer and the others, where there are any."""
    answers = [option.text for option in options if option.id == best]
    others = [option.text for option in options if option.id != best]
    return [
        (language, answer[language], [text[language] for text in others])
        for answer in answers
        for language in LANGUAGES
        if others and all(text[language].strip() for text in (answer, *others))
    ]


def each_language(text: Text) -> Sequence[tuple[str, str]]:
    """Return what is written in each of the two languages, with the language."""
    return [(text[language], language) for language in LANGUAGES if text[language].strip()]


def careful(words: str, language: str) -> int:
    """Return how many different careful words an option has."""
    return len({found.lower() for found in CAREFUL[language].findall(words)})


def content_words(words: str, language: str) -> set[str]:
    """Return the words that say what a text is about."""
    return {
        word
        for word in words_of(words)
        if len(word) >= phrases.SHORTEST_CONTENT_WORD and word not in phrases.FREQUENT[language]
    }


def words_of(words: str) -> set[str]:
    """Return the different words of a text, in small letters and without signs."""
    return set(WORD.findall(words.lower()))
