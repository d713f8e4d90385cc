"""Slowing down those who guess. Nothing sleeps: whoever is too fast is told how long to wait.

Only failures count, for ten minutes, in memory, under a key made when the process starts. A whole
school sits behind one address, so nobody is refused because of a guesser beside her:

* A signed link to a class (``quiz.web.join_link``) is never slowed.
* A typed code of a class to which this address belongs (its facilitator or somebody who joined
  sits there) is accepted even while wrong codes are refused.
* A browser in which somebody has signed in before (``quiz.web.staff.known_browser``) has a count of
  its own; any other browser is counted by account and address together.

What that leaves to a guesser is reckoned in docs/threat-model.md.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from threading import Lock

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from quiz.domain.refusals import TooManyCodes, TooManyTries
from quiz.service import accounts
from quiz.web import db
from quiz.web.clock import now

WINDOW = 600.0
"""Seconds after which a failure is forgotten."""

FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
"""Seconds to wait after the first failure too many; each further one doubles it."""

MOST = 10_000
"""Keys that are remembered at most; the one that was used longest ago gives way."""

OF_EACH = 128
"""Events of one key that are remembered at most."""

FREE_CODES, MOST_FREE_CODES = 30, 100
"""Wrong codes that an address has free within ten minutes: one more for each person who joined from
there, up to so many."""

BURST, RATE = 30, 10.0
"""Wrong tries of one address in one moment, and in each second afterwards, beyond which everything
from there that is typed waits for a moment. Nobody types so fast: this bounds a program."""

FREE_SECRETS = 5
"""Wrong passwords or codes of a second factor that cost nothing."""

MOST_CODES = 30
"""Wrong codes of the second factor of one account, from unknown browsers: whoever gives them knows
her password already."""

TOO_MANY = 200
"""Wrong codes of all together within ten minutes that cannot be slips any more."""


class Lately:
    """Counts what happened within ``window`` seconds, by key. The keys cannot be read back."""

    def __init__(
        self, *, window: float = WINDOW, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.window = window
        self.clock = clock
        self.secret = secrets.token_bytes(32)
        self.seen: OrderedDict[bytes, deque[float]] = OrderedDict()
        self.lock = Lock()

    def add(self, key: str) -> None:
        """Count an event."""
        with self.lock:
            hidden = self._hidden(key)
            times = self._times(key) or deque(maxlen=OF_EACH)
            times.append(self.clock())
            self.seen[hidden] = times
            self.seen.move_to_end(hidden)
            if len(self.seen) > MOST:
                self.seen.popitem(last=False)

    def count(self, key: str) -> int:
        """Return how many events of a key happened lately."""
        with self.lock:
            return len(self._times(key))

    def clear(self, key: str) -> None:
        """Forget what happened to a key."""
        with self.lock:
            self.seen.pop(self._hidden(key), None)

    def _times(self, key: str) -> deque[float]:
        """Return when the events of a key happened, after forgetting what is too long ago."""
        forgotten = self.clock() - self.window
        while self.seen and next(iter(self.seen.values()))[-1] <= forgotten:
            self.seen.popitem(last=False)
        times = self.seen.get(self._hidden(key), deque())
        while times and times[0] <= forgotten:
            times.popleft()
        return times

    def _hidden(self, key: str) -> bytes:
        """Return a key as it lies in memory: nobody can tell which address it was."""
        return hashlib.blake2b(key.encode(), key=self.secret, digest_size=16).digest()


class Throttle(Lately):
    """Counts failures by key, and refuses those who have failed more than ``free`` times.

    The wait of a key counts from its own last failure.
    """

    def __init__(
        self, *, free: int, window: float = WINDOW, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(window=window, clock=clock)
        self.free = free

    def check(self, key: str, *, besides: int = 0, free: int | None = None) -> None:
        """Raise TooManyTries if a key has to wait.

        ``besides`` is how often anybody failed at the same thing: a key that has failed waits as
        if it had failed as often itself, and one that has not does not wait. ``free`` takes the
        place of how many failures cost nothing.
        """
        with self.lock:
            times = self._times(key)
            if not times:
                return
            failures = max(len(times), besides)
            doublings = failures - (self.free if free is None else free)
            if doublings < 0:
                return
            wait = times[-1] + self._wait(doublings) - self.clock()
        if wait > 0:
            raise TooManyTries(ceil(wait))

    def _wait(self, doublings: int) -> float:
        """Return how long to wait after so many failures too many."""
        return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(doublings, 10))


class Flood(Lately):
    """Refuses a key that has failed ``burst`` times at once and ``rate`` times a second since."""

    def __init__(
        self,
        *,
        burst: int = BURST,
        rate: float = RATE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window=burst / rate, clock=clock)
        self.burst = burst

    def is_full(self, key: str) -> bool:
        """Whether a key has to wait."""
        return self.count(key) >= self.burst

    def check(self, key: str) -> None:
        """Raise TooManyTries if a key has to wait."""
        if self.is_full(key):
            raise TooManyTries(1)


class Alarm:
    """Notices when all together fail ``most`` times within ``window`` seconds."""

    def __init__(
        self, *, most: int, window: float = WINDOW, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.window = window
        self.clock = clock
        self.times: deque[float] = deque(maxlen=most)
        self.raised: float | None = None
        self.lock = Lock()

    def fail(self) -> bool:
        """Count a failure of anybody. Return whether it was one too many; at most once a window."""
        with self.lock:
            present = self.clock()
            self.times.append(present)
            full = len(self.times) == self.times.maxlen
            if not full or present - self.times[0] > self.window:
                return False
            if self.raised is not None and present - self.raised < self.window:
                return False
            self.raised = present
            return True


class Codes:
    """Slows down those who type codes of classes that there are not."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.wrong = Throttle(free=FREE_CODES, clock=clock)  # by address
        self.flood = Flood(clock=clock)  # by address
        self.joined = Lately(clock=clock)  # by address
        self.at_home = Lately(clock=clock)  # by address and code
        self.alarm = Alarm(most=TOO_MANY, clock=clock)

    def check(self, code: str) -> None:
        """Raise TooManyCodes if a code that was typed may not be tried from here now.

        The answer does not depend on whether there is such a class, unless this address belongs
        to it. What is refused counts as a failure of the moment, because it told as much.
        """
        here = client()
        try:
            self.flood.check(here)
            if not self.at_home.count(f"{here} {code}"):
                free = min(MOST_FREE_CODES, FREE_CODES + self.joined.count(here))
                self.wrong.check(here, free=free)
        except TooManyTries as refusal:
            self.note_failure()
            raise TooManyCodes(refusal.wait) from None

    def fail(self) -> None:
        """Count a code that is nobody's: against whoever asks, and for the alarm."""
        self.wrong.add(client())
        self.note_failure()

    def note_failure(self) -> None:
        """Count a failure of the moment, and say so if all together fail too often."""
        if not self.flood.is_full(client()):
            self.flood.add(client())
        if not self.alarm.fail():
            return
        current_app.logger.warning(
            "%s wrong class codes within ten minutes: somebody may be guessing", TOO_MANY
        )
        with suppress(SQLAlchemyError), db.database().writing() as writing:
            accounts.audit_guessing(writing, now=now())
            writing.commit()

    def belong(self, code: str) -> None:
        """Remember that whoever asks belongs to a class: its codes are hers to type."""
        self.at_home.add(f"{client()} {code}")

    def join(self, code: str) -> None:
        """Remember that somebody came into a class from here."""
        self.belong(code)
        self.joined.add(client())


class SignIns:
    """Slows down those who try a secret of somebody: her password, or a code of her second factor.

    ``most`` is how many failures of all unknown browsers together one account bears before all of
    them wait; None if only those wait that have failed themselves.
    """

    def __init__(self, clock: Callable[[], float], *, most: int | None = None) -> None:
        self.wrong = Throttle(free=FREE_SECRETS, clock=clock)  # by browser or account and address
        self.accounts = Throttle(free=most or 0, clock=clock)  # by account
        self.flood = Flood(clock=clock)  # by address
        self.most = most

    def check(self, account: str, browser: str | None) -> None:
        """Raise TooManyTries if nothing may be tried at an account now.

        ``browser`` is the mark of a browser in which this account has been signed in before.
        """
        if browser is not None:
            self.wrong.check(browser)
            return
        self.flood.check(client())
        self.wrong.check(f"{account} {client()}", besides=self.accounts.count(account))
        if self.most is not None:
            self.accounts.check(account)

    def fail(self, account: str, browser: str | None) -> None:
        """Count a failure."""
        self.wrong.add(browser or f"{account} {client()}")
        if browser is None:
            self.accounts.add(account)
            self.flood.add(client())

    def succeed(self, account: str, browser: str | None) -> None:
        """Forget the failures of whoever has just shown that she knows the secret."""
        self.wrong.clear(browser or f"{account} {client()}")


@dataclass(frozen=True)
class Throttles:
    """All that an application slows down."""

    codes: Codes
    passwords: SignIns
    second_factors: SignIns
    sessions: Throttle
    """By session: what somebody who sits at an open browser of another tries there."""


def init(app: Flask) -> None:
    """Give the application its throttles. They go by its steady clock."""

    def clock() -> float:
        seconds: float = app.config["STEADY_CLOCK"]()
        return seconds

    app.extensions["throttles"] = Throttles(
        codes=Codes(clock),
        passwords=SignIns(clock),
        second_factors=SignIns(clock, most=MOST_CODES),
        sessions=Throttle(free=FREE_SECRETS, clock=clock),
    )


def throttles() -> Throttles:
    """Return the throttles of this application."""
    found: Throttles = current_app.extensions["throttles"]
    return found


def client() -> str:
    """Return what stands for whoever is asking: an address, or the network of an IPv6 address."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
