"""What is made once, and handed to all who want the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Things by what they depend on. Where there are too many, the one used longest ago goes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.things: OrderedDict[Hashable, Value] = OrderedDict()
        self.lock = Lock()
        self.making: dict[Hashable, Lock] = {}

    def find(self, key: Hashable) -> Value | None:
        """Return what was kept, or None."""
        with self.lock:
            if key in self.things:
                self.things.move_to_end(key)
            return self.things.get(key)

    def keep(self, key: Hashable, value: Value) -> None:
        """Keep something."""
        with self.lock:
            self.things[key] = value
            if len(self.things) > self.most:
                self.things.popitem(last=False)

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what was kept; if nothing was, make it. What ``make`` raises is raised here.

        Whoever wants the same meanwhile waits, and gets it. If it could not be made, the next of
        them tries, for it may depend on who asks.
        """
        if (found := self.find(key)) is not None:
            return found
        with self.lock:
            turn = self.making.setdefault(key, Lock())
        with turn:
            found = self.find(key)
            if found is None:
                try:
                    found = make()
                    self.keep(key, found)
                finally:
                    with self.lock:
                        self.making.pop(key, None)
        return found
