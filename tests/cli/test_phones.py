"""The code that the terminal shows is read by phones, on dark and on light terminals.

A reader of codes that is not ours reads what a terminal would show, which is drawn here.
"""

import os
import re
import subprocess
from contextlib import suppress

import pytest
import zxingcpp

from quiz.cli import phones
from tests.cli.commands import QUIZ, environment

ADDRESS = "http://192.168.1.23:8000/j"
DARK, LIGHT = 0, 255
HALVES = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0), "#": (1, 1)}


def drawn(lines, *, ink, paper):
    """Return the pixels of a terminal whose letters are ink on paper."""
    rows = []
    for line in lines:
        letter, ground = ink, paper
        upper, lower = [], []
        for colours, shown in re.findall(r"\x1b\[([\d;]*)m|(.)", line):
            for number in colours.split(";") if colours else ():
                match int(number):
                    case 0:
                        letter, ground = ink, paper
                    case 30:
                        letter = DARK
                    case 40:
                        ground = DARK
                    case 107:
                        ground = LIGHT
                    case _:
                        raise AssertionError(f"no colour of every terminal: {number}")
            if shown:
                halves = [letter if half else ground for half in HALVES[shown]]
                upper.append(halves[0])
                lower.append(halves[1])
        rows += [upper, lower]
    return rows


def read(rows):
    """Return what a reader finds in pixels, of which each stands for several."""
    margin = [[rows[0][0]] * len(rows[0])] * 2
    pixels = [
        value for row in [*rows, *margin] for _ in range(3) for value in row for _ in range(3)
    ]
    width = 3 * len(rows[0])
    image = memoryview(bytes(pixels)).cast("B", (len(pixels) // width, width))
    found = zxingcpp.read_barcodes(image, try_invert=False, try_rotate=False)
    return [each.text for each in found]


@pytest.mark.parametrize(("ink", "paper"), [(LIGHT, DARK), (DARK, LIGHT)], ids=["dark", "light"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp1258", "ascii"])
def test_the_code_is_read_on_a_dark_and_on_a_light_terminal(encoding, ink, paper):
    lines = list(phones.code(ADDRESS, encoding=encoding, colours=True))
    for line in lines:
        line.encode(encoding)
    assert read(drawn(lines, ink=ink, paper=paper)) == [ADDRESS]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_without_colours_the_code_is_read_where_most_terminals_are_dark(encoding):
    lines = list(phones.code(ADDRESS, encoding=encoding, colours=False))
    assert "\x1b" not in "".join(lines)
    assert read(drawn(lines, ink=LIGHT, paper=DARK)) == [ADDRESS]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such terminals")
def test_the_server_shows_phones_the_way_into_a_class(tmp_path):
    ours, its = os.openpty()
    command = [*QUIZ, "serve", "--lan", "--port", "0", "--data", str(tmp_path)]
    said = b""
    with subprocess.Popen(command, stdout=its, env=environment(TERM="xterm")) as process:
        os.close(its)
        with suppress(OSError):
            while b"Ctrl-C" not in said:
                said += os.read(ours, 4096)
        process.terminate()
    os.close(ours)
    text = said.decode()
    [address] = re.findall(r"Phones on the same Wi-Fi open (http://[\d.]+:\d+/)", text)
    lines = [line for line in text.splitlines() if line.startswith("\x1b")]
    assert read(drawn(lines, ink=DARK, paper=LIGHT)) == [f"{address}j"]
    assert "guest Wi-Fi" in text
