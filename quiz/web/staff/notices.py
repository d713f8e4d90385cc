"""What those who manage an installation are reminded of, on the first pages that they open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Flask

from quiz.domain.staff import Role
from quiz.service import backup
from quiz.web import db
from quiz.web.clock import today
from quiz.web.staff import sessions


@dataclass(frozen=True)
class BackupMissing:
    """There is something to lose; ``last`` is the day of the last backup, if there ever was one."""

    last: date | None


def init(app: Flask) -> None:
    """Let templates ask."""
    app.add_template_global(backup_missing, "backup_missing")


def backup_missing() -> BackupMissing | None:
    """Return what an admin has to know, or None: nobody else can do anything about it."""
    person = sessions.current()
    if person is None or person.role != Role.ADMIN:
        return None
    session = db.reading()
    if not backup.is_backup_due(session, today=today()):
        return None
    return BackupMissing(backup.last_backup(session))
