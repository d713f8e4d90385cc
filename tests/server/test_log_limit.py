"""Nobody fills the disk by repeating what is logged."""

import logging
import subprocess
from pathlib import Path

import pytest

from quiz.server.log_limit import MAX_LINES_PER_MINUTE, MAX_MESSAGES, LogLimit
from tests.browser.server import read_address
from tests.cli.commands import QUIZ
from tests.server.sockets import send


def line(message: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("quiz.web", logging.WARNING, __file__, 1, message, values, None)


def test_a_kind_of_line_is_logged_a_few_times_a_minute_whatever_it_names():
    now = 0.0
    limit = LogLimit(clock=lambda: now)
    for minute in range(3):
        now = 60.0 * minute
        passed = [limit.filter(line("%s is wrong", number)) for number in range(1000)]
        assert passed == [True] * MAX_LINES_PER_MINUTE + [False] * (1000 - MAX_LINES_PER_MINUTE)
        assert limit.filter(line("something else"))


def test_not_even_a_thousand_kinds_are_logged():
    limit = LogLimit(clock=lambda: 0.0)
    assert sum(limit.filter(line(str(kind))) for kind in range(1000)) == MAX_MESSAGES


@pytest.mark.slow
def test_what_is_no_request_fills_no_log(tmp_path: Path):
    log = tmp_path / "log"
    command = [*QUIZ, "serve", "--port", "0", "--data", str(tmp_path / "data")]
    with (
        log.open("w") as written,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=written, text=True) as process,
    ):
        try:
            address = read_address(process)
            for _ in range(10 * MAX_LINES_PER_MINUTE):
                with send(address, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n") as connection:
                    assert connection.recv(1000).startswith(b"HTTP/1.1 400")
        finally:
            process.terminate()
    lines = log.read_text().splitlines()
    assert 1 <= sum("Invalid HTTP request" in each for each in lines) <= 2 * MAX_LINES_PER_MINUTE
