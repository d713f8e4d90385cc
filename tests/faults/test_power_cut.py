"""The power fails under a class: what was never synced is gone, or half there."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from time import sleep

import pytest
from sqlalchemy import select

from quiz.domain.question import Question
from quiz.store.connect import open_database
from quiz.store.tables import Answer, Room
from tests.faults.conftest import House
from tests.faults.disk import SYNCS, Disk, Platter
from tests.faults.forked_servers import Lives
from tests.faults.live_class import Console, Hall, Phone, Reply, answering, read_totals
from tests.proof import length

ROUNDS = 8
CUTS = length(16, 300)


class Witness(Phone):
    """A phone that notes at which moment of the disk each answer was sent and acknowledged."""

    def __init__(self, port: int, token: str, disk: Disk) -> None:
        super().__init__(port, token)
        self.disk = disk
        self.sent: list[tuple[str, int, int | None]] = []

    def send(self, question: Question, chosen: str) -> Reply:
        sent, acknowledged = self.disk.now, None
        try:
            reply = super().send(question, chosen)
            if reply.kept:
                acknowledged = self.disk.now
        finally:
            self.sent.append((chosen, sent, acknowledged))
        return reply

    def allowed_at(self, moment: int) -> set[str | None]:
        """Return what may be found as her answer after a cut: nothing older than acknowledged."""
        allowed: set[str | None] = {None}
        for chosen, sent, acknowledged in self.sent:
            if acknowledged is not None and acknowledged <= moment:
                allowed = {chosen}
            elif sent <= moment:
                allowed.add(chosen)
        return allowed


@pytest.fixture
def house(house_on_disk: House) -> House:
    return house_on_disk


@pytest.mark.parametrize("failing", [False, True], ids=["sound disk", "failing disk"])
def test_what_was_acknowledged_survives_a_power_cut(
    hall: Hall, servers: Lives, disk: Disk, tmp_path: Path, *, failing: bool
):
    """A failing disk forgets now and then what it could not sync, and syncs gladly afterwards.

    Its folders are synced nevertheless: SQLite does not look whether that of a new journal was.
    """
    chance = Random(20261124)
    platter = Platter(disk, {"quiz.db": hall.file.read_bytes()}, chance)
    servers.begin()
    phones = hall.phones(lambda token: Witness(servers.port, token, disk))
    with answering(hall, phones):
        while min(len(phone.told) for phone in phones) < ROUNDS:
            if failing and not disk.is_waiting:
                disk.fail(SYNCS, chance.randint(1, 30))
            sleep(0.01)
    disk.work()
    answered = disk.now
    Console(servers.port).close()
    closed = disk.now
    moments = [chance.randint(platter.moment, answered) for _ in range(CUTS)]
    moments += [chance.randint(answered, closed) for _ in range(CUTS // 2)]
    for moment in [*sorted(moments), closed]:
        platter.go_to(moment)
        folder = tmp_path / "after the cut"
        folder.mkdir()
        platter.cut(folder)
        check(folder / "quiz.db", phones, platter.moment, must_be_closed=moment == closed)
        shutil.rmtree(folder)


def check(path: Path, phones: Sequence[Witness], moment: int, *, must_be_closed: bool) -> None:
    """Check what is found after a power cut at a moment."""
    with closing(open_database(path)) as database, database.reading() as db:
        if db.scalars(select(Room.stage)).one() == "closed":
            last = [phone.told[-1] for phone in phones]
            assert read_totals(db) == {option: last.count(option) for option in set(last)}
            return
        assert not must_be_closed
        kept = {row.attempt: row.chosen for row in db.scalars(select(Answer))}
        for phone in phones:
            assert kept.get(phone.id) in phone.allowed_at(moment)
