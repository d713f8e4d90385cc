"""The bank as it was found sound, kept beside the content like the ``.pyc`` file of a module.

Checking every word takes a second and ten megabytes. A server, and each worker that makes a
report, needs only the questions; they are read from here as long as neither content nor code
has changed.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from quiz.domain.choosing import QuestionSet
from quiz.domain.contact import Contact
from quiz.domain.fact import Fact
from quiz.domain.question import Question

PACKAGE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Bank:
    """All questions in the order of their ids, and all contacts, shown or not."""

    questions: Mapping[str, Question]
    contacts: Mapping[str, Contact]

    sources: Mapping[str, str]
    """What each question was read from, for ``read_edition``."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    """What the questions and contacts rest on."""

    sets: Mapping[str, QuestionSet] = field(default_factory=dict)
    """Ready-made choices of questions, by their ids."""


def compiled_file(folder: Path) -> Path:
    """Return where the compiled bank of a folder belongs: the name changes with what is read."""
    digest = sha256(sys.version.encode())
    code = [*(PACKAGE / "domain").rglob("*.py"), *(PACKAGE / "store" / "bank").rglob("*.*")]
    for file in sorted([*code, *folder.rglob("*.toml")]):
        if file.suffix in (".py", ".toml") and file.is_file():
            digest.update(f"{file}\0".encode())
            digest.update(sha256(file.read_bytes()).digest())
    return folder / "__pycache__" / f"bank.{digest.hexdigest()[:16]}.pickle"


def find_compiled(file: Path, today: date) -> Bank | None:
    """Return the compiled bank, if there is one and its contacts still hold today."""
    try:
        bank = pickle.loads(file.read_bytes())  # noqa: S301 - as trusted as the code beside it
    except Exception:  # whatever is wrong with it, the content can be read
        return None
    if not isinstance(bank, Bank):
        return None
    return bank if all(each.holds_on(today) for each in bank.contacts.values()) else None


def save_compiled(file: Path, bank: Bank) -> None:
    """Keep a sound bank, if the folder may be written, and remove what was kept before."""
    new = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        new.write_bytes(pickle.dumps(bank))
        new.chmod(0o644)
        new.replace(file)
        for old in file.parent.glob("bank.*.pickle"):
            if old != file:
                old.unlink(missing_ok=True)
