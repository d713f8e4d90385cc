"""Phones are told an address that they can reach, with internet and without."""

import pytest

from quiz.web import lan

LOOPBACK = "127.0.0.1"


@pytest.mark.parametrize(
    ("route", "own", "told"),
    [
        ("192.168.1.7", [LOOPBACK, "172.17.0.1", "192.168.1.7"], "192.168.1.7"),
        (None, [LOOPBACK, "10.42.0.1"], "10.42.0.1"),  # its own hotspot, no network beyond
        (None, [LOOPBACK, "169.254.3.4", "192.168.137.1"], "192.168.137.1"),
        (None, [LOOPBACK], LOOPBACK),
    ],
)
def test_phones_are_told_what_they_can_reach(route, own, told):
    assert lan.best(route, own) == told


def test_the_addresses_are_those_of_this_machine():
    assert LOOPBACK in lan.own_addresses()
    assert lan.host() in lan.own_addresses()
