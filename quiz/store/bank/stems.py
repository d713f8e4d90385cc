"""How a stem asks."""

from __future__ import annotations

from quiz.domain.question import Kind, Text
from quiz.store.bank.answer_cues import each_language
from quiz.store.bank.lengths import sentences
from quiz.store.bank.phrases import ASKS_NEGATIVE, LAW_OR_PENALTY
from quiz.store.bank.table import Table

# The other kinds end in an instruction (“Chọn các ý đúng.”) or, in a story, in a scene.
KINDS_THAT_ASK = {Kind.CHOICE, Kind.JUDGE}


def warn_stem(table: Table, stem: Text, kind: Kind) -> None:
    """Note a stem that asks for what is not so, for a law, or nothing at all."""
    for words, language in each_language(stem):
        field = f"stem.{language}"
        asked = sentences(words.strip())[-1]
        if ASKS_NEGATIVE[language].search(asked):
            table.warn(field, "asks in the negative. Ask for what is right.")
        if kind in KINDS_THAT_ASK and not asked.rstrip("”’\"')").endswith("?"):
            table.warn(field, "does not end in a question.")
        if LAW_OR_PENALTY[language].search(words):
            table.warn(field, "asks about a law number or a penalty.")
