"""Cache of what is made once for all who want the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Condition
from typing import Generic, TypeVar

from cachetools import LRUCache, cachedmethod

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Values by what they depend on; where there are too many, the one used longest ago goes."""

    def __init__(self, max_entries: int) -> None:
        self.entries: LRUCache[Hashable, Value] = LRUCache(max_entries)
        self.condition = Condition()

    def get(self, key: Hashable) -> Value | None:
        """Return a value, or None if it is not there."""
        with self.condition:
            return self.entries.get(key)

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value, in place of another one."""
        with self.condition:
            self.entries[key] = value

    @cachedmethod(
        lambda self: self.entries,
        key=lambda _self, key, _create: key,
        condition=lambda self: self.condition,
    )
    def get_or_create(self, key: Hashable, create: Callable[[], Value]) -> Value:
        """Return a value, created if it is not there. What ``create`` raises is raised here.

        Whoever wants the same meanwhile waits, and gets it. If it could not be created, the next of
        them tries, for it may depend on who asks.
        """
        return create()
