"""A disk that fails when it is told to, and that can be looked at as a power cut leaves it.

A library in C is loaded first into the process of the server. It knows every write, truncation,
sync and unlink in one folder, lets those fail that it is ordered to, and keeps a diary. Whoever
reads the diary up to some point knows what would be left if the power failed there: whatever was
synced, and of the rest by chance all, some or nothing.
"""

from __future__ import annotations

import errno
import mmap
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

WRITES, SYNCS, FOLDER_SYNCS = 1, 2, 4
SOURCE = Path(__file__).with_suffix(".c")
ORDERS = struct.Struct("@5i")
ENTRY = struct.Struct("@qqii")
SECTOR = 512


def build(folder: Path) -> Path:
    """Build the library."""
    compiler = shutil.which("gcc")
    if compiler is None and "CI" not in os.environ:
        pytest.skip("gcc is not installed here")
    library = folder / "disk.so"
    flags = ["-Wall", "-Werror", "-O1", "-shared", "-fPIC", "-pthread"]
    subprocess.run([compiler or "gcc", *flags, "-o", library, SOURCE, "-ldl"], check=True)
    return library


class Disk:
    """The disk of one folder, for processes that are started with its ``variables``."""

    def __init__(self, folder: Path, library: Path, workshop: Path) -> None:
        self.folder = folder
        self.diary = workshop / "diary"
        self.diary.touch()
        orders = workshop / "orders"
        orders.write_bytes(bytes(ORDERS.size))
        with orders.open("r+b") as file:
            self._orders = mmap.mmap(file.fileno(), ORDERS.size)
        self.variables = {
            "LD_PRELOAD": str(library),
            "QUIZ_DISK": str(folder),
            "QUIZ_DISK_ORDERS": str(orders),
            "QUIZ_DISK_DIARY": str(self.diary),
        }

    def fail(self, which: int, nth: int, *, always: bool = False, error: int = errno.EIO) -> None:
        """Let the nth write or sync from now fail, or all from there on."""
        ORDERS.pack_into(self._orders, 0, which, nth, always, error, 0)

    def work(self) -> None:
        """Let nothing fail any more."""
        self.fail(0, 0)

    @property
    def failed(self) -> int:
        """How often it has failed since it was told to."""
        *_, failed = ORDERS.unpack_from(self._orders)
        return int(failed)

    @property
    def is_waiting(self) -> bool:
        """Whether what it was told to let fail has not come yet."""
        which, nth, *_ = ORDERS.unpack_from(self._orders)
        return bool(which and nth)

    @contextmanager
    def full(self) -> Iterator[None]:
        """Let there be no room."""
        self.fail(WRITES, 1, always=True, error=errno.ENOSPC)
        try:
            yield
        finally:
            self.work()

    @property
    def now(self) -> int:
        """A moment: how long the diary is."""
        return self.diary.stat().st_size


@dataclass
class File:
    """What of a file is safe, and what has been done to it since it was synced."""

    safe: bytearray
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for offset, data in self.since:
            change(self.safe, offset, data)
        self.since.clear()

    def fail_to_sync(self, chance: Random) -> None:
        """Write some of it. The rest never will be: the system believes that it has been."""
        self.safe = self.after_a_cut(chance)
        self.since.clear()

    def after_a_cut(self, chance: Random) -> bytearray:
        """Return what is found: some of what was not synced, perhaps torn, may be there."""
        found = bytearray(self.safe)
        share = chance.choice([0, 0.5, 1])
        for offset, data in self.since:
            if chance.random() < share:
                torn = data is not None and chance.random() < 0.2
                end = SECTOR * chance.randint(0, 8) if torn else None
                change(found, offset, data and data[:end])
        return found


def change(content: bytearray, offset: int, data: bytes | None) -> None:
    """Write data into a file, or cut it off."""
    if data is None:
        del content[offset:]
    content.extend(bytes(max(0, offset - len(content))))
    if data is not None:
        content[offset : offset + len(data)] = data


class Platter:
    """What is on the disk at a moment of its diary."""

    def __init__(self, disk: Disk, files: dict[str, bytes], chance: Random) -> None:
        """Begin now, with what the folder holds."""
        self.disk = disk
        self.chance = chance
        self.moment = disk.now
        self.files = {name: File(bytearray(content)) for name, content in files.items()}
        self.safe_names = dict(self.files)
        self.since: list[tuple[str, File | None]] = []

    def go_to(self, moment: int) -> None:
        """Read the diary up to a moment."""
        with self.disk.diary.open("rb") as diary:
            diary.seek(self.moment)
            while diary.tell() < moment:
                offset, length, path_length, kind = ENTRY.unpack(diary.read(ENTRY.size))
                path = diary.read(path_length).decode()
                data = diary.read(length) if kind == ord("w") else b""
                name = path.removeprefix(str(self.disk.folder)).strip("/")
                self.take(chr(kind), name, offset, data)
            self.moment = diary.tell()

    def take(self, kind: str, name: str, offset: int, data: bytes) -> None:
        """Take in one entry; the folder itself has no name."""
        if not name:
            if kind == "s":
                self.safe_names = dict(self.files)
                self.since.clear()
            return
        if kind == "u":
            self.files.pop(name, None)
            self.since.append((name, None))
            return
        if name not in self.files:
            self.files[name] = File(bytearray())
            self.since.append((name, self.files[name]))
        file = self.files[name]
        match kind:
            case "w":
                file.since.append((offset, data))
            case "t":
                file.since.append((offset, None))
            case "s":
                file.sync()
            case "f":
                file.fail_to_sync(self.chance)

    def cut(self, folder: Path) -> None:
        """Put into an empty folder what is found after a power cut at this moment."""
        names = dict(self.safe_names)
        for name, file in self.since[: self.chance.randint(0, len(self.since))]:
            if file is None:
                names.pop(name, None)
            else:
                names[name] = file
        for name, file in names.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(file.after_a_cut(self.chance))
