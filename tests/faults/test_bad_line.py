"""A line that loses requests and replies, two servers, and everybody at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from copy import copy
from functools import partial
from itertools import cycle
from random import Random
from threading import Barrier

import pytest

from quiz.domain.room import Move
from tests.faults.forked_servers import Lives
from tests.faults.line import Fate, line
from tests.faults.live_class import (
    FORM_TOKEN,
    Console,
    Hall,
    LineBroke,
    Phone,
    Reply,
    Told,
    Try,
    all_at_once,
)


@pytest.fixture
def ports(servers: Lives) -> list[int]:
    """The ports of two servers of the same class."""
    servers.begin(0)
    servers.begin(1)
    return servers.ports


def test_an_answer_whose_reply_was_lost_counts_once_however_often_it_is_sent_again(
    hall: Hall, ports: list[int]
):
    """Each phone sends it once in vain, and then five times at once, to either server."""
    with line(ports[0], lambda: Fate.REPLY_IS_LOST) as deaf:
        phones = hall.phones(partial(Phone, ports[0]))
        for phone, chosen in zip(phones, cycle(hall.options), strict=False):
            phone.port = deaf
            with pytest.raises(LineBroke):
                phone.send(hall.question, chosen)
            again = [copy(phone) for _ in range(5)]
            for each, port in zip(again, cycle(ports), strict=False):
                each.port = port
            replies = all_at_once(partial(Phone.send, question=hall.question, chosen=chosen), again)
            assert {reply.status for reply in replies} == {200 if phone.by_script else 303}
            pages = {FORM_TOKEN.sub("", each.ask("/r").text) for each in again}
            assert len(pages) == 1
    hall.check_open(phones)
    Console(ports[1]).close()
    hall.check_closed(phones)


def test_on_a_line_that_drops_a_third_everybody_finishes_and_counts_once(
    hall: Hall, ports: list[int]
):
    """Requests are lost, replies are lost, replies break off, on the console's line too."""
    chance = Random(30)
    bad = [Fate.IS_LOST, Fate.REPLY_IS_LOST, Fate.REPLY_BREAKS_OFF]
    with ExitStack() as stack:
        lines = [
            stack.enter_context(
                line(port, lambda: chance.choice(bad) if chance.random() < 0.3 else Fate.PASSES)
            )
            for port in ports
        ]
        phones = hall.phones(partial(Phone, lines[0]))
        for phone in phones[::2]:
            phone.port = lines[1]
        for chosen in hall.options:
            replies = all_at_once(
                partial(Phone.answer, question=hall.question, chosen=chosen), phones
            )
            assert all(reply.kept for reply in replies)
        hall.check_open(phones)
        Console(lines[0]).close()
    hall.check_closed(phones)


def test_closed_twice_while_forty_answer_every_answer_counts_or_was_told_not_to(
    hall: Hall, ports: list[int]
):
    """Two devices press in the same moment, one at each server."""
    chance = Random(40)
    phones = hall.phones(partial(Phone, ports[0]))
    for phone in phones[::2]:
        phone.port = ports[1]
    consoles = [Console(port) for port in ports]
    for console in consoles:
        console.current_page()
    start = Barrier(len(phones) + len(consoles))

    def press(console: Console) -> Reply:
        start.wait()
        return console.press(Move.CLOSE)

    def answer(phone: Phone) -> Try:
        start.wait()
        return phone.try_once(hall.question, chance.choice(hall.options))

    with ThreadPoolExecutor(len(consoles)) as pool:
        presses = [pool.submit(press, console) for console in consoles]
        tries = all_at_once(answer, phones)
    assert {each.result().status for each in presses} == {303}  # both are led to the result
    assert Told.PERHAPS not in {each.told for each in tries}
    hall.check_counted(tries)
