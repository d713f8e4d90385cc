"""Sealing what is due, closing rooms left open, and forgetting what was deleted.

All of it happens whether or not anybody is there.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from threading import Event, Lock, Thread
from time import monotonic

from flask import Flask, request
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
        self.busy = Lock()
        self.not_before = 0.0
        self.first_look: tuple[datetime, float] | None = None
        self.to_forget = False

    def seal_when_due(self) -> None:
        """Seal once for each day; what fails is tried again."""
        day = clock.today()
        if day == self.done_for or monotonic() < self.not_before:
            return
        if not self.busy.acquire(blocking=False):
            return  # somebody else is at it
        try:
            housekeeping.seal(db.database(), pages.bank(), now=clock.now())
            self.done_for = day
        except SQLAlchemyError as error:
            self.not_before = monotonic() + PAUSE
            self.app.logger.error("sealing is tried again later: %s", type(error).__name__)
        finally:
            self.busy.release()

    def seal_before_request(self) -> None:
        """Seal when due, but let nobody wait who wants to leave."""
        if request.endpoint not in {"leave.leave", "static"}:
            self.seal_when_due()

    def forget(self) -> None:
        """Let what was deleted be gone from the disk. If somebody reads, it is tried again."""
        self.to_forget = True
        with suppress(SQLAlchemyError):
            db.database().forget_deleted()
            self.to_forget = False

    def look(self) -> None:
        """Do all that is due."""
        self.seal_when_due()
        self.close_rooms()
        if self.to_forget:
            self.forget()
        else:
            with suppress(SQLAlchemyError):
                db.database().empty_log()

    def watch(self, pause: float = PAUSE) -> None:
        """Look at the clock from a thread of its own, until ``stop``."""
        Thread(target=self._watch, args=(pause,), name="sealer", daemon=True).start()

    def stop(self) -> None:
        """Let the thread end."""
        self.stopped.set()

    def close_rooms(self) -> None:
        """Close rooms that have been open for too long; what fails is tried again."""
        try:
            self.to_forget |= bool(
                housekeeping.close_rooms(
                    db.database(),
                    pages.bank(),
                    now=clock.now(),
                    reckoned=self.reckon(),
                    today=clock.today(),
                )
            )
        except SQLAlchemyError as error:
            self.app.logger.error("closing is tried again later: %s", type(error).__name__)

    def reckon(self) -> datetime:
        """Return what time it would be if nobody had set the clock since the first look."""
        if self.first_look is None:
            self.first_look = clock.now(), clock.steady()
        began, seconds = self.first_look
        return began + timedelta(seconds=clock.steady() - seconds)

    def _watch(self, pause: float) -> None:
        with self.app.app_context():
            while True:
                self.look()
                if self.stopped.wait(pause):
                    return
