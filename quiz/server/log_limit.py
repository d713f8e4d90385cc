"""Rate limit of log lines, so that nobody can fill the disk by repeating what is logged."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable

MAX_LINES_PER_MINUTE = 10
"""Lines of one message that are logged in a minute."""

MAX_MESSAGES = 100
"""Messages in a minute. The program has some thirty."""


class LogLimit(logging.Filter):
    """Passes so many lines of each message, as it is before its values are filled in."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.clock = clock
        self.minute = 0
        self.lines: Counter[tuple[str, str]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is logged."""
        minute = int(self.clock() // 60)
        if minute != self.minute:
            self.minute = minute
            self.lines.clear()
        message = (record.name, record.msg)
        if len(self.lines) >= MAX_MESSAGES and message not in self.lines:
            return False
        self.lines[message] += 1
        return self.lines[message] <= MAX_LINES_PER_MINUTE
