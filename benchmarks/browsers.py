"""Browsers without a screen: a kept connection for requests, another for a stream, and cookies."""

from __future__ import annotations

import asyncio
import gzip
import re
import urllib.parse
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TOKEN = r'name="form_token" value="([^"]+)"'  # noqa: S105 - a pattern

FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n"

REDIRECTS = 4
"""Redirects that are followed one after the other."""


@dataclass(frozen=True)
class Reply:
    """A whole response."""

    head: bytes
    content: bytes

    @property
    def status(self) -> int:
        return int(self.head[9:12])

    @property
    def text(self) -> str:
        packed = b"content-encoding: gzip" in self.head.lower()
        return (gzip.decompress(self.content) if packed else self.content).decode()

    def header(self, name: str) -> str:
        """Return the value of a header, or an empty string."""
        found = re.search(rb"\r\n%b: ([^\r]*)" % name.encode(), self.head, re.IGNORECASE)
        return found.group(1).decode() if found else ""


class Connection(asyncio.Protocol):
    """A connection that is kept: one request after the other, each with its whole response.

    Browsers share this machine with the server: a stream of asyncio would take as much of it as
    an answer does there.
    """

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.transport: Any = None
        self.received = bytearray()
        self.total = 0
        self.reply: asyncio.Future[Reply] | None = None

    async def ask(self, request: bytes) -> Reply:
        """Send a request, and return the response. A connection that was closed is opened anew."""
        loop = asyncio.get_running_loop()
        is_kept = self.transport is not None
        if not is_kept:
            await loop.create_connection(lambda: self, self.host, self.port)
        self.received.clear()
        self.reply = loop.create_future()
        self.transport.write(request)
        try:
            return await self.reply
        except ConnectionError:
            if not is_kept:
                raise
            return await self.ask(request)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.total += len(data)
        self.received += data
        if self.reply is not None and (reply := parse(self.received)) is not None:
            self.reply.set_result(reply)
            self.reply = None

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.reply is not None and not self.reply.done():
            self.reply.set_exception(exc or ConnectionResetError("closed by the server"))


def parse(received: bytearray) -> Reply | None:
    """Return the response, if all of it has come."""
    head, is_whole, content = bytes(received).partition(b"\r\n\r\n")
    if not is_whole:
        return None
    fields = head.lower()
    if fields[9:12] in {b"204", b"304"}:
        return Reply(head, b"")
    if found := re.search(rb"\r\ncontent-length: (\d+)", fields):
        return Reply(head, content) if len(content) == int(found.group(1)) else None
    if not content.endswith(b"0\r\n\r\n"):
        return None
    pieces: list[bytes] = []
    unread = bytearray(content)
    while piece := next_chunk(unread):
        pieces.append(piece)
    return Reply(head, b"".join(pieces))


def next_chunk(unread: bytearray) -> bytes:
    """Take the first chunk of a body off what was received; nothing if it is not whole."""
    size, is_whole, _ = unread.partition(b"\r\n")
    begin = len(size) + 2
    end = begin + (int(size, 16) if is_whole else 0)
    if not is_whole or len(unread) < end + 2:
        return b""
    chunk = bytes(unread[begin:end])
    del unread[: end + 2]
    return chunk


class Stream(asyncio.Protocol):
    """An event stream. Each piece is passed on as it comes, still compressed."""

    def __init__(self, request: bytes, take: Callable[[bytes], None]) -> None:
        self.request, self.take = request, take
        self.transport: Any = None
        self.unread = bytearray()
        self.total = 0
        self.head = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.total += len(data)
        self.unread += data
        if not self.opened.done():
            if b"\r\n\r\n" not in self.unread:
                return
            head, _, self.unread = self.unread.partition(b"\r\n\r\n")
            self.head = bytes(head).lower()
            self.opened.set_result(None)
        while piece := next_chunk(self.unread):
            self.take(piece)


class Browser:
    """A browser without a screen and without a script."""

    def __init__(self, address: str) -> None:
        parts = urllib.parse.urlsplit(address)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)
        self.cookies: dict[str, str] = {}
        self.connection = Connection(self.host, self.port)
        self.stream: Stream | None = None
        self.unpack = zlib.decompressobj(wbits=31)
        self.pieces: list[bytes] = []
        self.page = ""

    @property
    def received(self) -> int:
        """How many bytes have come over both connections."""
        return self.connection.total + (self.stream.total if self.stream else 0)

    def request(self, method: str, path: str, body: str = "", headers: str = "") -> bytes:
        """Return a request as it travels. ``headers`` are lines that end with a line break."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{headers}"
        if cookies:
            head += f"Cookie: {cookies}\r\n"
        if method == "POST":
            head += FORM.format(len(body))
        return f"{head}Accept-Encoding: gzip, deflate\r\n\r\n{body}".encode()

    async def ask(self, method: str, path: str, body: str = "", headers: str = "") -> Reply:
        """Return the response to one request, and keep the cookies that came with it."""
        reply = await self.connection.ask(self.request(method, path, body, headers))
        for name, value in re.findall(rb"\r\nset-cookie: (\w+)=([^;\r]*)", reply.head, re.I):
            self.cookies[name.decode()] = value.decode()
        return reply

    async def load(self, method: str, path: str, body: str = "") -> None:
        """Load a page. Raises LookupError for one that says no."""
        reply = await self.ask(method, path, body)
        for _ in range(REDIRECTS):
            if not 300 <= reply.status < 400:
                break
            path = urllib.parse.urljoin(f"http://{self.host}{path}", reply.header("location"))
            reply = await self.ask("GET", urllib.parse.urlsplit(path).path)
        if reply.status >= 400:
            raise LookupError(f"{method} {path}: {reply.status}")
        self.page = reply.text

    async def get(self, path: str) -> None:
        await self.load("GET", path)

    async def post(self, path: str, **fields: object) -> None:
        """Send a form with the token of the page."""
        form = {"form_token": find(TOKEN, self.page), **fields}
        await self.load("POST", path, urllib.parse.urlencode(form, doseq=True))

    async def listen(self, path: str) -> None:
        """Open a stream."""
        self.stream = stream = Stream(self.request("GET", path), self.take)
        await asyncio.get_running_loop().create_connection(lambda: stream, self.host, self.port)
        await stream.opened

    def take(self, piece: bytes) -> None:
        """Take in a piece of the stream."""
        self.pieces.append(piece)

    def read(self) -> str:
        """Return what the stream brought since it was read last."""
        pieces, self.pieces = self.pieces, []
        if self.stream and b"content-encoding: gzip" in self.stream.head:
            pieces = [self.unpack.decompress(piece) for piece in pieces]
        return b"".join(pieces).decode()

    def close(self) -> None:
        """Close both connections."""
        self.connection.close()
        if self.stream is not None:
            self.stream.transport.close()


def find(pattern: str, text: str) -> str:
    """Return the first group of a pattern that must be there."""
    found = re.search(pattern, text)
    if found is None:
        raise LookupError(f"{pattern} is not in {text[:2000]}")
    return found.group(1)
