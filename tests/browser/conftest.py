"""A real server and a real Chromium for all browser tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from quiz.domain.staff import Role
from quiz.service import accounts
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.sqlite import SQLite
from tests.browser import chromium
from tests.browser.exit_site import forecasting
from tests.browser.server import serving
from tests.classes import EMAIL, add_facilitator
from tests.shipped import shipped_bank

pytestmark = pytest.mark.browser

expect.set_options(timeout=30_000)

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return chromium.options()


@pytest.fixture(scope="session")
def away() -> Iterator[str]:
    """Where leaving lands: nothing outside this machine is asked."""
    with forecasting() as address:
        yield address


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory, away: str) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data"), QUIZ_LEAVE_TO=away) as address:
        yield address


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, Any]:
    return {"base_url": base_url, "viewport": PHONE, "locale": "vi-VN", "ignore_https_errors": True}


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(30_000)
    return context


@pytest.fixture(scope="session")
def questions() -> Bank:
    return shipped_bank()


@pytest.fixture(scope="session")
def class_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database of an installation with one facilitator, who holds the classes of every test."""
    database = SQLite.open(tmp_path_factory.mktemp("classes") / "quiz.db")
    with database.writing() as db:
        add_facilitator(db, datetime.now(UTC))
        db.commit()
    yield database
    database.close()


@pytest.fixture(scope="session")
def class_site(class_database: Database, away: str) -> Iterator[str]:
    """Serve that installation."""
    with serving(Path(class_database.path).parent, QUIZ_LEAVE_TO=away) as address:
        yield address


@pytest.fixture
def staff_site(tmp_path: Path, away: str) -> Iterator[tuple[str, str]]:
    """Serve an installation with one admin who has yet to choose a password."""
    data = tmp_path / "data"
    data.mkdir()
    database = SQLite.open(data / "quiz.db")
    with database.writing() as db:
        token = accounts.invite(db, EMAIL, Role.ADMIN, by=None, now=datetime.now(UTC))
        db.commit()
    database.close()
    with serving(data, QUIZ_LEAVE_TO=away) as address:
        yield address, f"/invitation/{token}"
