"""PgBouncer before the PostgreSQL server of the tests, reached by a socket in its own folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from tests.postgres import OWNER, PASSWORD, Server, memory

PORT = 6432

SETTINGS = """
[databases]
* = host={server}
[pgbouncer]
pool_mode = {mode}
unix_socket_dir = {folder}
listen_port = {port}
auth_type = scram-sha-256
auth_file = {folder}/users
"""


def program() -> str | None:
    """Return where PgBouncer is, or None. Debian keeps it off the path of most users."""
    return shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def running(server: Server, mode: str) -> Iterator[Path]:
    """Start PgBouncer before a server, end it afterwards. Yield the folder of its socket."""
    found = program()
    assert found is not None, "PgBouncer is missing"
    with tempfile.TemporaryDirectory(prefix="quiz-pool-", dir=memory()) as name:
        folder = Path(name)
        settings = SETTINGS.format(server=server.folder, mode=mode, folder=folder, port=PORT)
        (folder / "pgbouncer.ini").write_text(settings)
        (folder / "users").write_text(f'"{OWNER}" "{PASSWORD}"\n')
        if server.owner:
            shutil.chown(folder, "nobody", "nogroup")
        folder.chmod(0o755)
        with subprocess.Popen(
            [found, "-q", folder / "pgbouncer.ini"],
            **server.owner,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                while not (folder / f".s.PGSQL.{PORT}").exists():
                    assert process.poll() is None, process.stderr and process.stderr.read()
                yield folder
            finally:
                process.terminate()


def through(folder: Path, url: URL) -> URL:
    """Return the address of a database through PgBouncer."""
    return url.set(port=PORT, query={"host": str(folder)})
