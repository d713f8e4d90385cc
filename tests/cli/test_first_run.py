"""The server says how to begin where nobody leads classes: by a link, if that can be safe."""

import os
import re
import subprocess
from urllib.request import urlopen

import pytest

from tests.cli.commands import QUIZ, environment

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such terminals")
LINK = re.compile(r"^  (http://127\.0\.0\.1:\d+/begin/[\w-]{43})\s*$", re.MULTILINE)
END = "Press Ctrl-C to stop."


def said(data, *, terminal=False, **variables):
    """Start a server, and end it; return what it said before it served, and what was at a link."""
    ours, its = os.openpty() if terminal else os.pipe()
    command = [*QUIZ, "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, env=environment(**variables), stdout=its) as process:
        os.close(its)
        words = b""
        while END.encode() not in words:
            words += os.read(ours, 4096)
        text = words.decode().replace("\r\n", "\n")
        page = ""
        if link := LINK.search(text):
            with urlopen(link[1]) as response:  # noqa: S310 - our own address
                page = response.read().decode()
        process.terminate()
    os.close(ours)
    return text, page


# These start servers, which import the program first.
@posix
@pytest.mark.slow
def test_the_first_start_shows_a_link_and_opens_it_where_somebody_looks(tmp_path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    text, page = said(tmp_path / "data", BROWSER=f"{browser} %s")
    assert "Trên máy này chưa có ai đứng lớp" in page
    assert not opened.exists(), "nobody sits before a pipe"
    text, page = said(tmp_path / "data", terminal=True, BROWSER=f"{browser} %s")
    assert LINK.findall(text) == [opened.read_text()]


@posix
@pytest.mark.slow
def test_behind_a_proxy_a_command_is_named_and_no_link(tmp_path):
    text, page = said(tmp_path, QUIZ_PROXIES="1")
    assert page == ""
    assert "staff add EMAIL --role admin" in text
    assert "/begin/" not in text
