"""Assembling a quiz: balanced, varied, and never the same question twice."""

from collections import Counter
from random import Random
from statistics import mean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.kinds import Judge
from quiz.domain.question import Audience, Kind, Question, Skill, Theme
from quiz.domain.quiz import LENGTH, Length, assemble, assemble_alone, parallel
from tests.questions import (
    make_choice,
    make_flags,
    make_judge,
    make_match,
    make_multiple,
    make_order,
    make_story,
)


def make_bank(stories=2, judges=4, others=4):
    """Return a bank like the real one in the small: every kind in every theme, with twins."""
    bank: list[Question] = []
    for theme in Theme:
        about: dict[str, Any] = {"theme": theme}
        for n in range(others):
            level = n % 3 + 1
            for make in (make_choice, make_multiple, make_flags, make_order, make_match):
                name = f"{theme}-{make.__name__}-{n}"
                topic = f"topic-{n}"
                skill = list(Skill)[n % len(Skill)]
                bank.append(make(id=name, topic=topic, level=level, skill=skill, **about))
        for n in range(judges):
            truth = ("genuine", "fake")[n % 2]
            bank.append(make_judge(truth, id=f"{theme}-judge-{n}", topic=f"topic-{n}", **about))
        bank.extend(make_story(id=f"{theme}-story-{n}", **about) for n in range(stories))
        first, second = f"{theme}-twin-a", f"{theme}-twin-b"
        bank.append(make_choice(id=first, pair=second, **about))
        bank.append(make_choice(id=second, pair=first, **about))
    return bank


BANK = make_bank()
BY_ID = {question.id: question for question in BANK}
seeds = st.integers(min_value=0)
themes = st.sampled_from([None, *Theme])


def taken(theme, seed, **options):
    return [BY_ID[id_] for id_ in assemble(BANK, Random(seed), theme=theme, **options)]


@settings(max_examples=200)
@given(themes, seeds)
def test_a_quiz_has_ten_different_questions(theme, seed):
    quiz = taken(theme, seed)
    assert len(quiz) == len(set(quiz)) == LENGTH


@given(seeds)
def test_the_themes_share_a_mixed_quiz(seed):
    counts = Counter(question.theme for question in taken(None, seed))
    assert sorted(counts.values()) == [3, 3, 4]


@given(st.sampled_from(Theme), seeds)
def test_a_quiz_of_one_theme_stays_with_it(theme, seed):
    assert {question.theme for question in taken(theme, seed)} == {theme}


@given(themes, seeds)
def test_there_is_one_story_and_it_is_neither_first_nor_last(theme, seed):
    positions = [n for n, each in enumerate(taken(theme, seed)) if each.kind is Kind.STORY]
    assert len(positions) == 1
    assert 0 < positions[0] < LENGTH - 1


@given(themes, seeds)
def test_as_many_messages_are_genuine_as_fake(theme, seed):
    messages = [question for question in taken(theme, seed) if isinstance(question, Judge)]
    genuine = sum(message.genuine for message in messages)
    assert genuine >= 1
    assert len(messages) == 2 * genuine


@given(themes, seeds)
def test_every_kind_is_met_and_none_rules(theme, seed):
    kinds = Counter(question.kind for question in taken(theme, seed))
    assert set(kinds) == set(Kind)
    assert max(kinds.values()) <= 4


def test_skills_and_levels_vary():
    quizzes = [taken(None, seed) for seed in range(50)]
    assert mean(len({question.skill for question in quiz}) for quiz in quizzes) >= 3.5
    assert mean(len({question.level for question in quiz}) for quiz in quizzes) >= 2.5


@given(themes, seeds)
def test_the_halves_of_a_pair_never_meet(theme, seed):
    quiz = taken(theme, seed)
    assert not {question.pair for question in quiz} & {question.id for question in quiz}


@given(themes, seeds)
def test_another_quiz_shows_what_was_not_just_seen(theme, seed):
    first = taken(theme, seed)
    second = taken(theme, seed + 1, avoid=[question.id for question in first])
    assert not set(first) & set(second)


@given(seeds)
def test_the_other_half_of_what_was_seen_waits_for_all_else(seed):
    halves = [
        make_choice(id=f"{n}-{half}", pair=f"{n}-{other}")
        for n in range(LENGTH)
        for half, other in ("ab", "ba")
    ]
    others = [make_choice(id=f"other-{n}") for n in range(LENGTH)]
    seen = {f"{n}-a" for n in range(LENGTH)}
    quiz = assemble([*halves, *others], Random(seed), theme=others[0].theme, avoid=seen)
    assert {*quiz} == {question.id for question in others}


@given(themes, seeds)
def test_nothing_comes_again_and_no_half_of_it_while_anything_else_is_left(theme, seed):
    bank = {question.id: question for question in BANK}
    seen: set[str] = set()
    for further in range(5):
        quiz = taken(theme, seed + further, avoid=seen)
        known = {id_ for id_ in seen if theme in (None, bank[id_].theme)}
        known |= {pair for id_ in known if (pair := bank[id_].pair)}
        again = [question for question in quiz if question.id in known]
        left = [question for question in BANK if theme in (None, question.theme)]
        left = [question for question in left if question not in quiz and question.id not in known]
        halves = {question.pair for question in quiz}
        assert not again or theme is None or {question.id for question in left} <= halves
        seen |= {question.id for question in quiz}


def test_a_quiz_may_begin_with_any_kind():
    """Not with a story: it takes longest."""
    first = {taken(None, seed)[0].kind for seed in range(60)}
    assert first == {*Kind} - {Kind.STORY}


def test_a_quiz_varies_with_chance_and_only_with_chance():
    assert len({assemble(BANK, Random(seed)) for seed in range(20)}) == 20
    assert assemble(BANK, Random(7)) == assemble(reversed(BANK), Random(7))


@pytest.mark.parametrize("size", range(8))
def test_a_small_bank_gives_a_shorter_quiz(size):
    bank = BANK[:size]
    assert len(assemble(bank, Random(1), theme=Theme.HARASSMENT)) == size


def test_what_was_seen_comes_again_when_nothing_else_is_left():
    bank = make_bank(stories=1, judges=2, others=1)
    everything = [question.id for question in bank]
    assert len(assemble(bank, Random(1), avoid=everything)) == LENGTH


def test_questions_for_adults_only_are_left_out():
    adult = [make_choice(audience=Audience.ADULT) for _ in range(5)]
    assert assemble(adult, Random(1)) == ()


def pairs_bank():
    """Return a bank of eight pairs in each theme, and of much else."""
    bank = make_bank()
    for theme in Theme:
        for n in range(8):
            first, second = f"{theme}-pair-{n}-a", f"{theme}-pair-{n}-b"
            about: dict[str, Any] = {"theme": theme, "level": n % 2 + 1, "topic": f"pair-{n}"}
            bank.append(make_choice(id=first, pair=second, **about))
            bank.append(make_choice(id=second, pair=first, **about))
    return bank


PAIRED = {question.id: question for question in pairs_bank()}


@given(themes, seeds, st.integers(1, 8))
def test_a_quiz_before_a_lesson_and_the_one_after_it_share_no_question(theme, seed, length):
    before = assemble(PAIRED.values(), Random(seed), theme=theme, length=length, paired=True)
    after = parallel(before, PAIRED)
    assert len(before) == len(after) == length
    assert not set(before) & set(after)
    traits = [
        [(PAIRED[id_].theme, PAIRED[id_].topic, PAIRED[id_].level) for id_ in quiz]
        for quiz in (before, after)
    ]
    assert traits[0] == traits[1]


def test_without_enough_pairs_the_forms_are_shorter():
    quiz = assemble(BANK, Random(1), paired=True)
    assert 0 < len(quiz) < LENGTH
    assert len(parallel(quiz, {question.id: question for question in BANK})) == len(quiz)
    assert all(question.pair for question in BANK if question.id in quiz)


def alone(length, theme, seed, avoid=()):
    ids = assemble_alone(BANK, Random(seed), length=length, theme=theme, avoid=avoid)
    return [BY_ID[id_] for id_ in ids]


@given(themes, seeds)
def test_a_story_alone_is_one_story(theme, seed):
    [story] = alone(Length.STORY, theme, seed)
    assert story.kind is Kind.STORY
    assert theme in (None, story.theme)


def test_without_a_story_in_the_theme_there_is_none_to_take():
    plain = [make_choice(theme=Theme.LITERACY)]
    assert assemble_alone(plain, Random(1), length=Length.STORY, theme=Theme.LITERACY) == ()


@given(seeds)
def test_stories_come_again_only_when_all_were_seen(seed):
    seen: set[str] = set()
    for _ in range(2):
        [story] = alone(Length.STORY, Theme.LITERACY, seed, seen)
        assert story.id not in seen
        seen.add(story.id)
    assert alone(Length.STORY, Theme.LITERACY, seed, seen)


@given(themes, seeds)
def test_five_minutes_hold_no_story(theme, seed):
    assert not any(question.kind is Kind.STORY for question in alone(Length.FIVE, theme, seed))


@given(seeds)
def test_no_two_people_of_a_quiz_have_one_name_unless_nothing_else_is_left(seed):
    names = ("An", "Bình", "Chi", "Dung", "Én", "Giang")
    bank = [make_choice(id=f"choice-{n}", topic=f"{n}", people=(names[n % 6],)) for n in range(24)]
    by_id = {question.id: question for question in bank}
    quiz = assemble(bank, Random(seed), theme=Theme.LITERACY, length=6)
    assert len({name for id_ in quiz for name in by_id[id_].people}) == 6
    assert len(assemble(bank, Random(seed), theme=Theme.LITERACY, length=8)) == 8
