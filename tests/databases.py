"""The kinds of database on which tests run."""

VERSIONS = {"delete": (3, 40, 1), "wal": (3, 51, 3)}
"""SQLite, by its journal: the second version makes the write-ahead log be used on any machine."""

KINDS = ("sqlite", "postgresql")
ALL_KINDS = (*VERSIONS, "postgresql")
