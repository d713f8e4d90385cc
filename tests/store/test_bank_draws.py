"""A thousand quizzes of the bank that people are asked from: each is balanced."""

from collections import Counter
from random import Random

import pytest

from quiz.domain import reading
from quiz.domain.kinds import Judge
from quiz.domain.question import Kind, Theme
from quiz.domain.quiz import (
    LENGTH,
    LONGEST,
    Length,
    assemble,
    assemble_alone,
    is_candidate,
    parallel,
)
from tests.shipped import shipped_bank

BANK = shipped_bank().questions
DRAWS = 1000
OF_A_THEME = 50
"""Fewer, since there are three themes and less to choose from."""


def quizzes(number, **recipe):
    for seed in range(number):
        yield [BANK[id_] for id_ in assemble(BANK.values(), Random(seed), **recipe)]


def counts(quiz, trait):
    return Counter(getattr(question, trait) for question in quiz)


def minutes_of(question):
    return reading.load(question).minutes()


def assert_balanced(quiz):
    """Assert what is promised of every quiz, mixed or of one theme."""
    assert len({question.id for question in quiz}) == LENGTH
    assert not {question.pair for question in quiz} & {question.id for question in quiz}
    judged = [question for question in quiz if isinstance(question, Judge)]
    assert judged
    assert 0.4 <= sum(message.genuine for message in judged) / len(judged) <= 0.6
    assert max(counts(quiz, "kind").values()) <= 3
    assert len(counts(quiz, "level")) >= 2
    names = [name for question in quiz for name in question.people]
    assert len(names) == len({*names})
    longest = max(map(minutes_of, quiz))
    assert minutes_of(quiz[0]) < longest
    assert quiz[-1].kind is not Kind.STORY


@pytest.mark.slow
def test_each_mixed_quiz_is_balanced():
    for quiz in quizzes(DRAWS):
        assert_balanced(quiz)
        assert sorted(counts(quiz, "theme").values()) == [3, 3, 4]
        assert set(counts(quiz, "kind")) == set(Kind)
        assert len(counts(quiz, "skill")) >= 3


@pytest.mark.parametrize("theme", Theme)
def test_each_quiz_of_one_theme_is_balanced(theme):
    kinds = {question.kind for question in BANK.values() if question.theme is theme}
    for quiz in quizzes(OF_A_THEME, theme=theme):
        assert_balanced(quiz)
        assert set(counts(quiz, "theme")) == {theme}
        assert set(counts(quiz, "kind")) == kinds


def blueprint(quiz):
    """Return what both forms must have alike, question by question."""
    return [
        (each.theme, each.topic, each.skill, each.kind, each.level, getattr(each, "genuine", None))
        for each in quiz
    ]


@pytest.mark.slow
def test_the_forms_of_a_mixed_quiz_are_alike_and_share_no_question():
    for before in quizzes(DRAWS, paired=True):
        after = [BANK[id_] for id_ in parallel([each.id for each in before], BANK)]
        assert sorted(counts(before, "theme").values()) == [3, 3, 4]
        assert blueprint(before) == blueprint(after)
        assert not set(before) & set(after)


@pytest.mark.parametrize("theme", Theme)
def test_the_forms_of_one_theme_are_alike_and_share_no_question(theme):
    """Where a theme has fewer pairs than a quiz has questions, its forms are shorter."""
    pairs = sum(each.theme is theme and each.pair is not None for each in BANK.values()) // 2
    for before in quizzes(OF_A_THEME, theme=theme, paired=True):
        after = [BANK[id_] for id_ in parallel([each.id for each in before], BANK)]
        assert blueprint(before) == blueprint(after)
        assert not set(before) & set(after)
        assert len(before) == min(LENGTH, pairs)


FOR_ALL = {id_: question for id_, question in BANK.items() if is_candidate(question, None)}


def alone(number, length, theme=None):
    for seed in range(number):
        ids = assemble_alone(BANK.values(), Random(seed), length=length, theme=theme)
        yield [BANK[id_] for id_ in ids]


@pytest.mark.slow  # 1,000 mixed quizzes and 100 of each theme, for each length: a few seconds
@pytest.mark.parametrize("length", [Length.FIVE, Length.TEN])
@pytest.mark.parametrize("theme", [None, *Theme])
def test_a_quiz_alone_is_balanced_and_as_long_as_it_says(length, theme):
    used: Counter[str] = Counter()
    first = set()
    for quiz in alone(OF_A_THEME * 2 if theme else DRAWS, length, theme):
        minutes = reading.minutes(quiz)
        assert round(minutes, 6) <= length.minutes * LONGEST
        names = [name for question in quiz for name in question.people]
        assert len(names) == len({*names})
        assert not {question.pair for question in quiz} & {question.id for question in quiz}
        judged = [question.genuine for question in quiz if question.genuine is not None]
        assert judged.count(True) == judged.count(False)
        assert len(quiz) < 3 or minutes_of(quiz[0]) <= max(map(minutes_of, quiz[1:]))
        assert len(quiz) < 3 or minutes_of(quiz[-1]) <= max(map(minutes_of, quiz[:-1]))
        first.add(quiz[0].kind)
        used.update(question.id for question in quiz)
    assert len(first) >= 2
    if theme is None:
        assert_even(used, {question.kind for question in map(BANK.get, used)})


def assert_even(used, kinds):
    """Assert how far the use of questions of one theme and kind may lie from their mean."""
    for theme in Theme:
        for kind in kinds:
            group = [
                used[id_]
                for id_, question in FOR_ALL.items()
                if (question.theme, question.kind) == (theme, kind)
            ]
            if group and sum(group) >= 20 * len(group):  # enough draws to tell
                mean = sum(group) / len(group)
                assert max(group) <= 3 * mean, (theme, kind)
                assert min(group) >= mean / 8, (theme, kind)


def test_nothing_comes_again_before_the_theme_is_used_up():
    seen: set[str] = set()
    fitting = {  # five minutes hold no story
        id_
        for id_, each in FOR_ALL.items()
        if each.theme is Theme.LITERACY and each.kind is not Kind.STORY
    }
    for seed in range(40):
        quiz = assemble_alone(
            BANK.values(), Random(seed), length=Length.FIVE, theme=Theme.LITERACY, avoid=seen
        )
        left = fitting - seen
        assert not seen.intersection(quiz) or not left - {*quiz} - {BANK[id_].pair for id_ in quiz}
        seen.update(quiz)
        if not left - {*quiz}:
            return
    raise AssertionError("the theme was never used up")
