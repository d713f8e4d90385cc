"""Choice: its model and its editorial rules."""

from __future__ import annotations

from quiz.domain.kinds import Choice
from quiz.store.bank import answer_cues as cues
from quiz.store.bank.common import QuestionModel
from quiz.store.bank.kinds import options as offered
from quiz.store.bank.lengths import OPTION, REJECTED
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import EMPTY, Filled
from quiz.store.bank.stems import warn_no_question


class Model(QuestionModel):
    """Options, of which one is best."""

    makes = Choice

    correct: Filled
    options: offered.Options = EMPTY


def check(question: Choice, file: ParsedFile) -> None:
    """Add what gives the best option away, and what is wrong with the others."""
    warn_no_question(question, file)
    options, best = question.options, question.correct
    offered.check_number(file, "options", options, "choice", 3, 4)
    offered.check_key(file, [best], options, "options")
    offered.check_options(
        file, "options", options, lambda option: OPTION if option.id == best else REJECTED
    )
    cues.warn_absolute(file, "options", options)
    cues.warn_full_stops(file, "options", options)
    cues.check_longest(file, "options", options, best)
    cues.warn_careful(file, "options", options, best)
    cues.warn_echo(file, "options", options, best, question.stem)
