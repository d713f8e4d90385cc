"""All that totals count of a question, with its words in every language.

Totals know short names only: of an option, of a step and its position, of a scene and the choice
there. Pages and files say them with these words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from quiz.domain.question import NOT_SURE, SKIPPED, Item, Question, Text
from quiz.service import words
from quiz.store.bank import LANGUAGES

WORDS: Mapping[str, str] = {
    **words.TRUTHS,
    NOT_SURE[0]: words.NOT_SURE,
    SKIPPED[0]: words.SKIPPED,
}
"""What the interface calls an item that has no words in the bank."""


def items(question: Question) -> Sequence[Item]:
    """Return everything that is counted of a question, in the order of its file."""
    return [
        item if item.text else replace(item, text=words_for(item.id))
        for item in all_items(question)
    ]


def all_items(question: Question) -> Iterator[Item]:
    """Yield what can be chosen, and not being sure and skipping: at each step, and as a whole."""
    if not question.scenes:
        yield from question.items()
    for node in question.scenes:
        if not node.ending:
            yield from question.items(node)
            yield from non_answer_items(node.id)
    yield from non_answer_items()


def non_answer_items(node: str | None = None) -> Iterator[Item]:
    """Yield not being sure and skipping, of a question or at one step of it."""
    for (id_,), scored in ((NOT_SURE, True), (SKIPPED, False)):
        name = f"{node}:{id_}" if node else id_
        yield Item(id=id_, offered=id_, tally_name=name, text=None, node=node, scored=scored)


def words_for(id_: str) -> Text:
    """Return what the interface calls an item, in each language of the bank."""
    return {language: words.catalogue(language)(WORDS[id_]) for language in LANGUAGES}
