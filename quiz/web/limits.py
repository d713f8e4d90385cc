"""How much anybody may send, and of what: one place, before anything is computed on it.

What some text costs may grow with the square of its length: putting 30,000 accents of one letter
in order took a second, in which nobody else was answered.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection, Iterable
from functools import cache
from ipaddress import ip_address
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import flask
from werkzeug.datastructures import (
    FileStorage,
    ImmutableMultiDict,
    MultiDict,
    iter_multi_items,
)
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from quiz.web.plain import PlainResponses

MOST_HEADERS = 64

LONGEST_HEADERS = 16 * 1024
"""Bytes of all headers, their names among them. Other sites of a domain may add cookies to ours."""

LONGEST_TARGET = 8 * 1024
"""Bytes of the address that is asked for. The longest names many groups of a report."""

LONGEST_BODY = 64 * 1024
"""Bytes of a form of staff: a class on paper is entered as some hundred numbers."""

LONGEST_BODY_OF_ANYBODY = 8 * 1024
"""Bytes of a form of whoever is not signed in. The longest is a new password, typed twice."""

LONGEST_FIELD = 1024
"""Characters of one field. A password may have 256 letters, of up to four characters each."""


LONGEST_ANSWER = 4 * 1024
"""Bytes of an answer in a class, as scripts of ours send it."""

HOST = re.compile(
    r"(?=.{1,259}$)(\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
    r"(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*)(?::[0-9]{1,5})?",
    re.IGNORECASE,
)
"""A name or an address of at most 253 characters, and a port."""

LOCAL = ("", ".local", ".lan", ".home.arpa", ".internal", ".home", ".localdomain")
"""What a network may add to the name of a machine. Nobody can register a name under these."""

CODINGS = ("zstd", "br", "gzip", "deflate")
"""Ways to pack a response, as Flask-Compress knows them."""


def are_too_many(count: int, size: int) -> bool:
    """Whether there are too many headers, or they are too long together."""
    return count > MOST_HEADERS or size > LONGEST_HEADERS


class Limits:
    """Refuses what is too long or meant for another site, before the application sees it."""

    def __init__(
        self,
        app: WSGIApplication,
        names: Collection[str],
        plain: PlainResponses,
        *,
        url: str = "",
    ) -> None:
        """``names`` are those of this site; if there are none, those that this machine has.

        The host of ``url``, under which people open the site, is always one of them.
        """
        self.app = app
        self.names = [name.lower().partition(":")[0] for name in names]
        self.plain = plain
        self.known_as = urlsplit(url).hostname

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, or refuse it."""
        if status := self.fault(environ):
            return self.plain.wsgi(status, start_response)
        return self.app(environ, start_response)

    def fault(self, environ: WSGIEnvironment) -> int | None:
        """Return the status with which to refuse a request, or None.

        What is left says how its response may be packed in one way only: many things are kept by
        it, and what is sent may be anything.
        """
        headers = [name for name in environ if name.startswith("HTTP_")]
        if are_too_many(len(headers), sum(len(name) + len(environ[name]) for name in headers)):
            return 431
        if len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", "")) > LONGEST_TARGET:
            return 414
        host = environ.get("HTTP_HOST", "")
        if host or self.names:
            found = HOST.fullmatch(host)
            if found is None:
                return 400
            if not self.answers_to(found[1].lower()):
                return 421
        environ["HTTP_ACCEPT_ENCODING"] = codings(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return None

    def answers_to(self, host: str) -> bool:
        """Whether a host is this site. A name that begins with a dot stands for all below it."""
        if host == self.known_as:
            return True
        if not self.names:
            return is_address(host) or f".{host}".endswith(".localhost") or host in own_names()
        return any(
            host == name.removeprefix(".") or (name.startswith(".") and host.endswith(name))
            for name in self.names
        )


def is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@cache
def own_names() -> frozenset[str]:
    """Return the names by which others on the same network may know this machine."""
    full = socket.gethostname().lower()
    return frozenset({full, *(full.partition(".")[0] + ending for ending in LOCAL)})


def codings(accepted: str) -> str:
    """Return the ways of packing that an Accept-Encoding header allows, always in the same order.

    >>> codings("br;q=0.5, GZIP, br;q=0, compress")
    'gzip'
    """
    allowed = {}
    for each in accepted.lower().split(","):
        name, _, quality = each.partition(";")
        allowed[name.strip()] = quality.replace(" ", "") not in {
            "q=0",
            "q=0.0",
            "q=0.00",
            "q=0.000",
        }
    anything = allowed.get("*", False)
    return ", ".join(name for name in CODINGS if allowed.get(name, anything))


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

    def _load_form_data(self) -> None:
        """Read the form. One that is too long is empty for the page that says so."""
        try:
            super()._load_form_data()
        except RequestEntityTooLarge:
            vars(self).update(form=MultiDict(), files=MultiDict())
            raise
