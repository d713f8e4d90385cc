"""Rules of thumb are scored as the guide for writers says."""

from datetime import UTC, datetime

import pytest

from quiz.domain.question import Theme
from quiz.store.bank import CONTENT, LANGUAGES, load
from quiz.store.bank.guessing import RULES, Contest, Score, blind, is_too_far, score, scores
from tests.questions import make_choice, make_judge


@pytest.fixture(scope="module")
def shipped():
    return list(load(CONTENT, today=datetime.now(UTC).date()).questions.values())


def contest(*options, best=0, stem="Hân nên làm gì với tin nhắn lạ?"):
    return Contest(Theme.LITERACY, stem, options, best)


@pytest.mark.parametrize(
    ("rule", "contests", "percent"),
    [
        ("longest", [contest("a", "bb", "ccc", best=2)], 100),
        ("longest", [contest("a", "bb", "ccc", best=0)], 0),
        ("longest", [contest("bb", "bb", "a", best=0)], 50),  # a tie shares the point
        ("shortest", [contest("a", "bb", best=0), contest("a", "bb", best=1)], 50),
        ("first", [contest("a", "b", "c", "d", best=0)], 100),
        ("last", [contest("a", "b", "c", "d", best=0)], 0),
        ("most careful", [contest("Hỏi rồi báo công an", "Gửi ngay", best=0)], 100),
        ("most careful", [contest("Đi", "Gửi ngay", best=0)], 50),
        ("most words of the stem", [contest("Trả lời tin nhắn lạ", "Xoá đi", best=0)], 100),
        ("names a helper", [contest("Gọi cho mẹ", "Gửi ngay", best=1)], 0),
    ],
)
def test_what_a_rule_scores(rule, contests, percent):
    assert score(rule, contests, "vi").percent == pytest.approx(percent)


def test_chance_is_the_mean_of_one_over_the_number_of_options():
    found = score("first", [contest("a", "b"), contest("a", "b", "c", "d")], "vi")
    assert found.chance == pytest.approx(37.5)


@pytest.mark.parametrize(
    ("right", "too_far"), [(5, False), (6, False), (7, True), (4, False), (3, True), (0, True)]
)
def test_a_rule_may_stand_five_points_above_or_below_chance(right, too_far):
    contests = [
        contest("a", "b", "c", "d", best=0 if position < right else 1) for position in range(20)
    ]
    assert is_too_far(score("first", contests, "vi")) is too_far


def test_every_rule_is_scored_over_nothing_too():
    assert {score(rule, [], "en").percent for rule in RULES} == {0.0}
    assert not any(map(is_too_far, blind([])))


def test_answering_always_the_same():
    questions = [make_judge("fake"), *[make_judge("genuine")] * 3, make_choice()]
    fake, genuine, everything = blind(questions)
    assert fake == Score("always fake", 25, 50, 4)
    assert genuine == Score("always genuine", 75, 50, 4)
    assert everything == Score("tick everything", 0, 0, 0)


@pytest.mark.parametrize("theme", [None, *Theme])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rule_finds_the_best_answers_of_the_bank_that_we_ship(shipped, language, theme):
    questions = [question for question in shipped if theme in (None, question.theme)]
    assert [found for found in scores(questions, language) if is_too_far(found)] == []


def test_nothing_is_gained_by_answering_always_the_same_in_the_bank_that_we_ship(shipped):
    assert [found for found in blind(shipped) if is_too_far(found)] == []
