"""Fields of a submitted answer form, alone or in a class.

Nothing is judged here: what may be chosen is for the question to say.
"""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from quiz.domain.kinds.common import small_number
from quiz.domain.question import Posted


class Submission:
    """The button that was pressed, the question that the page showed, and what was chosen there."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form = form
        self.action = form.get("do", "")
        self.question = form.get("q", "")
        self.story_choice = form.get("turn", "")

    @property
    def posted(self) -> Posted:
        """All fields, as a question reads them."""
        return self.form.to_dict(flat=False)

    @property
    def step(self) -> int:
        """How many choices of a story the page showed as made."""
        return small_number(self.form.get("turns", "")) or 0
