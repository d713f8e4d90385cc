"""Joining a class: once for each form, with and without cookies, and only as many as may come."""

from threading import Barrier, Thread

from sqlalchemy import func, select

from quiz.store.tables import Answer, Attempt, Batch, Event, OptionTally, Reveal, Room
from tests.web.classroom import CHOICE, join


def count(app, table):
    with app.extensions["database"].reading() as db:
        return db.scalars(select(func.count()).select_from(table)).one()


def notice(phone, code):
    phone.visit("/j")
    return phone.send(phone.find("main form"), {"code": code, "do": "code"})


def test_the_same_form_sent_three_times_at_once_takes_one_seat(app, make_phone, open_room):
    form = notice(make_phone(), open_room()).find("main form")
    fields = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    together, given = Barrier(3), set()

    def press():
        client = app.test_client(use_cookies=False)
        together.wait()
        response = client.post("/j", data={**fields, "do": "join"})
        given.add((response.status_code, response.headers["Set-Cookie"]))

    threads = [Thread(target=press) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert count(app, Attempt) == 1
    assert [status for status, _ in given] == [200], "all three are given the same cookie"


def test_two_people_who_read_the_notice_take_two_seats(app, make_phone, open_room):
    code = open_room()
    for phone in (make_phone(), make_phone(cookies=False)):
        notice(phone, code).press("join")
    assert count(app, Attempt) == 2


def test_without_cookies_a_phone_goes_through_a_live_class(app, teacher, make_phone, open_room):
    code = open_room(questions=[CHOICE])
    phone = join(make_phone(cookies=False), code)
    assert "Bạn đã vào lớp" in phone.text
    phone.press("show")
    assert "Bạn đã vào lớp" in phone.text
    token = phone.find("main input[name=t]")["value"]
    teacher.visit("/rooms/1").press("next")
    phone.open("/r", headers={"Quiz-Token": token, "Quiz-Version": "none"})  # as the script asks
    phone.press("answer", a=["leave"])
    assert "Đã nhận câu trả lời" in phone.text
    phone.press("change").press("answer", a=["badge"])
    teacher.visit("/rooms/1").press("reveal")
    phone.press("show")
    assert phone.has(".tally")
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Answer.chosen)).all() == ["badge"]
    assert count(app, Attempt) == 1
    teacher.visit("/rooms/1").press("close")
    phone.press("show")
    assert "Cảm ơn bạn đã tham gia" in phone.text


def test_without_cookies_a_phone_goes_through_a_self_paced_class(
    app, teacher, make_phone, open_room
):
    code = open_room(mode="self-paced", length="3")
    phone = join(make_phone(cookies=False), code).finish()
    assert "Kết quả" in phone.title
    assert count(app, Attempt) == 1
    teacher.visit("/rooms/1")
    assert "1 trên 1" in teacher.text


def test_many_more_than_were_expected_wait_until_the_facilitator_lets_them_in(
    app, teacher, make_phone, open_room
):
    code = open_room(expected="2")
    inside = [join(make_phone(), code) for _ in range(6)]
    assert "6 điện thoại đã vào" in teacher.visit("/rooms/1").text
    late = join(make_phone(), code)
    assert late.status == 409
    assert "người hướng dẫn" in late.text
    assert count(app, Attempt) == 6
    assert "Bạn đã vào lớp" in inside[0].visit("/r").text
    for wrong in ("", "0", "many"):
        teacher.press("expect", expected=wrong)
        assert teacher.status == 400
        assert teacher.has("#expected-error")
    teacher.press("expect", expected="30")
    assert "30 người" not in teacher.find(".console__now").get_text()
    assert "Bạn đã vào lớp" in join(late, code).text
    assert count(app, Attempt) == 7


def test_the_console_warns_when_clearly_more_joined_than_were_expected(
    teacher, make_phone, open_room
):
    code = open_room(expected="4")
    for _ in range(6):
        join(make_phone(), code)
    assert not teacher.visit("/rooms/1").has(".console__now .note")
    join(make_phone(), code)
    assert "4 người" in teacher.visit("/rooms/1").find(".console__now .note").get_text()


def test_a_class_closed_without_counting_leaves_no_answer_and_no_total(
    app, teacher, make_phone, open_room
):
    code = open_room(questions=[CHOICE])
    phones = [join(make_phone(), code) for _ in range(5)]
    teacher.visit("/rooms/1").press("next")
    for phone in phones:
        phone.visit("/r").press("answer", a=["leave"])
    teacher.visit("/rooms/1").press("reveal")
    stale = teacher.form_of(teacher.find('button[value="discard"]'))
    teacher.press("discard")
    assert teacher.response.request.path == "/rooms/1/result"
    assert "không tính" in teacher.text
    assert not teacher.has("table")
    for table in (Attempt, Answer, Reveal, Batch, OptionTally):
        assert count(app, table) == 0, table
    with app.extensions["database"].reading() as db:
        assert db.execute(select(Room.stage, Room.batch, Room.opened)).all() == [
            ("closed", None, None)
        ]
        done = db.scalars(select(Event.what).where(Event.about == "room:1")).all()
    assert done == ["room-opened", "room-discarded"]
    assert "Cảm ơn bạn đã tham gia" in phones[0].visit("/r").text
    teacher.send(stale, {"do": "discard"})
    assert teacher.response.request.path == "/rooms/1/result"


def test_a_stale_console_discards_nothing(app, teacher, make_phone, open_room):
    code = open_room(questions=[CHOICE])
    join(make_phone(), code)
    stale = teacher.visit("/rooms/1").form_of(teacher.find('button[value="discard"]'))
    teacher.press("next")
    teacher.send(stale, {"do": "discard"})
    assert teacher.status == 409
    assert count(app, Attempt) == 1
