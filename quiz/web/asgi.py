"""The outermost application. Everything goes to Flask through a bridge, for now.

Event streams of live rooms will be served here, in asyncio, beside it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask

THREADS = 16
"""Requests that Flask works on at once; most of the time they wait for the disk."""

PATIENCE = 20.0
"""Seconds in which a form must have arrived: 64 KiB take two on the slowest line we promise."""


class Application:
    """Speak ASGI to the server and WSGI to Flask."""

    def __init__(self, pages: Flask) -> None:
        self.pages = WSGIMiddleware(pages, workers=THREADS)  # type: ignore[arg-type]
        self.longest = int(pages.config["MAX_CONTENT_LENGTH"])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection.

        A form is read here, before it takes a thread: slow senders keep only themselves waiting.
        """
        if scope["type"] != "http":
            return
        try:
            body = await asyncio.wait_for(self.read(receive), PATIENCE)
        except TimeoutError:
            await refuse(send, 408)
            return

        async def replay() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        await self.pages(scope, replay, send)

    async def read(self, receive: Any) -> bytes:
        """Return the body, or as much of it as shows Flask that it is too long."""
        body = b""
        while len(body) <= self.longest:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        return body


async def refuse(send: Any, status: int) -> None:
    """Answer with nothing but a status."""
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
