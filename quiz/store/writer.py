"""Answers that are waiting share one durable commit.

Making a commit durable takes the disk several milliseconds, whatever the commit holds. So one
thread takes everything that is waiting, writes it in one transaction and commits once, and only
then is each caller told. There is no timer: what arrives during a commit is the next batch.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from quiz.store.database import Database

LARGEST = 500
"""Pieces of work in one commit: the first of them should not wait for ever."""

Result = TypeVar("Result")


class Work(Generic[Result]):
    """A function that writes, and the promise of what it returns."""

    def __init__(self, write: Callable[[Session], Result]) -> None:
        self.write = write
        self.future: Future[Result] = Future()
        self.outcome: Result | None = None
        self.refusal: Exception | None = None

    def try_in(self, db: Session) -> None:
        """Write within a savepoint, so that a refusal spoils nothing for the others.

        What goes wrong first is kept: leaving the savepoint may go wrong as well.
        """
        try:
            with db.begin_nested():
                try:
                    self.outcome = self.write(db)
                    db.flush()
                except Exception as refusal:
                    self.refusal = refusal
                    raise
        except Exception as trouble:
            self.refusal = self.refusal or trouble

    def settle(self, trouble: Exception | None = None) -> None:
        """Tell the caller what became of it."""
        if problem := trouble or self.refusal:
            self.future.set_exception(problem)
        else:
            self.future.set_result(self.outcome)  # type: ignore[arg-type]


class Writer:
    """The one thread of a process that writes answers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waiting: SimpleQueue[Work[object] | None] = SimpleQueue()
        self.starting = Lock()
        self.thread: Thread | None = None

    def write(self, write: Callable[[Session], Result]) -> Result:
        """Return what ``write`` returns, once it can no longer be lost.

        Whatever it raises is raised here; then nothing of it was written. It must not commit.
        """
        work = Work(write)
        self.waiting.put(work)  # type: ignore[arg-type]
        self.start()
        return work.future.result()

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
        while (first := self.waiting.get()) is not None:
            batch = [first]
            last = False
            while len(batch) < LARGEST and not self.waiting.empty() and not last:
                following = self.waiting.get()
                if following is None:
                    last = True
                else:
                    batch.append(following)
            self.write_together(batch)
            if last:
                return

    def write_together(self, batch: list[Work[object]]) -> None:
        """Write a batch in one transaction. If that fails, everything in it has failed.

        The database may have ended the transaction itself. What was written before is gone then,
        and what came after would be committed on its own.
        """
        trouble = None
        try:
            with self.database.writing() as db:
                connection = db.connection().connection
                for work in batch:
                    work.try_in(db)
                    if work.refusal and not self.database.is_under_way(connection):
                        raise work.refusal
                db.commit()
        except Exception as error:
            trouble = error
        for work in batch:
            work.settle(trouble)
