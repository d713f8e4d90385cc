"""One file of content: what it holds, and what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from quiz.domain.question import Question
from quiz.store.bank.faults import Fault, Sentence

REASON_COMMENT = re.compile(r"^# kept (\S+): (\S.*)$", re.MULTILINE)


@dataclass
class ParsedFile:
    """A TOML file as it was read. Its question is to be used only if no fault is severe."""

    name: str
    values: dict[str, Any] | None = None
    question: Question | None = None
    faults: list[Fault] = field(default_factory=list)

    reasons: dict[str, str] = field(default_factory=dict)
    """Why warnings about fields may stay: comments such as ``# kept stem.vi: …``."""

    @property
    def id(self) -> str:
        """The id that the file name gives."""
        return PurePosixPath(self.name).stem

    def error(self, field: str, rule: str, /, **values: object) -> None:
        """Add a severe fault."""
        self.add(field, Sentence(rule, **values), severe=True)

    def warning(self, field: str, rule: str, /, **values: object) -> None:
        """Add a fault that leaves the file usable."""
        self.add(field, Sentence(rule, **values), severe=False)

    def add(self, field: str, message: Sentence, *, severe: bool) -> None:
        """Add a fault, unless it is there already."""
        fault = Fault(self.name, field, message, severe, self.reasons.get(field, ""))
        if fault not in self.faults:
            self.faults.append(fault)

    def has_error(self, field: str | None = None) -> bool:
        """Whether there is a severe fault, in one field or anywhere."""
        return any(fault.severe and field in (None, fault.field) for fault in self.faults)


def parse(folder: Path, name: str) -> ParsedFile:
    """Return a file of a folder; without values if nothing can be read from it."""
    file = ParsedFile(name)
    try:
        content = (folder / name).read_bytes()
        found = REASON_COMMENT.finditer(content.decode("utf-8", errors="replace"))
        file.reasons = {reason[1]: reason[2] for reason in found}
        # Some editors put a byte order mark before the first letter; utf-8-sig forgives it.
        file.values = tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError:
        file.error("file", "no-file")
    except OSError as error:
        file.error("file", "unreadable", reason=error.strerror)
    except UnicodeDecodeError as error:
        file.error("file", "not-utf-8", byte=error.start + 1)
    except (ValueError, RecursionError) as error:
        file.error("file", "not-toml", reason=error)
    return file
