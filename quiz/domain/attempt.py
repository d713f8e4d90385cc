"""One person's way through one quiz: what comes next, when it is finished, and the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from quiz.domain.question import NOT_SURE, SKIPPED, Chosen, Question, Theme
from quiz.domain.refusals import AlreadyAnswered

SKIPPED_LAST = Fraction(2)


class AttemptStage(StrEnum):
    """Where an attempt stands."""

    NOTICE = "notice"
    ASKING = "asking"
    EXPLAINING = "explaining"
    FINISHED = "finished"


def standing(
    position: int | None, quiz: Sequence[Question], answers: Mapping[str, Chosen]
) -> AttemptStage:
    """Return where an attempt stands. Before the notice has been read, the position is None."""
    if position is None:
        return AttemptStage.NOTICE
    if position >= len(quiz):
        return AttemptStage.FINISHED
    question = quiz[position]
    if is_settled(question, answers.get(question.id)):
        return AttemptStage.EXPLAINING
    return AttemptStage.ASKING


def is_settled(question: Question, chosen: Chosen | None) -> bool:
    """Whether the question was answered to the end. A skipped one may still be answered."""
    return chosen is not None and chosen != SKIPPED and question.is_complete(chosen)


def check_open(question: Question, before: Chosen | None, now: Chosen) -> None:
    """Refuse to replace an answer that has been explained; the same answer again is no change."""
    if is_settled(question, before) and before != now:
        raise AlreadyAnswered


@dataclass(frozen=True, kw_only=True)
class ThemeScore:
    """How one theme went: ``right`` of ``answered`` questions, and their mean score in percent.

    Neither a question that was skipped nor one of which she was not sure counts as answered: to
    say so is never the dearer choice.
    """

    theme: Theme
    right: int
    answered: int
    unsure: int
    skipped: int
    percent: int | None


@dataclass(frozen=True, kw_only=True)
class Discernment:
    """How well genuine messages were told from fake ones.

    A hit is a fake message that was recognised, a false alarm a genuine one that was called fake.
    """

    fake: int
    hits: int
    genuine: int
    false_alarms: int
    unsure: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a finished attempt shows."""

    themes: tuple[ThemeScore, ...]
    right: int
    answered: int
    unsure: int
    skipped: int
    discernment: Discernment
    missed: tuple[Question, ...]
    """Questions worth another look, the furthest from right first."""


def result(quiz: Sequence[Question], answers: Mapping[str, Chosen]) -> Result:
    """Return the result of an attempt. What has no answer counts as skipped."""
    chosen = {question: answers.get(question.id, SKIPPED) for question in quiz}
    scores = {question: question.score(chosen[question]) for question in quiz}
    themes = tuple(
        theme_score(theme, {each: chosen[each] for each in quiz if each.theme is theme})
        for theme in Theme
        if any(question.theme is theme for question in quiz)
    )
    missed = [question for question in quiz if not right(scores[question])]
    missed.sort(key=lambda question: SKIPPED_LAST if (score := scores[question]) is None else score)
    return Result(
        themes=themes,
        right=sum(theme.right for theme in themes),
        answered=sum(theme.answered for theme in themes),
        unsure=sum(theme.unsure for theme in themes),
        skipped=sum(theme.skipped for theme in themes),
        discernment=discernment(
            [question for question in quiz if question.genuine is not None], answers
        ),
        missed=tuple(missed),
    )


def right(score: Fraction | None) -> bool:
    """Whether a score is as good as can be."""
    return score == 1


def theme_score(theme: Theme, chosen: Mapping[Question, Chosen]) -> ThemeScore:
    """Return how the questions of one theme went, given what was chosen for each."""
    scores = [
        question.score(choice) or Fraction(0)
        for question, choice in chosen.items()
        if choice not in (NOT_SURE, SKIPPED)
    ]
    return ThemeScore(
        theme=theme,
        right=sum(right(score) for score in scores),
        answered=len(scores),
        unsure=sum(choice == NOT_SURE for choice in chosen.values()),
        skipped=sum(choice == SKIPPED for choice in chosen.values()),
        percent=round(100 * sum(scores) / len(scores)) if scores else None,
    )


def discernment(messages: Sequence[Question], answers: Mapping[str, Chosen]) -> Discernment:
    """Return how the messages were judged; skipped ones are left out."""
    judged = [
        (message.genuine, answers[message.id] == NOT_SURE, answers[message.id] == message.best)
        for message in messages
        if answers.get(message.id, SKIPPED) != SKIPPED
    ]
    return Discernment(
        fake=sum(not genuine for genuine, _, _ in judged),
        hits=sum(not genuine and right for genuine, _, right in judged),
        genuine=sum(bool(genuine) for genuine, _, _ in judged),
        false_alarms=sum(
            bool(genuine) and not (unsure or right) for genuine, unsure, right in judged
        ),
        unsure=sum(unsure for _, unsure, _ in judged),
    )
