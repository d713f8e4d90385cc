"""Reading questions that are answered by picking options or ordering steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

from quiz.domain.kinds import Choice, Multiple, Order
from quiz.domain.question import Option
from quiz.store.bank.answer_cues import (
    note_longest,
    warn_absolute,
    warn_careful,
    warn_echo,
    warn_full_stops,
)
from quiz.store.bank.common import Common
from quiz.store.bank.faults import quoted
from quiz.store.bank.lengths import OPTION, REJECTED
from quiz.store.bank.options import read_options, stop_number
from quiz.store.bank.table import Table, strings

FEWEST_RIGHT = FEWEST_WRONG = 2
FEWEST_SCORED_PAIRS = 3


def read_choice(table: Table, common: Common) -> Choice:
    """Return a question with one best option."""
    correct = table.filled("correct", "missing. Write the id of the best option.")
    options = read_options(table, "options", lambda id_: OPTION if id_ == correct else REJECTED)
    stop_number(table, "options", len(options), 3, 4, "choice")
    stop_strangers(table, [correct] if correct else [], options, "options")
    warn_absolute(table, "options", options)
    warn_full_stops(table, "options", options)
    note_longest(table, "options", options, correct)
    warn_careful(table, "options", options, correct)
    warn_echo(table, "options", options, correct, common["stem"])
    return Choice(**common, options=options, correct=correct)


def read_multiple(table: Table, common: Common) -> Multiple:
    """Return a question with several right options."""
    correct = table.names("correct", "missing. List the ids of the right options.")
    options = read_options(table, "options", lambda id_: OPTION if id_ in correct else REJECTED)
    stop_number(table, "options", len(options), 4, 6, "multiple")
    stop_strangers(table, correct, options, "options")
    right = sum(option.id in correct for option in options)
    if right < FEWEST_RIGHT or len(options) - right < FEWEST_WRONG:
        table.stop(
            "correct",
            f"{right} right out of {len(options)}. Keep at least two right and two wrong.",
        )
    warn_absolute(table, "options", options)
    warn_full_stops(table, "options", options)
    return Multiple(**common, options=options, correct=frozenset(correct))


def read_order(table: Table, common: Common) -> Order:
    """Return steps to be put in order."""
    correct = table.names("correct", "missing. List all step ids in the right order.")
    steps = read_options(table, "steps")
    stop_number(table, "steps", len(steps), 3, 5, "order")
    stop_strangers(table, correct, steps, "steps")
    if left_out := [step.id for step in steps if step.id not in correct]:
        table.stop("correct", f"{quoted(left_out[0])} is left out. List all step ids.")
    file_order = [step.id for step in steps]
    free = read_free(table, file_order)
    order = [id_ for id_ in correct if id_ in file_order]
    scored = [pair for pair in combinations(order, 2) if frozenset(pair) not in free]
    if scored and all(file_order.index(one) < file_order.index(two) for one, two in scored):
        table.stop(
            "steps",
            "stand in the right order in the file. "
            "Mix them, since paper forms print the file order.",
        )
    warn_full_stops(table, "steps", steps)
    return Order(**common, steps=steps, correct=correct, free=free)


def read_free(table: Table, steps: Sequence[str]) -> frozenset[frozenset[str]]:
    """Return the pairs of steps that may stand either way."""
    value = table.take("free")
    if value is None:
        return frozenset()
    entries = value if isinstance(value, list) else [value]
    pairs = {frozenset(strings(entry) or ()) for entry in entries}
    if any(len(pair) != 2 or not pair <= set(steps) for pair in pairs):
        table.stop("free", "each entry is a pair of step names.")
    elif comb(len(steps), 2) - len(pairs) < FEWEST_SCORED_PAIRS:
        table.stop("free", "fewer than three pairs are left to score.")
    return frozenset(pairs)


def stop_strangers(table: Table, named: Sequence[str], offered: Sequence[Option], key: str) -> None:
    """Note names in ``correct`` that are not offered."""
    for name in named:
        if name not in {option.id for option in offered}:
            table.stop("correct", f"{quoted(name)} is not one of the {key}.")
