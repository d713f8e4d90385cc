"""The outermost application, over real sockets."""

from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.browser.server import serving
from tests.server.sockets import send

pytestmark = pytest.mark.slow


@pytest.fixture
def address(tmp_path: Path):
    with serving(tmp_path) as address:
        yield address


def test_slow_senders_keep_only_themselves_waiting(address):
    slow = b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\na"
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(send(address, slow))
        with urlopen(address, timeout=30) as response:  # noqa: S310 - our own address
            assert response.status == 200


@pytest.mark.parametrize("announced", [True, False])
def test_a_form_that_is_too_long_is_refused(address, announced):
    body = b"a" * 100_000
    length = b"Content-Length: %d" % len(body) if announced else b"Transfer-Encoding: chunked"
    chunk = body if announced else b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    request = b"POST /a HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n%s" % (length, chunk)
    with send(address, request) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 4")
