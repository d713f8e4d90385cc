"""The server: one process, made ready for a class."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import socket
import sys
from contextlib import suppress
from types import FrameType

import uvicorn
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from quiz.server.asgi import Application
from quiz.server.http_protocol import LimitedProtocol
from quiz.server.log_limit import LogLimit
from quiz.server.warmup import rehearse
from quiz.store.refusals import StoreRefusal

M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # malloc.h

FOR_FILES = 128
"""Files that are open beside connections: databases with their journals, templates, words."""

YOUNG = 20_000
"""Objects to make before the youngest are looked over for garbage. With Python's 700, and thousands
of answers under way that are none, an eighth of the time of a full hall went into looking."""

SWITCH = 0.001
"""Seconds for which one thread may keep the others waiting. Python's own 5 ms are felt in a class:
the writer lets go of Python with every statement, and has to wait this long to get it back. At a
third of this, threads that all wait for each other wake up too often.
"""


def run(app: Flask, listener: socket.socket) -> None:
    """Serve on a socket that listens already, until Ctrl-C."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)  # now, and not while the first class waits
    with suppress(SQLAlchemyError, StoreRefusal):  # a class is served without it as well
        rehearse(app.extensions["database"], app.extensions["bank"], now=app.config["CLOCK"]())
    gc.freeze()  # what was made so far stays
    gc.set_threshold(YOUNG)
    give_memory_back()
    sys.setswitchinterval(SWITCH)
    LimitedProtocol.max_connections = most_connections()
    application = Application(app)
    config = uvicorn.Config(
        application,
        http=LimitedProtocol,
        log_level="warning",
        access_log=False,  # nobody's address is written down
        server_header=False,
        proxy_headers=False,  # Flask reads them, if QUIZ_PROXIES says so
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    limit = LogLimit()
    for logger in (app.logger, logging.getLogger("uvicorn.error")):
        logger.addFilter(limit)
    with suppress(KeyboardInterrupt):
        Server(config, application).run(sockets=[listener])


class Server(uvicorn.Server):
    """The server, which does not wait for phones that only listen when it is told to stop."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self.application = application

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop."""
        self.application.close_streams()
        super().handle_exit(sig, frame)


def give_memory_back() -> None:
    """Let the C library give back what is not used any more, where it can be told so (glibc).

    It would give each thread a heap of its own, and keep in it the 19 MiB that checking a password
    took.
    """
    with suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_ARENA_MAX, 1)
        library.mallopt(M_MMAP_THRESHOLD, 1024 * 1024)
        library.malloc_trim(0)  # what reading the program took


def most_connections() -> int | None:
    """Take as many connections as the system grants, and return how many that may be.

    Each phone needs one. Some are left for files; on Windows there is no such limit.
    """
    if os.name != "posix":
        return None
    import resource  # noqa: PLC0415 - there is none on Windows

    _, granted = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, granted))
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if most == resource.RLIM_INFINITY else max(most - FOR_FILES, most // 2)
