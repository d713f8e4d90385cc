"""Assembling a quiz from the bank: balance of themes, skills, kinds, levels, genuine and fake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from random import Random

from quiz.domain.question import Audience, Question, Theme

LENGTH = 10
"""How many questions a quiz taken alone has."""

ARRANGEMENTS = 40
"""How many orders are tried before the best one is taken."""


def assemble(
    bank: Iterable[Question],
    chance: Random,
    *,
    theme: Theme | None = None,
    length: int = LENGTH,
    avoid: Collection[str] = (),
    paired: bool = False,
) -> tuple[str, ...]:
    """Return the ids of a quiz, in the order in which to ask them.

    Without a theme the quiz is mixed: the themes share it equally, give or take one. A quiz holds
    one story and equally many genuine and fake messages to judge, and never both halves of a
    parallel pair. What is in ``avoid`` (seen before) comes last, and other halves of it before it;
    so there is no story once all of them were seen. A quiz is shorter than ``length`` if the bank
    has no more to offer.

    A ``paired`` quiz has a parallel form that shares no question with it: it holds nothing but
    halves of pairs, and so no story.
    """
    pool = [
        question
        for question in bank
        if is_candidate(question, theme) and (question.pair or not paired)
    ]
    pool = chance.sample(sorted(pool, key=lambda question: question.id), len(pool))
    quotas = theme_quotas(theme, length, chance)
    taken: list[Question] = []

    def take(candidates: Iterable[Question]) -> bool:
        ids = {other.id for other in taken}
        counts = Counter(other.theme for other in taken)
        open_ = [
            question
            for question in candidates
            if not ids & {question.id, question.pair}
            and counts[question.theme] < quotas[question.theme]
        ]
        if not open_ or len(taken) >= length:
            return False
        taken.append(min(open_, key=lambda question: cost(question, taken, avoid)))
        return True

    unseen = [question for question in pool if question.id not in avoid]
    fresh = [question for question in unseen if question.pair not in avoid]
    for candidates in (fresh, unseen, pool):
        if len(taken) < length:
            take_in_balance(candidates, take, stories=not any(is_story(each) for each in taken))
    return tuple(question.id for question in arrange(taken, chance))


def take_in_balance(
    candidates: Sequence[Question], take: Callable[[Iterable[Question]], bool], *, stories: bool
) -> None:
    """Take questions until ``take`` refuses: a story, a message of each sort, then what is left."""
    if stories:
        take(question for question in candidates if is_story(question))
    messages = [question for question in candidates if question.genuine is not None]
    genuine = [message for message in messages if message.genuine]
    fake = [message for message in messages if not message.genuine]
    if genuine and fake:
        take(genuine)
        take(fake)

    plain = [
        question for question in candidates if not is_story(question) and question.genuine is None
    ]
    while take(plain):
        pass
    while take(genuine) and take(fake):
        pass
    while take(candidates):
        pass


def is_story(question: Question) -> bool:
    """Whether a question goes on from scene to scene, and so takes longest."""
    return bool(question.scenes)


def parallel(ids: Iterable[str], bank: Mapping[str, Question]) -> tuple[str, ...]:
    """Return the parallel form of a quiz: of each pair the other half, and all else as it is.

    What has left the bank since is left out.
    """
    known = [id_ for id_ in ids if id_ in bank]
    return tuple(bank[id_].pair or id_ for id_ in known)


def is_candidate(question: Question, theme: Theme | None) -> bool:
    """Whether a quiz for everybody, of this theme, may hold the question."""
    return question.audience is Audience.ALL and theme in (None, question.theme)


def theme_quotas(theme: Theme | None, length: int, chance: Random) -> Counter[Theme]:
    """Return how many questions each theme may give; chance decides who gets the odd one."""
    if theme is not None:
        return Counter({theme: length})
    share, odd = divmod(length, len(Theme))
    lucky = chance.sample(list(Theme), odd)
    return Counter({each: share + (each in lucky) for each in Theme})


def cost(question: Question, taken: Sequence[Question], avoid: Collection[str]) -> float:
    """Return how much the question would repeat what the quiz already has."""
    alike = sum(
        10 * (question.kind is other.kind)
        + 2 * (question.topic == other.topic)
        + (question.skill is other.skill)
        + (question.level == other.level)
        for other in taken
    )
    return alike + 1000 * (question.id in avoid)


def arrange(taken: Sequence[Question], chance: Random) -> list[Question]:
    """Return the questions in a varied order: an easy one first, stories in the second half."""
    stories = [question for question in taken if is_story(question)]
    others = [question for question in taken if question not in stories]
    others.sort(key=lambda question: question.level)

    def order() -> list[Question]:
        mixed = others[:1] + chance.sample(others[1:], max(len(others) - 1, 0))
        for story in stories:
            mixed.insert(chance.randint((len(taken) + 1) // 2, len(taken)), story)
        return mixed

    return min((order() for _ in range(ARRANGEMENTS)), key=likeness)


def likeness(order: Sequence[Question]) -> int:
    """Return how often neighbours are of the same kind or theme."""
    return sum(
        (first.kind is second.kind) + (first.theme is second.theme)
        for first, second in pairwise(order)
    )
