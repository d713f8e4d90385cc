"""The one place that asks what time it is. Tests set ``CLOCK`` to another one."""

from __future__ import annotations

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


def system_clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
