import pytest

from tests.databases import ALL_KINDS


@pytest.fixture(params=ALL_KINDS)
def kind(request):
    return request.param
