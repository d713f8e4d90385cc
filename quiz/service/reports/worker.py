"""Render files of reports in a separate process, so that a live class need not wait for them.

Adding up a report and writing a workbook take a few tenths of a second of nothing but Python, and
one process runs Python in one thread at a time. While a class is led in this process,
``python -m quiz.service.reports.worker`` renders the file instead: it has a low priority, reads one
job as JSON from its input, writes one file to its output and ends.
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
from quiz.store.connect import find_database
from quiz.store.reports import Filter

NICENESS = 10
"""How much lower its priority is than that of the server, on systems that have such a number."""

TIMEOUT = 60.0
"""Seconds after which the process is killed."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """Which file is wanted, and all that rendering it depends on. It can be sent as JSON."""

    name: str
    chosen: Mapping[str, str | None]
    month: str
    version: str
    language: str
    translations: str
    database: str
    on_server: bool

    @classmethod
    def create(cls, database: Path | URL, chosen: Filter, **others: str) -> Job:
        """Return a job on a database: a SQLite file, or the address of a PostgreSQL server."""
        on_server = isinstance(database, URL)
        address = (
            str(database)
            if isinstance(database, Path)
            else database.render_as_string(hide_password=False)
        )
        return cls(chosen=asdict(chosen), database=address, on_server=on_server, **others)

    def render(self) -> bytes:
        """Return the file, empty if there is none of this name."""
        address = make_url(self.database) if self.on_server else Path(self.database)
        with closing(find_database(address)) as database, database.reading() as db:
            known = bank.load(bank.CONTENT, today=datetime.now(UTC).date())
            report = figures.build_report(db, known, Filter(**self.chosen))
        export = formats.Export(
            report=report,
            version=self.version,
            month=self.month,
            language=self.language,
            translate=Translations.load(self.translations, [self.language]).gettext,
        )
        return formats.render(export, self.name) or b""


def render_in_process(job: Job) -> bytes | None:
    """Return a file that a separate process renders, empty if there is none of this name.

    Return None if the process cannot be started, fails or takes too long.
    """
    with suppress(OSError, subprocess.TimeoutExpired), start_process() as process:
        try:
            content, _ = process.communicate(json.dumps(asdict(job)).encode(), TIMEOUT)
        finally:
            process.kill()
        return content if process.returncode == 0 else None
    return None


def start_process() -> subprocess.Popen[bytes]:
    """Start a process of low priority that waits for a job."""
    process = subprocess.Popen(  # noqa: S603 - our own program; the job is only read as JSON
        # -P and another folder: a babel.py in the current one is not taken for the library.
        [sys.executable, "-P", "-m", __name__],
        cwd=Path(sys.executable).anchor,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    if os.name == "posix":
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    return process


if __name__ == "__main__":
    sys.stdout.buffer.write(Job(**json.load(sys.stdin)).render())
