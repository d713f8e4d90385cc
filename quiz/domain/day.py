"""The quiz's day, the finest time that is ever kept of an attempt.

It turns at four in the morning in Việt Nam, so that nobody's evening quiz ends at midnight.
Việt Nam has kept to UTC+7 without daylight saving since 1975: no time zone database is needed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
TURN = timedelta(hours=4)


def day_of(now: datetime) -> date:
    """Return the day to which a moment belongs. Raises ValueError if it has no time zone."""
    if now.tzinfo is None:
        raise ValueError("a moment without a time zone belongs to no day")
    return (now.astimezone(VIETNAM) - TURN).date()


def month_of(day: date) -> str:
    """Return the month of a day as ``YYYY-MM``."""
    return day.isoformat()[:7]
