"""How much of the bank can be guessed from its surface, and how much of that is let pass.

The model of ``learner`` finds what many cues tell together; here stands what one tells by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from quiz.domain.question import Question
from quiz.store.bank.cues import Trial, attributes, trials
from quiz.store.bank.languages import LANGUAGES

if TYPE_CHECKING:
    # Needs scikit-learn, which is not installed where the quiz is only served.
    from quiz.store.bank.learner import Finding

LEARNER_LIMIT = 15
"""Points above chance by which the model may find the keys of a kind, in each language."""

RULE_LIMIT = 10
"""Points above chance that one cue may be worth in choice questions and scenes."""

ATTRIBUTE_LIMIT = 60
"""Percent of judged messages in which the best rule over an attribute may be right."""

NUMBER_LIMIT = 40
"""Percent of the questions of a kind in which the same number of things may be right."""

FEWEST_IN_A_CHANNEL = 2
"""Genuine messages, and fake ones, in each channel that is used at all."""

CEILINGS: Mapping[str, int] = {
    "learner, story, vi": 22,
    "learner, story, en": 18,
    "learner, order, en": 16,
    "message, money, vi": 62,
    "message, sender, vi": 62,
    "message, sender, en": 64,
}
"""What stands above its limit today, rounded up. Lower these as questions are mended; add none."""

PLACES = ("place", "first", "last", "every second", "in the middle")


@dataclass(frozen=True)
class Figure:
    """Something counted, what it may be, and what made it so."""

    name: str
    value: float
    limit: int
    because: str = ""

    @property
    def allowed(self) -> int:
        """The limit, or the ceiling where the bank has not come down to the limit yet."""
        return max(self.limit, CEILINGS.get(self.name, 0))

    @property
    def is_over(self) -> bool:
        """Whether this is more than is let pass."""
        return self.value > self.allowed


@dataclass(frozen=True)
class Value:
    """How many judged messages that have one value of an attribute are genuine, and fake."""

    attribute: str
    value: str
    genuine: Sequence[str]
    fake: Sequence[str]


def figures(questions: Sequence[Question], learnt: Sequence[Finding]) -> Iterator[Figure]:
    """Yield all that is counted, with its limit."""
    for each in learnt:
        yield Figure(f"learner, {each.kind}, {each.language}", each.above, LEARNER_LIMIT)
    for language in LANGUAGES:
        found = list(trials(questions, language))
        yield from rule_figures(found, language)
        yield from attribute_figures(questions, language)
    yield from number_figures(questions)
    yield channel_figure(questions)


# ── Rules of one cue ──────────────────────────────────────────────────────────────────────────────


def rule_figures(found: Sequence[Trial], language: str) -> Iterator[Figure]:
    """Yield the best rule of one cue for best options, and for the places of signs."""
    best = [trial for trial in found if trial.single and trial.candidates[0].words]
    if best:
        cues = sorted({name for trial in best for each in trial.candidates for name in each.cues})
        rule, above = max(rules(best, cues), key=lambda each: each[1])
        yield Figure(f"rule, best option, {language}", above, RULE_LIMIT, rule)
    signs = [trial for trial in found if "place" in trial.candidates[0].cues]
    if signs:
        rule, above = max(rules(signs, PLACES), key=lambda each: each[1])
        yield Figure(f"rule, place of signs, {language}", above, RULE_LIMIT, rule)


def rules(found: Sequence[Trial], cues: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Yield, for the most and the least of each cue, how many points above chance that is."""
    for cue in cues:
        for sign, word in ((1, "most"), (-1, "least")):
            points = [
                trial.points([sign * each.cues.get(cue, 0.0) for each in trial.candidates])
                for trial in found
            ]
            yield f"{word}: {cue}", 100 * (fmean(points) - fmean(each.chance for each in found))


# ── Messages ──────────────────────────────────────────────────────────────────────────────────────


def values(questions: Iterable[Question], language: str) -> Sequence[Value]:
    """Return which messages with each value of each attribute are genuine, and which are fake."""
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for question in questions:
        message = getattr(question, "message", None)
        if question.genuine is not None and message is not None:
            for named in attributes(message, language).items():
                sides = found.setdefault(named, ([], []))
                sides[0 if question.genuine else 1].append(question.id)
    return [Value(*named, *sides) for named, sides in sorted(found.items())]


def attribute_figures(questions: Sequence[Question], language: str) -> Iterator[Figure]:
    """Yield in how many percent of messages the best rule over each attribute is right."""
    by_attribute: dict[str, list[Value]] = {}
    for value in values(questions, language):
        by_attribute.setdefault(value.attribute, []).append(value)
    for attribute, found in by_attribute.items():
        right = sum(max(len(each.genuine), len(each.fake)) for each in found)
        number = sum(len(each.genuine) + len(each.fake) for each in found)
        genuine = [each.value for each in found if len(each.genuine) > len(each.fake)]
        yield Figure(
            f"message, {attribute}, {language}",
            100 * right / number,
            ATTRIBUTE_LIMIT,
            f"genuine: {', '.join(genuine)}",
        )


def channel_figure(questions: Sequence[Question]) -> Figure:
    """Return in how many channels genuine or fake messages are too few."""
    channels = [each for each in values(questions, LANGUAGES[0]) if each.attribute == "channel"]
    poor = [
        f"{each.value} ({len(each.genuine)} genuine, {len(each.fake)} fake)"
        for each in channels
        if min(len(each.genuine), len(each.fake)) < FEWEST_IN_A_CHANNEL
    ]
    return Figure("channels with fewer than two of a kind", len(poor), 0, ", ".join(poor))


# ── Numbers of right options ──────────────────────────────────────────────────────────────────────


def number_figures(questions: Iterable[Question]) -> Iterator[Figure]:
    """Yield how often the commonest number of right options of a kind occurs, in percent."""
    numbers: dict[str, Counter[int]] = {}
    for question in questions:
        if question.several:
            numbers.setdefault(question.kind.value, Counter())[len(question.best)] += 1
    for kind, counted in numbers.items():
        [(number, times)] = counted.most_common(1)
        share = 100 * times / counted.total()
        yield Figure(f"number of right ones, {kind}", share, NUMBER_LIMIT, f"{number}")
