"""Where phones on the same network find this machine, with internet or without."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address

import ifaddr

HERE = "127.0.0.1"


def host() -> str:
    """Return the address of this machine on its own network, or 127.0.0.1 if it is on none.

    Looked up anew each time, for a hotspot may be switched on after the quiz. Nothing is sent.
    """
    return best(routed(), own_addresses())


def best(route: str | None, own: Iterable[str]) -> str:
    """Return the address that leads out, or else the first that other machines can reach.

    A laptop that is its own hotspot, with no network beyond, has no way out at all.
    """
    reachable = [
        each
        for each in map(IPv4Address, own)
        if not (each.is_loopback or each.is_link_local or each.is_unspecified)
    ]
    return route or next((str(each) for each in reachable), HERE)


def routed() -> str | None:
    """Return the address from which this machine would speak to the world, if there is a way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: only the route is looked up
        except OSError:
            return None
        name: str = probe.getsockname()[0]
        return name


def own_addresses() -> list[str]:
    """Return the IPv4 addresses of the network interfaces."""
    return [
        address.ip
        for adapter in ifaddr.get_adapters()
        for address in adapter.ips
        if isinstance(address.ip, str)
    ]
