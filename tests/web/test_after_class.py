"""When a class has ended: what phones and the wall say, and what its facilitator can take along."""

import csv
from io import StringIO

from quiz.domain.tally import ALL
from quiz.service.live.rooms import step_result, theme_results
from quiz.service.reports.figures import Share
from tests.shipped import shipped_bank
from tests.web.classroom import CHOICE, answer_all, join
from tests.web.conftest import READY, fill

IMAGES = "har-images-class-chat"
STORY = "har-story-countdown"


def lead_to_the_end(teacher, phones):
    """Lead a class of two questions until the last is revealed: all know one, one the other."""
    teacher.press("next")
    answer_all(phones, "leave")
    teacher.visit("/rooms/1").press("reveal")
    teacher.press("next")
    answer_all(phones[:1], "report")
    teacher.visit("/rooms/1").press("reveal")
    if teacher.has('button[name="sure"], input[name="sure"]'):
        teacher.press("reveal")


def test_phones_are_thanked_told_what_to_pass_on_and_whom_to_call(
    app, teacher, make_phone, open_room
):
    code = open_room(questions=[CHOICE, IMAGES])
    phones = [join(make_phone(), code) for _ in range(5)]
    lead_to_the_end(teacher, phones)
    mine = phones[0].visit("/r").press("own")
    verdicts = [each.get_text().split(". ")[1] for each in mine.page.select(".reviewed summary b")]
    assert len(verdicts) == 2
    assert "Đúng trọn vẹn" in verdicts[0]
    assert not mine.has("[data-updates]"), "nothing takes her answers off the page"
    assert "Bạn đã bỏ qua" in phones[1].visit("/r").press("own").text
    teacher.visit("/rooms/1").press("close")
    for phone in phones[:2]:
        phone.press("show")
        assert phone.heading == "Cảm ơn bạn đã tham gia."
        assert [each.get_text() for each in phone.page.select(".numbers b")] == [
            "113",
            "111",
            "115",
        ]
        assert "113 Công an 111" in " ".join(phone.text.split())
    assert phones[0].visit("/r").heading == "Cảm ơn bạn đã tham gia."
    wall = teacher.visit("/rooms/1/wall").text
    bank = app.extensions["bank"].questions
    assert f"{bank[CHOICE].title['vi']} 100%" in " ".join(wall.split())
    assert bank[IMAGES].title["vi"] not in wall, "one answer is no figure"
    assert "115 Cấp cứu y tế" in " ".join(wall.split())


def test_whoever_was_in_no_class_is_not_thanked(make_phone):
    phone = make_phone()
    phone.start()
    assert phone.visit("/r").heading == "Bạn chưa vào lớp nào đang mở."


def test_what_is_asked_now_is_not_among_her_own_answers(teacher, make_phone, open_room):
    code = open_room(questions=[CHOICE, IMAGES])
    phone = join(make_phone(), code)
    teacher.press("next")
    answer_all([phone], "leave")
    form = phone.find("form:has([name=do][value=show])")
    assert "leave" not in phone.send(form, {"do": "own"}).page.find("main").decode()
    assert not phone.has(".reviewed li")


def test_the_file_of_a_class_has_the_figures_of_its_page(
    teacher, make_staff, make_phone, open_room
):
    code = open_room(questions=[CHOICE, IMAGES])
    lead_to_the_end(teacher, [join(make_phone(), code) for _ in range(5)])
    assert teacher.visit("/rooms/1/result.csv").status == 404
    teacher.visit("/rooms/1").press("close")
    told = teacher.client.get(teacher.find("a[href$='result.csv']")["href"])
    assert told.headers["Content-Disposition"].startswith('attachment; filename="vung-tam-')
    rows = list(csv.reader(StringIO(told.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0][:3] == ["Câu hỏi", "Tên câu hỏi", "Chủ đề"]
    known = [row for row in rows[1:] if row[0] == "1"]
    assert sum(int(row[6]) for row in known) == 5
    assert {row[9] for row in known} == {"100"}
    [withheld] = [row for row in rows[1:] if row[0] == "2"]
    assert withheld[3:] == [""] * 7
    english = teacher.client.get("/en/rooms/1/result.csv").text.removeprefix("\ufeff")
    assert [row[9] for row in csv.reader(StringIO(english))][:2] == ["Score, %", "100"]
    other = make_staff(email="khac@example.org")
    assert other.visit("/rooms/1/result.csv").status == 404


def test_a_class_before_and_after_is_compared_by_theme(teacher, make_phone, open_room):
    code = open_room(questions=[CHOICE, IMAGES], phase="before")
    phones = [join(make_phone(), code) for _ in range(5)]
    teacher.press("next")
    answer_all(phones, "badge")
    teacher.visit("/rooms/1").press("close")
    teacher.press("after")
    teacher.visit("/rooms/2/edit")
    fill(teacher, phase="after", questions=["abd-authority-order-b", IMAGES], **READY)
    code = teacher.find(".facts .num").get_text()
    phones = [join(make_phone(), code) for _ in range(5)]
    teacher.press("next")
    answer_all(phones, "leave")
    teacher.visit("/rooms/2").press("close")
    rows = teacher.page.select("table:has(#compared) tbody tr")
    found = {row.th.get_text(): [td.get_text() for td in row.select("td.num")] for row in rows}
    assert found["Quấy rối trên mạng"] == ["quá ít để kết luận"] * 2
    assert found["Bắt cóc online"] == found["Tất cả"] == ["0%", "100%"]


def test_a_scene_to_which_fewer_than_five_came_has_no_figures():
    story = shipped_bank().questions[STORY]
    first, other = [node for node in story.scenes if node.choices][:2]
    votes = {f"{first.id}:{turn.id}": 3 for turn in first.choices[:2]}
    votes |= {f"{other.id}:{other.choices[0].id}": 4, f"{other.id}:not-sure": 0}
    shown = step_result(story, first, votes, 6)
    assert [option.percent for option in shown.options][:2] == [50, 50]
    hidden = step_result(story, other, votes, 6)
    assert (hidden.options, hidden.unsure) == ((), 0)


def test_no_theme_is_left_out_for_want_of_answers():
    assert theme_results([]) == {ALL: Share(answers=0)}
