"""The guide for facilitators as a page: the text of `docs/facilitating.md`, in both languages.

It is written in a small part of Markdown: headings, paragraphs, quotes, lists within lists, and
bold, slanted, code. Other Markdown would stand on the page as it is typed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, render_template, request, url_for

import quiz
from quiz.web.locale import language

bp = Blueprint("guide", __name__)

PACKAGE = Path(quiz.__file__).parent
SHIPPED = PACKAGE / "guide"
FOLDER = SHIPPED if SHIPPED.is_dir() else PACKAGE.parent / "docs"
"""Inside the package when it came in a wheel, else among the documents."""

FILES = {"vi": "facilitating.md", "en": "facilitating.en.md"}

SECTIONS = (
    "before",
    "offline",
    "words",
    "leading",
    "compare",
    "paper",
    "trouble",
    "themes",
    "disclosure",
    "after",
)
"""What each section is called in an address, in the order of the guide."""

AT_STEP = {
    "rooms.index": "before",
    "rooms.new": "before",
    "rooms.prepare": "before",
    "rooms.edit": "before",
    "rooms.change": "before",
    "rooms.show": "leading",
    "rooms.submit": "leading",
    "rooms.result": "after",
    "paper.show": "paper",
    "paper.submit": "paper",
    "paper.sheets": "paper",
}
"""The section that helps with what is done on a page."""

MARKER = re.compile(r"(-|\d+\.) +")
MARKED = re.compile(r"\*\*(?P<b>.+?)\*\*|\*(?P<em>.+?)\*|`(?P<code>.+?)`")


class Span(NamedTuple):
    """Words that are alike: ``tag`` is b, em or code, or nothing."""

    tag: str
    words: str


class Block(NamedTuple):
    """A heading (h3), paragraph (p), quote, list (ul, ol) or item of a list (li)."""

    kind: str
    spans: tuple[Span, ...] = ()
    blocks: tuple[Block, ...] = ()


class Section(NamedTuple):
    """One section of the guide."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


class Guide(NamedTuple):
    """The guide in one language."""

    title: str
    introduction: tuple[Block, ...]
    sections: tuple[Section, ...]


@bp.get("/guide")
def show() -> str:
    """Show the guide."""
    return render_template("staff/guide.html", guide=read(language()))


def address() -> str:
    """Return where the guide helps with the present page."""
    return url_for("guide.show", _anchor=AT_STEP.get(request.endpoint or ""))


@cache
def read(code: str) -> Guide:
    """Return the guide in a language; in English where there is none."""
    text = (FOLDER / FILES.get(code, FILES["en"])).read_text(encoding="utf-8")
    head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _other_language, introduction = head.removeprefix("# ").split("\n\n", 2)
    split = [part.split("\n", 1) for part in parts]
    sections = (
        Section(id_, heading, parse(words.splitlines()))
        for id_, (heading, words) in zip(SECTIONS, split, strict=True)
    )
    return Guide(title, parse(introduction.splitlines()), tuple(sections))


def parse(lines: Iterable[str]) -> tuple[Block, ...]:
    """Return each heading, paragraph, quote and list of some lines."""
    return tuple(blocks(deque(lines)))


def blocks(rest: deque[str]) -> Iterator[Block]:
    """Yield each block of the lines that are left."""
    while rest:
        line = rest[0]
        if not line:
            rest.popleft()
        elif line.startswith("### "):
            yield Block("h3", spans([rest.popleft()[4:]]))
        elif line.startswith("> "):
            quoted = take_while(rest, lambda each: each.startswith("> "))
            yield Block("quote", blocks=parse(each[2:] for each in quoted))
        elif MARKER.match(line):
            yield list_block(take_while(rest, bool))
        else:
            words = take_while(rest, lambda each: bool(each) and not MARKER.match(each))
            yield Block("p", spans(words))


def take_while(lines: deque[str], wanted: Callable[[str], bool]) -> list[str]:
    """Take lines off the front for as long as they are wanted."""
    found = []
    while lines and wanted(lines[0]):
        found.append(lines.popleft())
    return found


def list_block(lines: Sequence[str]) -> Block:
    """Return the list that some lines are. What is indented belongs to the item above it."""
    items: list[deque[str]] = []
    indent = 0
    for line in lines:
        if found := MARKER.match(line):
            indent = found.end()
            items.append(deque([line[indent:]]))
        else:
            items[-1].append(line[indent:])
    kind = "ol" if lines[0][0].isdigit() else "ul"
    return Block(kind, blocks=tuple(item_block(each) for each in items))


def item_block(lines: deque[str]) -> Block:
    """Return one item of a list: its words, and the list within it, if it has one."""
    words = take_while(lines, lambda each: not MARKER.match(each))
    return Block("li", spans(words), parse(lines))


def spans(lines: Sequence[str]) -> tuple[Span, ...]:
    """Return the words of some lines, with what is bold, slanted or code."""
    text = " ".join(lines)
    found: list[Span] = []
    end = 0
    for each in MARKED.finditer(text):
        found += [
            Span("", text[end : each.start()]),
            Span(each.lastgroup or "", each[each.lastgroup or 0]),
        ]
        end = each.end()
    return (*found, Span("", text[end:]))
