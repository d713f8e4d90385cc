"""Write docs/promises.md from docs/promises.toml; with --check, say if it has fallen behind."""

from __future__ import annotations

import sys
import tomllib
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

INTRODUCTION = """# What is promised, and the tests that prove it

`make promises` writes this page from [promises.toml](promises.toml), which names each test. Tests
in the files that follow a promise fail where it is broken; in brackets stands what judges it there,
apart from the program itself. Promises must hold before anyone relies on the quiz, those marked P1
before version 1.0. Numbers are places in the [security standard](asvs.md)."""


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
    """Return the page: an introduction, and a list for each letter."""
    return "\n\n".join([INTRODUCTION, *(section(promises, each) for each in HEADINGS)]) + "\n"


def section(promises: dict[str, Promise], letter: str) -> str:
    """Return the list of the promises of one letter, with how many of them are met."""
    chosen = {id_: each for id_, each in promises.items() if id_.startswith(letter)}
    states = [state(each) for each in chosen.values()]
    counts = ", ".join(
        f"{states.count(name)} {name}"
        for name in ("met", "met in part", "not met", "does not apply")
        if name in states
    )
    items = "\n".join(item(id_, each) for id_, each in chosen.items())
    return f"## {HEADINGS[letter]}\n\n{counts}.\n\n{items}"


def item(id_: str, promise: Promise) -> str:
    """Return one promise as an item of a list, on one line."""
    level = "P1" if promise["level"] == "P1" else ""
    label = "; ".join(filter(None, [level, promise.get("asvs")]))
    words = [f"- **{id_}**", label and f"({label})", promise["says"], *proof(promise)]
    return " ".join(filter(None, words))


def state(promise: Promise) -> str:
    """Return in words whether a promise is kept."""
    if "excused" in promise:
        return "does not apply"
    if "not_met" in promise:
        return "met in part" if "proven_by" in promise else "not met"
    return "met"


def proof(promise: Promise) -> tuple[str, str, str]:
    """Return the files of the tests, what judges there, and what is missing; each may be empty."""
    files = dict.fromkeys(name.partition("::")[0] for name in promise.get("proven_by", ()))
    judges = ", ".join(promise.get("judged_by", ()))
    missing = promise.get("excused") or promise.get("not_met")
    return (
        ", ".join(map(link, files)),
        f"*({judges})*" if judges else "",
        f"**{state(promise).removeprefix('met ').capitalize()}:** {missing}" if missing else "",
    )


def link(file: str) -> str:
    """Return a link to a file of tests, called by its path in short."""
    name = file.removeprefix("tests/").removesuffix(".py").replace("test_", "")
    return f"[{name}](../{file})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
