"""Small questions of every kind. Say only what matters; everything else is sensible by itself."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from quiz.domain.kinds import Choice, Flags, Judge, Match, Multiple, Order, Story
from quiz.domain.kinds.match import Thing
from quiz.domain.question import (
    NON_ANSWERS,
    Audience,
    Channel,
    Fragment,
    Line,
    Message,
    Node,
    Option,
    Posted,
    Quality,
    Question,
    Skill,
    Text,
    Theme,
    Turn,
)

numbers = count(1)


def both(words: str) -> Text:
    return {"vi": f"{words} (vi)", "en": words}


def about(**changes: Any) -> dict[str, Any]:
    """Return what every question has."""
    return {
        "id": f"lit-sample-{next(numbers)}",
        "revision": "0a1b2c3d",
        "theme": Theme.LITERACY,
        "topic": "messages",
        "skill": Skill.RESPOND,
        "level": 1,
        "audience": Audience.ALL,
        "title": both("A call to Hân"),
        "discuss": both("What could a neighbour notice?"),
        "stem": both("What should Hân do?"),
        "why": both("Because it helps."),
        "advice": (both("Tell one person."),),
        "source_line": both("General advice."),
        "help": (),
        "sources": ("F-ABD-29",),
        "checked": date(2026, 11, 23),
        **changes,
    }


def options(ids: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(id=id_, text=both(id_), why=both(f"why {id_}")) for id_ in ids)


def make_choice(
    offered: Iterable[str] = ("leave", "badge", "video", "hide"),
    correct: str = "leave",
    **changes: Any,
) -> Choice:
    return Choice(options=options(offered), correct=correct, **about(**changes))


def make_multiple(
    offered: Iterable[str] = ("home", "password", "photo", "location", "sad", "show"),
    correct: Iterable[str] = ("password", "location", "show"),
    **changes: Any,
) -> Multiple:
    return Multiple(options=options(offered), correct=frozenset(correct), **about(**changes))


def make_judge(truth: str = "genuine", **changes: Any) -> Judge:
    message = Message(
        channel=Channel.SMS, sender=both("COMAYBANK"), lines=(Line(text=both("OTP")),)
    )
    return Judge(
        options=tuple(replace(each, text={}) for each in options((Judge.GENUINE, Judge.FAKE))),
        correct=truth,
        message=message,
        signs=(both("It fits."),),
        **about(**{"skill": Skill.JUDGE, **changes}),
    )


def make_flags(
    flagged: Iterable[str] = ("rush", "account", "again"),
    harmless: Iterable[str] = ("price", "deposit", "checkin"),
    **changes: Any,
) -> Flags:
    fragments = [
        Fragment(id=id_, text=both(id_), why=both(f"why {id_}"), flag=flag)
        for ids, flag in ((harmless, False), (flagged, True))
        for id_ in ids
    ]
    return Flags(
        message=Message(channel=Channel.CHAT, sender=both("Homestay")),
        fragments=tuple(fragments),
        **about(**{"skill": Skill.RECOGNISE, **changes}),
    )


def make_order(
    correct: Iterable[str] = ("stop", "bank", "keep", "police"),
    free: Iterable[tuple[str, str]] = (),
    **changes: Any,
) -> Order:
    correct = tuple(correct)
    return Order(
        steps=options(reversed(correct)),
        correct=correct,
        free=frozenset(frozenset(pair) for pair in free),
        **about(**changes),
    )


MATCHED = {"link": "fake-page", "haste": "pressure", "secret": "isolation"}


def make_match(partners: tuple[Option, ...] = (), **changes: Any) -> Match:
    """Return three things, each with its partner, and one partner too many."""
    offered = partners or options([*MATCHED.values(), "prize"])
    return Match(
        things=tuple(
            Thing(id=id, text=both(id), why=both(f"why {id}"), partner=partner)
            for id, partner in MATCHED.items()
        ),
        partners=tuple(replace(each, why={}) for each in offered),
        **about(**changes),
    )


def make_node(name: str, leads_to: str | None) -> Node:
    qualities = (Quality.BEST, Quality.OK, Quality.RISKY) if leads_to else ()
    choices = tuple(
        Turn(
            id=quality.value,
            text=both(f"{name} {quality}"),
            why=both(f"why {quality}"),
            quality=quality,
            next=leads_to or "",
        )
        for quality in qualities
    )
    ask = both("And now?") if leads_to else {}
    return Node(id=name, ask=ask, lines=(Line(text=both(name)),), choices=choices)


def make_story(names: Iterable[str] = ("call", "again", "door", "end"), **changes: Any) -> Story:
    """Return a story in which every choice of a node leads to the next."""
    names = tuple(names)
    nodes = {
        name: make_node(name, leads_to)
        for name, leads_to in zip(names, (*names[1:], None), strict=True)
    }
    return Story(cast={}, nodes=nodes, start=names[0], **about(**changes))


def one_of_each() -> tuple[Question, ...]:
    return (
        make_choice(),
        make_multiple(),
        make_judge(),
        make_flags(),
        make_order(),
        make_story(),
        make_match(),
    )


def posted(question: Question, chosen: Iterable[str]) -> Posted:
    """Return the fields in which a browser sends an answer."""
    given = tuple(chosen)
    for button, doubt in NON_ANSWERS.items():
        if given == doubt:
            return {"do": [button]}
    match question:
        case Story():
            return {"turn": given}
        case Order():
            places = {f"place-{step}": [str(place)] for place, step in enumerate(given, start=1)}
            return {"do": ["answer"], **places}
        case Match():
            partners = {f"partner-{thing}": [one] for thing, _, one in map(parted, given)}
            return {"do": ["answer"], **partners}
        case _:
            return {"do": ["answer"], "a": given}


def parted(pair: str) -> tuple[str, str, str]:
    return pair.partition(":")
