"""What is wrong with the bank, said so that an editor knows where to go and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_QUOTE = 60


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend. A severe one stops the bank, any other is printed and counted.

    A fault that is not severe may stay if its file gives the ``reason``.
    """

    file: str
    field: str
    message: str
    severe: bool
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.message}"


class FaultyBank(Exception):
    """The bank has severe faults and may not be used."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Faults:
    """The faults of one file, as they are found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def note(self, field: str, message: str, *, severe: bool) -> None:
        """Keep a fault."""
        self.found.append(Fault(self.file, field, message, severe))

    def stop(self, field: str, message: str) -> None:
        """Keep a severe fault."""
        self.note(field, message, severe=True)

    @property
    def severe(self) -> Sequence[Fault]:
        """The faults that stop the bank."""
        return [fault for fault in self.found if fault.severe]

    def has(self, field: str) -> bool:
        """Whether a severe fault was found in this field."""
        return any(fault.field == field for fault in self.severe)


def quoted(words: str) -> str:
    """Return words from a file as they stand in a message, cut if they are long."""
    return f"“{words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE] + '…'}”"


def counted(number: int, things: str) -> str:
    """Return a number with what it counts, such as “7 options” or “1 option”."""
    return f"{number} {things if number != 1 else things.removesuffix('s')}"
