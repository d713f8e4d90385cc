"""Assembling a quiz from the bank: balance of themes, kinds, genuine and fake; even use of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from random import Random

from quiz.domain import reading
from quiz.domain.question import Audience, Question, Theme

LENGTH = 10
"""How many questions a quiz has, if nothing else is said."""

LONGEST, SHORTEST = 1.1, 0.85
"""How long a quiz may be, by the minutes that it says; shorter only if nothing more is left."""

ARRANGEMENTS = 40
"""How many orders are tried before the best one is taken."""

COMPARED = 2
"""Among how many questions, sampled by chance, the one is taken that repeats least.

So none is taken more than so many times as often as chance alone would take it.
"""


class Length(StrEnum):
    """How long a quiz taken alone is."""

    FIVE = "five"
    TEN = "ten"
    STORY = "story"

    @property
    def minutes(self) -> int | None:
        """For how many minutes there are questions; None for a story, which is as long as it is."""
        return {Length.FIVE: 5, Length.TEN: 10}.get(self)


def assemble(
    bank: Iterable[Question],
    chance: Random,
    *,
    theme: Theme | None = None,
    length: int = LENGTH,
    avoid: Collection[str] = (),
    paired: bool = False,
) -> tuple[str, ...]:
    """Return the ids of a quiz of so many questions, in the order in which to ask them.

    Without a theme the quiz is mixed: the themes share it as equally as they can. A quiz holds one
    story and equally many genuine and fake messages to judge. It never holds both halves of a
    parallel pair, nor two people of one name. What is in ``avoid`` (seen before) comes only when
    nothing else is left, and other halves of it just before; so there is no story once all of them
    were seen. A quiz is shorter if the bank has no more to offer.

    A ``paired`` quiz has a parallel form that shares no question with it: it holds nothing but
    halves of pairs, and so no story.
    """
    pool = [question for question in candidates(bank, theme) if question.pair or not paired]
    return Selection(chance, count_one, most=length, enough=length).fill(pool, avoid)


def assemble_alone(
    bank: Iterable[Question],
    chance: Random,
    *,
    length: Length,
    theme: Theme | None = None,
    avoid: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the ids of a quiz for somebody alone: it has questions until the minutes are used.

    Five minutes hold no story; ten hold one, if one is left that was not seen. Else like assemble.
    Without a story in the theme, a quiz that is nothing but a story is empty.
    """
    pool = candidates(bank, theme)
    limit = length.minutes
    if limit is None:
        stories = [question for question in pool if is_story(question)]
        return Selection(chance, count_one, most=1, enough=1).fill(stories, avoid)
    if length is Length.FIVE:
        pool = [question for question in pool if not is_story(question)]
    draft = Selection(chance, count_minutes, most=limit * LONGEST, enough=limit * SHORTEST)
    return draft.fill(pool, avoid)


def count_one(_question: Question) -> float:
    """Count a question as one."""
    return 1


def count_minutes(question: Question) -> float:
    """Return the minutes that a question takes."""
    return reading.load(question).minutes()


class Selection:
    """A quiz while it is assembled. It never holds more than ``most``, by what ``size`` says.

    Once it holds ``enough``, a sampled question that does not fit ends it: were a shorter one taken
    instead, short questions would be used more often than others.
    """

    def __init__(
        self, chance: Random, size: Callable[[Question], float], *, most: float, enough: float
    ) -> None:
        self.chance = chance
        self.size = size
        self.most = most
        self.enough = enough
        self.taken: list[Question] = []

    def fill(self, pool: Sequence[Question], avoid: Collection[str]) -> tuple[str, ...]:
        """Take questions, those not seen first, and return their ids in a good order."""
        pool = sorted(pool, key=lambda question: question.id)
        unseen = [question for question in pool if question.id not in avoid]
        fresh = [question for question in unseen if question.pair not in avoid]
        for among in (fresh, unseen, pool):
            self.take_in_balance(among)
            if self.left(among):  # what is left was too long, and none of it is to come again
                break
        return tuple(question.id for question in arrange(self.taken, self.chance))

    def take_in_balance(self, among: Sequence[Question]) -> None:
        """Take a story, a message of each sort, and then what is left, until no more fits."""
        if not any(map(is_story, self.taken)):
            self.take(filter(is_story, among))
        genuine = [question for question in among if question.genuine]
        fake = [question for question in among if question.genuine is False]
        plain = [each for each in among if not is_story(each) and each.genuine is None]
        if not any(question in plain for question in self.taken):
            self.take(plain)  # before the messages, so that there is room for any kind
        if not any(question.genuine is not None for question in self.taken):
            self.take_both(genuine, fake)
        while self.take(self.of_rarest_kind(plain)):
            pass
        while self.take_both(genuine, fake):
            pass
        if not self.left(plain):
            while self.take(among):
                pass
        if all(map(self.meets, self.left(among))):
            while self.take(among, names_differ=False):
                pass

    def take_both(self, genuine: Sequence[Question], fake: Sequence[Question]) -> bool:
        """Take a genuine message and a fake one, or neither. Returns whether they were taken."""
        before = list(self.taken)
        if self.take(genuine) and self.take(fake):
            return True
        self.taken = before
        return False

    def take(self, among: Iterable[Question], *, names_differ: bool = True) -> bool:
        """Take one of these questions, if one fits. Returns whether it was taken."""
        left = [each for each in self.left(among) if not (names_differ and self.meets(each))]
        sampled = self.draw(left)
        if sampled and not self.fits(sampled) and self.used < self.enough:
            sampled = self.draw([question for question in left if self.fits(question)])
        if sampled is None or not self.fits(sampled):
            return False
        self.taken.append(sampled)
        return True

    def draw(self, left: Sequence[Question]) -> Question | None:
        """Return one of these, of a theme of which the quiz has fewest, or None."""
        themes = Counter(question.theme for question in self.taken)
        fewest = min((themes[question.theme] for question in left), default=0)
        of_theme = [question for question in left if themes[question.theme] == fewest]
        compared = self.chance.sample(of_theme, min(COMPARED, len(of_theme)))
        return min(compared, key=lambda question: likeness(question, self.taken), default=None)

    def fits(self, question: Question) -> bool:
        """Whether the quiz may be so long."""
        return self.used + self.size(question) <= self.most

    @property
    def used(self) -> float:
        """How much the quiz holds so far."""
        return sum(map(self.size, self.taken))

    def left(self, among: Iterable[Question]) -> Sequence[Question]:
        """Return which of these are not taken, nor the other halves of what is."""
        ids = {question.id for question in self.taken}
        return [question for question in among if not ids & {question.id, question.pair}]

    def of_rarest_kind(self, among: Sequence[Question]) -> Sequence[Question]:
        """Return those of the kinds of which the quiz has fewest so far."""
        kinds = Counter(question.kind for question in self.taken)
        left = [question for question in self.left(among) if not self.meets(question)]
        fewest = min((kinds[question.kind] for question in left), default=0)
        return [question for question in left if kinds[question.kind] == fewest]

    def meets(self, question: Question) -> bool:
        """Whether the quiz tells of somebody of the same name already."""
        return any(name in other.people for other in self.taken for name in question.people)


def candidates(bank: Iterable[Question], theme: Theme | None) -> list[Question]:
    """Return what a quiz of this theme may hold."""
    return [question for question in bank if is_candidate(question, theme)]


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


def likeness(question: Question, taken: Sequence[Question]) -> int:
    """Return how much the question would repeat what the quiz already has."""
    return sum(
        2 * (question.topic == other.topic)
        + (question.skill is other.skill)
        + (question.level == other.level)
        for other in taken
    )


def arrange(taken: Sequence[Question], chance: Random) -> list[Question]:
    """Return the questions in a varied order: any kind first, the heaviest never first or last."""
    if len(taken) < 3:
        return chance.sample(taken, len(taken))
    heaviest = max(taken, key=count_minutes)
    others = [question for question in taken if question is not heaviest]
    kind = chance.choice(sorted({question.kind for question in others}))
    first = chance.choice([question for question in others if question.kind is kind])
    rest = [question for question in taken if question is not first]
    orders = [[first, *chance.sample(rest, len(rest))] for _ in range(ARRANGEMENTS)]
    return min(orders, key=lambda order: (order[-1] is heaviest, repetition(order)))


def repetition(order: Sequence[Question]) -> int:
    """Return how often neighbours are alike in kind or theme."""
    return sum(
        (first.kind is second.kind) + (first.theme is second.theme)
        for first, second in pairwise(order)
    )
