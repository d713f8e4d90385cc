"""A disk that is full, or that fails to write or to sync, under the real server."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import chain, count, cycle
from urllib.parse import urlsplit

import pytest

from quiz.domain.room import Move
from quiz.store.opening import open_database
from quiz.web.settings import Settings
from tests.browser.server import running
from tests.faults.disk import SYNCS, WRITES, Disk
from tests.faults.hall import Browser, Console, Hall, Phone, Reply, all_at_once, check_answers

PEOPLE = 4
NTHS = [*range(1, 21), *range(25, 51, 5)]
NOT_SAVED = "Lúc này chưa lưu được."


@contextmanager
def serving(settings: Settings, disk: Disk) -> Iterator[int]:
    """Serve from a disk, and write the log to it, too; yield the port."""
    with (
        (settings.data / "log").open("w") as log,
        running(settings.data, log=log, **disk.variables) as (address, _pid),
    ):
        yield urlsplit(address).port or 0


@pytest.mark.parametrize("which", [WRITES, SYNCS], ids=["write", "sync"])
def test_what_the_disk_did_not_take_is_not_called_saved(settings: Settings, disk: Disk, which: int):
    """Whichever write or sync fails: who was told that it is saved finds it, and all goes on."""
    hall = Hall(settings, PEOPLE)
    choices = cycle(hall.options)
    refused = 0
    with (
        serving(settings, disk) as port,
        closing(open_database(settings.database)) as database,
    ):
        phones = hall.phones(partial(Phone, port))

        def answer(chosen: str) -> list[Reply]:
            return all_at_once(lambda phone: phone.send(hall.question, chosen), phones)

        for nth in NTHS:
            disk.fail(which, nth)
            while not disk.failed:
                replies = answer(next(choices))
            disk.work()
            for reply in replies:
                assert reply.kept or (reply.status == 503 and NOT_SAVED in reply.text)
            refused += sum(not reply.kept for reply in replies)
            with database.reading() as db:
                check_answers(db, phones)
            assert all(reply.kept for reply in answer(next(choices)))
        Console(port).press(Move.CLOSE)
    assert refused
    hall.check_closed(phones)


@pytest.mark.parametrize(
    ("which", "nths"),
    [(WRITES, count(1, 4)), (SYNCS, chain([1, 3, 4, 2], count(5)))],
    ids=["write", "sync"],
)
def test_a_class_that_the_disk_did_not_close_is_as_it_was(
    settings: Settings, disk: Disk, which: int, nths: Iterator[int]
):
    """It is closed whole or not at all. The third sync is that of the file itself."""
    hall = Hall(settings, PEOPLE)
    refused = 0
    with serving(settings, disk) as port:
        phones = hall.phones(partial(Phone, port))
        for phone in phones:
            phone.answer(hall.question, hall.options[0])
        console = Console(port)
        while hall.stage() != "closed":
            hall.check_open(phones)
            disk.fail(which, next(nths))
            reply = console.press(Move.CLOSE)
            disk.work()
            if reply.status != 303:  # to the result
                refused += 1
                assert reply.status == 503
                assert NOT_SAVED in reply.text
    assert refused
    hall.check_closed(phones)


def test_a_full_disk_takes_nothing_and_when_there_is_room_again_all_goes_on(
    settings: Settings, disk: Disk
):
    """Answering, beginning and closing say that nothing was saved; reading and leaving work."""
    hall = Hall(settings, PEOPLE)
    with serving(settings, disk) as port:
        phones = hall.phones(partial(Phone, port))
        stranger = Browser(port, "")
        stranger.open("/s")
        console = Console(port)
        console.open("/rooms/1")
        with disk.full():
            refused = all_at_once(lambda phone: phone.send(hall.question, "skip"), phones)
            refused += [stranger.ask("/s", {"theme": "mixed"}), console.press(Move.CLOSE)]
            assert {reply.status for reply in refused} == {503}
            assert all(NOT_SAVED in reply.text for reply in refused)
            assert {phone.ask("/r").status for phone in phones} == {200}
            assert stranger.ask("/x").status == 303
        assert stranger.ask("/s", {"theme": "mixed"}).status == 200
        for phone in phones:
            assert phone.send(hall.question, hall.options[0]).kept
        assert console.press(Move.CLOSE).status == 303
    hall.check_closed(phones)


def test_a_report_is_written_whole_or_not_at_all(settings: Settings, disk: Disk):
    """What was in the file before is still in it."""
    report = settings.data / "report.xlsx"
    command = [sys.executable, "-m", "quiz.cli", "export", "--data", str(settings.data)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **disk.variables}
    settings.data.mkdir()
    open_database(settings.database).close()

    def export() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, "--output", str(report)],
            env=environment,
            capture_output=True,
            check=False,
            text=True,
        )

    assert export().returncode == 0
    before = report.read_bytes()
    disk.fail(WRITES, 1, always=True, error=errno.ENOSPC)
    failed = export()
    disk.work()
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "No space left on device" in failed.stderr
    assert report.read_bytes() == before
    assert {path.name for path in settings.data.iterdir()} == {"quiz.db", "report.xlsx"}
