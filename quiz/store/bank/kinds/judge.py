"""Judge: its model and its editorial rules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from quiz.domain.kinds import Judge
from quiz.domain.question import Message, Option
from quiz.store.bank.common import QuestionModel
from quiz.store.bank.kinds.message import LinedMessageModel, check_message, make_message
from quiz.store.bank.kinds.options import Reason, check_number
from quiz.store.bank.lengths import SIGN, WHY_OF_OPTION
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import EMPTY, ReadBy, RequiredText, Shape, wrong
from quiz.store.bank.stems import warn_no_question
from quiz.store.bank.wording import check_text


class Verdict(Shape):
    """One of the two answers; its label is written by the app."""

    why: Reason

    @model_validator(mode="before")
    @classmethod
    def check_label(cls, values: Any) -> Any:
        """Find a label that the file gives."""
        if isinstance(values, dict) and set(values) - {"why"}:
            raise wrong("label")
        return values


class Verdicts(Shape):
    """The two answers."""

    genuine: Verdict = EMPTY
    fake: Verdict = EMPTY


def make_verdicts(models: Verdicts) -> tuple[Option, ...]:
    """Return the two answers."""
    return tuple(Option(id=id_, text={}, why=verdict.why) for id_, verdict in models)


class Model(QuestionModel):
    """A message that is genuine or fake, and the signs that tell which."""

    makes = Judge

    correct: Literal["genuine", "fake"] = Field(alias="truth")
    message: Annotated[Message, ReadBy(LinedMessageModel, make_message)] = EMPTY
    options: Annotated[tuple[Option, ...], ReadBy(Verdicts, make_verdicts)] = EMPTY
    signs: tuple[RequiredText, ...] = ()


def check(question: Judge, file: ParsedFile) -> None:
    """Add what is wrong with the message, the reasons and the signs."""
    warn_no_question(question, file)
    check_message(question.message, file)
    check_number(file, "message.lines", question.message.lines, "judge", 1, 8)
    for option in question.options:
        check_text(file, f"options.{option.id}.why", option.why, WHY_OF_OPTION)
    check_number(file, "signs", question.signs, "judge", 2, 5)
    for position, sign in enumerate(question.signs, start=1):
        check_text(file, f"signs[{position}]", sign, SIGN)
