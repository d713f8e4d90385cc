"""A thousand quizzes of the bank that people are asked from: each is balanced."""

from collections import Counter
from random import Random

import pytest

from quiz.domain.kinds import Judge
from quiz.domain.question import Kind, Theme
from quiz.domain.quiz import LENGTH, assemble, parallel
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


def assert_balanced(quiz):
    """Assert what is promised of every quiz, mixed or of one theme."""
    assert len({question.id for question in quiz}) == LENGTH
    assert not {question.pair for question in quiz} & {question.id for question in quiz}
    judged = [question for question in quiz if isinstance(question, Judge)]
    assert judged
    assert 0.4 <= sum(message.genuine for message in judged) / len(judged) <= 0.6
    assert max(counts(quiz, "kind").values()) <= 3
    assert set(counts(quiz, "level")) == {1, 2, 3}
    assert quiz[0].level == 1


@pytest.mark.slow
def test_each_mixed_quiz_is_balanced():
    for quiz in quizzes(DRAWS):
        assert_balanced(quiz)
        assert sorted(counts(quiz, "theme").values()) == [3, 3, 4]
        assert set(counts(quiz, "kind")) == set(Kind)
        assert max(counts(quiz, "level").values()) <= LENGTH / 2
        assert len(counts(quiz, "skill")) >= 5


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
