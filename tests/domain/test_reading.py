"""How long questions take to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain import reading
from quiz.domain.question import Theme
from quiz.domain.reading import PACE, SECONDS_FOR_AN_ANSWER, Load
from tests.questions import (
    both,
    make_choice,
    make_flags,
    make_judge,
    make_match,
    make_multiple,
    make_order,
    make_story,
)

MAKERS = [
    make_choice,
    make_flags,
    make_judge,
    make_match,
    make_multiple,
    make_order,
    make_story,
]


def words(number):
    return both(" ".join(["word"] * number))


def test_a_minute_is_as_many_words_as_the_pace_says_and_an_answer_takes_seconds():
    load = Load(asked=PACE["vi"], explained=PACE["vi"], answers=12)
    assert load.minutes("vi") == pytest.approx(2 + 12 * SECONDS_FOR_AN_ANSWER / 60)


def test_a_language_without_a_pace_is_read_like_vietnamese():
    load = Load(asked=90, explained=90, answers=1)
    assert load.minutes("km") == load.minutes("vi")


@pytest.mark.parametrize("make", MAKERS)
@given(st.integers(1, 40), st.integers(1, 40))
def test_each_word_of_stem_and_advice_counts(make, before, after):
    """The same question with longer texts: exactly these words are added, and none unfolded."""
    short = reading.load(make(stem=words(1), why=words(1), advice=(words(1),)), "en")
    stem, why, advice = words(1 + before), words(1 + after), (words(2), words(after))
    long = reading.load(make(stem=stem, why=why, advice=advice), "en")
    assert long.asked - short.asked == before
    assert long.explained - short.explained == after + 1
    assert long.minutes("en") > short.minutes("en")


def test_of_a_choice_only_the_chosen_and_the_best_are_explained():
    choice = make_choice()
    right = [text["en"] for text in choice.texts_explained(choice.best)]
    wrong = [text["en"] for text in choice.texts_explained(("hide",))]
    assert right[:2] == ["leave", "why leave"]
    assert wrong[:3] == ["leave", "hide", "why hide"]
    assert right[2:] == wrong[3:]


def test_of_a_story_the_way_is_read_and_no_scene_beside_it():
    story = make_story()
    load = reading.load(story)
    assert load.answers == len(story.best)
    every = reading.count(story.texts(), "vi")
    assert 0 < load.asked < every


def test_minutes_of_several_are_added_up():
    questions = [make_choice(theme=theme) for theme in Theme]
    assert reading.minutes(questions) == pytest.approx(
        sum(reading.load(question).minutes() for question in questions)
    )
