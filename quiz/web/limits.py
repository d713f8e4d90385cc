"""How much anybody may send, and of what: one place, before anything is computed on it.

What some text costs may grow with the square of its length: putting 30,000 accents of one letter
in order took a second, in which nobody else was answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

import flask
from werkzeug.datastructures import (
    FileStorage,
    ImmutableMultiDict,
    MultiDict,
    iter_multi_items,
)
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

LONGEST_BODY = 64 * 1024
"""Bytes of a form of staff: a class on paper is entered as some hundred numbers."""

LONGEST_BODY_OF_ANYBODY = 8 * 1024
"""Bytes of a form of whoever is not signed in. The longest is a new password, typed twice."""

LONGEST_FIELD = 1024
"""Characters of one field. A password may have 256 letters, of up to four characters each."""


class FormParser(FormDataParser):
    """Reads a form as ours are sent, which is never in parts, and refuses a field too long."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Return what is left to read, the fields and the files. Raises RequestEntityTooLarge."""
        if mimetype == "multipart/form-data":
            return stream, MultiDict(), MultiDict()
        parsed = super().parse(stream, mimetype, content_length, options)
        for name, value in parsed[1].items(multi=True):
            if len(name) > LONGEST_FIELD or len(value) > LONGEST_FIELD:
                raise RequestEntityTooLarge
        return parsed


CONTROL = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"}
"""Control characters: nobody types them, and PostgreSQL refuses text with a NUL in it."""


class Typed(ImmutableMultiDict[str, str]):
    """The fields of a form, or the parameters of an address, without control characters."""

    def __init__(self, fields: Any = ()) -> None:
        pairs: Iterable[tuple[str, Any]] = iter_multi_items(fields)
        super().__init__(
            (name, value.translate(CONTROL) if isinstance(value, str) else value)
            for name, value in pairs
        )


class Request(flask.Request):
    """A request that holds no more than it may."""

    parameter_storage_class = Typed

    form_data_parser_class = FormParser
