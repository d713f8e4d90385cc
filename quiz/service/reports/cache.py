"""Cache of computed reports and files.

The pages and files of one visit say the same, and adding it up takes longer than all the rest. The
totals of a released batch never change; so an entry is valid until a batch is added or has gone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from threading import Lock

from sqlalchemy.orm import Session

from quiz.service.cache import Cache
from quiz.service.reports import figures
from quiz.service.reports.figures import Report
from quiz.store.bank import Bank
from quiz.store.reports import Filter, Released

MAX_FILES = 4
"""Cached files, of some hundred kilobytes each."""


class ReportCache:
    """The last report, and the last files that were made of reports."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.batches: Sequence[Released] = ()
        self.generation = 0
        self.lock = Lock()
        self.reports: Cache[Report] = Cache(1)  # which may be as large as the program
        self.files: Cache[bytes] = Cache(MAX_FILES)

    def get_report(self, db: Session, batches: Sequence[Released], chosen: Filter) -> Report:
        """Return a report, computed if need be. ``batches`` are all that ``db`` has released."""
        key = self.generation_of(batches), chosen
        return self.reports.get_or_create(key, lambda: figures.build_report(db, self.bank, chosen))

    def get_file(
        self, batches: Sequence[Released], key: Hashable, render: Callable[[], bytes]
    ) -> bytes:
        """Return a file, rendered if need be. ``key`` is what it depends on besides the batches."""
        return self.files.get_or_create((self.generation_of(batches), key), render)

    def generation_of(self, batches: Sequence[Released]) -> int:
        """Return a number that changes whenever the released batches change."""
        with self.lock:
            if batches != self.batches:
                self.batches = batches
                self.generation += 1
            return self.generation
