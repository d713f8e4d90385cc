"""A server with many lives: killed without warning, it is back at the same address at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from socket import socket
from typing import Any, NoReturn

from flask import Flask

from quiz import cli
from quiz.web import create_app, server
from quiz.web.settings import Settings
from tests.store.victims import processes


class Lives:
    """One server after the other, each forked from a process that has everything but a database.

    To start one takes milliseconds instead of seconds, so it can be killed more often. Who asks
    meanwhile waits in the queue of the socket, which they hand on.
    """

    def __init__(self, settings: Settings) -> None:
        self._told, tell = processes.Pipe()
        self._keeper = processes.Process(target=keep, args=(tell, settings))
        self._keeper.start()
        tell.close()
        self.port: int = self._told.recv()
        self.pid = 0

    def begin(self) -> None:
        """Start the next server."""
        self._told.send("begin")
        self.pid = self._told.recv()

    def kill(self) -> None:
        """Kill the server."""
        os.kill(self.pid, signal.SIGKILL)
        self.pid = 0
        assert self._told.recv() == -signal.SIGKILL, "the server had ended by itself"

    def end(self) -> None:
        if self.pid:
            self.kill()
        self._told.close()
        self._keeper.join()


@contextmanager
def lives(settings: Settings) -> Iterator[Lives]:
    """Keep a server; it does not live yet."""
    server = Lives(settings)
    try:
        yield server
    finally:
        server.end()


def keep(tell: Connection[Any, Any], settings: Settings) -> None:
    """Start a server whenever that is asked, and tell how it ended."""
    app = create_app(settings)
    app.extensions["database"].close()  # no connection may go along into another process
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    listener = cli.listen("127.0.0.1", 0)
    tell.send(listener.getsockname()[1])
    while True:
        try:
            tell.recv()
        except EOFError:
            return
        pid = os.fork()
        if not pid:
            live(app, listener)
        tell.send(pid)
        tell.send(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def live(app: Flask, listener: socket) -> NoReturn:
    """Serve as ``quiz serve`` does."""
    try:
        app.extensions["sealer"].watch()
        server.run(app, listener)
    finally:
        os._exit(1)
