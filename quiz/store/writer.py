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

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from quiz.domain.refusals import Refusal
from quiz.store.database import Database
from quiz.store.refusals import StoreRefusal

LARGEST = 500
"""Pieces of work in one commit: the first of them should not wait for ever."""

FOR_ALL = (StoreRefusal, OperationalError, InterfaceError)
"""What is wrong with the database, and with none of those who write."""

Result = TypeVar("Result")


class Work(Generic[Result]):
    """A function that writes, and the promise of what it returns."""

    def __init__(self, write: Callable[[Session], Result]) -> None:
        self.write = write
        self.future: Future[Result] = Future()
        self.outcome: Result | None = None
        self.refusal: Refusal | None = None

    def do(self, db: Session) -> None:
        """Write, unless it is refused. Whatever else goes wrong is raised."""
        self.refusal = None
        try:
            self.outcome = self.write(db)
        except Refusal as refusal:
            self.refusal = refusal

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

        Whatever it raises is raised here; then nothing of it was written. It must not commit, and
        must not raise a Refusal once it has begun to write: what others write is committed then.
        """
        return self.promise(write).result()

    def promise(self, write: Callable[[Session], Result]) -> Future[Result]:
        """Return at once what ``write`` will have returned once it can no longer be lost."""
        work = Work(write)
        self.waiting.put(work)  # type: ignore[arg-type]
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

        Trouble with one of them undoes the others as well; then each is written by itself. That
        is rare, and a savepoint for each would cost as much as all the rest.
        """
        trouble = None
        try:
            with self.database.writing() as db:
                db.connection()  # takes the write lock
                for work in batch:
                    work.do(db)
                db.commit()
        except Exception as error:
            trouble = error
        if trouble and len(batch) > 1 and not isinstance(trouble, FOR_ALL):
            for work in batch:
                self.write_together([work])
            return
        for work in batch:
            work.settle(trouble)
