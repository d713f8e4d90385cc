"""What docs/promises.toml says about the tests is true of them."""

import ast
from functools import cache
from pathlib import Path

import pytest

from scripts import promises

ROOT = Path(__file__).parents[1]
PROMISES = promises.read()

JUDGES = set(
    """
    browser bytes calls client clock exit oracle repetition
    rows solver source tool values
    """.split()
)
"""What may judge a promise: promises.toml explains each. None is a function of the program."""

# The promises that were made. One is taken back here, in sight, and not by losing its entry.
MADE = {
    "S": {*range(1, 37)} - {34},
    "U": {*range(1, 31)} - {14, 22, 28},
    "A": {*range(1, 27)} - {7, 15, 17},
    "X": {*range(1, 31)} - {22},
    "R": {*range(1, 30)},
    "O": {*range(1, 18)} - {5, 10, 11, 14},
}


@cache
def names(file: Path) -> set[str]:
    """Return every test of a file, as pytest would call it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_every_promise_that_was_made_is_there():
    assert set(PROMISES) == {
        f"{letter}-{number:02}" for letter, numbers in MADE.items() for number in numbers
    }


@pytest.mark.parametrize("id_", PROMISES)
def test_every_promise_is_proven_or_says_what_is_missing(id_):
    promise = PROMISES[id_]
    assert promise["level"] in {"P0", "P1"}
    assert promise["says"].endswith(".")
    assert {"proven_by", "not_met", "excused"} & set(promise)
    fields = {"level", "asvs", "says", "proven_by", "judged_by", "not_met", "excused"}
    assert set(promise) <= fields
    assert ("asvs" in promise) == id_.startswith("S")
    assert all(promise.get(name, "x") for name in ("proven_by", "not_met", "excused"))


@pytest.mark.parametrize("id_", PROMISES)
def test_what_people_must_rely_on_is_judged_by_something_else_than_the_program(id_):
    promise = PROMISES[id_]
    needed = promise["level"] == "P0" and "proven_by" in promise and "excused" not in promise
    assert set(promise.get("judged_by", ())) <= JUDGES
    assert not needed or promise["judged_by"]


@pytest.mark.parametrize("id_", PROMISES)
def test_every_test_that_is_named_exists(id_):
    for proof in PROMISES[id_].get("proven_by", ()):
        file, _, test = proof.partition("::")
        assert (ROOT / file).is_file(), proof
        assert not file.startswith("tests/") or test in names(ROOT / file), proof


def test_the_page_of_promises_is_up_to_date():
    assert promises.main(["--check"]) == 0


def test_the_page_of_promises_holds_every_promise():
    lines = promises.PAGE.read_text(encoding="utf-8").splitlines()
    for id_, promise in PROMISES.items():
        [row] = [line for line in lines if line.startswith(f"- **{id_}** ")]
        assert row.startswith(f"- **{id_}** (P1") == (promise["level"] == "P1")
        assert promise["says"] in row
        assert all(promise.get(field, "") in row for field in ("asvs", "not_met", "excused"))
        assert all(
            f"](../{proof.partition('::')[0]})" in row for proof in promise.get("proven_by", ())
        )
        assert all(judge in row for judge in promise.get("judged_by", ()))
