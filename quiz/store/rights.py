"""Who may read the files of an installation: their owner alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

OTHERS = 0o077
"""What the group and everybody else may do."""

OURS = ("quiz.db", "quiz-before-", "secret-key", "in-use", "assets", ".restore-")
"""How the names of our files begin."""


def restrict_access(folder: Path) -> Sequence[Path]:
    """Take from others the right to read what is ours. Return what they could look into."""
    found = list(open_to_others(folder)) if os.name == "posix" else []
    for path in found:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
    return found


def open_to_others(folder: Path) -> Iterator[Path]:
    """Yield our files that others may read, and the folder, if it is for nothing else than ours.

    What belongs to another user is left to her.
    """
    inside = sorted(folder.iterdir())
    ours = [path for path in inside if path.name.startswith(OURS) and not path.is_dir()]
    if all(path.name.startswith(OURS) for path in inside):
        ours.insert(0, folder)
    for path in ours:
        found = path.lstat()
        if (
            not stat.S_ISLNK(found.st_mode)
            and not found.st_mode & stat.S_ISVTX
            and found.st_mode & OTHERS
            and found.st_uid == os.geteuid()
        ):
            yield path
