"""The real server, in a process of its own, as ``quiz serve`` starts it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ADDRESS = re.compile(r"http://\d+\.\d+\.\d+\.\d+:\d+/")


@contextmanager
def serving(data: Path, **variables: str) -> Iterator[str]:
    """Serve the quiz from a data folder; yield its address without the last slash."""
    with running(data, **variables) as (address, _pid):
        yield address


@contextmanager
def running(
    data: Path, *, inside: Sequence[str] = (), **variables: str
) -> Iterator[tuple[str, int]]:
    """Serve the quiz from a data folder; yield its address, and the id of its process.

    ``inside`` is a command that runs another one somewhere else.
    """
    serve = ("-m", "quiz.cli", "serve", "--port", "0", "--data", str(data))
    command = [*inside, sys.executable, *serve]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **variables}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield read_address(process), process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


def read_address(process: subprocess.Popen[str]) -> str:
    """Return the address that the server prints once it listens."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := ADDRESS.search(line):
            return found.group().removesuffix("/")
    raise AssertionError(f"the server ended with {process.wait()} before it listened")
