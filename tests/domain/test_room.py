from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain import join_code
from quiz.domain.room import Mode, Move, RoomPosition, RoomProgress, Stage, after, moves

NEW = RoomProgress(revealed=[0, 0, 0], finished=[False, False, False])


def test_a_class_goes_through_its_questions():
    current = RoomPosition(Stage.LOBBY)
    current = after(Mode.LIVE, current, Move.NEXT, NEW)
    assert current == RoomPosition(Stage.ASKING, 0)
    current = after(Mode.LIVE, current, Move.REVEAL, NEW)
    course = RoomProgress(revealed=[1, 0, 0], finished=[True, False, False])
    assert after(Mode.LIVE, current, Move.NEXT, course) == RoomPosition(Stage.ASKING, 1)


def test_a_story_goes_on_step_by_step():
    halfway = RoomProgress(revealed=[1, 0], finished=[False, False])
    assert after(
        Mode.LIVE, RoomPosition(Stage.REVEALING, 0, 0), Move.NEXT, halfway
    ) == RoomPosition(Stage.ASKING, 0, 1)
    told = RoomProgress(revealed=[2, 0], finished=[True, False])
    assert after(Mode.LIVE, RoomPosition(Stage.REVEALING, 0, 1), Move.NEXT, told) == RoomPosition(
        Stage.ASKING, 1
    )


def test_going_back_shows_what_was_revealed_and_asks_it_no_more():
    course = RoomProgress(revealed=[2, 0, 0], finished=[True, False, False])
    back = after(Mode.LIVE, RoomPosition(Stage.ASKING, 1), Move.BACK, course)
    assert back == RoomPosition(Stage.REVEALING, 0, 1)
    assert after(Mode.LIVE, back, Move.BACK, course) == RoomPosition(Stage.REVEALING, 0, 0)
    assert after(Mode.LIVE, RoomPosition(Stage.REVEALING, 0, 0), Move.NEXT, course) == RoomPosition(
        Stage.REVEALING, 0, 1
    )


def test_a_skipped_question_is_asked_again_on_the_way_back():
    skipped = after(Mode.LIVE, RoomPosition(Stage.ASKING, 0), Move.SKIP, NEW)
    assert skipped == RoomPosition(Stage.ASKING, 1)
    assert after(Mode.LIVE, skipped, Move.BACK, NEW) == RoomPosition(Stage.ASKING, 0)


def test_back_from_the_first_question_is_the_lobby():
    assert after(Mode.LIVE, RoomPosition(Stage.ASKING, 0), Move.BACK, NEW) == RoomPosition(
        Stage.LOBBY
    )


def test_the_last_question_can_be_neither_skipped_nor_followed():
    assert Move.SKIP not in moves(Mode.LIVE, RoomPosition(Stage.ASKING, 2), NEW)
    done = RoomProgress(revealed=[1, 1, 1], finished=[True, True, True])
    assert moves(Mode.LIVE, RoomPosition(Stage.REVEALING, 2), done) == {Move.BACK, Move.CLOSE}


def test_a_closed_room_stays_closed_and_a_self_paced_one_is_only_closed():
    assert not moves(Mode.LIVE, RoomPosition(Stage.CLOSED), NEW)
    assert moves(Mode.SELF_PACED, RoomPosition(Stage.ASKING), NEW) == {Move.CLOSE}


@given(st.lists(st.sampled_from(list(Move)), max_size=60))
def test_nothing_that_was_revealed_is_ever_asked_again(presses):
    current, revealed = RoomPosition(Stage.LOBBY), [0, 0, 0]
    for press in presses:
        course = RoomProgress(revealed=revealed, finished=[bool(each) for each in revealed])
        if press not in moves(Mode.LIVE, current, course):
            continue
        if press is Move.REVEAL:
            assert revealed[current.position] == 0
            revealed[current.position] = 1
        current = after(Mode.LIVE, current, press, course)
        if current.stage is Stage.ASKING:
            assert not revealed[current.position]
        if current.stage is Stage.REVEALING:
            assert revealed[current.position]


@pytest.mark.parametrize(
    "typed",
    [
        "482913",
        "482 913",
        " 482-913 ",
        "48 29 13",
        "482.913",
        "４８２９１３",
        "482\u00a0913",
        "4-8-2-9-1-3",
        "482\u200b913",
        "\u2068482913\u2069",
        "482\u2011913",
        "482\u2212913",
        "http://192.168.1.23:8000/j/482913",
        "https://quiz.example/en/j/482%20913?x=1",
        "quiz.example/j/482913/",
        "/j/482913",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed):
    assert join_code.clean(typed) == "482913"


@pytest.mark.parametrize("typed", ["", "48291", "4829133", "48291a", "bốn tám", "²82913x"])
def test_what_is_no_code_is_none(typed):
    assert join_code.clean(typed) is None


def test_a_code_is_drawn_among_those_that_are_free():
    free = {f"0042{number:02}" for number in range(100)}
    taken = {f"{number:06}" for number in range(10**6)} - free
    assert join_code.generate(Random(1), taken) in free
    assert join_code.spaced("000042") == "000 042"
