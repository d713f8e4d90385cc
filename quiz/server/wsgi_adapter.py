"""From ASGI to WSGI: one hop to a thread and one back for each request.

Why it is not ``a2wsgi``, which hops for every part of a response: decision 9.
"""

from __future__ import annotations

import asyncio
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

PIECE = 256 * 1024
"""Bytes of a long response that are sent before the rest is made."""


class Bridge:
    """Serve requests with a WSGI application, in threads."""

    def __init__(self, app: WSGIApplication, *, threads: int) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Any, body: bytes, send: Any) -> None:
        """Answer one request, whose body is here already, with ``send`` of ASGI."""
        loop = asyncio.get_running_loop()

        def send_now(messages: list[Any]) -> None:
            """Send from the thread, and wait until the receiver has taken it."""
            asyncio.run_coroutine_threadsafe(send_all(messages), loop).result()

        async def send_all(messages: list[Any]) -> None:
            for message in messages:
                await send(message)

        rest = await loop.run_in_executor(self.pool, self.answer, scope, body, send_now)
        await send_all(rest)

    def answer(self, scope: Any, body: bytes, send_now: Any) -> list[Any]:
        """Call the application; return what of the response has not been sent yet."""
        return respond(self.app, environ_of(scope, body), send_now)


def respond(app: WSGIApplication, environ: WSGIEnvironment, send_now: Any) -> list[Any]:
    """Call an application; return what of its response has not been sent yet."""
    messages: list[Any] = []

    def start_response(status: str, headers: Any, _exc_info: object = None) -> Any:
        pairs = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        start = {"type": "http.response.start", "status": int(status[:3]), "headers": pairs}
        messages[:] = [start]
        return pieces.append

    pieces: list[bytes] = []
    made = app(environ, start_response)
    try:
        size = 0
        for piece in made:
            pieces.append(piece)
            size += len(piece)
            if size > PIECE:
                send_now([*messages, body_message(pieces, more=True)])
                messages.clear()
                pieces.clear()
                size = 0
    finally:
        if close := getattr(made, "close", None):
            close()
    return [*messages, body_message(pieces, more=False)]


def body_message(pieces: list[bytes], *, more: bool) -> dict[str, Any]:
    """Return some of a body as a message of ASGI."""
    return {"type": "http.response.body", "body": b"".join(pieces), "more_body": more}


def environ_of(scope: Any, body: bytes) -> WSGIEnvironment:
    """Return a request in the form of PEP 3333."""
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
        elif name != "content-length" and "_" not in name:  # a_b would pass for a-b
            key = "HTTP_" + name.upper().replace("-", "_")
            between = "; " if name == "cookie" else ","
            environ[key] = environ[key] + between + value if key in environ else value
    return environ
