"""The log of a server, which nobody can fill by making the same thing happen again and again."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable

MOST_A_MINUTE = 10
"""Lines of one kind that are written in a minute."""

MOST_KINDS = 100
"""Kinds of lines in a minute. The program words some thirty."""


class LogLimit(logging.Filter):
    """Lets so many lines of each kind pass. A kind is a message before its values are filled in."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.clock = clock
        self.minute = 0
        self.lines: Counter[tuple[str, str]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is written."""
        minute = int(self.clock() // 60)
        if minute != self.minute:
            self.minute = minute
            self.lines.clear()
        kind = (record.name, record.msg)
        if len(self.lines) >= MOST_KINDS and kind not in self.lines:
            return False
        self.lines[kind] += 1
        return self.lines[kind] <= MOST_A_MINUTE
