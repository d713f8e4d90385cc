"""One person's way through one quiz: what comes next, when it is finished, and the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quiz.domain.question import NOT_SURE, SKIPPED, Chosen, Question, Theme
from quiz.domain.refusals import AlreadyAnswered


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


class Verdict(StrEnum):
    """What came of one question."""

    RIGHT = "right"
    PARTLY = "partly"
    RETRY = "retry"
    UNSURE = "unsure"
    SKIPPED = "skipped"


def verdict(question: Question, chosen: Chosen, *, in_class: bool = False) -> Verdict:
    """Return what came of a question: nothing, if a story was left on its way."""
    if chosen == NOT_SURE:
        return Verdict.UNSURE
    score = question.score_in_class(chosen) if in_class else question.score(chosen)
    if score is None:
        return Verdict.SKIPPED
    if score == 1:
        return Verdict.RIGHT
    return Verdict.PARTLY if score else Verdict.RETRY


@dataclass(frozen=True, kw_only=True)
class ThemeScore:
    """How many questions of one theme came out in which way.

    Neither a question that was skipped nor one of which she was not sure counts as answered: to
    say so is never the dearer choice.
    """

    theme: Theme
    right: int
    partly: int
    answered: int
    total: int


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
    partly: int
    answered: int
    unsure: int
    skipped: int
    discernment: Discernment
    genuine_recognised: int
    missed: tuple[Question, ...]
    """Questions worth another look, the furthest from right first."""


def result(quiz: Sequence[Question], answers: Mapping[str, Chosen]) -> Result:
    """Return the result of an attempt. What has no answer counts as skipped."""
    chosen = {question: answers.get(question.id, SKIPPED) for question in quiz}
    verdicts = {question: verdict(question, chosen[question]) for question in quiz}
    counts = Counter(verdicts.values())
    missed = [question for question in quiz if verdicts[question] is not Verdict.RIGHT]
    missed.sort(
        key=lambda question: (
            verdicts[question] is Verdict.SKIPPED,
            question.score(chosen[question]) or 0,
        )
    )
    return Result(
        themes=tuple(
            theme_score(theme, [verdicts[each] for each in quiz if each.theme is theme])
            for theme in Theme
            if any(question.theme is theme for question in quiz)
        ),
        right=counts[Verdict.RIGHT],
        partly=counts[Verdict.PARTLY],
        answered=answered(counts),
        unsure=counts[Verdict.UNSURE],
        skipped=counts[Verdict.SKIPPED],
        discernment=discernment(
            [question for question in quiz if question.genuine is not None], answers
        ),
        genuine_recognised=sum(
            bool(question.genuine) and verdicts[question] is Verdict.RIGHT for question in quiz
        ),
        missed=tuple(missed),
    )


def answered(counts: Mapping[Verdict, int]) -> int:
    """Return how many questions were answered, rightly or not."""
    return sum(counts[each] for each in (Verdict.RIGHT, Verdict.PARTLY, Verdict.RETRY))


def theme_score(theme: Theme, verdicts: Sequence[Verdict]) -> ThemeScore:
    """Return how the questions of one theme came out."""
    counts = Counter(verdicts)
    return ThemeScore(
        theme=theme,
        right=counts[Verdict.RIGHT],
        partly=counts[Verdict.PARTLY],
        answered=answered(counts),
        total=len(verdicts),
    )


def discernment(messages: Sequence[Question], answers: Mapping[str, Chosen]) -> Discernment:
    """Return how the messages were judged; skipped ones are left out."""
    judged = Counter(
        (message.genuine, verdict(message, answers.get(message.id, SKIPPED)))
        for message in messages
    )

    def count(genuine: bool, *verdicts: Verdict) -> int:
        return sum(judged[genuine, each] for each in verdicts)

    judged_so = (Verdict.RIGHT, Verdict.RETRY, Verdict.UNSURE)
    return Discernment(
        fake=count(False, *judged_so),
        hits=count(False, Verdict.RIGHT),
        genuine=count(True, *judged_so),
        false_alarms=count(True, Verdict.RETRY),
        unsure=count(True, Verdict.UNSURE) + count(False, Verdict.UNSURE),
    )
