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
        """Return what was kept; if nothing was, make it. What ``make`` raises is raised here."""
        found = self.find(key)
        if found is None:
            found = make()
            self.keep(key, found)
        return found
