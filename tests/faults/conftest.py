"""A disk whose faults are ordered."""

from pathlib import Path

import pytest

from quiz.web.settings import Settings
from tests.faults import disk as disks
from tests.faults.disk import Disk


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return disks.build(tmp_path_factory.mktemp("library"))


@pytest.fixture
def disk(settings: Settings, library: Path, tmp_path: Path) -> Disk:
    """The disk of the data folder, for servers that are started with its variables."""
    workshop = tmp_path / "workshop"
    workshop.mkdir()
    return Disk(settings.data, library, workshop)
