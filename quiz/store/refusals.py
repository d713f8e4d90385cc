"""Ways in which the database cannot be used. The facts are attributes; others choose the words."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError


class StoreRefusal(SQLAlchemyError):
    """The database cannot be used as it is.

    Whoever guards against trouble with the database (SQLAlchemyError) guards against this too.
    ``path`` is the file, or the address of a server without user and password.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__(str(path))
        self.path = path


class UnwritableFolder(StoreRefusal):
    """The folder is missing, or it or the database in it cannot be written; ``path`` says which."""


class CorruptDatabase(StoreRefusal):
    """The file is damaged, or is not a database of this program."""


class FileReplaced(StoreRefusal):
    """The file that was opened was deleted, moved, or replaced by another one."""


class NewerSchema(StoreRefusal):
    """A newer version of this program has migrated the database further than this one knows."""

    def __init__(self, path: Path | str, revision: str) -> None:
        super().__init__(path)
        self.revision = revision


class DatabaseBusy(StoreRefusal):
    """Another program has kept the database to itself for longer than is worth waiting."""


class DiskFull(StoreRefusal):
    """There is no room left to write. What was being written is not in the database."""


class FailingDisk(StoreRefusal):
    """The disk did not read or write what it was asked to; when it is full, this may be why."""


class Unreachable(StoreRefusal):
    """No server answers at this address."""


class NotLetIn(StoreRefusal):
    """The server answers, but refuses the user, the password or the database; it says why."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path)
        self.reason = reason


class UnsafeServer(StoreRefusal):
    """The server is set up so that it may lose or spoil what it was given to keep."""

    def __init__(self, path: Path | str, setting: str) -> None:
        super().__init__(path)
        self.setting = setting


class NoDriver(StoreRefusal):
    """The library that speaks to this kind of server is not installed."""


class NameTaken(StoreRefusal):
    """There is a file of this name already, and nobody said that it may be overwritten."""


class NotABackup(StoreRefusal):
    """The file is damaged, or holds nothing of this program."""


class NotEmpty(StoreRefusal):
    """The database holds something already, which would be lost or mixed up."""
