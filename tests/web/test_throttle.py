"""Slowing down those who guess, and nobody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from quiz.domain.refusals import TooManyTries
from quiz.web import throttle
from quiz.web.throttle import Alarm, Flood, Throttle


class Seconds:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
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
        slow.add(key)


def test_the_wait_grows_with_each_failure_too_many_up_to_a_minute(seconds):
    slow = Throttle(free=3, clock=seconds)
    waits = []
    for _ in range(10):
        waits.append(wait(slow))
        seconds.now += waits[-1]
        slow.add("203.0.113.7")
    assert waits == [0, 0, 0, 5, 10, 20, 40, 60, 60, 60]


def test_a_failure_is_forgotten_after_ten_minutes(seconds):
    slow = Throttle(free=3, clock=seconds)
    fail(slow, 20)
    assert wait(slow) == 60
    seconds.now += 600
    assert wait(slow) == 0
    assert slow.count("203.0.113.7") == 0
    assert not slow.seen


def test_sixty_joins_in_two_minutes_and_a_few_slips_pass(seconds):
    codes = Throttle(free=30, clock=seconds)
    for number in range(60):
        seconds.now += 2
        assert wait(codes) == 0
        if number % 5 == 0:
            codes.add("203.0.113.7")


def test_thirty_wrong_codes_slow_one_address_and_no_other(seconds):
    codes = Throttle(free=30, clock=seconds)
    for _ in range(30):
        seconds.now += 15
        assert wait(codes) == 0
        codes.add("203.0.113.7")
    assert wait(codes) > 0
    assert wait(codes, "203.0.113.8") == 0


def test_whoever_has_not_failed_never_waits_however_often_others_did(seconds):
    slow = Throttle(free=3, clock=seconds)
    assert wait(slow, besides=1000) == 0
    slow.add("203.0.113.7")
    assert wait(slow, besides=1000) == 60
    seconds.now += 60
    assert wait(slow, besides=1000) == 0, "what others do does not make it longer"


def test_it_remembers_no_more_than_it_may(seconds, monkeypatch):
    monkeypatch.setattr(throttle, "MOST", 100)
    slow = Throttle(free=3, clock=seconds)
    for number in range(1000):
        seconds.now += 0.1
        fail(slow, 4, f"client {number}")
    assert len(slow.seen) == 100
    assert wait(slow, "client 999") > 0
    fail(slow, 5000)
    assert slow.count("203.0.113.7") <= throttle.OF_EACH


def test_no_address_lies_in_memory(seconds):
    slow = Throttle(free=3, clock=seconds)
    slow.add("203.0.113.7")
    other = Throttle(free=3, clock=seconds)
    other.add("203.0.113.7")
    [key], [another] = slow.seen, other.seen
    assert b"203" not in key
    assert key != another, "the key is made anew with each start"


def test_many_threads_may_fail_at_once(seconds):
    slow = Throttle(free=3, clock=seconds)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda n: fail(slow, 10, f"client {n % 4}"), range(16)))
    assert [slow.count(f"client {n}") for n in range(4)] == [40] * 4


def test_an_alarm_is_raised_when_all_together_fail_too_often_and_once_in_ten_minutes(seconds):
    alarm = Alarm(most=5, clock=seconds)
    raised = []
    for _ in range(1300):
        seconds.now += 1
        raised.append(alarm.fail())
    assert [second for second, each in enumerate(raised) if each] == [4, 604, 1204]


@pytest.mark.parametrize(("free", "a_day"), [(30, 5_000), (100, 15_000)])
def test_nobody_tries_more_codes_a_day_than_we_say(seconds, free, a_day):
    """docs/threat-model.md reckons with these numbers: a guesser who never waits in vain."""
    codes, tried, end = Throttle(free=30, clock=seconds), 0, seconds.now + 24 * 60 * 60
    while seconds.now < end:
        try:
            codes.check("203.0.113.7", free=free)
        except TooManyTries:
            seconds.now += 0.5
            continue
        codes.add("203.0.113.7")
        tried += 1
    assert a_day * 0.8 < tried <= a_day


def test_a_flood_is_bounded_to_its_rate_and_nobody_slower_meets_it(seconds):
    flood, passed = Flood(burst=30, rate=10, clock=seconds), 0
    for _ in range(6000):
        seconds.now += 0.01
        if not flood.is_full("203.0.113.7"):
            flood.add("203.0.113.7")
            passed += 1
    assert passed <= 30 + 10 * 60
    for _ in range(600):
        seconds.now += 0.2
        flood.check("203.0.113.8")
        flood.add("203.0.113.8")


def test_no_alarm_is_raised_for_slips_that_lie_far_apart(seconds):
    alarm = Alarm(most=5, clock=seconds)
    for _ in range(50):
        seconds.now += 160
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
