"""A disk that is full, or that fails to write or to sync, under the real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import chain, count, cycle
from pathlib import Path

import pytest

from quiz.domain.room import Move
from quiz.store.connect import open_database
from tests.faults.conftest import House
from tests.faults.disk import FOLDER_SYNCS, SYNCS, WRITES, Disk
from tests.faults.forked_servers import Lives
from tests.faults.live_class import Browser, Console, Hall, Phone, Reply, all_at_once, check_answers
from tests.proof import FULL

NTHS = [*range(1, 21), *range(25, 51, 5)] if FULL else [1, 2, 3, 5, 8, 13, 21, 34]
ANY_SYNC = SYNCS | FOLDER_SYNCS
NOT_SAVED = "Lúc này chưa lưu được."


@pytest.fixture
def house(house_on_disk: House) -> House:
    return house_on_disk


@pytest.fixture
def port(servers: Lives, disk: Disk) -> Iterator[int]:
    """The port of a server on the disk."""
    servers.begin()
    yield servers.port
    disk.work()


@pytest.fixture
def phones(hall: Hall, port: int) -> list[Phone]:
    """Some phones of the class; the others never answer."""
    return hall.phones(partial(Phone, port))[:4]


@pytest.mark.parametrize("which", [WRITES, ANY_SYNC], ids=["write", "sync"])
def test_what_the_disk_did_not_take_is_not_called_saved(
    hall: Hall, disk: Disk, port: int, phones: list[Phone], which: int
):
    """Whichever write or sync fails: who was told that it is saved finds it, and all goes on."""
    refused = 0
    choices = cycle(hall.options)

    def answer() -> list[Reply]:
        chosen = next(choices)
        return all_at_once(partial(Phone.send, question=hall.question, chosen=chosen), phones)

    with closing(open_database(hall.settings.database)) as database:
        for nth in NTHS:
            disk.fail(which, nth)
            while not disk.failed:
                replies = answer()
            disk.work()
            for reply in replies:
                assert reply.kept or (reply.status == 503 and NOT_SAVED in reply.text)
            refused += sum(not reply.kept for reply in replies)
            with database.reading() as db:
                check_answers(db, phones)
            assert all(reply.kept for reply in answer())
    assert refused
    Console(port).close()
    hall.check_closed(phones)


@pytest.mark.parametrize(
    ("which", "nths"),
    [(WRITES, count(1, 4)), (ANY_SYNC, chain([1, 3, 4, 2], count(5)))],
    ids=["write", "sync"],
)
def test_a_class_that_the_disk_did_not_close_is_as_it_was(
    hall: Hall, disk: Disk, port: int, phones: list[Phone], which: int, nths: Iterator[int]
):
    """It is closed whole or not at all. With a rollback journal, sync 3 is that of the file."""
    refused = 0
    for phone in phones:
        phone.answer(hall.question, hall.options[0])
    console = Console(port)
    while hall.stage() != "closed":
        hall.check_open(phones)
        console.current_page()
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
    hall: Hall, disk: Disk, port: int, phones: list[Phone]
):
    """Answering, beginning and closing say that nothing was saved; reading and leaving work."""
    stranger = Browser(port, "")
    stranger.open("/s")
    console = Console(port)
    console.current_page()
    with disk.full():
        refused = all_at_once(
            partial(Phone.send, question=hall.question, chosen=hall.options[0]), phones
        )
        refused += [stranger.ask("/s", {"theme": "mixed"}), console.press(Move.CLOSE)]
        assert {reply.status for reply in refused} == {503}
        assert all(NOT_SAVED in reply.text for reply in refused)
        assert {phone.ask("/r").status for phone in phones} == {200}
        assert stranger.ask("/x").status == 303
    assert stranger.ask("/s", {"theme": "mixed"}).status == 303
    for phone in phones:
        assert phone.send(hall.question, hall.options[0]).kept
    assert console.press(Move.CLOSE).status == 303
    hall.check_closed(phones)


def test_a_full_disk_is_not_called_a_damaged_database(hall: Hall, disk: Disk):
    """To open a file that has a write-ahead log, SQLite has to write."""
    with disk.full():
        reported = export(hall.settings.data, disk.folder / "report.xlsx", disk.variables)
    assert reported.returncode == 1
    assert "damaged" not in reported.stderr
    assert "Traceback" not in reported.stderr


def test_a_report_is_written_whole_or_not_at_all(hall: Hall, disk: Disk, tmp_path: Path):
    """What was in the file before is still in it."""
    report = tmp_path / "report.xlsx"
    variables = {**disk.variables, "QUIZ_DISK": str(tmp_path)}
    assert export(hall.settings.data, report, variables).returncode == 0
    before = report.read_bytes()
    with disk.full():
        failed = export(hall.settings.data, report, variables)
    assert failed.returncode == 1
    assert "No space left on device" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert report.read_bytes() == before
    assert list(tmp_path.iterdir()) == [report]


def export(data: Path, report: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Have a report written, on a disk or beside one."""
    command = [sys.executable, "-m", "quiz.cli", "export", f"--data={data}", f"--output={report}"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **variables}
    return subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
