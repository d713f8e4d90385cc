"""Whether a server runs on a data folder: it holds a lock there, which ends when it does.

On Windows there is no such lock, and no need: a file that is in use cannot be replaced there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quiz.store.refusals import DatabaseBusy

if sys.platform != "win32":
    import fcntl

NAME = "in-use"


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Be a server, as one of several perhaps. Raises DatabaseBusy while somebody wants none."""
    with _locked(folder, alone=False):
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let no server run meanwhile. Raises DatabaseBusy if there is one."""
    with _locked(folder, alone=True):
        yield


@contextmanager
def _locked(folder: Path, *, alone: bool) -> Iterator[None]:
    with (folder / NAME).open("ab") as file:
        if sys.platform != "win32":
            try:
                fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise DatabaseBusy(folder) from error
            except OSError:
                pass  # a file system that knows no locks: it cannot be told
        yield
