"""Answers that are waiting share one durable commit.

Making a commit durable takes the disk several milliseconds, whatever the commit holds. So one
thread takes everything that is waiting, writes it in one transaction and commits once, and only
then is each caller told. There is no timer: what arrives during a commit is the next batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from quiz.domain.refusals import Refusal
from quiz.store.database import Database
from quiz.store.refusals import StoreRefusal

LARGEST = 500
"""Pieces of work in one commit: the first of them should not wait for ever."""

FOR_ALL = (StoreRefusal, OperationalError, InterfaceError)
"""What is wrong with the database, and with none of those who write."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class QueuedItem(Generic[Item, Result]):
    """Something to write, and the promise of what comes of it."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.future: Future[Result] = Future()

    def begin(self) -> bool:
        """Whether anybody still waits for it. From now on it can no longer be called off."""
        return self.future.set_running_or_notify_cancel()

    def resolve(self, outcome: Result | Exception) -> None:
        """Tell the caller what became of it."""
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class GroupCommitQueue(Generic[Item, Result]):
    """A thread of a process, which writes all that waits for it."""

    def __init__(
        self,
        database: Database,
        write_all: Callable[[Session, Sequence[Item]], Sequence[Result | Refusal]],
    ) -> None:
        """``write_all`` writes what waits, and returns for each what came of it, or why nothing.

        It must not commit, and must have written nothing of what it returns a Refusal for.
        """
        self.database = database
        self.write_all = write_all
        self.waiting: SimpleQueue[QueuedItem[Item, Result] | None] = SimpleQueue()
        self.starting = Lock()
        self.thread: Thread | None = None

    def write(self, item: Item) -> Result:
        """Return what came of an item, once it can no longer be lost.

        Raises why it was not written.
        """
        return self.submit(item).result()

    def submit(self, item: Item) -> Future[Result]:
        """Return at once what will have come of an item once it can no longer be lost."""
        work: QueuedItem[Item, Result] = QueuedItem(item)
        self.waiting.put(work)
        self.start()
        return work.future

    def start(self) -> None:
        """Start the thread with the first answer: a process that serves no room needs none."""
        if self.thread is None:
            with self.starting:
                if self.thread is None:
                    self.thread = Thread(target=self.run, name="writer", daemon=True)
                    self.thread.start()

    def stop(self) -> None:
        """Write what is waiting, and end the thread."""
        if self.thread is not None:
            self.waiting.put(None)
            self.thread.join()
            self.thread = None

    def run(self) -> None:
        """Write batch after batch, until told to stop."""
        while self.write_next():
            pass  # nothing here holds what was written, or who asked for it, while no more comes

    def write_next(self) -> bool:
        """Write all that waits, once something does. Return whether to go on."""
        batch = [self.waiting.get()]
        while batch[-1] is not None and len(batch) < LARGEST and not self.waiting.empty():
            batch.append(self.waiting.get())
        if begun := [work for work in batch if work is not None and work.begin()]:
            self.write_together(begun)
        return batch[-1] is not None

    def write_together(self, batch: Sequence[QueuedItem[Item, Result]]) -> None:
        """Write a batch in one transaction. If that fails, everything in it has failed.

        Trouble with one of them undoes the others as well; then each is written by itself. That
        is rare, and a savepoint for each would cost as much as all the rest.
        """
        told: Sequence[tuple[QueuedItem[Item, Result], Result | Exception]]
        try:
            with self.database.writing() as db:
                db.connection()  # takes the write lock
                outcomes = self.write_all(db, [work.item for work in batch])
                told = list(zip(batch, outcomes, strict=True))
                db.commit()
        except Exception as trouble:
            if len(batch) > 1 and not isinstance(trouble, FOR_ALL):
                for work in batch:
                    self.write_together([work])
                return
            told = [(work, trouble) for work in batch]
        for work, outcome in told:
            work.resolve(outcome)
