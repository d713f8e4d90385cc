import pytest

from quiz.store.database import Database

# The second version makes the write-ahead log be used, whatever SQLite this machine has.
VERSIONS = {"delete": (3, 40, 1), "wal": (3, 51, 3)}


@pytest.fixture(params=VERSIONS)
def version(request):
    return VERSIONS[request.param]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "quiz.sqlite3"


@pytest.fixture
def database(path, version):
    database = Database.open(path, version=version)
    yield database
    database.close()
