"""Order: its model and its editorial rules."""

from __future__ import annotations

from quiz.domain.kinds import Order
from quiz.store.bank import answer_cues as cues
from quiz.store.bank.common import QuestionModel
from quiz.store.bank.kinds import options as offered
from quiz.store.bank.lengths import OPTION
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import EMPTY, Names

FEWEST_SCORED_PAIRS = 3


class Model(QuestionModel):
    """Steps, the order in which they stand right, and pairs that may stand either way."""

    makes = Order

    correct: Names
    steps: offered.Options = EMPTY
    free: frozenset[frozenset[str]] = frozenset()


def check(question: Order, file: ParsedFile) -> None:
    """Add what is wrong with the steps and with their order."""
    steps = question.steps
    offered.check_number(file, "steps", steps, "order", 3, 5)
    offered.check_key(file, question.correct, steps, "steps")
    file_order = [step.id for step in steps]
    if left_out := [step for step in file_order if step not in question.correct]:
        file.error("correct", "left-out", name=left_out[0])
    offered.check_options(file, "steps", steps, lambda _step: OPTION)
    cues.warn_full_stops(file, "steps", steps)
    scored = [pair for pair in question.scored_pairs if set(pair) <= set(file_order)]
    if any(len(pair) != 2 or not pair <= set(file_order) for pair in question.free):
        file.error("free", "field-free")
    elif question.free and len(scored) < FEWEST_SCORED_PAIRS:
        file.error("free", "few-pairs")
    if scored and all(file_order.index(one) < file_order.index(two) for one, two in scored):
        file.error("steps", "not-mixed")
