"""The real server and commands on a machine with nothing but itself: run in a network namespace.

Prints how often the system was asked for a way to anywhere else, before and after it really was.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.browser.server import serving
from tests.web.visitor import Visitor

SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1


def switch_loopback_on() -> None:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def ways_looked_for() -> int:
    """Return how often a packet had nowhere to go, to an address of either kind."""
    names, values = (
        line.split()
        for line in Path("/proc/self/net/snmp").read_text().splitlines()
        if line.startswith("Ip:")
    )
    six = dict(line.split() for line in Path("/proc/self/net/snmp6").read_text().splitlines())
    return int(values[names.index("OutNoRoutes")]) + int(six["Ip6OutNoRoutes"])


def use_everything(folder: Path) -> None:
    """Take a quiz, and export a report."""
    with serving(folder) as site:
        visitor = Visitor(site, "203.0.113.77")
        for path in ("/", "/help", "/en/about", "/rooms", "/j", "/health"):
            visitor.open(path)
        page = visitor.send(visitor.send(visitor.open("/s"), theme="mixed"), do="begin")
        assert visitor.send(page, do="skip").select_one("h1")
    export = ["export", "--format", "zip", "--output", str(folder / "report.zip")]
    command = [sys.executable, "-m", "quiz.cli", *export, "--data", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Do it, then ask for a way out."""
    switch_loopback_on()
    use_everything(Path(sys.argv[1]))
    before = ways_looked_for()
    with suppress(OSError):
        socket.create_connection(("192.0.2.1", 9))
    print(json.dumps([before, ways_looked_for()]))


if __name__ == "__main__":
    main()
