"""One press of a button of the quiz, alone or in a class.

It says what was sent, and judges nothing: what may be chosen is for the question to say.
"""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from quiz.domain.kinds.common import small_number
from quiz.domain.question import Posted


class Press:
    """Which question the page showed, and what was chosen there."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form = form
        self.do = form.get("do", "")
        self.question = form.get("q", "")
        self.turn = form.get("turn", "")

    @property
    def posted(self) -> Posted:
        """All fields, as a question reads them."""
        return self.form.to_dict(flat=False)

    @property
    def turns_shown(self) -> int:
        """How many turns of a story the page showed."""
        return small_number(self.form.get("turns", "")) or 0
