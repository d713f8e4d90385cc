"""The key that signs form tokens, made once and kept beside the database."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from quiz.web.settings import KEY_DAMAGED, BadSetting, is_weak

NAME = "secret-key"


def secret_key(folder: Path) -> str:
    """Return the key of this installation; whoever asks first makes it.

    It is readable by its owner alone, and appears whole or not at all: of two processes that
    start together, one makes the key and both use it.
    """
    path = folder / NAME
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # some memory sticks know no links; there only one process starts
            Path(draft).replace(path)
        Path(draft).unlink(missing_ok=True)
    key = path.read_text(encoding="latin-1").strip()
    if is_weak(key):
        raise BadSetting(str(path), KEY_DAMAGED)
    return key
