"""Where phones on the same network find this machine, with internet or without."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address

import ifaddr

HERE = "127.0.0.1"

VIRTUAL = re.compile(
    r"^(docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|utun|wg|ppp|zt|tailscale|ham|lxc|lxd|cni"
    r"|flannel|podman|nordlynx|ipsec|gif|stf|awdl|llw)|vethernet|virtual|vmware|hyper-v|wsl|vpn"
    r"|tailscale|zerotier|wireguard|tap-",
    re.IGNORECASE,
)
"""Adapters of containers, virtual machines and private networks: no phone is behind them."""

HOTSPOT = re.compile(r"^bridge1\d\d$|wi-?fi direct", re.IGNORECASE)
"""Adapters of a hotspot of this machine, on macOS and on Windows."""

HOTSPOT_ADDRESS = re.compile(r"10\.42\.\d+\.1|192\.168\.137\.1")
"""What NetworkManager and Windows call this machine in a hotspot of its own."""

WIRELESS = re.compile(r"^(wl|ath|ap\d)|wi-?fi|wireless|wlan", re.IGNORECASE)


def host() -> str:
    """Return the address under which phones most likely find this machine, or 127.0.0.1.

    Looked up anew each time, for a hotspot may be switched on after the quiz. Nothing is sent.
    """
    return next(iter(hosts()), HERE)


def hosts() -> Sequence[str]:
    """Return the addresses of this machine on its networks; first where phones most likely are."""
    return ranked(adapters(), routed())


def ranked(own: Iterable[tuple[str, str]], route: str | None) -> Sequence[str]:
    """Return addresses, given with the names of their adapters, in the order in which to try them.

    First a hotspot of this machine, then a wireless network, then what leads out (``route``), then
    other real adapters, and last virtual ones. These alone are none, unless one leads out.
    """

    def rank(adapter: tuple[str, str]) -> tuple[int, bool]:
        name, address = adapter
        virtual = VIRTUAL.search(name)
        if HOTSPOT.search(name) or (HOTSPOT_ADDRESS.fullmatch(address) and not virtual):
            group = 0
        elif virtual:
            group = 4
        elif WIRELESS.search(name):
            group = 1
        else:
            group = 2 if address == route else 3
        return group, address != route

    reachable = [(name, address) for name, address in own if is_reachable(IPv4Address(address))]
    if not any(address == route or rank((name, address))[0] < 4 for name, address in reachable):
        return []
    return [address for _name, address in sorted(reachable, key=rank)]


def is_reachable(address: IPv4Address) -> bool:
    """Whether other machines may reach an address."""
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def routed() -> str | None:
    """Return the address from which this machine would speak to the world, if there is a way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: only the route is looked up
        except OSError:
            return None
        name: str = probe.getsockname()[0]
        return name


def adapters() -> Sequence[tuple[str, str]]:
    """Return the names of the network adapters, each with an IPv4 address of its own."""
    return [
        (adapter.nice_name, address.ip)
        for adapter in ifaddr.get_adapters()
        for address in adapter.ips
        if isinstance(address.ip, str)
    ]
