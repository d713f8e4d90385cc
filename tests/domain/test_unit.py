"""Correlations of several classes together, compared with those of the answers themselves."""

from itertools import chain, repeat
from random import Random
from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.question import Theme
from quiz.domain.tally import Counted, RestKey, RestSums, add_up
from quiz.domain.unit import Group, by_option, by_score, make_unit

# Five questions of the Law School Admission Test, sections 6 and 7, answered by 1000 people: how
# often each pattern of right and wrong occurred. Bock & Lieberman, Psychometrika 35 (1970) 179-197.
LSAT6 = """
    00000:3   00001:6   00010:2   00011:11  00100:1   00101:1   00110:3   00111:4
    01000:1   01001:8   01010:0   01011:16  01100:0   01101:3   01110:2   01111:15
    10000:10  10001:29  10010:14  10011:81  10100:3   10101:28  10110:15  10111:80
    11000:16  11001:56  11010:21  11011:173 11100:11  11101:61  11110:28  11111:298
"""
LSAT7 = """
    00000:12  00001:19  00010:1   00011:7   00100:3   00101:19  00110:3   00111:17
    01000:10  01001:5   01010:3   01011:7   01100:7   01101:23  01110:8   01111:28
    10000:7   10001:39  10010:11  10011:34  10100:14  10101:51  10110:15  10111:90
    11000:6   11001:25  11010:7   11011:35  11100:18  11101:136 11110:32  11111:308
"""


def counted(question, percent, name, *, exclusive=True):
    return Counted(
        question=question,
        revision="r1",
        theme=Theme.LITERACY,
        names=(name,),
        percent=percent,
        exclusive=exclusive,
    )


def rests_of(tally, question):
    return {key: sums for key, sums in tally.rests.items() if key.question == question}


@pytest.mark.parametrize(
    ("patterns", "correlations"),
    [
        # ltm::descript(LSAT), Rizopoulos, J. Stat. Softw. 17:5 (2006): "Excluded".
        (LSAT6, [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]),
        # mirt::itemstats(expand.table(LSAT7)): Chalmers, J. Stat. Softw. 48:6 (2012).
        (LSAT7, [0.246, 0.247, 0.313, 0.223, 0.175]),
    ],
    ids=["LSAT6", "LSAT7"],
)
def test_units_tell_what_was_published_of_the_law_school_admission_test(patterns, correlations):
    pairs = (entry.split(":") for entry in patterns.split())
    rows = chain.from_iterable(repeat(pattern, int(count)) for pattern, count in pairs)
    people = [
        [
            counted(f"q{i}", 100 * int(letter), "right" if letter == "1" else "wrong")
            for i, letter in enumerate(row)
        ]
        for row in rows
    ]
    tally = add_up(people)
    for number, published in enumerate(correlations):
        unit = make_unit(rests_of(tally, f"q{number}"))
        assert unit.people == 1000
        assert unit.discrimination == pytest.approx(100 * published, abs=0.51)
        assert unit.options == {"right": unit.discrimination, "wrong": -unit.discrimination}


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_unit_tells_what_the_answers_do(exclusive):
    chance = Random(5)
    people = []
    for _ in range(400):
        able = chance.random()
        picks = [chance.random() < able for _ in range(6)]
        people.append(
            [
                counted(
                    f"q{i}",
                    100 if pick else 50 * (i % 2),
                    "right" if pick else chance.choice(["lure", "wrong"]),
                    exclusive=exclusive,
                )
                for i, pick in enumerate(picks)
            ]
        )
    unit = make_unit(rests_of(add_up(people), "q1"))
    own = [answers[1].percent for answers in people]
    rest = [
        round(sum(each.percent for i, each in enumerate(answers) if i != 1) / 5)
        for answers in people
    ]
    assert unit.discrimination == pytest.approx(100 * correlation(own, rest), abs=0.5)
    if not exclusive:
        assert unit.options == {}
        return
    for option in ("right", "lure", "wrong"):
        chose = [option in answers[1].names for answers in people]
        assert unit.options[option] == pytest.approx(100 * correlation(chose, rest), abs=0.5)


def test_a_unit_needs_two_groups_of_ten():
    alike = {RestKey("q", "r", "right", 100): RestSums(60, 3000, 160_000)}
    few = {**alike, RestKey("q", "r", "wrong", 0): RestSums(9, 300, 11_000)}
    enough = {**alike, RestKey("q", "r", "wrong", 0): RestSums(10, 300, 11_000)}
    assert make_unit(alike) is make_unit(few) is None
    assert make_unit(enough).people == 70


def test_what_never_varies_correlates_with_nothing():
    unit = make_unit(
        {
            RestKey("q", "r", "right", 100): RestSums(30, 1500, 75_000),
            RestKey("q", "r", "wrong", 0): RestSums(30, 1500, 75_000),
        }
    )
    assert (unit.discrimination, unit.options) == (None, {})


ROWS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([0, 33, 67, 100])),
    st.integers(1, 30),
    min_size=1,
)


@given(ROWS, st.booleans())
def test_no_group_has_fewer_than_ten_if_all_have_more(rows, exclusive):
    groups = {
        RestKey("q", "r", option if exclusive else "", score): RestSums(people, 0, 0)
        for (option, score), people in rows.items()
    }
    made = [Group(key.option, key.score * sums.people, sums) for key, sums in groups.items()]
    result = (by_option if exclusive else by_score)(made)
    assert sum(group.people for group in result) == sum(row.people for row in made)
    assert len(result) == 1 or min(group.people for group in result) >= 10
