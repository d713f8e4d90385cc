"""The kinds of database on which tests run."""

from tests.proof import FAST, FULL

VERSIONS = {"delete": (3, 40, 1), "wal": (3, 51, 3)}
"""SQLite, by its journal: the second version makes the write-ahead log be used on any machine."""

KINDS = ("sqlite",) if FAST else ("sqlite", "postgresql")
ALL_KINDS = KINDS if FAST else (*VERSIONS, "postgresql")

QUERIES = ALL_KINDS if FULL else KINDS
"""For what is added up and found: a journal changes what is durable, and no answer."""

TWINS = KINDS if FULL else KINDS[:1]
"""For pages: what they ask a database is tested on every kind by the store and the services."""
