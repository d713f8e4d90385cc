"""Telling a disk of this machine from one on the network, where SQLite cannot keep its promises."""

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


def network(path: Path, mounts: Path | None = None) -> str | None:
    """Return the file system of a path if it is one of a network; None if not, or if unknown."""
    try:
        lines = (
            (mounts or MOUNTS).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        )
    except OSError:
        return None
    kinds = {}
    for line in lines:
        _device, point, kind, *_rest = line.split(" ")
        kinds[Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point))] = kind
    whole = path.resolve()
    nearest = next((each for each in (whole, *whole.parents) if each in kinds), None)
    kind = kinds[nearest] if nearest else ""
    return kind if NETWORK.fullmatch(kind) else None
