"""Sealing what is due once a day, whether or not anybody is there."""

from __future__ import annotations

from datetime import date
from threading import Event, Thread

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from quiz.service import housekeeping
from quiz.web import clock, db, pages

PAUSE = 60.0
"""Seconds between two looks at the clock."""


class Sealer:
    """Seals when the day has changed: before a request, and beside them all."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.done_for: date | None = None
        self.stopped = Event()

    def seal_when_due(self) -> None:
        """Seal once for each day; what fails is tried again."""
        day = clock.today()
        if day == self.done_for:
            return
        try:
            housekeeping.seal(db.database(), pages.bank(), today=day)
        except SQLAlchemyError:
            self.app.logger.exception("sealing failed, and is tried again")
        else:
            self.done_for = day

    def watch(self, pause: float = PAUSE) -> None:
        """Look at the clock from a thread of its own, until ``stop``."""
        Thread(target=self._watch, args=(pause,), name="sealer", daemon=True).start()

    def stop(self) -> None:
        """Let the thread end."""
        self.stopped.set()

    def _watch(self, pause: float) -> None:
        with self.app.app_context():
            self.seal_when_due()
            while not self.stopped.wait(pause):
                self.seal_when_due()
