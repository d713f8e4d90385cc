"""A page of Flask that says nothing, behind the same kind of server and pool of threads.

Run as a program, it prints the address at which it listens. It is the floor of the quiz taken
alone, and of the start of the program.
"""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from flask import Flask

from quiz.server.wsgi_adapter import WSGIAdapter

app = Flask(__name__)


@app.get("/health")
def page() -> str:
    """Return a page as long as one of a quiz."""
    return "x" * 6000


def main() -> None:
    """Listen on any port."""
    pages = WSGIAdapter(app, threads=6)

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await pages(scope, (await receive()).get("body", b""), send)

    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    config = uvicorn.Config(serve, log_level="critical", lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
