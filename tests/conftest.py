"""A real application on a real database, and people who use it.

A database of a test is a SQLite file, unless its module has a fixture ``backend``.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import URL

from hatch_build import compile_catalogue
from quiz.domain.staff import Role
from quiz.service import accounts, demo_data
from quiz.store import passwords
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.postgresql import PostgreSQL
from quiz.store.sqlite import SQLite
from quiz.store.sqlite_driver import sqlite3
from quiz.web import create_app
from quiz.web.settings import Settings, make_folder
from tests import postgres
from tests.databases import VERSIONS
from tests.installations import live_in
from tests.people import Colleague, Phone
from tests.postgres import Server
from tests.shipped import shipped_bank
from tests.sources import QUIZ


def pytest_configure(config: pytest.Config) -> None:
    """Compile catalogues that have changed, and let tests write where nobody waits for a disk.

    What a power cut leaves on a disk is for tests that bring a disk of their own.
    """
    if hasattr(config, "workerinput"):
        return
    if folder := postgres.memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))
    for catalogue in QUIZ.glob("translations/*/LC_MESSAGES/messages.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            compile_catalogue(catalogue)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was made so far: applications make much more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # twelve in Viet Nam

Location = Path | URL
Opener = Callable[[], Database]


class Clock:
    """A clock that moves when it is told to, with a steady one beside it."""

    def __init__(self) -> None:
        self.now = NOON
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return self.now

    def steady(self) -> float:
        return self.seconds

    def forward(self, **much: float) -> None:
        """Let time pass."""
        self.jump(**much)
        self.seconds += timedelta(**much).total_seconds()

    def jump(self, **much: float) -> None:
        """Let somebody set the clock."""
        self.now += timedelta(**much)


@pytest.fixture(scope="session", autouse=True)
def notes_of_servers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Servers of tests leave their notes in a folder of the run, and not at the developer's."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


COST = {name: getattr(passwords, name) for name in ("HASHER", "ROUNDS", "MEMORY")}
"""What hashing costs where the quiz is used."""


@pytest.fixture(scope="session", autouse=True)
def cheap_hashing() -> None:
    """Hash at the lowest cost in the process of the tests: hundreds of them sign somebody in."""
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords.ROUNDS, passwords.MEMORY = 1, 8


@pytest.fixture
def costly_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as where the quiz is used."""
    for name, value in COST.items():
        monkeypatch.setattr(passwords, name, value)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def own_server() -> Iterator[Server]:
    """Start a server, and end it. Without PostgreSQL the test is skipped, but not in CI."""
    if postgres.programs() is None and "CI" not in os.environ:
        pytest.skip("PostgreSQL is not installed here")
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for the whole run."""
    yield from own_server()


@pytest.fixture
def backend() -> str:
    """Return on which backend a test runs; tests/databases.py names them."""
    return "sqlite"


@pytest.fixture
def new_location(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Location]]:
    """Return what makes room for one more database."""
    if backend == "postgresql":
        server: Server = request.getfixturevalue("server")
        with server.lending() as lend:
            yield lend
    else:
        numbers = count()
        yield lambda: tmp_path / f"quiz-{next(numbers)}.sqlite3"


@pytest.fixture
def copied(
    new_location: Callable[[], Location], request: pytest.FixtureRequest
) -> Callable[[Location], Location]:
    """Return what copies a database that nobody has open."""

    def copy(location: Location) -> Location:
        if isinstance(location, Path):
            return Path(shutil.copy(location, str(new_location())))
        server: Server = request.getfixturevalue("server")
        return server.new_database(template=str(location.database))

    return copy


@pytest.fixture
def opener_of(backend: str) -> Callable[[Location], Opener]:
    """Return what says how the database at a location is opened; processes may hand that on."""

    def opener(location: Location) -> Opener:
        if isinstance(location, Path):
            version = VERSIONS.get(backend, sqlite3.sqlite_version_info)
            return partial(SQLite.open, location, version=version)
        return partial(PostgreSQL.open, location)

    return opener


@pytest.fixture
def location(new_location: Callable[[], Location]) -> Location:
    return new_location()


@pytest.fixture
def opener(opener_of: Callable[[Location], Opener], location: Location) -> Opener:
    return opener_of(location)


@pytest.fixture
def migrate(migrated: Path, request: pytest.FixtureRequest) -> Callable[[Location], None]:
    """Return what puts an empty database of this version at a location."""

    def migrate(location: Location) -> None:
        if isinstance(location, Path):
            shutil.copy(migrated, location)
        else:
            request.getfixturevalue("server").migrate(location)

    return migrate


@pytest.fixture
def database(
    opener: Opener, location: Location, migrate: Callable[[Location], None]
) -> Iterator[Database]:
    migrate(location)
    database = opener()
    yield database
    database.close()


@pytest.fixture(scope="session")
def bank() -> Bank:
    return shipped_bank()


@pytest.fixture
def lived_in(database: Database, bank: Bank) -> Database:
    """A database with something in every table."""
    with database.writing() as db:
        live_in(db, bank, NOON)
        db.commit()
    return database


@pytest.fixture
def settings(tmp_path: Path, backend: str, request: pytest.FixtureRequest) -> Settings:
    url = ""
    if backend == "postgresql":
        url = request.getfixturevalue("location").render_as_string(hide_password=False)
    return Settings(data=tmp_path / "data", database_url=url, development=True)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file: to copy one is quicker than to run every migration again."""
    path = tmp_path_factory.mktemp("migrated") / "quiz.db"
    SQLite.open(path).close()
    return path


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory, bank: Bank) -> Path:
    """A database file with simulated classes, to copy from: making them takes seconds."""
    path = tmp_path_factory.mktemp("simulated") / "quiz.db"
    database = SQLite.open(path)
    with database.writing() as db:
        demo_data.fill(db, bank, today=NOON.date())
        db.commit()
    database.close()
    return path


@pytest.fixture
def app(settings: Settings, clock: Clock, migrate: Callable[[Location], None]) -> Iterator[Flask]:
    if isinstance(settings.database, Path):
        make_folder(settings)
    migrate(settings.database)
    app = create_app(settings, shipped_bank())
    app.config.update(CLOCK=clock, STEADY_CLOCK=clock.steady, PROPAGATE_EXCEPTIONS=True)
    yield app
    app.extensions["database"].close()


@pytest.fixture
def make_phone(app: Flask) -> Callable[..., Phone]:
    return lambda **options: Phone(app, **options)


@pytest.fixture
def phone(make_phone: Callable[..., Phone]) -> Phone:
    return make_phone()


def appoint(
    app: Flask, clock: Clock, role: str = "facilitator", *, signed_in: bool = True, **options: Any
) -> Colleague:
    """Make somebody of the staff, with a second factor where her role needs one, signed in."""
    options.setdefault("email", f"{role}@example.org")
    colleague = Colleague(app, clock=clock, **options)
    with app.extensions["database"].writing() as db:
        now = clock()
        token = accounts.invite(db, colleague.email, Role(role), by=None, now=now)
        person = accounts.invited(db, token, now=now)
        accounts.accept(db, person, token, colleague.password, now=now)
        if Role(role).needs_second_factor:
            accounts.begin_totp(db, person)
            colleague.totp = person.totp
            person.totp_step = int(now.timestamp()) // 30 - 1
        db.commit()
    return colleague.sign_in() if signed_in else colleague


@pytest.fixture
def make_staff(app: Flask, clock: Clock) -> Callable[..., Colleague]:
    """Return what makes somebody of the staff."""
    return partial(appoint, app, clock)
