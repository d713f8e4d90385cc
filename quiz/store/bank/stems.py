"""How a stem asks."""

from __future__ import annotations

from quiz.domain.question import Question
from quiz.store.bank.answer_cues import each_language
from quiz.store.bank.lengths import sentences
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.phrases import ASKS_NEGATIVE, LAW_OR_PENALTY


def warn_stem(question: Question, file: ParsedFile) -> None:
    """Add a stem that asks for what is not so, or for a law."""
    for words, language in each_language(question.stem):
        field = f"stem.{language}"
        if ASKS_NEGATIVE[language].search(last_sentence(words)):
            file.warning(field, "asks-negative")
        if LAW_OR_PENALTY[language].search(words):
            file.warning(field, "asks-law")


def warn_no_question(question: Question, file: ParsedFile) -> None:
    """Add a stem that does not ask, for kinds that end neither in an instruction nor in a scene."""
    for words, language in each_language(question.stem):
        if not last_sentence(words).rstrip("”’\"')").endswith("?"):
            file.warning(f"stem.{language}", "no-question-mark")


def last_sentence(words: str) -> str:
    """Return the last sentence of a text."""
    return sentences(words.strip())[-1]
