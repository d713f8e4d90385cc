"""What the values of the domain are called on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from babel.dates import format_skeleton
from flask import Flask
from flask_babel import (
    LazyString,
    format_date,
    format_decimal,
    format_percent,
    get_locale,
    lazy_gettext,
    ngettext,
)
from flask_babel import lazy_gettext as _l

from quiz.domain import join_code, reading
from quiz.domain.contact import Contact
from quiz.domain.disclosure import STEP
from quiz.domain.fact import UNDATED
from quiz.domain.question import NOT_SURE, Audience, Channel, Chosen, Question, Theme
from quiz.domain.room import Mode, Phase, Stage
from quiz.domain.staff import Role
from quiz.domain.stem import split_stem
from quiz.service import words
from quiz.service.items import words_for
from quiz.service.reports.figures import Group
from quiz.service.solo import MIXED
from quiz.web.locale import in_language, language, own_name

# Short dates have one form, that of the names of classes: English "30/11/26" is read in two ways.
NUMERIC_DAY = "dd/MM/yyyy"

THEMES = {
    MIXED: _l("Mixed"),
    **{theme.value: lazy_gettext(words.THEMES[theme]) for theme in Theme},
}

THEME_HINTS = {
    MIXED: _l("A little of each, good for a first time."),
    Theme.HARASSMENT: _l("Unwanted messages, pressure for photos, threats to publish them."),
    Theme.ABDUCTION: _l("People posing as police, threats, pressure to send money."),
    Theme.LITERACY: _l("Passwords, privacy, false news and edited pictures."),
}

CHANNELS = {
    Channel.SMS: _l("text message"),
    Channel.CHAT: _l("chat"),
    Channel.CALL: _l("phone call"),
    Channel.VIDEO: _l("video call"),
    Channel.EMAIL: _l("email"),
    Channel.PUSH: _l("notification"),
    Channel.POST: _l("post"),
    Channel.PAPER: _l("paper"),
}

TRUTHS = {name: lazy_gettext(said) for name, said in words.TRUTHS.items()}

ROLES = {
    Role.FACILITATOR: _l("Run classes"),
    Role.OFFICER: _l("Run classes and read reports"),
    Role.ADMIN: _l("Run classes, read reports and manage people"),
}

MODES = {
    Mode.LIVE: _l("Together: you ask, all answer, you reveal"),
    Mode.SELF_PACED: _l("Each at her own pace, until you close the class"),
    Mode.PAPER: _l("On paper: you print the questions, and enter how many chose what"),
}

PHASES = {
    Phase.SINGLE: _l("Once"),
    Phase.BEFORE: _l("Before a lesson; a second class after it"),
    Phase.AFTER: _l("After the lesson, compared with the class before it"),
}

PROJECTORS = {
    "vi": "Tiếng Việt",
    "en": "English",
    "vi en": "Tiếng Việt + English",
}

STAGES = {
    Stage.PREPARED: _l("Prepared"),
    Stage.LOBBY: _l("Open"),
    Stage.ASKING: _l("Open"),
    Stage.REVEALING: _l("Open"),
    Stage.CLOSED: _l("Closed"),
}

PHASES_SHORT = {name: lazy_gettext(said) for name, said in words.PHASES.items()}

SOURCES = {name: lazy_gettext(said) for name, said in words.SOURCES.items()}

KINDS = {name: lazy_gettext(said) for name, said in words.KINDS.items()}

SKILLS = {name: lazy_gettext(said) for name, said in words.SKILLS.items()}

LEVELS = {1: _l("easy"), 2: _l("medium"), 3: _l("hard")}

AUDIENCES = {
    Audience.ALL: _l("everybody"),
    Audience.TEEN: _l("teenagers"),
    Audience.ADULT: _l("adults"),
}

DOUBTS = {name: lazy_gettext(said) for name, said in words.DOUBTS.items()}

# (chosen, right) of one thing among many; nothing was chosen by somebody who is not sure
MARKS = {
    (True, True): _l("right, you chose it"),
    (True, False): _l("does not belong here"),
    (False, True): _l("you missed it"),
    (False, False): _l("right, you left it out"),
    (None, True): _l("belongs to the answer"),
    (None, False): _l("does not belong to the answer"),
}

# The same for the parts of a message.
SIGN_MARKS = {
    (True, True): _l("a warning sign, you found it"),
    (True, False): _l("harmless"),
    (False, True): _l("you missed it"),
    (False, False): _l("harmless, you left it out"),
    (None, True): _l("a warning sign"),
    (None, False): _l("no warning sign"),
}


class HasId(Protocol):
    """An option, a step, a fragment or a turn."""

    @property
    def id(self) -> str:
        """The small word that stands for it."""


Named = TypeVar("Named", bound=HasId)


def init(app: Flask) -> None:
    """Let templates say the names."""
    app.add_template_filter(THEMES.__getitem__, "theme_name")
    app.add_template_filter(THEME_HINTS.__getitem__, "theme_hint")
    app.add_template_filter(CHANNELS.__getitem__, "channel_name")
    app.add_template_filter(TRUTHS.__getitem__, "truth_name")
    app.add_template_filter(ROLES.__getitem__, "role_name")
    app.add_template_filter(by_id, "by_id")
    app.add_template_filter(split_stem, "split_stem")
    app.add_template_filter(percent, "percent")
    app.add_template_filter(called, "called")
    app.add_template_filter(checked, "checked")
    app.add_template_filter(read_on, "read_on")
    app.add_template_global(marked)
    app.add_template_filter(best_label, "best_label")
    app.add_template_filter(option_label, "option_label")
    app.add_template_filter(join_code.spaced, "spaced")
    app.add_template_filter(STAGES.__getitem__, "stage_name")
    app.add_template_filter(PHASES_SHORT.__getitem__, "phase_name")
    app.add_template_filter(SOURCES.__getitem__, "source_name")
    app.add_template_filter(SKILLS.__getitem__, "skill_name")
    app.add_template_filter(KINDS.__getitem__, "kind_name")
    app.add_template_filter(LEVELS.__getitem__, "level_name")
    app.add_template_filter(AUDIENCES.__getitem__, "audience_name")
    app.add_template_filter(how_long, "how_long")
    app.add_template_filter(class_minutes, "class_minutes")
    app.add_template_filter(DOUBTS.__getitem__, "doubt_name")
    app.add_template_filter(month_words, "month_words")
    app.add_template_filter(share_words, "share")
    app.add_template_filter(decimal, "decimal")
    app.add_template_filter(points, "points")
    app.add_template_filter(whole, "whole")
    app.add_template_filter(over_months, "over_months")
    app.add_template_global(own_name)


def how_long(questions: Sequence[Question]) -> str:
    """Return how many questions these are, and about how long they take in a class."""
    number = ngettext("%(num)d question", "%(num)d questions", len(questions))
    return f"{number} · {class_minutes(questions)}"


def class_minutes(questions: Sequence[Question]) -> str:
    """Return about how long questions take in a class."""
    minutes = reading.class_minutes(questions, language())
    return str(ngettext("about %(num)d minute", "about %(num)d minutes", minutes))


def by_id(things: Iterable[Named]) -> dict[str, Named]:
    """Return things under their ids."""
    return {thing.id: thing for thing in things}


def option_label(question: Question, id_: str, code: str | None = None) -> str:
    """Return the words of something that can be chosen, in the language of the page or another."""
    code = code or language()
    return in_language(question.texts_by_id.get(id_) or words_for(id_), code)


def percent(number: float) -> str:
    """Return a percentage as the language of the page writes it."""
    words: str = format_percent(number / 100)
    return words


class HasShare(Protocol):
    """A mean score, or the share of an option, as far as may be said."""

    @property
    def percent(self) -> float | None:
        """What may be said, between 0 and 100."""

    @property
    def single(self) -> bool:
        """Whether it is that of a single batch, and so only about right."""


def share_words(share: HasShare) -> str:
    """Return what may be said of a mean score: of a single batch, only about how much it was."""
    if share.percent is None:
        return str(_l("too few to say"))
    if not share.single:
        return percent(share.percent)
    if share.percent >= 100 - STEP:
        return f"≥ {percent(100 - STEP)}"
    return f"≤ {percent(STEP)}" if share.percent <= STEP else f"≈ {percent(share.percent)}"


def decimal(number: float) -> str:
    """Return a number with two decimals, and its sign, as the language of the page writes it."""
    words: str = format_decimal(number, "+0.00;−0.00")
    return words


def points(number: float) -> str:
    """Return a change in whole points, with its sign."""
    words: str = format_decimal(round(number), "+0;−0") if round(number) else "0"
    return words


def whole(number: int) -> str:
    """Return a number of people or answers, with a mark between thousands."""
    words: str = format_decimal(number)
    return words


def month_words(month: str, form: str = "yMMMM") -> str:
    """Return a month such as 2026-11 as the language of the page says it, or writes it (yM)."""
    day = date.fromisoformat(f"{month}-01")
    return format_skeleton(form, day, locale=get_locale())


class Point(NamedTuple):
    """A month in a plot: how far along it stands, from 0 to 100, and how its people did."""

    along: float
    group: Group


def over_months(groups: Sequence[Group]) -> list[Point]:
    """Return the months that have a score, each as far from the others as it is in time."""
    known = [group for group in groups if group.share.percent is not None]
    at = [12 * int(group.name[:4]) + int(group.name[5:]) for group in known]
    length = max(1, at[-1] - at[0]) if at else 1
    return [
        Point(100 * (month - at[0]) / length, group) for month, group in zip(at, known, strict=True)
    ]


def marked(chosen: Chosen, id_: str, *, right: bool, sign: bool = False) -> LazyString:
    """Return what there is to say about one thing among many."""
    picked = None if chosen == NOT_SURE else id_ in chosen
    return (SIGN_MARKS if sign else MARKS)[picked, right]


def best_label(question: Question) -> LazyString | str:
    """Return what the best answer is called: only where somebody acts is it a safer one."""
    if question.sign:
        return in_language(question.sign)
    return _l("A safer answer") if question.asks_for_action else _l("A better answer")


def read_on(day: str) -> LazyString | str:
    """Return the date of a source, which may be a month or a year only."""
    if day == UNDATED:
        return _l("no date")
    return "/".join(part.lstrip("0") for part in reversed(day.split("-")))


def called(contact: Contact) -> str:
    """Return who answers at the number of a contact, where the number stands beside the name."""
    name = in_language(contact.name)
    return re.sub(rf",?( gọi| call)? {re.escape(contact.number)}$", "", name)


def checked(contact: Contact) -> LazyString:
    """Return when a contact was last known to be right, and how we know."""
    if contact.verified_on:
        return _l("Checked by us on %(day)s.", day=format_date(contact.verified_on, NUMERIC_DAY))
    if contact.newest_source[:4].isdecimal():
        return _l("Taken from public pages of %(when)s.", when=read_on(contact.newest_source))
    return _l("Taken from public pages with no date.")
