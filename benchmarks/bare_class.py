"""A class held by a bare application: the same conversation, in memory, without rules or pages.

Run as a program, it prints the port on which it listens. It is the floor: what the same bytes to
as many phones take on the same server (uvicorn).
"""

from __future__ import annotations

import asyncio
import socket
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs

import uvicorn

PAGE = (
    '<input name="form_token" value="a"><i data-follow="/j" data-updates="/r/e?room=ROOM"></i>'
    + "x" * 1500
)
UPDATE = b"event: page\ndata: " + b"x" * 1500 + b"\n\n"
RECEIPT = b"x" * 300


class BareClass:
    """An ASGI application with rooms of streams."""

    def __init__(self) -> None:
        self.rooms: defaultdict[str, list[asyncio.Future[None]]] = defaultdict(list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        sent = scope["query_string"] or (await receive()).get("body", b"")
        found = parse_qs(sent.decode())
        [room] = found.get("room") or found.get("code") or [""]
        match scope["method"], scope["path"]:
            case "GET", "/r/e":
                await self.stream(room, send)
            case "POST", "/press":
                waiting, self.rooms[room] = self.rooms[room], []
                for phone in waiting:
                    if not phone.done():
                        phone.set_result(None)
                await respond(send, b"")
            case "POST", "/r":
                await respond(send, RECEIPT)
            case _:
                await respond(send, PAGE.replace("ROOM", room).encode())

    async def stream(self, room: str, send: Any) -> None:
        """Send an update each time that somebody presses, until the phone hangs up."""
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"event: beat\n\n", "more_body": True})
        while True:
            moved = asyncio.get_running_loop().create_future()
            self.rooms[room].append(moved)
            await moved
            await send({"type": "http.response.body", "body": UPDATE, "more_body": True})


async def respond(send: Any, body: bytes) -> None:
    """Send a whole response."""
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Listen on any port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    config = uvicorn.Config(
        BareClass(), log_level="critical", lifespan="off", timeout_graceful_shutdown=1
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
