"""Machines that share this kernel and nothing of its network; each is joined to us by two lines."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count


def ip(*words: str) -> None:
    """Change the network, as an administrator may."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


def possible() -> bool:
    """Whether this kernel lets us make machines: it takes the rights of an administrator."""
    if shutil.which("ip") is None:
        return False
    name = f"quiz-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True)
    if tried.returncode == 0:
        ip("netns", "delete", name)
    return tried.returncode == 0


@dataclass
class Wire:
    """A line between a machine and us, with a network of its own."""

    machine: str
    name: str
    network: str

    @property
    def here(self) -> str:
        """Our address on it."""
        return f"{self.network}.1"

    @property
    def there(self) -> str:
        """The address of the machine."""
        return f"{self.network}.2"

    def lay(self) -> None:
        ip("link", "add", self.name, "type", "veth", "peer", self.name, "netns", self.machine)
        ip("address", "add", f"{self.here}/30", "dev", self.name)
        ip("link", "set", self.name, "up")
        ip("-netns", self.machine, "address", "add", f"{self.there}/30", "dev", self.name)
        self.mend()

    def cut(self) -> None:
        """Lose whatever is sent from now on, without a word to either side."""
        ip("-netns", self.machine, "link", "set", self.name, "down")

    def mend(self) -> None:
        ip("-netns", self.machine, "link", "set", self.name, "up")


@dataclass
class Machine:
    """A network of its own, with a line for visitors and one to the database."""

    name: str
    visitors: Wire = field(init=False)
    database: Wire = field(init=False)

    @property
    def inside(self) -> Sequence[str]:
        """The command that runs another one there."""
        return ("ip", "netns", "exec", self.name)


@contextmanager
def machines(number: int) -> Iterator[Sequence[Machine]]:
    """Make machines, and take them away afterwards with the lines to them."""
    process = os.getpid()
    networks = (f"10.{100 + process % 100}.{each}" for each in count())
    with ExitStack() as stack:
        made = []
        for each in range(number):
            machine = Machine(f"quiz-{process}-{each}")
            ip("netns", "add", machine.name)
            stack.callback(ip, "netns", "delete", machine.name)
            ip("-netns", machine.name, "link", "set", "lo", "up")
            machine.visitors = Wire(machine.name, f"q{process}v{each}", next(networks))
            machine.database = Wire(machine.name, f"q{process}d{each}", next(networks))
            for wire in (machine.visitors, machine.database):
                wire.lay()
                stack.callback(ip, "link", "delete", wire.name)
            made.append(machine)
        yield made
