"""Passwords and recovery codes: hashed slowly, so that who steals the file gains little."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

from quiz.domain.staff import composed

VIETNAMESE = Path(__file__).parent / "common_passwords_vi.txt"
"""Passwords that are common in Viet Nam and not in the list of zxcvbn."""

# OWASP, 2025: 19 MiB, two rounds, one thread.
MEMORY, ROUNDS, THREADS = 19 * 1024, 2, 1

HASHER = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY, parallelism=THREADS)

LONGEST_ESTIMATED = 72
"""Letters that zxcvbn reads at most."""

NICE = 10
"""How far hashing stands back for all else: it takes a whole processor, of which many servers have
two, and who signs in may wait a little longer than a class that answers."""

P = ParamSpec("P")
T = TypeVar("T")


def stand_back() -> None:
    """Let this thread have a processor when nobody else wants it (Linux)."""
    if sys.platform == "linux":  # elsewhere it would be said of the whole process
        os.nice(NICE)


WORKER = ThreadPoolExecutor(1, "hashing", stand_back)
"""One thread: many who sign in at once take the memory of one."""


def in_turn(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Return what comes of some hashing, or raise what it raises, when its turn has come."""
    return WORKER.submit(work, *args, **named).result()


def random_base64(size: int) -> str:
    """Return so many random bytes, as they stand in the text of a hash."""
    return base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")


NOBODYS = (
    f"$argon2id$v={ARGON2_VERSION}$m={MEMORY},t={ROUNDS},p={THREADS}"
    f"${random_base64(HASHER.salt_len)}${random_base64(HASHER.hash_len)}"
)
"""A hash that no password has. To compute one would take 19 MiB at each start."""


def hashed(password: str) -> str:
    """Return the hash under which a password is stored."""
    return in_turn(HASHER.hash, composed(password))


def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password. Where none is stored, finding out takes as long."""
    with suppress(VerificationError, InvalidHashError):
        in_turn(HASHER.verify, stored or NOBODYS, composed(password))
        return stored is not None
    return False


def is_dated(stored: str) -> bool:
    """Whether a hash was made at another cost than ours."""
    return HASHER.check_needs_rehash(stored)


def code_hash(code: str, staff: int) -> bytes:
    """Return the hash of somebody's recovery code. The same code of another person has another."""
    salt = hashlib.sha256(f"recovery code of {staff}".encode()).digest()[:16]
    return in_turn(hash_secret_raw, code.encode(), salt, ROUNDS, MEMORY, THREADS, 16, Type.ID)


def strength(forms: Iterable[str], names: Sequence[str]) -> int:
    """Return how hard the weakest form of a password is to guess, from 0 to 4.

    ``names`` are tried first. Estimated by zxcvbn (Wheeler, USENIX Security 2016), whose
    dictionaries know no Vietnamese, so that ours go with it.
    """
    return in_turn(lambda: min(score(form, [*names, *vietnamese()]) for form in forms))


def score(form: str, words: Sequence[str]) -> int:
    """Return what zxcvbn says of a password. It keeps the words it was given: one at a time."""
    # Read when the first password is chosen: nobody waits for it when the quiz starts.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    found: int = zxcvbn(form[:LONGEST_ESTIMATED], words)["score"]
    return found


@cache
def vietnamese() -> list[str]:
    """Return passwords that are common in Viet Nam, the most common first."""
    return VIETNAMESE.read_text(encoding="utf-8").split()
