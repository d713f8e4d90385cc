"""A PostgreSQL server for the tests, in a folder of its own, reached by a socket in that folder."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL

from quiz.store.postgresql import PostgreSQL

PASSWORD = "hai con trâu trắng"
OWNER = "quiz"

STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): .*")
"""A statement in the log of the server."""


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None. Debian keeps it off the path."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@dataclass
class Server:
    """A server that is running: whoever has the password may have a database."""

    folder: Path
    bin: Path
    owner: dict[str, Any]
    addresses: str = ""
    process: subprocess.Popen[Any] = field(init=False)
    numbers: Iterator[int] = field(default_factory=count)
    template: str = ""
    spare: list[URL] = field(default_factory=list)

    def start(self) -> None:
        data, socket = str(self.folder / "data"), str(self.folder)
        command = [str(self.bin / "postgres"), "-D", data, "-k", socket, "-h", self.addresses]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, **self.owner, stdout=log, stderr=log)
        ready = [str(self.bin / "pg_isready"), "-q", "-h", socket]
        while subprocess.run(ready, check=False).returncode != 0:
            assert self.process.poll() is None, (self.folder / "log").read_text()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it as an administrator would who waits for nobody."""
        self.process.send_signal(how)
        self.process.wait()

    def crash(self) -> None:
        """End it so that it has to read its log when it starts again."""
        self.stop(signal.SIGQUIT)

    def url(self, database: str, user: str = OWNER, password: str = PASSWORD) -> URL:
        query = {"host": str(self.folder)}
        return URL.create("postgresql", user, password, database=database, query=query)

    def do(self, *statements: str, database: str = "postgres") -> None:
        """Do what only an administrator may."""
        host = str(self.folder)
        with psycopg.connect(
            host=host, user="admin", password=PASSWORD, dbname=database, autocommit=True
        ) as db:
            for statement in statements:
                db.execute(statement.encode())

    def new_database(self, template: str = "template0") -> URL:
        """Return the address of a new database."""
        name = f"quiz_{next(self.numbers)}"
        self.do(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        return self.url(name)

    def migrate(self, url: URL) -> None:
        """Put the tables of this version into a database: copying is quicker than migrating."""
        if not self.template:
            new = self.new_database()
            PostgreSQL.open(new).close()
            self.template = str(new.database)
        name = url.database
        self.do(
            f"DROP DATABASE {name} WITH (FORCE)",
            f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {self.template}",
        )

    @contextmanager
    def statements(self, database: str) -> Iterator[Callable[[], list[str]]]:
        """Yield what returns the statements that a database has been sent since then."""
        log = self.folder / "log"
        begin = log.stat().st_size
        self.do(f"ALTER DATABASE {database} SET log_statement = 'all'")  # for new connections
        try:
            yield lambda: STATEMENT.findall(log.read_bytes()[begin:].decode())
        finally:
            self.do(f"ALTER DATABASE {database} RESET log_statement")

    @contextmanager
    def lending(self) -> Iterator[Callable[[], URL]]:
        """Lend empty databases. To make one takes longer than to clear one."""
        lent: list[URL] = []

        def lend() -> URL:
            lent.append(self.spare.pop() if self.spare else self.new_database())
            return lent[-1]

        yield lend
        for url in lent:
            self.do(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
                "DROP SCHEMA public CASCADE",
                f"CREATE SCHEMA public AUTHORIZATION {OWNER}",
                database=str(url.database),
            )
        self.spare += lent


def memory() -> Path | None:
    """Return a folder in memory, where nobody waits for a disk, if there is one with room."""
    folder = Path("/dev/shm")  # noqa: S108 - the server makes a folder of its own there
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > 4 * 2**30 else None


@contextmanager
def running(*addresses: str) -> Iterator[Server]:
    """Start a server that is as durable as one in use, and end it afterwards. Raises LookupError.

    It can be reached from the networks of these addresses as well. PostgreSQL refuses to run as
    root; so root starts it as somebody else.
    """
    bin = programs()
    if bin is None:
        raise LookupError("PostgreSQL is missing: install it, with initdb on the path.")
    # A path of pytest is too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="quiz-pg-", dir=memory()))
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        shutil.chown(folder, "nobody", "nogroup")
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    server = Server(folder, bin, owner, ",".join(addresses))
    options = ["-U", "admin", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8"]
    try:
        subprocess.run(
            [bin / "initdb", "-D", folder / "data", *options, "--locale=C", "--no-sync"],
            **owner,
            check=True,
            capture_output=True,
        )
        with (folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet scram-sha-256\n")
        server.start()
        try:
            server.do(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'")
            yield server
        finally:
            server.crash()  # nobody needs what it would write to the disk now
    finally:
        shutil.rmtree(folder)
