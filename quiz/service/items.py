"""All that can be counted in the answers to a question, with its words in every language.

Totals know short names only: of an option, of a step and its place, of a scene and the turn taken
there. Pages and files say them with these words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quiz.domain.kinds import Choice, Flags, Judge, Multiple, Order, Story
from quiz.domain.question import NOT_SURE, SKIPPED, Node, Quality, Question, Text
from quiz.service import words
from quiz.store.bank import LANGUAGES


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that may be counted under a name.

    ``place`` is where a step was put, from 1; ``scene`` is where in a story a turn was taken.
    ``scored`` says whether who chose it has a score.
    """

    name: str
    text: Text
    right: bool = False
    place: int | None = None
    scene: str | None = None
    scored: bool = True


def items(question: Question) -> Sequence[Item]:
    """Return everything that can be counted in a question, in the order of its file.

    Steps come in the right order, each at all its places.
    """
    return [*own(question), not_sure(), skipped()]


def own(question: Question) -> Iterator[Item]:
    """Yield what one question offers and no other."""
    match question:
        case Judge():
            for truth in (Judge.GENUINE, Judge.FAKE):
                text = in_all_languages(words.TRUTHS[truth])
                yield Item(name=truth, text=text, right=truth == question.correct)
        case Choice() | Multiple():
            for option in question.options:
                yield Item(name=option.id, text=option.text, right=option.id in question.best)
        case Flags():
            for part in question.fragments:
                yield Item(name=part.id, text=part.text, right=part.flag)
        case Order():
            yield from placed(question)
        case Story():
            for node in question.nodes.values():
                yield from taken_at(node)
        case _:
            raise TypeError(question.kind)


def placed(question: Order) -> Iterator[Item]:
    """Yield each step at each place."""
    right = question.counted(question.best)
    steps = {step.id: step.text for step in question.steps}
    for step in question.best:
        for place in range(1, len(steps) + 1):
            name = f"{step}:{place}"
            yield Item(name=name, text=steps[step], right=name in right, place=place)


def taken_at(node: Node) -> Iterator[Item]:
    """Yield each turn that may be taken in a scene."""
    for turn in node.choices:
        right = turn.quality is Quality.BEST
        yield Item(name=named(turn.id, node.id), text=turn.text, right=right, scene=node.id)
    if node.choices:
        yield not_sure(node.id)
        yield skipped(node.id)


def not_sure(scene: str | None = None) -> Item:
    """Return not being sure, of a question or in a scene."""
    return Item(name=named(NOT_SURE[0], scene), text=in_all_languages(words.NOT_SURE), scene=scene)


def skipped(scene: str | None = None) -> Item:
    """Return having left out a question or a scene."""
    return Item(
        name=named(SKIPPED[0], scene),
        text=in_all_languages(words.SKIPPED),
        scene=scene,
        scored=False,
    )


def named(name: str, scene: str | None) -> str:
    """Return the name under which totals count something, in a scene or in a whole question."""
    return f"{scene}:{name}" if scene else name


def in_all_languages(message: str) -> Text:
    """Return words of the interface in each language of the bank."""
    return {language: words.catalogue(language)(message) for language in LANGUAGES}
