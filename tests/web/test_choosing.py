"""Choosing the questions of a prepared class, without script."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from quiz.domain import reading
from quiz.store.tables import OwnSet, Room
from tests.web.classroom import CHOICE
from tests.web.conftest import READY, fill

IMAGES = "har-images-class-chat"
TWIN = "abd-authority-order-b"


@pytest.fixture
def choosing(teacher):
    """The page on which the questions of a prepared class are chosen; it has two."""
    fill(teacher.visit("/rooms/new"), do="keep", questions=[CHOICE, IMAGES])
    return teacher.visit("/rooms/1/questions")


def ticked(teacher):
    """Return what stands on the page as chosen, in its order."""
    return [box["value"] for box in teacher.page.select("[name=order]")]


def found(teacher):
    return [box["value"] for box in teacher.page.select("#found [name=questions]")]


def press(teacher, do, ticks=(), off=(), **fields):
    """Press a button with what is ticked on the page, some more, and without what is unticked."""
    boxes = teacher.page.select("[type=hidden][name=questions], [name=questions][checked]")
    chosen = [box["value"] for box in boxes if box["value"] not in off]
    selects = {
        each["name"]: each.select_one("[selected]")["value"]
        for each in teacher.page.select("select")
        if each.select_one("[selected]")
    }
    words = teacher.find("#words").get("value", "")
    values = {**selects, "words": words, **fields, "questions": [*chosen, *ticks], "do": do}
    return teacher.send(teacher.find("#choosing"), values)


def kept(app):
    with app.extensions["database"].reading() as db:
        return db.scalars(select(Room.questions)).one().split()


def test_a_line_says_what_a_question_is(app, choosing):
    bank = app.extensions["bank"].questions
    assert found(choosing) == sorted(bank, key=found(choosing).index)
    assert set(found(choosing)) == set(bank)
    line = choosing.find(f"label[for=questions-{CHOICE}]").get_text(" ", strip=True)
    minutes = reading.class_minutes([bank[CHOICE]])
    for words in (bank[CHOICE].title["vi"], "Bắt cóc online", f"khoảng {minutes} phút"):
        assert words in line
    assert f"song song với “{bank[TWIN].title['vi']}”" in line
    adult = next(each for each in bank.values() if each.audience == "adult")
    assert "người lớn" in choosing.find(f"label[for=questions-{adult.id}]").get_text()


@pytest.mark.parametrize("words", ["cuộc gọi sim", "CUOC GOI sim", "a CALL about sim"])
def test_words_are_found_with_and_without_accents(choosing, words):
    press(choosing, "look", words=words)
    assert found(choosing) == [CHOICE]
    assert choosing.find("#words")["value"] == words


def test_an_accent_that_is_typed_counts(choosing):
    press(choosing, "look", words="cuốc gọi sim")
    assert found(choosing) == []


def test_filters_go_together_and_nothing_chosen_is_lost(app, choosing):
    press(choosing, "look", theme="literacy", kind="judge", level="1", audience="all")
    bank = app.extensions["bank"].questions
    assert found(choosing) == [
        id_
        for id_ in found(choosing)
        if (bank[id_].theme, bank[id_].kind, bank[id_].level) == ("literacy", "judge", 1)
    ]
    assert len(found(choosing)) > 3
    new = found(choosing)[0]
    press(choosing, "look", ticks=[new], words="không có câu nào như thế")
    assert found(choosing) == []
    assert ticked(choosing) == [CHOICE, IMAGES, new]
    assert choosing.find("#theme option[selected]")["value"] == "literacy"
    press(choosing, "keep")
    assert kept(app) == [CHOICE, IMAGES, new]


def test_what_was_chosen_and_looked_for_stands_in_the_address(choosing):
    press(choosing, "look", words="sim", ticks=[TWIN])
    address = choosing.response.request.full_path
    query = parse_qs(urlsplit(address).query)
    assert query["questions"] == [CHOICE, IMAGES, TWIN]
    assert "form_token" not in query
    choosing.visit("/rooms/1/questions")
    assert ticked(choosing) == [CHOICE, IMAGES], "nothing is kept before that is asked for"
    choosing.open(address)
    assert ticked(choosing) == [CHOICE, IMAGES, TWIN]
    english = choosing.find("a[hreflang=en]")["href"]
    choosing.open(english)
    assert ticked(choosing) == [CHOICE, IMAGES, TWIN]


def test_the_order_is_changed_by_hand(app, choosing):
    press(choosing, "add", set="first-time")
    before = ticked(choosing)
    assert before[:2] == [CHOICE, IMAGES]
    assert len(before) == len(set(before)) == 8, "two of the set were there"
    press(choosing, f"down:{CHOICE}", words="sim")
    assert ticked(choosing) == [IMAGES, CHOICE, *before[2:]]
    press(choosing, f"up:{before[3]}")
    press(choosing, f"remove:{before[5]}")
    left = [IMAGES, CHOICE, before[3], before[2], before[4], *before[6:]]
    assert ticked(choosing) == left
    press(choosing, "look", off=[CHOICE], words="")
    assert ticked(choosing) == [each for each in left if each != CHOICE]
    press(choosing, "keep")
    assert kept(app) == [each for each in left if each != CHOICE]


def test_the_counter_says_how_many_and_how_long(app, choosing):
    press(choosing, "add", set="parents")
    bank = app.extensions["bank"].questions
    minutes = reading.class_minutes(bank[id_] for id_ in ticked(choosing))
    assert minutes % 5 == 0
    said = f"{len(ticked(choosing))} câu · khoảng {minutes} phút"
    assert said == choosing.find("#sum").get_text()


def test_too_many_or_none_are_refused_and_stay_on_the_page(app, choosing):
    bank = list(app.extensions["bank"].questions)
    press(choosing, "keep", ticks=bank[:25], words="sim")
    assert choosing.status == 400
    assert "nhiều nhất 20 câu" in choosing.text
    assert set(bank[:25]) <= set(ticked(choosing))
    assert choosing.find("#words")["value"] == "sim"
    press(choosing, "keep", off=ticked(choosing))
    assert choosing.status == 400
    assert kept(app) == [CHOICE, IMAGES]


def test_a_set_of_ones_own_is_kept_used_and_deleted(app, choosing, make_staff):
    press(choosing, "save", ticks=[TWIN], name="  ")
    assert choosing.status == 400
    assert choosing.has("#name-error")
    assert ticked(choosing) == [CHOICE, IMAGES, TWIN]
    press(choosing, "save", name="Buổi sáng")
    assert "Buổi sáng" in choosing.find("#said").get_text()
    press(choosing, "save", name=" Buổi  sáng ", off=[IMAGES])
    with app.extensions["database"].reading() as db:
        [own] = db.scalars(select(OwnSet)).all()
    assert (own.name, own.questions) == ("Buổi sáng", f"{CHOICE} {TWIN}")

    fill(choosing.visit("/rooms/new"), do="open", set=f"own-{own.id}", **READY)
    assert len(choosing.page.select(".timeline li")) == 2

    other = make_staff(email="other@example.org")
    fill(other.visit("/rooms/new"), do="keep", set=f"own-{own.id}")
    assert "Buổi sáng" not in other.visit("/rooms/3/questions").text
    press(other, "forget", set=f"own-{own.id}")
    choosing.visit("/rooms/1/questions")
    press(choosing, "forget", set=f"own-{own.id}")
    with app.extensions["database"].reading() as db:
        assert db.scalar(select(func.count()).select_from(OwnSet)) == 0


def test_a_new_class_begins_with_a_set_or_is_led_to_the_list(app, teacher):
    sets = app.extensions["bank"].sets
    assert {"first-time", "parents", "grades-6-7", "abduction-hour"} == set(sets)
    fill(teacher.visit("/rooms/new"), do="keep", set="abduction-hour")
    assert kept(app) == list(sets["abduction-hour"].questions)
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Room.theme)).one() == "abduction"
    fill(teacher.visit("/rooms/new"), do="choose", name="")
    assert teacher.status == 400
    fill(teacher, do="choose")
    assert teacher.response.request.path == "/rooms/2/questions"
    assert len(ticked(teacher)) == 8


def test_three_ticks_on_its_own_page_open_a_prepared_class(teacher):
    fill(teacher.visit("/rooms/new"), do="keep", questions=[CHOICE])
    assert not teacher.has("[name=questions]")
    teacher.press("open", told_optional="y")
    assert teacher.status == 400
    assert teacher.has("#told_optional-error")
    assert teacher.has("#told_optional[checked]")
    teacher.press("open", **READY)
    assert teacher.has('button[value="next"]')
    assert teacher.visit("/rooms/1/questions").status == 404


def test_a_question_can_be_read_with_its_answer_and_notes(app, teacher):
    teacher.visit("/rooms")
    for question in app.extensions["bank"].questions.values():
        teacher.open(f"/rooms/questions/{question.id}")
        assert teacher.status == 200
        for words in (question.title, question.why, question.discuss):
            assert words["vi"] in teacher.page.get_text(), question.id
    assert teacher.open("/rooms/questions/no-such-question").status == 404
