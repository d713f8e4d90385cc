"""The message that two kinds show: how it came, and who seems to have sent it."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field, StrictBool

from quiz.domain.question import Channel, Line, Message
from quiz.store.bank.lengths import LINE, NAME
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import NONE, RequiredText, Shape
from quiz.store.bank.wording import check_text


class MessageModel(Shape):
    """A message without lines."""

    channel: Channel = NONE
    sender: RequiredText = Field(alias="from")
    unaccented: StrictBool = False


class LinedMessageModel(MessageModel):
    """A message with its lines."""

    lines: tuple[RequiredText, ...] = ()


def make_message(model: MessageModel) -> Message:
    """Return the message."""
    lines = tuple(Line(text=text) for text in getattr(model, "lines", ()))
    return Message(**{**dict(model), "lines": lines})


def check_message(message: Message, file: ParsedFile) -> None:
    """Add what is wrong with a message."""
    if message.unaccented and message.channel is not Channel.SMS:
        file.error("message.unaccented", "unaccented")
    name, said = (replace(role, unaccented=message.unaccented) for role in (NAME, LINE))
    check_text(file, "message.from", message.sender, name)
    for position, line in enumerate(message.lines, start=1):
        check_text(file, f"message.lines[{position}]", line.text, said)
