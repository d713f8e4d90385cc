"""Servers with many lives: killed without warning, they are back at the same address at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket
from typing import Any, NoReturn

import pytest
from flask import Flask

from quiz import cli
from quiz.server.run import run
from quiz.web import create_app
from quiz.web.settings import Settings

processes = get_context("spawn")  # a process with an environment of its own


class Lives:
    """Some servers of one database, each forked anew from a process that has all but a connection.

    To start one takes milliseconds instead of seconds, so it can be killed more often. Who asks
    meanwhile waits in the queue of the socket, which they hand on.
    """

    def __init__(self, settings: Settings, number: int, **variables: str) -> None:
        self._told, tell = processes.Pipe()
        self._keeper = processes.Process(target=keep, args=(tell, settings, number))
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            self._keeper.start()
        tell.close()
        self.ports: list[int] = self._told.recv()
        self._living: dict[int, int] = {}

    @property
    def port(self) -> int:
        """The port of the first server."""
        return self.ports[0]

    def begin(self, which: int = 0) -> None:
        """Start a server."""
        self._told.send(("begin", which))
        self._living[which] = self._told.recv()

    def kill(self, which: int = 0) -> None:
        """Kill a server."""
        pid = self._living.pop(which)
        os.kill(pid, signal.SIGKILL)
        self._told.send(("bury", pid))
        assert self._told.recv() == -signal.SIGKILL, "the server had ended by itself"

    def kill_all(self) -> None:
        for which in list(self._living):
            self.kill(which)

    def end(self) -> None:
        self.kill_all()
        self._told.close()
        self._keeper.join()


@contextmanager
def lives(settings: Settings, number: int, **variables: str) -> Iterator[Lives]:
    """Keep some servers; none of them lives yet."""
    servers = Lives(settings, number, **variables)
    try:
        yield servers
    finally:
        servers.end()


def keep(tell: Connection[Any, Any], settings: Settings, number: int) -> None:
    """Start a server when that is asked, and tell how it ended."""
    app = create_app(settings)
    app.extensions["database"].close()  # no connection may go along into another process
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    listeners = [cli.listen("127.0.0.1", 0) for _ in range(number)]
    tell.send([listener.getsockname()[1] for listener in listeners])
    while True:
        try:
            order, which = tell.recv()
        except EOFError:
            return
        if order == "bury":
            tell.send(os.waitstatus_to_exitcode(os.waitpid(which, 0)[1]))
        elif pid := os.fork():
            tell.send(pid)
        else:
            live(app, listeners[which], settings.data / "log")


def live(app: Flask, listener: socket, log: Path) -> NoReturn:
    """Serve as ``quiz serve`` does, with the log on the same disk."""
    try:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
        app.extensions["scheduler"].start()
        run(app, listener)
    finally:
        os._exit(1)
