"""Write the tables of promises into the documents; with --check, say which have fallen behind."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
BEGIN, END = "<!-- promises: begin, written by `make promises` -->", "<!-- promises: end -->"

Promise = dict[str, Any]

DOCUMENTS = {"asvs.md": "S", "threat-model.md": "URO", "accessibility.md": "X", "anonymity.md": "A"}
"""Which letters of promises stand in which document."""

HEADINGS = {
    "S": "Security",
    "U": "The person at the screen",
    "A": "Anonymity",
    "X": "Accessibility",
    "R": "Durability",
    "O": "Open source and supply chain",
}

JUDGES = {
    "another program": "such as axe, the HTML checker, or the library that made a hash",
    "browser": "what Chromium shows, measures, keeps and sends",
    "byte search": "bytes are looked for in files, and in what was published",
    "client": "status, headers and words that somebody receives over HTTP",
    "clock": "the processor's, or that on the wall",
    "exit of the process": "how a command ended, and what it said",
    "fixed values": "results that are written in the test, case by case",
    "raw rows": "rows of the database that the test reads, and what the database refuses",
    "same bytes": "two runs that must not differ",
    "second reckoning": "the test works out by a rule, list or sum of its own what has to be",
    "solver": "it is given what was published, and asked what follows from it",
    "source text": "what the files of the project say",
    "watched calls": "what is called, asked for or started while somebody listens",
}
"""What may judge a promise, and what that means: none of these is a function of the program."""

LEGEND = """A promise may be broken together with a function that says whether it is kept. So each
of level P0 names what *judges* it in its tests, which is no function of the program:"""


def main(arguments: list[str]) -> int:
    """Write the documents, or say which are not as they would be written."""
    promises = read()
    stale = []
    for name, letters in DOCUMENTS.items():
        path = DOCS / name
        before = path.read_text(encoding="utf-8")
        after = filled(before, tables(promises, letters))
        if before == after:
            continue
        stale.append(name)
        if arguments != ["--check"]:
            path.write_text(after, encoding="utf-8")
    if arguments == ["--check"]:
        faults = [f"docs/{name} does not say what docs/promises.toml says." for name in stale]
        print(*faults or ["The documents say what docs/promises.toml says."], sep="\n")
        if faults:
            print("Run 'make promises'.")
        return len(faults)
    return 0


def read() -> dict[str, Promise]:
    """Return every promise by its id."""
    return tomllib.loads((DOCS / "promises.toml").read_text(encoding="utf-8"))


def filled(document: str, tables: str) -> str:
    """Return a document with these tables between its marks."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, "the mark of the beginning is missing"
    assert end, "the mark of the end is missing"
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def tables(promises: dict[str, Promise], letters: str) -> str:
    """Return what judges here, and a table for each letter, with a line of how many are kept."""
    found = [table(promises, letter) for letter in letters]
    judges = {
        judge
        for id_, each in promises.items()
        if id_.startswith(tuple(letters))
        for judge in each.get("judged_by", ())
    }
    lines = [f"- *{name}*: {means};" for name, means in JUDGES.items() if name in judges]
    legend = "\n".join([LEGEND, "", *lines])
    return "\n\n".join([legend.removesuffix(";") + ".", *found])


def table(promises: dict[str, Promise], letter: str) -> str:
    """Return the table of one letter."""
    rows = {id_: each for id_, each in promises.items() if id_.startswith(letter)}
    states = [state(each) for each in rows.values()]
    counts = ", ".join(
        f"{states.count(name)} {name}"
        for name in ("met", "met in part", "not met", "does not apply")
        if name in states
    )
    columns = ["id", "level", *(["ASVS"] if letter == "S" else []), "promise", "state", "proof"]
    lines = [
        f"### {HEADINGS[letter]}: {counts}",
        "",
        f"| {' | '.join(columns)} |",
        f"| {' | '.join(['---'] * len(columns))} |",
    ]
    for id_, each in rows.items():
        source = [each["asvs"]] if letter == "S" else []
        cells = [id_, each["level"], *source, each["says"], state(each), proof(each)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def state(promise: Promise) -> str:
    """Return in words whether a promise is kept."""
    if "excused" in promise:
        return "does not apply"
    if "not_met" in promise:
        return "met in part" if "proven_by" in promise else "not met"
    return "met"


def proof(promise: Promise) -> str:
    """Return what proves a promise, what judges it there, and what is missing."""
    links = ", ".join(link(each) for each in promise.get("proven_by", ()))
    if judges := promise.get("judged_by"):
        links += f" *(judged by {', '.join(judges)})*"
    words = [promise[name] for name in ("excused", "not_met") if name in promise]
    return "<br>".join(filter(None, [links, *words]))


def link(name: str) -> str:
    """Return a link to a test, called by its name without its first word."""
    file, _, test = name.partition("::")
    words = re.sub(r"^test_", "", test).replace("_", " ") or Path(file).name
    return f"[{words}](../{file})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
