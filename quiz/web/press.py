"""One press of a button of the quiz, alone or in a class.

It says what was sent, and judges nothing: what may be chosen is for the question to say.
"""

from __future__ import annotations

from werkzeug.datastructures import MultiDict


class Press:
    """Which question the page showed, and what was chosen there."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form = form
        self.do = form.get("do", "")
        self.question = form.get("q", "")
        self.turn = form.get("turn", "")

    @property
    def chosen(self) -> list[str]:
        """The options that were chosen."""
        return self.form.getlist("a")

    @property
    def turns_shown(self) -> int:
        """How many turns of a story the page showed."""
        return small_number(self.form.get("turns", "")) or 0

    @property
    def positions(self) -> dict[str, int | None]:
        """The position given to each step, under the step's id."""
        return {
            name.removeprefix("place-"): small_number(value)
            for name, value in self.form.items()
            if name.startswith("place-")
        }


def small_number(text: str) -> int | None:
    """Return a number of one or two digits, or None."""
    return int(text) if text.isdecimal() and len(text) < 3 else None
