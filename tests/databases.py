"""The backends on which tests run."""

from tests.proof import FAST, FULL

VERSIONS = {"delete": (3, 40, 1), "wal": (3, 51, 3)}
"""SQLite, by its journal: the second version makes the write-ahead log be used on any machine."""

BACKENDS = ("sqlite",) if FAST else ("sqlite", "postgresql")
ALL_BACKENDS = BACKENDS if FAST else (*VERSIONS, "postgresql")

QUERIES = ALL_BACKENDS if FULL else BACKENDS
"""For what is added up and found: a journal changes what is durable, and no answer."""

TWINS = BACKENDS if FULL else BACKENDS[:1]
"""For pages and services: the store tests on every backend what they ask a database."""
