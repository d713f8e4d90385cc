"""Phones of a class, played by this process."""

from __future__ import annotations

import asyncio
import gzip
import random
import re
import time
import urllib.parse
import zlib
from typing import Any

from benchmarks.staff import find

WITHIN = 2.0
"""Seconds within which everybody answers."""

SHORT = 100
"""Bytes within which a piece of a stream is a sign of life, or a hint to look; a page has more."""


class Reply(asyncio.Protocol):
    """One request over a connection of its own, and the whole reply.

    Phones share this machine with the server: a stream of asyncio would take as much of it as an
    answer does there.
    """

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.received: list[bytes] = []
        self.whole: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.received.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None:
            self.whole.set_result(b"".join(self.received))
        else:
            self.whole.set_exception(exc)


class Phone:
    """One phone: a cookie, a stream, and how much it has received."""

    def __init__(self, host: str, port: int, heard: asyncio.Queue[float]) -> None:
        self.host, self.port, self.heard = host, port, heard
        self.cookie = self.token = ""
        self.received = 0
        self.pieces: list[bytes] = []
        self.unpack = zlib.decompressobj(wbits=31)
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: str = "", headers: str = "") -> bytes:
        """Send one request over a connection of its own, and return the whole reply."""
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nConnection: close\r\n"
            f"Accept-Encoding: gzip, deflate\r\n{self.cookie}{headers}{form if body else ''}\r\n"
            f"{body}"
        )
        loop = asyncio.get_running_loop()
        _, asked = await loop.create_connection(
            lambda: Reply(request.encode()), self.host, self.port
        )
        reply = await asked.whole
        self.received += len(reply)
        return reply

    async def page(self, method: str, path: str, body: str = "") -> str:
        """Return a page, and keep the cookie that came with it."""
        head, _, content = (await self.ask(method, path, body)).partition(b"\r\n\r\n")
        if given := re.search(rb"set-cookie: (s=[^;]+)", head, re.IGNORECASE):
            self.cookie = f"Cookie: {given.group(1).decode()}\r\n"
        return (gzip.decompress(content) if b"gzip" in head else content).decode()

    async def weigh_assets(self) -> int:
        """Return the bytes of style sheet, scripts and icon, which a browser fetches once."""
        page = await self.page("GET", "/j")
        before = self.received
        for asset in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page)):
            await self.ask("GET", asset)
        return self.received - before

    async def join(self, code: str) -> None:
        """Come in, and open a stream."""
        text = await self.page("GET", "/j")
        for do in ("code", "join"):
            token = find(r'name="form_token" value="([^"]+)"', text)
            text = await self.page(
                "POST", "/j", urllib.parse.urlencode({"form_token": token, "code": code, "do": do})
            )
        self.token = find(r'name="form_token" value="([^"]+)"', text)
        await self.listen(find(r'data-updates="([^"]+)"', text))

    async def listen(self, path: str) -> None:
        """Open a stream, and take in its beginning."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        self.writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Accept-Encoding: gzip\r\n{self.cookie}\r\n".encode()
        )
        self.received += len(await self.reader.readuntil(b"\r\n\r\n"))

    async def follow(self) -> None:
        """Take in one update after the other, and note when each page had come."""
        assert self.reader is not None
        while True:
            size = await self.reader.readline()
            if not size:
                return
            piece = await self.reader.readexactly(int(size, 16) + 2)
            now = time.perf_counter()
            self.received += len(size) + len(piece)
            self.pieces.append(piece[:-2])
            if len(piece) > SHORT:
                self.heard.put_nowait(now)

    def read(self) -> str:
        """Return what came since it was read last. A phone takes its own time to read, not ours."""
        text = b"".join(map(self.unpack.decompress, self.pieces)).decode()
        self.pieces.clear()
        return text

    async def answer(self, best: str) -> tuple[bool, float]:
        """Answer at some moment; return whether it was kept, and how long that took."""
        await asyncio.sleep(random.random() * WITHIN)
        begun = time.perf_counter()
        body = f"form_token={self.token}&{best}"
        reply = await self.ask("POST", "/r", body, "Quiz-Send: 1\r\n")
        return reply.startswith(b"HTTP/1.1 200"), (time.perf_counter() - begun) * 1000
