"""Which servers of this user run, so that a command finds the database that is meant.

Each server leaves a note in the user's own folder for such things, and takes it back at its end. A
note that a server could not take back is told by the lock of its data folder, which ends with it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_state_path

from quiz.store import server_lock
from quiz.store.refusals import DatabaseBusy
from quiz.web.settings import FOLDER


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server: its data folder, its database as it may be shown, and its addresses."""

    data: str
    database: str
    here: str
    """The address on this machine."""
    address: str
    """The address that others open."""


@contextmanager
def noted(server: Server) -> Iterator[None]:
    """Leave a note of a server while it runs. Without a folder to leave it in there is none."""
    note = notes() / f"{os.getpid()}.json"
    with suppress(OSError):
        note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        note.write_text(json.dumps(asdict(server)), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)


def servers() -> Sequence[Server]:
    """Return the servers of this user that run."""
    found = []
    for note in sorted(notes().glob("*.json")):
        with suppress(OSError, ValueError, TypeError):
            server = Server(**json.loads(note.read_text(encoding="utf-8")))
            if is_in_use(Path(server.data)):
                found.append(server)
            else:
                note.unlink(missing_ok=True)
    return found


def is_in_use(folder: Path) -> bool:
    """Whether a server runs on a data folder; where there are no locks, a note is believed."""
    if sys.platform == "win32":
        return folder.is_dir()
    try:
        with server_lock.alone(folder):
            return False
    except DatabaseBusy:
        return True


def notes() -> Path:
    """Return the folder of the notes."""
    return user_state_path(FOLDER, appauthor=False) / "servers"
