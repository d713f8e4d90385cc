"""Scheduled jobs: seal past days, close rooms left open, scrub what was deleted from the disk.

They run in a thread of their own, whether or not anybody uses the quiz.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from datetime import date, datetime, timedelta
from threading import Event, Lock, Thread
from time import monotonic

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from quiz.service import maintenance
from quiz.web import clock, db
from quiz.web.common import current_bank

INTERVAL = 60.0
"""Seconds between two runs, and until a job that failed is tried again."""


class Scheduler:
    """Runs jobs that are due: daily ones before the first request of a day, too."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.done_for: date | None = None
        self.stopped = Event()
        self.running = Lock()
        self.retry_at = 0.0
        self.first_run: tuple[datetime, float] | None = None
        self.must_scrub = Event()
        self.scrubbing = Lock()

    def run_daily_jobs(self) -> None:
        """Seal the quizzes of past days, once for each day; after a failure, try again."""
        day = clock.today()
        if day == self.done_for or monotonic() < self.retry_at:
            return
        if not self.running.acquire(blocking=False):
            return  # another thread runs them
        try:
            maintenance.seal(db.database(), current_bank(), now=clock.now())
            self.done_for = day
        except SQLAlchemyError as error:
            self.retry_at = monotonic() + INTERVAL
            self.app.logger.error("sealing is tried again later: %s", type(error).__name__)
        finally:
            self.running.release()

    def before_request(self) -> None:
        """Run the daily jobs before a request, except where somebody wants to leave at once."""
        if request.endpoint not in {"quick_exit.leave", "static"}:
            self.run_daily_jobs()

    def scrub(self) -> None:
        """Scrub deleted data from the disk. While somebody reads, it is tried again later.

        One thread scrubs at a time. It begins again if another class has closed meanwhile, so
        that twenty classes that close at once are scrubbed together.
        """
        self.must_scrub.set()
        with suppress(SQLAlchemyError):
            while self.must_scrub.is_set() and self.scrubbing.acquire(blocking=False):
                try:
                    self.must_scrub.clear()
                    db.database().scrub_deleted()
                except BaseException:
                    self.must_scrub.set()
                    raise
                finally:
                    self.scrubbing.release()

    def run_due_jobs(self) -> None:
        """Run all jobs that are due."""
        self.run_daily_jobs()
        self.close_rooms()
        if self.must_scrub.is_set():
            self.scrub()
        else:
            with suppress(SQLAlchemyError):
                db.database().empty_log()

    def start(self, interval: float = INTERVAL) -> None:
        """Run due jobs from a thread of its own, until ``stop``."""
        Thread(target=self._run, args=(interval,), name="scheduler", daemon=True).start()

    def stop(self) -> None:
        """Let the thread end."""
        self.stopped.set()

    def close_rooms(self) -> None:
        """Close rooms that have been open for too long; after a failure, try again."""
        try:
            closed = maintenance.close_rooms(
                db.database(),
                current_bank(),
                now=clock.now(),
                reckoned=self.steady_now(),
                today=clock.today(),
            )
        except SQLAlchemyError as error:
            self.app.logger.error("closing is tried again later: %s", type(error).__name__)
        else:
            if closed:
                self.must_scrub.set()

    def steady_now(self) -> datetime:
        """Return the time as if nobody had set the clock since the first run."""
        if self.first_run is None:
            self.first_run = clock.now(), clock.steady()
        began, seconds = self.first_run
        return began + timedelta(seconds=clock.steady() - seconds)

    def _run(self, interval: float) -> None:
        with self.app.app_context():
            while True:
                self.run_due_jobs()
                gc.collect()  # requests that failed, with who asked, would lie there for hours
                if self.stopped.wait(interval):
                    return
