import pytest

from quiz.domain.disclosure import (
    LEAST_IN_UNIT,
    coarse,
    may_be_joined,
    may_be_published,
    may_show_counts,
)


@pytest.mark.parametrize(("people", "may"), [(0, False), (9, False), (10, True), (600, True)])
def test_ten_people_are_enough_for_a_figure(people, may):
    assert may_be_published(people) is may


@pytest.mark.parametrize(("answers", "may"), [(0, False), (4, False), (5, True)])
def test_a_class_sees_figures_of_five(answers, may):
    assert may_show_counts(answers) is may


@pytest.mark.parametrize(
    ("answers", "may"),
    [
        ([], False),
        ([9], False),
        ([5, 5], False),  # either could take her own class away
        ([3, 3, 3], False),
        ([5, 3, 2], True),
        ([6, 3, 2], False),  # more than half
        ([9, 8, 1], True),
        ([2, 2, 2, 2, 2], True),
    ],
)
def test_small_classes_are_published_together(answers, may):
    assert may_be_joined(answers) is may


@pytest.mark.parametrize(
    ("people", "may"),
    [([25, 25], False), ([20, 20, 9], False), ([20, 20, 10], True), ([30, 15, 14], False)],
)
def test_a_unit_takes_fifty_people_of_three_batches(people, may):
    assert may_be_joined(people, LEAST_IN_UNIT) is may


@pytest.mark.parametrize(
    ("percent", "said"),
    [(0, 5), (4, 5), (7, 5), (8, 10), (52, 50), (53, 55), (94, 95), (100, 95)],
)
def test_no_figure_of_one_class_says_what_everybody_answered(percent, said):
    assert coarse(percent) == said
