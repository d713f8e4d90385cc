"""Phones are told an address that they can reach, with internet and without."""

import pytest

from quiz.web import network

LOOPBACK = ("lo", "127.0.0.1")
DOCKER, TUNNEL = ("docker0", "172.17.0.1"), ("tun0", "10.8.0.6")
WLAN, CABLE = ("wlan0", "192.168.1.23"), ("enp3s0", "192.168.5.9")


@pytest.mark.parametrize(
    ("route", "own", "told"),
    [
        ("192.168.1.23", [LOOPBACK, DOCKER, TUNNEL, WLAN], "192.168.1.23"),
        (None, [LOOPBACK, DOCKER, TUNNEL, WLAN], "192.168.1.23"),
        ("10.8.0.6", [LOOPBACK, DOCKER, TUNNEL, WLAN], "192.168.1.23"),  # a VPN takes all out
        ("192.168.5.9", [LOOPBACK, CABLE, DOCKER], "192.168.5.9"),
        ("192.168.5.9", [LOOPBACK, CABLE, ("wlp2s0", "10.42.0.1")], "10.42.0.1"),
        (
            "192.168.5.9",
            [LOOPBACK, ("Intel Ethernet", "192.168.5.9"), ("Intel Wi-Fi 6", "10.0.0.4")],
            "10.0.0.4",
        ),
        (
            "192.168.5.9",
            [
                ("Ethernet", "192.168.5.9"),
                ("Microsoft Wi-Fi Direct Virtual Adapter #2", "192.168.137.1"),
            ],
            "192.168.137.1",
        ),
        (
            "10.0.0.4",
            [("vEthernet (WSL)", "172.29.0.1"), ("Intel Wi-Fi 6", "10.0.0.4")],
            "10.0.0.4",
        ),
        (None, [LOOPBACK, ("en0", "169.254.3.4"), ("bridge100", "192.168.2.1")], "192.168.2.1"),
        ("10.42.0.7", [("cni0", "10.42.0.1"), ("eth0", "10.42.0.7")], "10.42.0.7"),
        ("10.8.0.6", [LOOPBACK, TUNNEL], "10.8.0.6"),  # nothing else leads anywhere
    ],
)
def test_phones_are_told_what_they_most_likely_reach(route, own, told):
    found = network.ranked(own, route)
    assert found[0] == told
    reachable = {address for _name, address in own if not address.startswith(("127.", "169.254."))}
    assert set(found) == reachable


@pytest.mark.parametrize("own", [[LOOPBACK], [LOOPBACK, DOCKER], []])
def test_who_is_on_no_network_is_told_none(own):
    assert network.ranked(own, None) == []


def test_the_addresses_are_those_of_this_machine():
    own = [address for _name, address in network.adapters()]
    assert "127.0.0.1" in own
    assert network.host() in own
