"""A bad line: it passes requests on to a server, and may lose them, or the replies."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from threading import Lock, Thread


class Fate(Enum):
    """What the line does to one request."""

    PASSES = auto()
    IS_LOST = auto()
    REPLY_IS_LOST = auto()
    REPLY_BREAKS_OFF = auto()


class Line:
    """A line to a server, over which each connection carries one request; ``fate`` decides."""

    def __init__(self, server: int, fate: Callable[[], Fate]) -> None:
        self.server = server
        self.fate = fate
        self.deciding = Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self.listener.getsockname()[1]

    def run(self) -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                caller, _address = self.listener.accept()
                Thread(target=self.carry, args=(caller,), daemon=True).start()

    def carry(self, caller: socket.socket) -> None:
        """Carry one request there, and its reply back, as far as they come."""
        with self.deciding:
            fate = self.fate()
        with caller, suppress(OSError):
            request = read_request(caller)
            if fate is Fate.IS_LOST:
                return
            with socket.create_connection(("127.0.0.1", self.server)) as server:
                server.sendall(request)
                reply = b"".join(iter(lambda: server.recv(65536), b""))
            if fate is Fate.REPLY_IS_LOST:
                return
            caller.sendall(reply[: len(reply) // 2] if fate is Fate.REPLY_BREAKS_OFF else reply)


def read_request(caller: socket.socket) -> bytes:
    """Return a whole request; the server is asked to hang up after its reply."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += caller.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += caller.recv(65536)
    return head + b"\r\nConnection: close\r\n\r\n" + body


@contextmanager
def line(server: int, fate: Callable[[], Fate]) -> Iterator[int]:
    """Lay a line to the port of a server; yield the port of its other end."""
    laid = Line(server, fate)
    thread = Thread(target=laid.run, daemon=True)
    thread.start()
    try:
        yield laid.port
    finally:
        laid.listener.shutdown(socket.SHUT_RDWR)
        laid.listener.close()
        thread.join()
