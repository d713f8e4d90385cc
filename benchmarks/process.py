"""What a process uses: time of the processor, memory and files."""

from __future__ import annotations

import re
import time
from pathlib import Path


def cpu(*pids: int) -> float:
    """Return the seconds of the processor that processes have taken, to the nanosecond."""
    return sum(time.clock_gettime(~pid << 3 | 2) for pid in pids)  # as clock_getcpuclockid does


def resident(pid: int) -> float:
    """Return the resident memory of a process, in megabytes."""
    return status(pid, "VmRSS")


def peak(pid: int) -> float:
    """Return the most that has been resident since ``forget_peak``, in megabytes."""
    return status(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Let the peak of a process count from here on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def status(pid: int, field: str) -> float:
    """Return a number of kilobytes from the status of a process, in megabytes."""
    found = re.search(rf"{field}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found.group(1)) / 1024


def open_files(pid: int) -> int:
    """Return how many files and connections a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
