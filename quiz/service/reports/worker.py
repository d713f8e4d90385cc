"""A process of its own for files of reports, so that a class need not wait for them.

Adding up a report and writing a workbook take a few tenths of a second of nothing but Python, and
one process runs Python in one thread at a time. So while a class is led here, somebody else writes:
``python -m quiz.service.reports.worker``, which gives way to all else, and ends with its one file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.support import Translations
from sqlalchemy import URL, make_url

from quiz.service.reports import figures, formats
from quiz.store import bank
from quiz.store.opening import find_database
from quiz.store.reports import Filter

NICE = 10
"""How far it stands back for all else, where there is such a thing."""

LONGEST = 60.0
"""Seconds after which a file is not waited for any longer."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """Which file is wanted, and where its figures and words are."""

    name: str
    chosen: Mapping[str, str | None]
    month: str
    version: str
    language: str
    translations: str
    place: str
    on_server: bool

    @classmethod
    def of(cls, place: Path | URL, chosen: Filter, **others: str) -> Job:
        """Return a job on the database of a place."""
        on_server = isinstance(place, URL)
        words = (
            str(place) if isinstance(place, Path) else place.render_as_string(hide_password=False)
        )
        return cls(chosen=asdict(chosen), place=words, on_server=on_server, **others)

    def done(self) -> bytes:
        """Return the file; nothing if there is none of this name."""
        place = make_url(self.place) if self.on_server else Path(self.place)
        with closing(find_database(place)) as database, database.reading() as db:
            known = bank.load(bank.CONTENT, today=datetime.now(UTC).date())
            report = figures.report(db, known, Filter(**self.chosen))
        export = formats.Export(
            report=report,
            version=self.version,
            month=self.month,
            language=self.language,
            say=Translations.load(self.translations, [self.language]).gettext,
        )
        return formats.written(export, self.name) or b""


def written(job: Job) -> bytes | None:
    """Return a file that another process has written, or nothing; None if that did not work."""
    with suppress(OSError, subprocess.TimeoutExpired), begun() as process:
        try:
            content, _ = process.communicate(json.dumps(asdict(job)).encode(), LONGEST)
        finally:
            process.kill()
        return content if process.returncode == 0 else None
    return None


def begun() -> subprocess.Popen[bytes]:
    """Return a process that waits for a job, and gives way to all others."""
    process = subprocess.Popen(  # noqa: S603 - our own program; what it gets, it reads
        # -P, and nowhere in particular: a babel.py that lies about is not taken for the library
        [sys.executable, "-P", "-m", __name__],
        cwd=Path(sys.executable).anchor,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    if os.name == "posix":
        os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
    return process


if __name__ == "__main__":
    sys.stdout.buffer.write(Job(**json.load(sys.stdin)).done())
