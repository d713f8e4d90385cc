"""Multiple: its model and its editorial rules."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from quiz.domain.kinds import Multiple
from quiz.store.bank import answer_cues as cues
from quiz.store.bank.common import QuestionModel
from quiz.store.bank.kinds import options as offered
from quiz.store.bank.lengths import OPTION, REJECTED
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import EMPTY, names

FEWEST_RIGHT = FEWEST_WRONG = 2


class Model(QuestionModel):
    """Options, of which several are right."""

    makes = Multiple

    correct: Annotated[frozenset[str], BeforeValidator(names)]
    options: offered.Options = EMPTY


def check(question: Multiple, file: ParsedFile) -> None:
    """Add what is wrong with the options and with the key."""
    options, correct = question.options, question.correct
    offered.check_number(file, "options", options, "multiple", 5, 7)
    offered.check_key(file, correct, options, "options")
    right, number = len(question.best), len(options)
    if right < FEWEST_RIGHT or number - right < FEWEST_WRONG:
        file.error("correct", "few-right", right=right, number=number)
    offered.check_options(
        file, "options", options, lambda option: OPTION if option.id in correct else REJECTED
    )
    cues.warn_absolute(file, "options", options)
    cues.warn_full_stops(file, "options", options)
