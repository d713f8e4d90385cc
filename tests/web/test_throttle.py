"""Slowing down those who guess, and nobody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from quiz.domain.refusals import TooManyTries
from quiz.web import throttle
from quiz.web.throttle import Alarm, Throttle


class Seconds:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


def wait(slow: Throttle, key: str = "203.0.113.7", *, besides: int = 0) -> int:
    """Return how long somebody has to wait."""
    try:
        slow.check(key, besides=besides)
    except TooManyTries as refusal:
        return refusal.wait
    return 0


def fail(slow: Throttle, times: int, key: str = "203.0.113.7") -> None:
    for _ in range(times):
        slow.fail(key)


def test_the_wait_grows_with_each_failure_too_many_up_to_a_minute(clock):
    slow = Throttle(free=3, clock=clock)
    waits = []
    for _ in range(10):
        waits.append(wait(slow))
        clock.now += waits[-1]
        slow.fail("203.0.113.7")
    assert waits == [0, 0, 0, 5, 10, 20, 40, 60, 60, 60]


def test_a_failure_is_forgotten_after_ten_minutes(clock):
    slow = Throttle(free=3, clock=clock)
    fail(slow, 20)
    assert wait(slow) == 60
    clock.now += 600
    assert wait(slow) == 0
    assert slow.failures("203.0.113.7") == 0
    assert not slow.failed


def test_sixty_joins_in_two_minutes_and_a_few_slips_pass(clock):
    codes = Throttle(free=30, clock=clock)
    for number in range(60):
        clock.now += 2
        assert wait(codes) == 0
        if number % 5 == 0:
            codes.fail("203.0.113.7")


def test_thirty_wrong_codes_slow_one_address_and_no_other(clock):
    codes = Throttle(free=30, clock=clock)
    for _ in range(30):
        clock.now += 15
        assert wait(codes) == 0
        codes.fail("203.0.113.7")
    assert wait(codes) > 0
    assert wait(codes, "203.0.113.8") == 0


def test_whoever_has_not_failed_never_waits_however_often_others_did(clock):
    slow = Throttle(free=3, clock=clock)
    assert wait(slow, besides=1000) == 0
    slow.fail("203.0.113.7")
    assert wait(slow, besides=1000) == 60
    clock.now += 60
    assert wait(slow, besides=1000) == 0, "what others do does not make it longer"


def test_it_remembers_no_more_than_it_may(clock, monkeypatch):
    monkeypatch.setattr(throttle, "MOST", 100)
    slow = Throttle(free=3, clock=clock)
    for number in range(1000):
        clock.now += 0.1
        fail(slow, 4, f"client {number}")
    assert len(slow.failed) == 100
    assert wait(slow, "client 999") > 0
    fail(slow, 5000)
    assert slow.failures("203.0.113.7") <= throttle.OF_EACH


def test_no_address_lies_in_memory(clock):
    slow = Throttle(free=3, clock=clock)
    slow.fail("203.0.113.7")
    other = Throttle(free=3, clock=clock)
    other.fail("203.0.113.7")
    [key], [another] = slow.failed, other.failed
    assert b"203" not in key
    assert key != another, "the key is made anew with each start"


def test_many_threads_may_fail_at_once(clock):
    slow = Throttle(free=3, clock=clock)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda n: fail(slow, 10, f"client {n % 4}"), range(16)))
    assert [slow.failures(f"client {n}") for n in range(4)] == [40] * 4


def test_an_alarm_is_raised_when_all_together_fail_too_often_and_then_counts_anew(clock):
    alarm = Alarm(most=5, clock=clock)
    assert [alarm.fail() for _ in range(11)] == [*[False] * 4, True] * 2 + [False]


def test_no_alarm_is_raised_for_slips_that_lie_far_apart(clock):
    alarm = Alarm(most=5, clock=clock)
    for _ in range(50):
        clock.now += 160
        assert not alarm.fail()


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("nonsense", ""),
    ],
)
def test_an_address_of_ipv6_counts_by_its_network(app, address, client):
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert throttle.client() == client
