"""The one place that asks what time it is. Tests set ``CLOCK`` and ``STEADY_CLOCK`` to others."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

from flask import current_app

from quiz.domain.day import day_of


def now() -> datetime:
    """Return the present moment by the clock of this application."""
    moment: datetime = current_app.config["CLOCK"]()
    return moment


def today() -> date:
    """Return the quiz's day; it turns at four in the morning."""
    return day_of(now())


def steady() -> float:
    """Return seconds that go on whatever the clock of this application is set to."""
    seconds: float = current_app.config["STEADY_CLOCK"]()
    return seconds


def system_clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # only Linux has it


def steady_clock() -> float:
    """Return seconds since some moment; where there is a way, a sleep of the machine counts."""
    return time.monotonic() if BOOT is None else time.clock_gettime(BOOT)
