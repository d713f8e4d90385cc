"""Processes that are killed without warning, or that race one another."""

import signal
from contextlib import suppress
from itertools import count
from multiprocessing import get_context
from time import perf_counter

from sqlalchemy import text

from quiz.store import attempts, database
from quiz.store.refusals import DatabaseBusy, StoreRefusal
from quiz.store.sealing import seal_due
from tests.shipped import shipped_bank
from tests.store.participants import TOMORROW, answer, take

# Children are forked from a clean process, which has imported what they need, has read the bank,
# and holds nothing else.
processes = get_context("forkserver")
processes.set_forkserver_preload(["__main__", "tests.store.crash_processes", "quiz.service.live"])
shipped_bank()

CLASS = 3


class Victim:
    """A process that runs ``work(tell, …)`` and tells how far it is."""

    def __init__(self, work, *args):
        self._heard, tell = processes.Pipe(duplex=False)
        self._process = processes.Process(target=work, args=(tell, *args))
        self._process.start()
        tell.close()

    def word(self):
        """Wait for one word."""
        return self._heard.recv()

    def kill_in_a_step(self, chance):
        """Kill it at a random moment of a random step, and return all that it told."""
        began = perf_counter()
        words = [self.word() for _ in range(chance.randint(1, 4))]
        pace = (perf_counter() - began) / len(words)
        return words + self.kill_after(chance.uniform(0, 1.5 * pace))

    def kill_after_steps(self, number):
        """Kill it once it has told so many words, and return all that it told."""
        return [self.word() for _ in range(number)] + self.kill()

    def kill_after(self, seconds):
        """Kill it in so many seconds, and return what it had still to tell."""
        self._process.join(seconds)
        return self.kill()

    def kill(self):
        """Kill it, and return what it had still to tell."""
        self._process.kill()
        words = self.last_words()
        assert self.exit_code == -signal.SIGKILL
        return words

    def last_words(self):
        """Wait for the end, and return what it had still to tell."""
        words = []
        try:
            while True:
                words.append(self._heard.recv())
        except EOFError:
            self._heard.close()
        self._process.join()
        return words

    @property
    def exit_code(self):
        return self._process.exitcode


def open_and_tell(tell, barrier, opener):
    barrier.wait()
    try:
        opener().close()
    except StoreRefusal as refusal:
        tell.send(repr(refusal))
    else:
        tell.send("open")


def migrate(tell, opener, migrations):
    database.MIGRATIONS = migrations
    opener().close()
    tell.send("migrated")


def hold_the_write_lock(tell, opener):
    with opener().writing() as db:
        db.execute(text("SELECT 1"))
        tell.send("held")
        signal.pause()


def answer_without_pause(tell, opener, id, first):
    """Answer one question after the other, and acknowledge each."""
    house = opener()
    tell.send("ready")
    for number in count(first):
        with house.writing() as db:
            attempt = attempts.enter(db, id)
            answer(db, attempt, f"lit-question-{number}", f"chose-{number}", number % 101)
            db.commit()
        tell.send(number)


def seal_day_after_day(tell, opener):
    """Seal what is there, then a small class, and so on; acknowledge each step."""
    house = opener()
    tell.send("ready")
    while True:
        with house.writing() as db:
            seal_due(db, {}, today=TOMORROW)
            db.commit()
        tell.send("sealed")
        with suppress(DatabaseBusy):  # others read or write all the while: the next time
            house.scrub_deleted()
        with house.writing() as db:
            for _ in range(CLASS):
                take(db)
            db.commit()
        tell.send("taken")


def seal_once(tell, barrier, opener):
    house = opener()
    barrier.wait()
    with house.writing() as db:
        sealed = seal_due(db, {}, today=TOMORROW)
        db.commit()
    house.close()
    tell.send(sealed)
