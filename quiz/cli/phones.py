"""What the terminal says to phones: the address of this machine on its network, and its QR code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

import click
import segno

from quiz.cli.words import _
from quiz.web import network

QUIET = 4
"""Light modules around a code, without which it is not found."""

BLOCKS = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
"""One character for two dark or light modules, the upper and the lower."""

BLACK_ON_WHITE, WHITE, BLACK, RESET = "\x1b[30;107m", "\x1b[107m", "\x1b[40m", "\x1b[0m"


def invite(port: int, chosen: str | None) -> None:
    """Print the address that phones on the same network open, as text and as a QR code."""
    found = network.hosts()
    host = chosen or next(iter(found), None)
    if host is None:
        click.echo(
            _(
                "This machine is on no network yet. Switch on its Wi-Fi or its hotspot; "
                "the big screen then shows the address for phones."
            )
        )
        return
    address = f"http://{host}:{port}/"
    click.echo(_("Phones on the same Wi-Fi open %(address)s") % {"address": address})
    for line in code(f"{address}j", encoding=sys.stdout.encoding, colours=has_colours()):
        sys.stdout.write(f"{line}\n")
    if others := [each for each in found if each != host]:
        click.echo(other_addresses(others))
    click.echo(guest_networks())
    click.echo(_("This is plain HTTP: use it on a network that you trust, such as your own."))


def other_addresses(others: Sequence[str]) -> str:
    """Return what to do if phones are on another network of this machine."""
    return _(
        "This machine has other addresses, too: %(others)s. If phones are on another network, "
        "choose its address: quiz serve --lan %(first)s"
    ) % {"others": ", ".join(others), "first": others[0]}


def guest_networks() -> str:
    """Return what to do if the network itself keeps phones away."""
    return _(
        "If a phone on this Wi-Fi cannot open the address: a guest Wi-Fi often keeps devices "
        "apart. Use a hotspot of this machine or of a phone."
    )


def has_colours() -> bool:
    """Whether what is printed is read by a terminal that may be coloured."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def code(text: str, *, encoding: str, colours: bool) -> Iterator[str]:
    """Yield the lines of a QR code.

    In colours it is black on white, whatever the terminal is. Without, light is what is printed,
    as on most terminals letters are. Where there are no blocks, each module is two characters.
    """
    lines = [
        [bool(module) for module in line]
        for line in segno.make(text, micro=False).matrix_iter(border=QUIET)
    ]
    if not can_show_blocks(encoding):
        for line in lines:
            yield painted(line) if colours else "".join("  " if dark else "##" for dark in line)
        return
    light = [False] * len(lines[0])
    for upper, lower in zip(lines[::2], [*lines[1::2], light], strict=False):
        if colours:
            blocks = "".join(BLOCKS[pair] for pair in zip(upper, lower, strict=True))
            yield f"{BLACK_ON_WHITE}{blocks}{RESET}"
        else:
            yield "".join(BLOCKS[not a, not b] for a, b in zip(upper, lower, strict=True))


def painted(line: list[bool]) -> str:
    """Return a line of blanks on black and white."""
    return "".join(f"{BLACK if dark else WHITE}  " for dark in line) + RESET


def can_show_blocks(encoding: str) -> bool:
    """Whether an encoding has the characters of which a small code is made."""
    try:
        "█▀▄".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
