"""The outermost application. Everything goes to Flask through a bridge, for now.

Event streams of live rooms will be served here, in asyncio, beside it.
"""

from __future__ import annotations

from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask

THREADS = 16
"""Requests that Flask works on at once; most of the time they wait for the disk."""


class Application:
    """Speak ASGI to the server and WSGI to Flask."""

    def __init__(self, pages: Flask) -> None:
        self.pages = WSGIMiddleware(pages, workers=THREADS)  # type: ignore[arg-type]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            await self.pages(scope, receive, send)
