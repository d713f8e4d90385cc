"""Start-up of the server: one process, tuned for a class."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import socket
from contextlib import suppress
from types import FrameType

import uvicorn
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from quiz.server.asgi import Application
from quiz.server.http_protocol import LimitedProtocol
from quiz.server.log_limit import LogLimit
from quiz.server.warmup import warm_up
from quiz.store.refusals import StoreRefusal

M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # malloc.h

RESERVED_FILES = 128
"""Files that are open beside connections: databases with their journals, templates, catalogues."""

GC_THRESHOLD = 20_000
"""Allocations between two collections of the youngest generation. With Python's 700, and thousands
of answers under way that are no garbage, an eighth of the time of a full school went into it."""


def run(app: Flask, listener: socket.socket) -> None:
    """Serve on a listening socket until Ctrl-C."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)  # compiled now, and not while the first class waits
    with suppress(SQLAlchemyError, StoreRefusal):  # a class is served without it as well
        warm_up(app.extensions["database"], app.extensions["bank"], now=app.config["CLOCK"]())
    gc.freeze()  # what has been made so far stays
    gc.set_threshold(GC_THRESHOLD)
    tune_malloc()
    LimitedProtocol.max_connections = raise_file_limit()
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
    """uvicorn server that closes event streams when it is told to stop."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self.application = application

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop the server."""
        self.application.close_streams()
        super().handle_exit(sig, frame)


def tune_malloc() -> None:
    """Have glibc return unused memory to the system; other C libraries are left as they are.

    It would give each thread a heap of its own, and keep in it the 19 MiB that checking a password
    took.
    """
    with suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_ARENA_MAX, 1)
        library.mallopt(M_MMAP_THRESHOLD, 1024 * 1024)
        library.malloc_trim(0)  # what importing the program took


def raise_file_limit() -> int | None:
    """Raise the limit of open files; return how many connections it allows, or None if any number.

    Each phone needs one. Some are reserved for files. On Windows there is no such limit.
    """
    if os.name != "posix":
        return None
    import resource  # noqa: PLC0415 - there is none on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if limit == resource.RLIM_INFINITY else max(limit - RESERVED_FILES, limit // 2)
