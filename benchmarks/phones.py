"""Phones of a class, played by this process."""

from __future__ import annotations

import asyncio
import random
import time

from benchmarks.browsers import TOKEN, Browser, find

WITHIN = 2.0
"""Seconds within which everybody answers."""

SHORT = 100
"""Bytes within which a piece of a stream is a sign of life, or a hint to look; a page has more."""


class Phone(Browser):
    """One phone, with a kept connection and a stream. It notes when it was shown something."""

    def __init__(self, address: str, heard: asyncio.Queue[float]) -> None:
        super().__init__(address)
        self.heard = heard
        self.token = self.path = ""
        self.is_closing = False
        self.looking: asyncio.Task[None] | None = None

    async def join(self, code: str) -> float:
        """Come in, open a stream, and return how many milliseconds that took."""
        begun = time.perf_counter()
        await self.get("/j")
        await self.post("/j", code=code, do="code")
        await self.post("/j", code=code, do="join")
        self.token = find(TOKEN, self.page)
        self.path = find(r'data-follow="([^"]+)"', self.page)
        updates = find(r'data-updates="([^"]+)"', self.page).replace("&amp;", "&")
        self.page = ""
        await self.listen(updates)
        return (time.perf_counter() - begun) * 1000

    def take(self, piece: bytes) -> None:
        """Note when a page had come. At the end, a hint makes the phone load its page again.

        It reads pages later: a phone takes its own time to do so, not that of this machine.
        """
        now = time.perf_counter()
        super().take(piece)
        if len(piece) > SHORT:
            self.hear(now)
        elif self.is_closing and self.looking is None and "event: refresh" in self.read():
            self.looking = asyncio.ensure_future(self.look())

    def hear(self, moment: float) -> None:
        self.heard.put_nowait(moment)

    async def look(self) -> None:
        """Load the page on which the class is over."""
        await self.get(self.path)
        self.page = ""
        self.hear(time.perf_counter())

    async def answer(self, form: str) -> tuple[bool, float]:
        """Answer at some moment; return whether it was kept, and after how many milliseconds."""
        await asyncio.sleep(random.random() * WITHIN)
        begun = time.perf_counter()
        reply = await self.ask("POST", "/r", f"form_token={self.token}&{form}", "Quiz-Send: 1\r\n")
        return reply.status == 200, (time.perf_counter() - begun) * 1000
