"""The SQLite that is used: one that comes with the program, or Python's own.

Python brings the SQLite of the system, which may be years old. Where `pysqlite3` exists for a
system, its SQLite is new, and the write-ahead log sound in it: one sync of the disk for a commit
instead of five (docs/decisions/0012-a-sqlite-of-our-own.md).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["sqlite3"]
