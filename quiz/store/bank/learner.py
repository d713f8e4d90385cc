"""A small model that learns from all other questions how keys are given away.

Rules of thumb are those that somebody thought of. The model finds others: it is shown what is seen
of each option (``cues``) and which words it has, and learns which of two is better. It is tried on
what it has not seen: twins, and the scenes of a story, are left out together.

It needs scikit-learn, which is installed for tests and checks only: nothing that serves the quiz
imports this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random
from statistics import fmean
from typing import Any

from numpy import hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from quiz.domain.question import Question
from quiz.store.bank.cues import Trial, trials

TRAINED_TOGETHER = {"story": "choice"}
"""Scenes and choice questions ask for one best option alike, and teach the model together."""

STRENGTH = 0.02
"""How far the model trusts what it has seen (C of scikit-learn): more learns questions by heart."""

FEWEST_WITH_A_WORD = 4
"""Options that must have a word, or two in a row, before the model looks at it."""

WEIGHT_OF_A_WORD = 0.5
"""Beside that of a cue: there are many more words than cues."""

RESAMPLES = 1000
SHOWN_CUES = 5


@dataclass(frozen=True)
class Finding:
    """How often the model finds the key, in percent, and what chance would.

    The interval holds 95 % of what comes out when twins and stories are drawn anew.
    ``found`` are the questions in which it was right, the surest first.
    """

    kind: str
    language: str
    percent: float
    chance: float
    low: float
    high: float
    number: int
    questions: int
    cues: Sequence[str]
    found: Sequence[str]

    @property
    def above(self) -> float:
        """Points above chance."""
        return self.percent - self.chance


def findings(questions: Iterable[Question], language: str) -> Iterator[Finding]:
    """Yield how often each kind is guessed in a language, if there is another to learn from."""
    by_kind: dict[str, list[Trial]] = {}
    for trial in trials(questions, language):
        by_kind.setdefault(TRAINED_TOGETHER.get(trial.kind, trial.kind), []).append(trial)
    for together in by_kind.values():
        if len({trial.group for trial in together}) == 1:
            continue  # nothing is left to learn from
        model = Model(together)
        tried = list(model.try_each())
        for kind in dict.fromkeys(trial.kind for trial in together):
            these = [each for each in tried if each.trial.kind == kind]
            yield finding(kind, language, these, model.strongest_cues())


@dataclass(frozen=True)
class Tried:
    """What the model scored in a trial, and how sure it was."""

    trial: Trial
    points: float
    margin: float


def finding(kind: str, language: str, tried: Sequence[Tried], cues: Sequence[str]) -> Finding:
    """Return what the tried trials of a kind come to."""
    groups: dict[str, list[float]] = {}
    for each in tried:
        groups.setdefault(each.trial.group, []).append(each.points)
    low, high = interval(list(groups.values()))
    surest = sorted(
        (each for each in tried if each.points > each.trial.chance), key=lambda each: -each.margin
    )
    return Finding(
        kind=kind,
        language=language,
        percent=100 * fmean(each.points for each in tried),
        chance=100 * fmean(each.trial.chance for each in tried),
        low=low,
        high=high,
        number=len(tried),
        questions=len(groups),
        cues=cues,
        found=[each.trial.id for each in surest],
    )


def interval(groups: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return between what a mean, in percent, stays when groups are drawn anew, 95 times in 100."""
    chance = Random(1)  # noqa: S311 - the same draws each time, so that a check does not waver
    means = sorted(
        fmean(point for group in chance.choices(groups, k=len(groups)) for point in group)
        for _ in range(RESAMPLES)
    )
    edge = RESAMPLES * 25 // 1000
    return 100 * means[edge], 100 * means[-1 - edge]


class Model:
    """What tells the better of two candidates, from trials that are like one another."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        self.trials = trials
        self.cues, self.names = scaled(trials)
        starts = [0, *accumulate(len(trial.candidates) for trial in trials)]
        self.rows = [self.cues[start:end] for start, end in pairwise(starts)]
        self.groups = [trial.group for trial in trials for _pair in trial.pairs]
        self.weights = [1 / len(trial.pairs) for trial in trials for _pair in trial.pairs]
        self.steps = [
            rows[good] - rows[bad]
            for trial, rows in zip(trials, self.rows, strict=True)
            for good, bad in trial.pairs
        ]

    def try_each(self) -> Iterator[Tried]:
        """Yield what is scored in each trial by who has learnt from all but its group."""
        learnt = {group: self.learn(without=group) for group in dict.fromkeys(self.groups)}
        for trial, rows in zip(self.trials, self.rows, strict=True):
            scores = [float(score) for score in rows @ learnt[trial.group]]
            margin = min(scores[good] - scores[bad] for good, bad in trial.pairs)
            yield Tried(trial, trial.points(scores), margin)

    def learn(self, without: str = "") -> Any:
        """Return what each cue is worth, after every trial but those of a group."""
        # Each pair is given either way round in turn: the model needs examples of both answers.
        learnt = [at for at, group in enumerate(self.groups) if group != without]
        turned = [1 - 2 * (at % 2) for at in range(len(learnt))]
        model = LogisticRegression(C=STRENGTH, fit_intercept=False, solver="liblinear")
        model.fit(
            [turn * self.steps[at] for turn, at in zip(turned, learnt, strict=True)],
            [turn > 0 for turn in turned],
            sample_weight=[self.weights[at] for at in learnt],
        )
        return model.coef_[0]

    def strongest_cues(self) -> Sequence[str]:
        """Return what the model looks at most, with a plus where it speaks for a key."""
        worth = self.learn()
        strongest = sorted(range(len(self.names)), key=lambda at: -abs(worth[at]))[:SHOWN_CUES]
        return [f"{'+' if worth[at] > 0 else '-'} {self.names[at]}" for at in strongest]


def scaled(trials: Sequence[Trial]) -> tuple[Any, Sequence[str]]:
    """Return the cues of all candidates, on one scale, and their names."""
    candidates = [each for trial in trials for each in trial.candidates]
    named = DictVectorizer(sparse=False)
    cues = StandardScaler(with_mean=False).fit_transform(
        named.fit_transform([dict(each.cues) for each in candidates])
    )
    names = list(named.get_feature_names_out())
    words = CountVectorizer(
        ngram_range=(1, 2), min_df=FEWEST_WITH_A_WORD, binary=True, analyzer="word"
    )
    try:
        has = words.fit_transform(each.words for each in candidates).toarray()
    except ValueError:  # no word stands in so many options
        return cues, names
    names += [f"“{word}”" for word in words.get_feature_names_out()]
    return hstack([cues, WEIGHT_OF_A_WORD * has]), names
