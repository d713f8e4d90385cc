"""A real application on a real SQLite file, and people who use it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from quiz.domain.staff import Role
from quiz.service import staffing
from quiz.web import create_app
from quiz.web.settings import Settings
from tests.people import Colleague, Phone

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


@pytest.fixture
def make_staff(app: Flask, clock: Clock) -> Callable[..., Colleague]:
    """Make somebody of the staff, with a second factor where her role needs one, signed in."""

    def make(role: str = "facilitator", *, signed_in: bool = True, **options: Any) -> Colleague:
        options.setdefault("email", f"{role}@example.org")
        colleague = Colleague(app, clock=clock, **options)
        with app.extensions["database"].writing() as db:
            now = clock()
            token = staffing.invite(db, colleague.email, Role(role), by=None, now=now)
            person = staffing.invited(db, token, now=now)
            staffing.accept(db, person, token, colleague.password, now=now)
            if Role(role).needs_second_factor:
                staffing.begin_totp(db, person)
                colleague.totp = person.totp
                person.totp_step = int(now.timestamp()) // 30 - 1
            db.commit()
        return colleague.sign_in() if signed_in else colleague

    return make
