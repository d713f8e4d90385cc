"""Reading questions about a message: whether it is genuine, and which parts give it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quiz.domain.kinds import Flags, Judge
from quiz.domain.question import Channel, Fragment, Line, Message, Option
from quiz.store.bank.common import Common
from quiz.store.bank.lengths import FRAGMENT, LINE, NAME, SIGN
from quiz.store.bank.options import read_offered, read_why, stop_number, stop_twins
from quiz.store.bank.table import Table
from quiz.store.bank.wording import read_text

FEWEST_SIGNS = FEWEST_HARMLESS = 2


def read_judge(table: Table, common: Common) -> Judge:
    """Return a message to be told genuine from fake."""
    truth = table.find_string("truth") or ""
    if truth not in (Judge.GENUINE, Judge.FAKE):
        table.stop("truth", "must be genuine or fake.")
    message = read_message(table, lined=True)
    options = table.table("options")
    signs = [read_text(sign, SIGN) for sign in table.list_of_tables("signs")]
    stop_number(table, "signs", len(signs), 2, 5, "judge")
    return Judge(
        **common,
        correct=truth,
        message=message,
        options=tuple(read_verdict(options, id_) for id_ in (Judge.GENUINE, Judge.FAKE)),
        signs=tuple(signs),
    )


def read_verdict(options: Table, id_: str) -> Option:
    """Return one of the two answers to a message; its label is written by the app."""
    option = options.table(id_)
    if set(option.values) - {"why"}:
        options.stop(id_, "only why may stand here; the app writes the label.")
        for key in option.values:
            option.take(key)
    return Option(id=id_, text={}, why=read_why(option))


def read_flags(table: Table, common: Common) -> Flags:
    """Return a message whose warning signs are to be found."""
    message = read_message(table, lined=False)
    role = replace(FRAGMENT, unaccented=message.unaccented)
    fragments = tuple(
        Fragment(
            id=id_,
            text=read_text(fragment, role),
            why=read_why(fragment),
            flag=fragment.truth("flag"),
        )
        for id_, fragment in read_offered(table, "fragments").items()
    )
    stop_twins(table, "fragments", fragments)
    stop_number(table, "fragments", len(fragments), 5, 9, "flags")
    flagged = sum(fragment.flag for fragment in fragments)
    if flagged < FEWEST_SIGNS or len(fragments) - flagged < FEWEST_HARMLESS:
        table.stop("fragments", "keep at least two warning signs and two harmless fragments.")
    return Flags(**common, message=message, fragments=fragments)


def read_message(table: Table, *, lined: bool) -> Message:
    """Return the message; without lines if it is made of fragments."""
    message = table.table("message")
    channel = message.one_of("channel", Channel)
    unaccented = message.truth("unaccented", default=False)
    if unaccented and channel is not Channel.SMS:
        message.stop("unaccented", "only an SMS may be written without accents.")
    lines: Sequence[Line] = ()
    if lined:
        role = replace(LINE, unaccented=unaccented)
        lines = [Line(text=read_text(line, role)) for line in message.list_of_tables("lines")]
        stop_number(message, "lines", len(lines), 1, 8, "judge")
    return Message(
        channel=channel,
        sender=read_text(message.table("from"), replace(NAME, unaccented=unaccented)),
        lines=tuple(lines),
        unaccented=unaccented,
    )
