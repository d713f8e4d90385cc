"""Floors: what the same bytes and the same rows take without the program."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping

BARE = """
import asyncio, socket, sys, uvicorn
waiting = set()
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["method"] == "POST":
        for line in list(waiting):
            line.set_result(None)
        await send({"type": "http.response.body", "body": b""})
        return
    while True:
        line = asyncio.get_running_loop().create_future()
        waiting.add(line)
        await send({"type": "http.response.body", "body": BODY, "more_body": True})
        await line
        waiting.discard(line)
BODY = b"x" * 1500
listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
uvicorn.Server(config).run(sockets=[listener])
"""


async def floor_shown(number: int, rounds: int) -> list[float]:
    """Return the milliseconds in which a bare application reaches as many streams."""
    took: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-c", BARE], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        heard: asyncio.Queue[float] = asyncio.Queue()

        async def follow() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            while size := await reader.readline():
                await reader.readexactly(int(size, 16) + 2)
                heard.put_nowait(time.perf_counter())

        following = [asyncio.ensure_future(follow()) for _ in range(number)]
        for _ in range(number):
            await heard.get()
        for _ in range(rounds):
            begun = time.perf_counter()
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            took += [(await heard.get() - begun) * 1000 for _ in range(number)]
            writer.close()
        for task in following:
            task.cancel()
        process.terminate()
    return took


ON_SQLITE = """
import sys, time
from quiz.store.sqlite_driver import sqlite3
from quiz.store.sqlite import PRAGMAS, apply_pragmas, safe_journal_mode
db = sqlite3.connect(sys.argv[1], isolation_level=None)
apply_pragmas(db, safe_journal_mode(sqlite3.sqlite_version_info), PRAGMAS)
db.execute("CREATE TABLE a (attempt BLOB, question TEXT, revision TEXT, chosen TEXT, score INT, "
           "PRIMARY KEY (attempt, question)) WITHOUT ROWID")
for n in range(int(sys.argv[2])):
    begun = time.perf_counter()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO a VALUES (randomblob(16), 'q', 'r', 'a', 100)")
    db.execute("COMMIT")
    print((time.perf_counter() - begun) * 1000)
"""

ON_POSTGRESQL = """
import psycopg, sys, time
db = psycopg.connect(sys.argv[1], autocommit=True)
db.execute("CREATE TABLE floor (attempt UUID, question TEXT, revision TEXT, chosen TEXT, "
           "score INT, PRIMARY KEY (attempt, question))")
for n in range(int(sys.argv[2])):
    begun = time.perf_counter()
    db.execute("INSERT INTO floor VALUES (gen_random_uuid(), 'q', 'r', 'a', 100)")
    print((time.perf_counter() - begun) * 1000)
"""


def floor_kept(program: str, location: str, variables: Mapping[str, str]) -> list[float]:
    """Return the milliseconds that a bare loop takes for each of the same durable inserts.

    ``variables`` are those of its environment, besides ours.
    """
    out = subprocess.run(
        [sys.executable, "-c", program, location, "200"],
        env={**os.environ, **variables},
        capture_output=True,
        check=True,
        text=True,
    )
    return [float(line) for line in out.stdout.split()]
