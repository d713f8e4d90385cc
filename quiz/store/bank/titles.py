"""Titles, by which lists name questions, and prompts, by which a class talks about them.

Both are read on a wall in front of everybody.
"""

from __future__ import annotations

from collections.abc import Iterable

from quiz.domain.question import Question
from quiz.store.bank import phrases
from quiz.store.bank.answer_cues import content_words, each_language
from quiz.store.bank.lengths import DISCUSS, TITLE
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.stems import last_sentence
from quiz.store.bank.wording import check_text


def check_title(question: Question, file: ParsedFile) -> None:
    """Add what is wrong with the title."""
    check_text(file, "title", question.title, TITLE)
    for words, language in each_language(question.title):
        field = f"title.{language}"
        if words.rstrip().endswith("."):
            file.error(field, "title-full-stop")
        if found := phrases.VERDICT[language].search(words):
            file.error(field, "title-verdict", words=found[0])
        if found := phrases.HARSH[language].search(words):
            file.error(field, "title-harsh", words=found[0])


def check_discuss(question: Question, file: ParsedFile) -> None:
    """Add what is wrong with the prompt for the class."""
    check_text(file, "discuss", question.discuss, DISCUSS)
    for words, language in each_language(question.discuss):
        field = f"discuss.{language}"
        if words.count("?") != 1 or not words.rstrip().endswith("?"):
            file.error(field, "discuss-one-question")
        if found := phrases.TO_THE_CLASS[language].search(words):
            file.error(field, "discuss-to-the-class", words=found[0])
        asked = last_sentence(question.stem[language])
        if content_words(words, language) <= content_words(asked, language):
            file.error(field, "discuss-repeats")


def check_titles(files: Iterable[ParsedFile]) -> None:
    """Add titles by which a question cannot be told from one before it."""
    first: dict[tuple[str, str], ParsedFile] = {}
    for file in files:
        for words, language in each_language(file.question.title) if file.question else ():
            other = first.setdefault((language, words.casefold()), file)
            if other is not file:
                file.error(f"title.{language}", "title-twice", name=other.id)
