"""Slowing down those who guess. Nothing sleeps: whoever is too fast is told how long to wait.

Only failures are counted, for ten minutes, in memory, under a key made when the process starts.
Nobody who has not failed herself is ever slowed, so an outsider can lock nobody out.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from threading import Lock

from flask import Flask, current_app, request

from quiz.domain.refusals import TooManyTries

WINDOW = 600.0
"""Seconds after which a failure is forgotten."""

FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
"""Seconds to wait after the first failure too many; each further one doubles it."""

MOST = 10_000
"""Keys that are remembered at most; the one that failed longest ago gives way."""

OF_EACH = 64
"""Failures of one key that are remembered at most."""

TOO_MANY = 200
"""Wrong codes of all together within ten minutes that cannot be slips any more."""


class Throttle:
    """Counts failures by key, and refuses those who have failed more than ``free`` times.

    The wait of a key counts from its own last failure.
    """

    def __init__(
        self, *, free: int, window: float = WINDOW, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.free = free
        self.window = window
        self.clock = clock
        self.secret = secrets.token_bytes(32)
        self.failed: OrderedDict[bytes, deque[float]] = OrderedDict()
        self.lock = Lock()

    def check(self, key: str, *, besides: int = 0) -> None:
        """Raise TooManyTries if a key has to wait.

        ``besides`` is how often anybody failed at the same thing: a key that has failed waits as
        if it had failed as often itself, and one that has not does not wait.
        """
        with self.lock:
            times = self._times(key)
            if not times:
                return
            wait = times[-1] + self._wait(max(len(times), besides)) - self.clock()
        if wait > 0:
            raise TooManyTries(ceil(wait))

    def fail(self, key: str) -> None:
        """Count a failure."""
        with self.lock:
            hidden = self._hidden(key)
            times = self._times(key) or deque(maxlen=max(OF_EACH, self.free + 8))
            times.append(self.clock())
            self.failed[hidden] = times
            self.failed.move_to_end(hidden)
            if len(self.failed) > MOST:
                self.failed.popitem(last=False)

    def failures(self, key: str) -> int:
        """Return how often a key has failed of late."""
        with self.lock:
            return len(self._times(key))

    def _times(self, key: str) -> deque[float]:
        """Return when a key failed, after forgetting what is too long ago, of any key."""
        forgotten = self.clock() - self.window
        while self.failed and next(iter(self.failed.values()))[-1] <= forgotten:
            self.failed.popitem(last=False)
        times = self.failed.get(self._hidden(key), deque())
        while times and times[0] <= forgotten:
            times.popleft()
        return times

    def _wait(self, failures: int) -> float:
        """Return how long to wait after so many failures."""
        doublings = failures - self.free
        if doublings < 0:
            return 0.0
        return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(doublings, 10))

    def _hidden(self, key: str) -> bytes:
        """Return a key as it lies in memory: nobody can tell which address it was."""
        return hashlib.blake2b(key.encode(), key=self.secret, digest_size=16).digest()


class Alarm:
    """Notices when all together fail ``most`` times within ``window`` seconds."""

    def __init__(
        self, *, most: int, window: float = WINDOW, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.window = window
        self.clock = clock
        self.times: deque[float] = deque(maxlen=most)
        self.lock = Lock()

    def fail(self) -> bool:
        """Count a failure of anybody. Return whether it was one too many; then it counts anew."""
        with self.lock:
            self.times.append(self.clock())
            full = len(self.times) == self.times.maxlen
            if not full or self.times[-1] - self.times[0] > self.window:
                return False
            self.times.clear()
            return True


def init(app: Flask) -> None:
    """Give the application what it slows down."""
    app.extensions["throttles"] = {
        "sign-in": Throttle(free=5),  # by client
        "account": Throttle(free=5),  # by e-mail address: only makes the wait of a client longer
        "password": Throttle(free=5),  # by person: codes and passwords of somebody half inside
        "code": Throttle(free=30),  # by client: codes of rooms
    }
    app.extensions["guessing"] = Alarm(most=TOO_MANY)


def named(name: str) -> Throttle:
    """Return one of the throttles of this application."""
    found: Throttle = current_app.extensions["throttles"][name]
    return found


def wrong_code() -> None:
    """Count a code that is nobody's: against whoever asks, and for the alarm."""
    named("code").fail(client())
    if current_app.extensions["guessing"].fail():
        current_app.logger.warning(
            "%s wrong class codes within ten minutes: somebody may be guessing", TOO_MANY
        )


def client() -> str:
    """Return what stands for whoever is asking: an address, or the network of an IPv6 address."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
