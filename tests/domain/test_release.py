import pytest

from quiz.domain.release import coarse, may_be_pooled, may_be_released, may_be_shown


@pytest.mark.parametrize(("people", "may"), [(0, False), (9, False), (10, True), (600, True)])
def test_ten_people_are_a_batch(people, may):
    assert may_be_released(people) is may


@pytest.mark.parametrize(("answers", "may"), [(0, False), (4, False), (5, True)])
def test_a_class_sees_figures_of_five(answers, may):
    assert may_be_shown(answers) is may


@pytest.mark.parametrize(
    ("people", "may"),
    [
        ([], False),
        ([9], False),
        ([5, 5], False),  # either could take her own group away
        ([3, 3, 3], False),
        ([5, 3, 2], True),
        ([6, 3, 2], False),  # more than half
        ([9, 8, 1], True),
        ([2, 2, 2, 2, 2], True),
    ],
)
def test_small_groups_are_released_together(people, may):
    assert may_be_pooled(people) is may


@pytest.mark.parametrize(
    ("percent", "said"),
    [(0, 5), (4, 5), (7, 5), (8, 10), (52, 50), (53, 55), (94, 95), (100, 95)],
)
def test_no_figure_of_one_class_says_what_everybody_answered(percent, said):
    assert coarse(percent) == said
