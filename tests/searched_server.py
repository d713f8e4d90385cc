"""The real server, which says what its living objects hold: ``python -m tests.searched_server …``.

Whoever wants to know writes the words to a file and sends a signal. Only then does this process
know them, so that it finds none but those that it has kept.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import re
import signal
import sys
from collections.abc import Collection
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from quiz import cli
from quiz.web.scheduler import Scheduler

WANTED, FOUND = "wanted.json", "found.json"


def main(folder: str, *arguments: str) -> None:
    """Serve as ``quiz serve`` does, with a second in place of each minute of the scheduler."""
    signal.signal(signal.SIGUSR1, lambda *_: search(Path(folder)))
    Scheduler.start.__defaults__ = (1.0,)
    sys.argv = ["quiz", *arguments]
    cli.main()


def search(folder: Path) -> None:
    """Look for the words in every object that lives, and note which were found."""
    words = [base64.b64decode(word) for word in json.loads((folder / WANTED).read_text())]
    numbers = {int(word) for word in words if word.isdigit()}
    pattern = re.compile(b"|".join(map(re.escape, words)))
    as_text = re.compile(pattern.pattern.decode("latin-1"))
    ours = {id(each) for each in (*words, pattern.pattern, as_text.pattern)}
    found: set[bytes] = set()
    gc.disable()  # looking is not to tidy up
    gc.unfreeze()  # what the server has made before it served is looked through as well
    waiting: list[Any] = gc.get_objects()
    seen = {id(waiting), id(ours), id(found), id(words), id(numbers)}
    while waiting:
        each = waiting.pop()
        if id(each) in seen or id(each) in ours or each is seen:
            continue
        seen.add(id(each))
        if isinstance(each, str):
            found.update(hit.encode("latin-1") for hit in as_text.findall(each))
        elif isinstance(each, bytes | bytearray):
            found.update(pattern.findall(each))
        elif isinstance(each, int):
            found.update({str(each).encode()} if each in numbers else ())
        else:
            waiting += gc.get_referents(each)
    gc.enable()
    answer = json.dumps([base64.b64encode(word).decode() for word in found])
    (folder / "new").write_text(answer)
    (folder / "new").rename(folder / FOUND)


def found_in(pid: int, folder: Path, words: Collection[bytes]) -> set[bytes]:
    """Return which words the living objects of a server hold."""
    (folder / FOUND).unlink(missing_ok=True)
    (folder / WANTED).write_text(json.dumps([base64.b64encode(each).decode() for each in words]))
    os.kill(pid, signal.SIGUSR1)
    until = monotonic() + 60
    while not (folder / FOUND).exists():
        assert monotonic() < until, "no answer"
        sleep(0.05)
    return {base64.b64decode(each) for each in json.loads((folder / FOUND).read_text())}


if __name__ == "__main__":
    main(*sys.argv[1:])
