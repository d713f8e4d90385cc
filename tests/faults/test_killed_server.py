"""Forty phones in a live class, whose server is killed at random moments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from time import perf_counter, sleep

from tests.faults.forked_servers import Lives
from tests.faults.live_class import Console, Hall, Phone, Try, acknowledged, all_at_once, answering
from tests.proof import length

KILLS = length(8, 300)


def test_nothing_acknowledged_is_lost_or_doubled_however_often_the_server_is_killed(
    hall: Hall, servers: Lives
):
    chance = Random(20261124)
    servers.begin()
    phones = hall.phones(partial(Phone, servers.port))
    with answering(hall, phones):
        for _ in range(KILLS):
            kill_somewhere(servers, phones, chance)
            hall.check_open(phones)
            servers.begin()
    Console(servers.port).close()
    assert all(phone.told for phone in phones)
    hall.check_closed(phones)


def kill_somewhere(servers: Lives, phones: Sequence[Phone], chance: Random) -> None:
    """Kill the server when it has just begun, or some random answers later."""
    wanted = chance.choice([0, *[chance.randint(1, len(phones))] * 4])
    began, before = perf_counter(), acknowledged(phones)
    while (came := acknowledged(phones) - before) < wanted:
        sleep(0.001)
    pace = (perf_counter() - began) / max(came, 1)
    sleep(chance.uniform(0, 10 * pace if wanted else 0.2))
    servers.kill()


def test_a_kill_while_the_class_closes_counts_every_acknowledged_answer_once(
    hall: Hall, servers: Lives
):
    """Half of them have answered; the others answer in the moment in which the class is closed."""
    chance = Random(11)
    found: Counter[str] = Counter()
    longest = 0.25  # seconds to the kill, nearer to the moment that counts each time
    servers.begin()
    phones = hall.phones(partial(Phone, servers.port))
    console = Console(servers.port)
    early, late = phones[::2], phones[1::2]

    def answer(phone: Phone) -> Try:
        return phone.try_once(hall.question, chance.choice(hall.options))

    for _ in range(KILLS // 2):
        tries = all_at_once(answer, early)
        with ThreadPoolExecutor(len(late) + 1) as pool:
            closing = pool.submit(console.close)
            trying = [pool.submit(answer, phone) for phone in late]
            sleep(chance.uniform(0, longest))
            servers.kill()
            stage = hall.stage()
            servers.begin()
        closing.result()
        found[stage] += 1
        longest *= 2 if stage == "asking" else 0.5
        servers.kill()
        hall.check_counted([*tries, *(each.result() for each in trying)])
        hall.put_back()
        servers.begin()
    assert set(found) == {"asking", "closed"}, found
