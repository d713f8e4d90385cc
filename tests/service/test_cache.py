"""Things that are made once for all who want the same."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Semaphore

import pytest

from quiz.service.cache import Cache
from tests.proof import length


def test_a_thing_is_made_once():
    cache: Cache[int] = Cache(2)
    numbers = count(1)
    assert [cache.get_or_create("a", lambda: next(numbers)) for _ in range(3)] == [1, 1, 1]


def test_who_wants_what_is_being_made_waits_for_it():
    cache: Cache[int] = Cache(2)
    numbers = count(1)
    asked = Semaphore(0)

    class Key:
        def __hash__(self) -> int:
            asked.release()
            return 1

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Key)

    def make() -> int:
        for _ in range(6):  # until everybody has asked
            assert asked.acquire(timeout=10), "it is made more than once"
        return next(numbers)

    with ThreadPoolExecutor(6) as threads:
        made = threads.map(lambda _: cache.get_or_create(Key(), make), range(6))
    assert list(made) == [1] * 6


def test_what_could_not_be_made_is_tried_again():
    cache: Cache[int] = Cache(2)
    with pytest.raises(ZeroDivisionError):
        cache.get_or_create("a", lambda: 1 // 0)
    assert cache.get_or_create("a", lambda: 1) == 1


def test_where_there_are_too_many_the_one_used_longest_ago_goes():
    cache: Cache[str] = Cache(2)
    for key in ("a", "b"):
        cache.get_or_create(key, key.upper)
    assert cache.get("a") == "A"
    cache.get_or_create("c", "c".upper)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == ("A", None, "C")


def test_threads_may_share_it():
    cache: Cache[int] = Cache(10)

    def use(turn: int) -> bool:
        key = turn % 37
        return cache.get_or_create(key, lambda: -key - 1) == -key - 1

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(use, range(length(2_000, 20_000))))
    assert len(cache.entries) == 10
