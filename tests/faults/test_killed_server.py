"""Forty phones in a live class, whose server is killed at random moments."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter, sleep

from quiz.domain.room import Move
from quiz.web.settings import Settings
from tests.faults.hall import Console, Hall, LineBroke, Phone, answering
from tests.faults.lives import Lives, lives

PEOPLE = 40
KILLS = int(os.environ.get("QUIZ_FAULTS", "36"))


def test_nothing_acknowledged_is_lost_or_doubled_however_often_the_server_is_killed(
    settings: Settings,
):
    chance = Random(20261124)
    hall = Hall(settings, PEOPLE)
    with lives(settings) as server:
        server.begin()
        phones = hall.phones(partial(Phone, server.port))
        with answering(hall, phones):
            for _ in range(KILLS):
                kill_somewhere(server, phones, chance)
                hall.check_open(phones)
                server.begin()
        Console(server.port).press(Move.CLOSE)
    assert all(phone.told for phone in phones)
    hall.check_closed(phones)


def kill_somewhere(server: Lives, phones: Sequence[Phone], chance: Random) -> None:
    """Kill the server when it has just begun, or some random answers later."""
    wanted = chance.choice([0, *[chance.randint(1, PEOPLE)] * 4])
    began, before = perf_counter(), acknowledged(phones)
    while (came := acknowledged(phones) - before) < wanted:
        sleep(0.001)
    pace = (perf_counter() - began) / max(came, 1)
    sleep(chance.uniform(0, 10 * pace if wanted else 0.2))
    server.kill()


def acknowledged(phones: Sequence[Phone]) -> int:
    return sum(len(phone.told) for phone in phones)


def test_a_kill_while_the_class_closes_counts_every_acknowledged_answer_once(settings: Settings):
    """Half of them have answered; the others answer in the moment in which the class is closed."""
    chance = Random(11)
    hall = Hall(settings, PEOPLE)
    found: Counter[str] = Counter()
    with lives(settings) as server:
        server.begin()
        phones = hall.phones(partial(Phone, server.port))
        console = Console(server.port)
        early, late = phones[::2], phones[1::2]
        before = [phone.try_once(hall.question, chance.choice(hall.options)) for phone in early]
        server.kill()
        hall.check_open(phones)
        as_it_was = put_aside(settings.data)
        longest = 2.0
        for _ in range(KILLS // 2):
            put_back(settings.data, as_it_was)
            server.begin()
            began = perf_counter()
            with ThreadPoolExecutor(len(late) + 1) as pool:
                closing = pool.submit(close, console)
                tries = [
                    pool.submit(phone.try_once, hall.question, chance.choice(hall.options))
                    for phone in late
                ]
                sleep(chance.uniform(0, longest))
                server.kill()
                found[hall.stage()] += 1
                server.begin()
            closing.result()
            longest = min(longest, perf_counter() - began)
            server.kill()
            hall.check_counted([*before, *(each.result() for each in tries)])
    assert set(found) == {"asking", "closed"}, found


def put_aside(folder: Path) -> Path:
    """Copy the database, which nobody has open."""
    return Path(shutil.copy(folder / "quiz.db", folder / "as-it-was"))


def put_back(folder: Path, as_it_was: Path) -> None:
    """Put the copy in the place of the database, and of its journal if there is one."""
    for path in folder.glob("quiz.db*"):
        path.unlink()
    shutil.copy(as_it_was, folder / "quiz.db")


def close(console: Console) -> None:
    """Close the class, whatever happens meanwhile."""
    while console.open("/rooms/1").status != 303:  # to the result
        with suppress(LineBroke):
            console.press(Move.CLOSE)
