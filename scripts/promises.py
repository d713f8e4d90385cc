"""Write docs/promises.md from docs/promises.toml; with --check, say if it has fallen behind."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "promises.md"

Promise = dict[str, Any]

HEADINGS = {
    "S": "Security",
    "U": "The person at the screen",
    "A": "Anonymity",
    "X": "Accessibility",
    "R": "Durability",
    "O": "Open source and supply chain",
}
"""What the promises are about whose id begins with a letter."""

JUDGES = {
    "another program": "such as axe or the HTML checker",
    "browser": "what Chromium shows, measures, keeps and sends",
    "byte search": "bytes looked for in files and exports",
    "client": "status, headers and words received over HTTP",
    "clock": "the processor's, or that on the wall",
    "exit of the process": "how a command ended, and what it printed",
    "fixed values": "results written in the test, case by case",
    "raw rows": "rows of the database, and what it refuses",
    "same bytes": "two runs that must not differ",
    "second reckoning": "a rule, list or sum of the test's own",
    "solver": "asked what follows from what was published",
    "source text": "what the files of the project say",
    "watched calls": "what is called, asked for or started meanwhile",
}
"""What may judge a promise, and what that means: none of these is a function of the program."""

INTRODUCTION = """# What is promised, and the tests that prove it

Written by `make promises` from [promises.toml](promises.toml), which names each test. A promise is
met, and tests in these files fail where it is broken, unless its state says what is missing. Level
P0: before anyone relies on it. P1: before version 1.0.

A promise of level P0 also names what *judges* it in its tests, which is no function of the
program:"""


def main(arguments: list[str]) -> int:
    """Write the page, or say that it is not as it would be written."""
    text = page(read())
    if arguments != ["--check"]:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print("docs/promises.md does not say what docs/promises.toml says. Run 'make promises'.")
        return 1
    else:
        print("docs/promises.md says what docs/promises.toml says.")
    return 0


def read() -> dict[str, Promise]:
    """Return every promise by its id."""
    return tomllib.loads((DOCS / "promises.toml").read_text(encoding="utf-8"))


def page(promises: dict[str, Promise]) -> str:
    """Return the page: what judges promises, and a table for each letter."""
    judges = "\n".join(f"- *{name}*: {means};" for name, means in JUDGES.items())
    tables = [table(promises, letter) for letter in HEADINGS]
    return "\n\n".join([INTRODUCTION, judges.removesuffix(";") + ".", *tables]) + "\n"


def table(promises: dict[str, Promise], letter: str) -> str:
    """Return the table of one letter, with how many of its promises are met."""
    rows = {id_: each for id_, each in promises.items() if id_.startswith(letter)}
    states = [state(each) for each in rows.values()]
    counts = ", ".join(
        f"{states.count(name)} {name}"
        for name in ("met", "met in part", "not met", "does not apply")
        if name in states
    )
    columns = ["id (level)", *(["ASVS"] if letter == "S" else []), "promise", "proof and state"]
    lines = [
        f"## {HEADINGS[letter]}",
        f"{counts}.",
        f"{line(columns)}\n{line(['---'] * len(columns))}",
    ]
    for id_, each in rows.items():
        source = [each["asvs"]] if letter == "S" else []
        lines[-1] += "\n" + line([f"{id_} ({each['level']})", *source, each["says"], proof(each)])
    return "\n\n".join(lines)


def line(cells: Iterable[str]) -> str:
    """Return one line of a table."""
    return f"| {' | '.join(cells)} |"


def state(promise: Promise) -> str:
    """Return in words whether a promise is kept."""
    if "excused" in promise:
        return "does not apply"
    if "not_met" in promise:
        return "met in part" if "proven_by" in promise else "not met"
    return "met"


def proof(promise: Promise) -> str:
    """Return the files of the tests, what judges there, and the state if something is missing."""
    files = dict.fromkeys(name.partition("::")[0] for name in promise.get("proven_by", ()))
    proofs = ", ".join(map(link, files))
    if judges := promise.get("judged_by"):
        proofs += f" *({', '.join(judges)})*"
    missing = promise.get("excused") or promise.get("not_met")
    words = f"**{state(promise).capitalize()}:** {missing}" if missing else ""
    return "<br>".join(filter(None, [proofs, words]))


def link(file: str) -> str:
    """Return a link to a file of tests, called by its path in short."""
    name = file.removeprefix("tests/").removesuffix(".py").replace("test_", "")
    return f"[{name}](../{file})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
