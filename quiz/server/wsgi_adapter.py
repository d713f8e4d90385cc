"""WSGI application served over ASGI: one switch to a thread and one back for each request.

``a2wsgi`` switches for every part of a response; decision 9 says why that is too slow here.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from quiz.web.db import IN_LOOP, MustWait

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

CHUNK_BYTES = 256 * 1024
"""Bytes of a long response that are collected before they are sent."""


class WSGIAdapter:
    """Serves requests with a WSGI application in a pool of threads."""

    def __init__(self, app: WSGIApplication, *, threads: int) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(
        self, scope: Any, body: bytes, send: Any, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Serve one request whose whole body has been read, with ``send`` of ASGI.

        ``extra`` is added to the environment of the request.
        """
        environ = {**environ_of(scope, body), **(extra or {})}
        loop = asyncio.get_running_loop()

        def send_now(messages: list[Any]) -> None:
            """Send messages from the thread, and wait until they have been sent."""
            asyncio.run_coroutine_threadsafe(send_all(messages, send), loop).result()

        rest = await loop.run_in_executor(self.pool, run_wsgi, self.app, environ, send_now)
        await send_all(rest, send)

    async def in_loop(self, scope: Any, body: bytes, send: Any, extra: Mapping[str, Any]) -> None:
        """Serve a request without a thread; if it has to wait for something, by one."""
        environ = {**environ_of(scope, body), **extra, IN_LOOP: True}
        try:
            messages = run_wsgi(self.app, environ, None)
        except MustWait:
            await self(scope, body, send, extra)
            return
        await send_all(messages, send)


async def send_all(messages: Iterable[Any], send: Any) -> None:
    """Send all messages of a response."""
    for message in messages:
        await send(message)


def run_wsgi(app: WSGIApplication, environ: WSGIEnvironment, send_now: Any) -> list[Any]:
    """Call a WSGI application; return the messages of its response not sent yet.

    Parts of a long response are sent with ``send_now`` while the rest is made.
    """
    messages: list[Any] = []

    def start_response(status: str, headers: Any, _exc_info: object = None) -> Any:
        pairs = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        start = {"type": "http.response.start", "status": int(status[:3]), "headers": pairs}
        messages[:] = [start]
        return chunks.append

    chunks: list[bytes] = []
    result = app(environ, start_response)
    try:
        size = 0
        for chunk in result:
            chunks.append(chunk)
            size += len(chunk)
            if size > CHUNK_BYTES:
                send_now([*messages, body_message(chunks, more=True)])
                messages.clear()
                chunks.clear()
                size = 0
    finally:
        if close := getattr(result, "close", None):
            close()
    return [*messages, body_message(chunks, more=False)]


def body_message(chunks: list[bytes], *, more: bool) -> dict[str, Any]:
    """Return parts of a body as one message of ASGI."""
    return {"type": "http.response.body", "body": b"".join(chunks), "more_body": more}


def environ_of(scope: Any, body: bytes) -> WSGIEnvironment:
    """Return the WSGI environment (PEP 3333) of an ASGI request."""
    server = scope.get("server") or ("localhost", 80)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(scope["raw_path"].decode("latin-1"), "latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if scope.get("client"):
        environ["REMOTE_ADDR"] = scope["client"][0]
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name != "content-length" and "_" not in name:  # x_y would be taken for x-y
            key = "HTTP_" + name.upper().replace("-", "_")
            separator = "; " if name == "cookie" else ","
            environ[key] = environ[key] + separator + value if key in environ else value
    return environ
