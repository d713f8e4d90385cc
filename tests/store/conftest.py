import pytest

from tests.databases import ALL_BACKENDS


@pytest.fixture(params=ALL_BACKENDS)
def backend(request):
    return request.param
