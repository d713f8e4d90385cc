"""A live class of forty, on servers that can be killed, and on a disk that can be told to fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from quiz.web.settings import Settings
from tests.faults.disk import Disk, build
from tests.faults.forked_servers import Lives, lives
from tests.faults.live_class import Hall

PEOPLE = 40
SERVERS = 2


@dataclass
class House:
    """What is made once, since it takes seconds: the class, and the process of its servers."""

    hall: Hall
    servers: Lives


@contextmanager
def building(folder: Path, **variables: str) -> Iterator[House]:
    settings = Settings(data=folder)
    hall = Hall(settings, PEOPLE)
    hall.put_aside()
    with lives(settings, SERVERS, **variables) as servers:
        yield House(hall, servers)


@pytest.fixture(scope="session")
def sound_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with building(tmp_path_factory.mktemp("sound") / "data") as house:
        yield house


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Disk:
    """The disk of the house that stands on one."""
    workshop = tmp_path_factory.mktemp("disk")
    return Disk(workshop / "data", build(workshop), workshop)


@pytest.fixture(scope="session")
def house_on_disk(disk: Disk) -> Iterator[House]:
    with building(disk.folder, **disk.variables) as house:
        yield house


@pytest.fixture
def house(sound_house: House) -> House:
    return sound_house


@pytest.fixture
def hall(house: House) -> Hall:
    """The class, as it was when its first question had just been asked."""
    house.hall.put_back()
    return house.hall


@pytest.fixture
def servers(house: House, hall: Hall) -> Iterator[Lives]:
    """The servers of the class; none of them lives yet."""
    yield house.servers
    house.servers.kill_all()
