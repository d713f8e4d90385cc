"""Telling a folder in which SQLite can keep its promises from one in which it cannot.

On a disk of the network locks and flushes do not reach far enough; a tool that synchronises a
folder may put an older file in the place of one that is in use.
"""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
"""What is mounted where, on Linux."""

NETWORK = re.compile(
    r"(fuse\.)?(nfs\d?|cifs|smb\w*|9p|afs|ceph|coda|lustre|beegfs|glusterfs|sshfs|davfs2?|rclone"
    r"|s3fs|curlftpfs|ncpfs|virtiofs|vboxsf|vmhgfs(-fuse)?)"
)
"""File systems whose locks and flushes end at another machine, or at the host of a virtual one."""

SYNCHRONISED = {
    "OneDrive": r"OneDrive( - .+)?",
    "Dropbox": r"Dropbox( \(.+\))?",
    "Google Drive": r"Google ?Drive(-.+| File Stream)?|My Drive|DriveFS",
    "iCloud": r"iCloud ?Drive|Mobile Documents|com~apple~CloudDocs",
    "Nextcloud": r"Nextcloud\d*|ownCloud",
}
"""Tools that synchronise folders, and what they call these."""

MARKS = {"Syncthing": ".stfolder", "Dropbox": ".dropbox.cache"}
"""What such tools lay into a folder that may have any name."""


def synchronised(path: Path) -> str | None:
    """Return the tool that synchronises a folder with other machines; None if none, or unknown."""
    whole = path.resolve()
    for tool, names in SYNCHRONISED.items():
        if any(re.fullmatch(names, part, re.IGNORECASE) for part in whole.parts):
            return tool
    for tool, mark in MARKS.items():
        if any((folder / mark).exists() for folder in (whole, *whole.parents)):
            return tool
    return None


def network(path: Path, mounts: Path | None = None) -> str | None:
    """Return the file system of a path if it is one of a network; None if not, or if unknown."""
    try:
        lines = (
            (mounts or MOUNTS).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        )
    except OSError:
        return None
    mounted = {}
    for line in lines:
        _device, point, filesystem, *_rest = line.split(" ")
        mounted[Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point))] = (
            filesystem
        )
    whole = path.resolve()
    nearest = next((each for each in (whole, *whole.parents) if each in mounted), None)
    filesystem = mounted[nearest] if nearest else ""
    return filesystem if NETWORK.fullmatch(filesystem) else None
