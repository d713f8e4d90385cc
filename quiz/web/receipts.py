"""What says that an answer is in: made once for a question, and for all who answer it alike.

Before the reveal nobody may find out what somebody else chose. If the first who chooses something
waited for a drawing, and whoever chooses it later did not, each could find out by a clock. So all
that could be chosen is drawn at once, and every receipt is put together from it in the same way.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, get_template_attribute, request
from markupsafe import Markup

from quiz.domain.question import NOT_SURE, SKIPPED, Chosen
from quiz.service.live import Scene
from quiz.web.assets import unindented

PLACE = Markup("<!-- mine -->")
"""Where a receipt says what was chosen. No word of a page can look like it."""


@dataclass(frozen=True)
class Receipt:
    """What all receipts for one question have in common, and what each choice adds."""

    before: str
    after: str
    lead: str
    words: Mapping[str, str]

    @classmethod
    def of(cls, page: str, scene: Scene) -> Receipt:
        """Return the receipt for what a scene asks, whose page was drawn with PLACE in it."""
        before, _, after = page.partition(PLACE)
        one = macro("one")
        items = scene.question.items(scene.node)
        words = {item.id: one(scene.question, item.id, scene.letters) for item in items}
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
    """Return what draws a part of a receipt."""
    draw: Callable[..., str] = get_template_attribute("room/_mine.html", name)
    return lambda *args: unindented(draw(*args))


def packed(text: str, packing: str) -> bytes:
    """Return a receipt as it is sent. Packing it costs the same whatever it says."""
    return gzip.compress(text.encode(), 6) if packing == "gzip" else text.encode()


def response(text: str) -> Response:
    """Return the response with a receipt: packed by gzip, or not at all."""
    packing = "gzip" if "gzip" in request.headers.get("Accept-Encoding", "") else ""
    request.environ["HTTP_ACCEPT_ENCODING"] = packing  # nothing else packs it afterwards
    headers = {"Content-Encoding": packing} if packing else None
    return Response(packed(text, packing), headers=headers)
