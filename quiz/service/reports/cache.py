"""Where reports lie ready.

The pages and files of one visit say the same, and adding it up takes longer than all the rest. The
totals of a released batch never change; so what lies there is right until a batch is added or has
gone.
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

FILES = 4
"""Files that lie ready, of some hundred kilobytes each."""


class Desk:
    """The last report, and files that were made of such."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.released: Sequence[Released] = ()
        self.edition = 0
        self.lock = Lock()
        self.reports: Cache[Report] = Cache(1)  # which may be as large as the program
        self.files: Cache[bytes] = Cache(FILES)

    def report(self, db: Session, released: Sequence[Released], chosen: Filter) -> Report:
        """Return a report. ``released`` are all the batches of which ``db`` knows."""
        key = self.edition_of(released), chosen
        return self.reports.once(key, lambda: figures.report(db, self.bank, chosen))

    def file(
        self, released: Sequence[Released], kind: Hashable, write: Callable[[], bytes]
    ) -> bytes:
        """Return a file. ``kind`` says what it is made of besides the batches, and how."""
        return self.files.once((self.edition_of(released), kind), write)

    def edition_of(self, released: Sequence[Released]) -> int:
        """Return a number that stands for these batches."""
        with self.lock:
            if released != self.released:
                self.released = released
                self.edition += 1
            return self.edition
