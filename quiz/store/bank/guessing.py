"""What somebody scores who knows nothing, and follows a rule of thumb.

A bank in which the longest answer is mostly right teaches people to look for the longest answer.
Every rule is tried on every choice question and every node of a story, in each language; where
several options fit a rule equally, they share the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean

from quiz.domain.question import Item, Line, Question, Text, Theme
from quiz.store.bank import phrases
from quiz.store.bank.answer_cues import careful, content_words, words_in

WITHIN = 5
"""Points that a rule may stand above or below chance: turned round, it is a rule too."""


@dataclass(frozen=True)
class Contest:
    """One best option among others, in one language; the stem is all that is read before it."""

    theme: Theme
    stem: str
    options: Sequence[str]
    best: int


@dataclass(frozen=True)
class Score:
    """What a rule scores in percent, and what chance would."""

    rule: str
    percent: float
    chance: float
    contests: int

    @property
    def above(self) -> float:
        """Points above chance."""
        return self.percent - self.chance


def contests(questions: Iterable[Question], language: str) -> Iterator[Contest]:
    """Yield every choice question and every node of a story."""
    for question in questions:
        if question.has_single_best and not question.scenes:
            yield contest(question.theme, question.stem[language], question.items(), language)
        for node in question.scenes:
            if not node.ending:
                stem = " ".join(told(node.lines, node.ask, language))
                yield contest(question.theme, stem, question.items(node), language)


def told(lines: Iterable[Line], ask: Text, language: str) -> Iterator[str]:
    """Yield what is read before a choice."""
    for line in lines:
        yield line.text[language]
    yield ask[language]


def contest(theme: Theme, stem: str, items: Sequence[Item], language: str) -> Contest:
    """Return a contest in one language."""
    [best] = [position for position, item in enumerate(items) if item.right]
    return Contest(theme, stem, [item.text[language] for item in items if item.text], best)


HELPERS = {language: phrases.any_of(words) for language, words in phrases.HELPERS.items()}

Rule = Callable[[Contest, str, int], float]
"""How well an option, given by its position, fits a rule."""

RULES: Mapping[str, Rule] = {
    "longest": lambda contest, _language, position: len(contest.options[position]),
    "shortest": lambda contest, _language, position: -len(contest.options[position]),
    "most careful": lambda contest, language, position: careful(
        contest.options[position], language
    ),
    "first": lambda _contest, _language, position: -position,
    "last": lambda _contest, _language, position: position,
    "most words of the stem": lambda contest, language, position: len(
        content_words(contest.stem, language) & words_in(contest.options[position])
    ),
    "names a helper": lambda contest, language, position: bool(
        HELPERS[language].search(contest.options[position])
    ),
}


def score(rule: str, found: Sequence[Contest], language: str) -> Score:
    """Return what a rule scores."""
    points = []
    for each in found:
        fits = [RULES[rule](each, language, position) for position in range(len(each.options))]
        tied = [position for position, fit in enumerate(fits) if fit == max(fits)]
        points.append(Fraction(each.best in tied, len(tied)))
    chance = fmean(1 / len(each.options) for each in found) if found else 0.0
    percent = 100 * float(sum(points)) / len(points) if points else 0.0
    return Score(rule, percent, 100 * chance, len(found))


def scores(questions: Iterable[Question], language: str) -> Sequence[Score]:
    """Return what every rule scores."""
    found = list(contests(questions, language))
    return [score(rule, found, language) for rule in RULES]


def is_too_far(score: Score) -> bool:
    """Whether a rule stands further from chance than it may."""
    return abs(score.above) > WITHIN


def blind(questions: Iterable[Question]) -> Sequence[Score]:
    """Return what "always fake", "always genuine" and ticking everything score."""
    found = list(questions)
    judges = [question for question in found if question.genuine is not None]
    ticked = [question for question in found if question.several]
    everything = [float(question.score(tuple(question.texts_by_id)) or 0) for question in ticked]
    fakes = fmean([float(not judge.genuine) for judge in judges] or [0.5])
    return [
        Score("always fake", 100 * fakes, 50, len(judges)),
        Score("always genuine", 100 - 100 * fakes, 50, len(judges)),
        Score("tick everything", 100 * fmean(everything or [0]), 0, len(ticked)),
    ]
