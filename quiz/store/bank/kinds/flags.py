"""Flags: its model and its editorial rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import StrictBool

from quiz.domain.kinds import Flags
from quiz.domain.question import Fragment, Message
from quiz.store.bank.common import QuestionModel
from quiz.store.bank.kinds import options as offered
from quiz.store.bank.kinds.message import MessageModel, check_message, make_message
from quiz.store.bank.lengths import FRAGMENT
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import EMPTY, NONE, ReadBy

FEWEST_SIGNS = FEWEST_HARMLESS = 2


class FragmentModel(offered.OptionModel):
    """A part of the message, which is a warning sign or not."""

    flag: StrictBool = NONE

    def option(self, id_: str) -> Fragment:
        """Return the part."""
        return Fragment(id=id_, text=self.text, why=self.why, flag=self.flag)


Fragments = dict[offered.OptionId, FragmentModel]


class Model(QuestionModel):
    """A message made of fragments."""

    makes = Flags

    message: Annotated[Message, ReadBy(MessageModel, make_message)] = EMPTY
    fragments: Annotated[tuple[Fragment, ...], ReadBy(Fragments, offered.make_options)] = EMPTY


def check(question: Flags, file: ParsedFile) -> None:
    """Add what is wrong with the message and its fragments."""
    fragments, signs = question.fragments, len(question.best)
    check_message(question.message, file)
    offered.check_number(file, "fragments", fragments, "flags", 5, 9)
    role = replace(FRAGMENT, unaccented=question.message.unaccented)
    offered.check_options(file, "fragments", fragments, lambda _fragment: role)
    if signs < FEWEST_SIGNS or len(fragments) - signs < FEWEST_HARMLESS:
        file.error("fragments", "few-signs")
