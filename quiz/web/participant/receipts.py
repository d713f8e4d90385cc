"""Receipts of answers: rendered once for a question, and completed with what somebody chose.

Before the reveal nobody may find out what somebody else chose. If the first who chooses something
waited for a rendering, and whoever chooses it later did not, each could find out by a clock. So
all that could be chosen is rendered at once, and every receipt is put together in the same way.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, get_template_attribute, request
from markupsafe import Markup

from quiz.domain.question import NOT_SURE, SKIPPED, Chosen
from quiz.service.live.room_view import RoomView
from quiz.web.assets import unindented

PLACEHOLDER = Markup("<!-- mine -->")
"""What stands for the choice in a rendered receipt. Text is escaped, and so never looks like it."""


@dataclass(frozen=True)
class Receipt:
    """What all receipts for one question have in common, and what each choice adds."""

    before: str
    after: str
    lead: str
    words: Mapping[str, str]

    @classmethod
    def of(cls, page: str, view: RoomView) -> Receipt:
        """Return the receipt for what a room asks, whose page was rendered with PLACEHOLDER."""
        before, _, after = page.partition(PLACEHOLDER)
        one = macro("one")
        items = view.question.items(view.node)
        words = {item.id: one(view.question, item.id, view.letters) for item in items}
        words[SKIPPED[0]], words[NOT_SURE[0]] = macro("skipped")(), macro("not_sure")()
        return cls(before, after, macro("chose")(), words)

    def text(self, chosen: Chosen) -> str:
        """Return the receipt for a choice."""
        last = chosen[-1].rpartition(":")[2]
        if last in (*SKIPPED, *NOT_SURE):
            return self.before + self.words[last] + self.after
        words = "".join(self.words[id_] for id_ in chosen)
        return self.before + self.lead + words + self.after


def macro(name: str) -> Callable[..., str]:
    """Return a function that renders a part of a receipt."""
    render: Callable[..., str] = get_template_attribute("participant/classroom/_mine.html", name)
    return lambda *args: unindented(render(*args))


def encoding(accepted: str) -> str:
    """Return how receipts are encoded for a client: by gzip, or not at all."""
    return "gzip" if "gzip" in accepted else ""


def encoded(text: str, encoding: str) -> bytes:
    """Return a receipt as it is sent. Compressing it costs the same whatever it says."""
    return gzip.compress(text.encode(), 6) if encoding == "gzip" else text.encode()


def response(text: str) -> Response:
    """Return the response with a receipt."""
    used = encoding(request.headers.get("Accept-Encoding", ""))
    request.environ["HTTP_ACCEPT_ENCODING"] = used  # nothing else compresses it afterwards
    return Response(encoded(text, used), headers={"Content-Encoding": used} if used else None)
