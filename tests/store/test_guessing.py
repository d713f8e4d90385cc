"""Rules of thumb are scored as the guide for writers says."""

import pytest

from quiz.domain.question import Theme
from quiz.store.bank.guessing import RULES, Blind, Contest, blind, is_limited, score
from tests.questions import make_choice, make_judge


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
    ("rule", "right", "too_far"),
    [("first", 2, False), ("first", 20, True), ("last", 20, False), ("names a helper", 7, True)],
)
def test_only_some_rules_have_to_stay_near_chance(rule, right, too_far):
    options = ("Gọi cho mẹ", "Gửi ngay", "Đi", "Thôi")
    contests = [contest(*options, best=0 if place < right else 1) for place in range(8)]
    if rule == "last":
        contests = [contest(*options, best=3)] * 8
    assert is_limited(score(rule, contests, "vi")) is too_far


def test_every_rule_is_scored_over_nothing_too():
    assert {score(rule, [], "en").percent for rule in RULES} == {0.0}


def test_answering_always_the_same():
    questions = [make_judge("fake"), make_judge("genuine"), make_choice()]
    assert blind(questions)[:2] == [Blind("always fake", 50, 2), Blind("always genuine", 50, 2)]
