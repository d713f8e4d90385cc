"""A real application on a real SQLite file, and people who use it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from quiz.web import create_app
from quiz.web.settings import Settings
from tests.people import Phone

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # twelve in Viet Nam


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: float) -> None:
        self.now += timedelta(**much)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", development=True)


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    app = create_app(settings)
    app.config.update(CLOCK=clock, PROPAGATE_EXCEPTIONS=True)
    yield app
    app.extensions["database"].close()


@pytest.fixture
def make_phone(app: Flask) -> Callable[..., Phone]:
    return lambda **options: Phone(app, **options)


@pytest.fixture
def phone(make_phone: Callable[..., Phone]) -> Phone:
    return make_phone()
