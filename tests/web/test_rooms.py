"""A class, from preparing to its result, on a console, a wall and some phones without script."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from random import Random
from urllib.parse import urlsplit

import pytest
import segno
from sqlalchemy import func, select

from quiz.service.live.answers import SavedAnswer
from quiz.store.tables import Answer, Attempt, Batch, Room
from quiz.web import create_app, join_link, network
from quiz.web.participant import classroom as pages_of_classroom
from tests.databases import BACKENDS, TWINS
from tests.shipped import shipped_bank
from tests.web.classroom import CHOICE, answer_all, join
from tests.web.conftest import READY, fill

IMAGES = "har-images-class-chat"


@pytest.fixture(params=TWINS)
def backend(request):
    return request.param


@pytest.fixture
def classroom(make_phone, open_room):
    """Return five phones in a room with one question of each kind that is asked for."""

    def classroom(people=5, **fields):
        code = open_room(**fields)
        return [join(make_phone(), code) for _ in range(people)]

    return classroom


def wall_of(teacher, make_staff):
    return teacher.find("main a[target]")["href"]


def count(app, table):
    with app.extensions["database"].reading() as db:
        return db.scalars(select(func.count()).select_from(table)).one()


def test_a_province_is_offered_and_kept_by_one_name(app, teacher, open_room):
    teacher.visit("/rooms/new")
    assert len(teacher.find("#provinces").find_all("option")) == 34
    assert teacher.find("#province")["list"] == "provinces"
    open_room(province="  lào   cai ")
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Room.province)).one() == "Lào Cai"


def test_two_right_spellings_are_one_chapter(app, open_room):
    open_room(province="tp hồ chí minh", chapter="THCS Thuỵ Khuê")
    open_room(province="TP.HCM", chapter=" thcs\u200b  Thụy Khuê")
    with app.extensions["database"].reading() as db:
        places = {(room.province, room.chapter) for room in db.scalars(select(Room))}
    assert places == {("TP. Hồ Chí Minh", "THCS Thụy Khuê")}


def test_two_presses_open_a_class(teacher, app):
    teacher.visit("/rooms")
    assert "Chưa có lớp nào" in teacher.text
    teacher.visit("/rooms/new")
    fill(teacher, do="open")
    assert teacher.status == 400
    assert teacher.has("#told_optional-error")
    fill(teacher, do="open", **READY)
    assert teacher.has('button[value="next"]')
    with app.extensions["database"].reading() as db:
        room = db.scalars(select(Room)).one()
    assert re.fullmatch(r"\d{6}", room.code)
    assert len(room.questions.split()) == len(room.revisions.split()) == 8


def test_a_kept_class_stays_the_same_class_when_opening_it_was_refused(app, teacher):
    fill(teacher.visit("/rooms/new"), do="keep")
    teacher.visit("/rooms/1/edit")
    fill(teacher, do="open", name="Lớp 10A")
    assert teacher.status == 400
    fill(teacher, do="open", name="Lớp 10A", **READY)
    with app.extensions["database"].reading() as db:
        rooms = db.execute(select(Room.id, Room.name, Room.stage)).all()
    assert rooms == [(1, "Lớp 10A", "lobby")]


def test_a_class_for_which_there_is_no_question_comes_back_in_the_form(teacher):
    teacher.visit("/rooms/new")
    fill(teacher, do="keep", name="Lớp 10A", questions=["no-such-question"])
    assert teacher.status == 400
    assert "ít nhất một câu hỏi" in teacher.text
    assert teacher.find("#name")["value"] == "Lớp 10A"


def test_enter_in_a_form_keeps_and_never_opens_or_seals(teacher):
    """Enter presses the first button of a form that sends it."""
    teacher.visit("/rooms/new")
    assert teacher.find("main form button:not([type=button])")["value"] == "keep"
    fill(teacher, do="open", mode="paper", **READY)
    assert teacher.find("form[data-sums] button:not([type=button])")["value"] == "keep"


def test_bad_fields_are_named_and_nothing_is_lost(teacher):
    teacher.visit("/rooms/new")
    fill(teacher, name="", length="40", province="Hà Giang")
    assert teacher.status == 400
    assert len(teacher.page.select(".errors a")) == 2
    assert teacher.find("#province")["value"] == "Hà Giang"


def test_a_code_is_dead_when_its_class_closes_and_rests_for_90_days(
    clock, phone, make_staff, monkeypatch
):
    monkeypatch.setattr(
        "quiz.web.staff.rooms.SystemRandom", lambda: Random(1)
    )  # always the same draw

    def open_one(number):
        teacher = make_staff(email=f"teacher-{number}@example.org")
        fill(teacher.visit("/rooms/new"), **READY)
        return teacher, teacher.find(".facts .num").get_text(strip=True)

    first, code = open_one(1)
    second, other = open_one(2)
    assert code != other, "both are open"
    for teacher in (first, second):
        teacher.press("close")
    phone.visit("/j")
    phone.send(phone.find("main form"), {"code": code, "do": "join"})
    assert phone.status == 404
    assert "Không có lớp nào" in phone.text
    clock.forward(days=89)
    assert open_one(3)[1] not in {code, other}
    clock.forward(days=2)
    assert open_one(4)[1] == code


@pytest.mark.parametrize("typed", ["{}", " {}", "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}"])
def test_a_code_is_read_however_it_was_typed(phone, open_room, typed):
    code = open_room()
    join(phone, typed.format(code))
    assert "Bạn đã vào lớp" in phone.text


def test_a_qr_code_leads_to_the_notice_and_leaves_no_code_in_the_address(phone, open_room):
    code = open_room()
    phone.open(f"/j/{code}")
    assert (phone.status, phone.response.location) == (303, "/j")
    phone.open("/j")
    assert phone.find('input[name="code"]')["value"].startswith(f"{code}~")
    phone.press("join")
    assert "Bạn đã vào lớp" in phone.text


@pytest.mark.parametrize("https", [False, True])
def test_the_code_of_a_qr_code_is_forgotten_once_it_was_shown(make_phone, open_room, https):
    phone = make_phone(https=https)
    phone.open(f"/j/{open_room()}")
    [cookie] = phone.client._cookies.values()
    assert cookie.key == ("__Host-k" if https else "k")
    assert (cookie.secure, cookie.http_only, cookie.same_site) == (https, True, "Lax")
    assert cookie.expires is None
    phone.open("/j")
    assert phone.has('button[value="join"]')
    assert not phone.client._cookies


@pytest.mark.parametrize("typed", ["", "abc", "12345", "999999x"])
def test_what_is_no_code_is_said_beside_the_field(phone, typed):
    phone.visit("/j")
    phone.send(phone.find("main form"), {"code": typed, "do": "code"})
    assert phone.status == 400
    assert phone.find("#code")["value"] == typed
    assert phone.find("#code")["aria-invalid"] == "true"


SCHOOL, ELSEWHERE = "203.0.113.7", "198.51.100.20"


def at(person, address):
    """Let somebody ask from an address."""
    person.client.environ_base["REMOTE_ADDR"] = address
    return person


def guess(guesser, code):
    """Type a code, with the form that stands on the page; return the status."""
    if not hasattr(guesser, "page"):
        guesser.visit("/j")
    guesser.send(guesser.find("main form"), {"code": code, "do": "code"})
    return guesser.status


def wrong_codes(right):
    """Yield codes of no class, without end."""
    return (str(number) for number in range(100_000, 900_000) if str(number) != right)


def join_link_of(teacher, code):
    """Return what the QR code on the wall of a class says, after looking that it does say it."""
    with teacher.app.test_request_context():
        link = f"http://localhost/j/{join_link.sign(code)}"
    teacher.visit("/rooms/1/wall")
    drawn = segno.make(link, micro=False).svg_inline(scale=6, omitsize=True, lineclass=None)
    assert teacher.find("svg.qr path:last-child")["d"] == re.findall(r' d="([^"]+)"', drawn)[-1]
    return urlsplit(link).path


def test_guessing_codes_is_slowed(make_phone, open_room):
    wrong, guesser = wrong_codes(open_room()), make_phone()
    statuses = [guess(guesser, next(wrong)) for _ in range(32)]
    assert statuses == [404] * 30 + [429] * 2
    assert "quét mã QR" in guesser.find("#code-error").get_text()
    assert int(guesser.response.headers["Retry-After"]) <= 60


@pytest.mark.slow
def test_everybody_who_joins_at_an_address_leaves_it_one_more_slip(clock, make_phone, open_room):
    code = open_room()
    for _ in range(10):
        join(at(make_phone(), SCHOOL), code)
    wrong, slips = wrong_codes(code), []
    for _ in range(42):
        clock.forward(seconds=1)
        slips.append(guess(at(make_phone(), SCHOOL), next(wrong)))
    assert slips == [404] * 40 + [429] * 2


@pytest.mark.slow
def test_whoever_guesses_beside_a_class_keeps_nobody_of_it_out(
    app, clock, teacher, make_phone, open_room
):
    at(teacher, SCHOOL)
    code = open_room()
    guesser, wrong = at(make_phone(), SCHOOL), wrong_codes(code)
    for second in range(60):
        for _ in range(5):
            clock.forward(seconds=0.2)
            guess(guesser, next(wrong))
        if second % 6 == 0:
            assert guess(at(make_phone(), SCHOOL), code) == 200
            assert "Bạn đã vào lớp" in join(at(make_phone(), SCHOOL), code).text
    assert guesser.status == 429


def test_a_class_led_from_elsewhere_belongs_to_an_address_once_somebody_has_come_in_there(
    clock, teacher, make_phone, open_room
):
    at(teacher, ELSEWHERE)
    code = open_room()
    guesser, wrong = at(make_phone(), SCHOOL), wrong_codes(code)
    for _ in range(32):
        clock.forward(seconds=0.2)
        guess(guesser, next(wrong))
    assert guess(guesser, code) == guess(guesser, next(wrong)) == 429, "a guesser learns nothing"
    assert guess(at(make_phone(), SCHOOL), code) == 429
    signed = join_link_of(teacher, code)
    scanned = at(make_phone(), SCHOOL).open(signed).open("/j")
    assert "Bạn đã vào lớp" in scanned.press("join").text
    assert guess(at(make_phone(), SCHOOL), code) == 200


def test_a_flood_of_guesses_is_bounded_for_the_class_next_door_too(
    clock, teacher, make_phone, open_room
):
    at(teacher, SCHOOL)
    code = open_room()
    guesser, wrong = at(make_phone(), SCHOOL), wrong_codes(code)
    for _ in range(40):
        guess(guesser, next(wrong))
    assert guess(guesser, code) == 429, "no more than ten tries a second tell anything"
    assert guesser.response.headers["Retry-After"] == "1"
    scanned = at(make_phone(), SCHOOL).open(join_link_of(teacher, code)).open("/j")
    assert "Bạn đã vào lớp" in scanned.press("join").text
    clock.forward(seconds=3)
    assert guess(at(make_phone(), SCHOOL), code) == 200


def test_an_old_qr_code_is_no_guess(app, teacher, make_phone, open_room):
    signed = join_link_of(teacher, open_room())
    with app.extensions["database"].writing() as db:
        db.scalars(select(Room)).one().code = "999999"
        db.commit()
    for _ in range(40):
        phone = make_phone().open(signed).open("/j")
        assert phone.status == 404
    assert phone.find("#code")["value"].isdecimal()


def test_a_signature_that_is_not_ours_is_worth_nothing(teacher, make_phone, open_room):
    link = join_link_of(at(teacher, ELSEWHERE), open_room())
    link = link[:-5] + ("a" if link[-5] != "a" else "b") + link[-4:]
    guesser, wrong = make_phone(), wrong_codes("")
    for _ in range(31):
        guess(guesser, next(wrong))
    assert make_phone().open(link).open("/j").status == 429


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_whole_class(app, teacher, classroom):
    phones = classroom(questions=[CHOICE, IMAGES])
    console = teacher.find(".console")
    assert "5" in console.get_text()

    teacher.press("next")
    answer_all(phones[:4], "leave")
    answer_all(phones[4:], "badge")
    assert "Đã nhận câu trả lời" in phones[0].text
    phones[0].press("change")
    assert phones[0].has('button[value="answer"]')
    phones[0].press("answer", a=["leave"])
    assert count(app, Answer) == 5

    teacher.visit("/rooms/1").press("reveal")
    assert "4 người" in teacher.text
    late = phones[4].client.post("/r")
    assert late.status_code == 403
    phones[0].visit("/r")
    assert "4 người" in phones[0].text

    teacher.press("back")
    teacher.press("next")
    assert teacher.has('button[value="next"]'), "what was revealed is shown, not asked again"
    teacher.press("next")
    teacher.press("close")
    assert teacher.response.request.path == "/rooms/1/result"
    titles = [app.extensions["bank"].questions[id_].title["vi"] for id_ in (CHOICE, IMAGES)]
    assert texts(teacher, "article h3") == [f"1. {titles[0]}", f"2. {titles[1]}"]
    assert f"{titles[0]} · 80%" in texts(teacher, "main > .wide > .bullets li")
    assert count(app, Attempt) == count(app, Answer) == 0
    with app.extensions["database"].reading() as db:
        batch = db.scalars(select(Batch)).one()
    assert (batch.source, batch.people, batch.released) == ("room", 5, None)
    phones[0].visit("/r")
    assert "Cảm ơn bạn đã tham gia" in phones[0].text


def test_nobody_in_a_live_class_goes_ahead_of_it(app, teacher, classroom):
    """The address of the quiz taken alone shows neither what is not asked yet nor its answer."""
    (phone,) = classroom(people=1, questions=[CHOICE, "lit-verify-flood-photo"])
    token = phone.find('[name="form_token"]')["value"]
    phone.open("/a")
    assert phone.response.location == "/r"
    for do in ("answer", "skip", "on", "unsure"):
        fields = {"form_token": token, "q": CHOICE, "do": do, "a": "hang-up"}
        phone.response = phone.client.post("/a", data=fields, base_url=phone.base)
        assert phone.response.location == "/r"
    assert count(app, Answer) == 0
    assert phone.visit("/c").response.location == "/r"


def test_an_answer_to_a_closed_question_is_told_and_changes_nothing(app, teacher, classroom):
    phones = classroom(questions=[CHOICE])
    teacher.press("next")
    answer_all(phones[1:], "leave")
    slow = phones[0].visit("/r")
    teacher.visit("/rooms/1").press("reveal")
    slow.press("answer", a=["badge"])
    assert slow.status == 409
    assert "không được tính" in slow.text
    assert count(app, Answer) == 4
    slow.visit("/r")
    teacher.press("close")
    assert count(app, Batch) == 1


def test_an_answer_after_the_end_is_told(teacher, classroom):
    phones = classroom(questions=[CHOICE])
    teacher.press("next")
    slow = phones[0].visit("/r")
    teacher.visit("/rooms/1").press("close")
    slow.press("answer", a=["badge"])
    assert slow.status == 409
    assert "không được tính" in slow.text


def test_fewer_than_five_see_no_figures(teacher, classroom):
    phones = classroom(people=4, questions=[CHOICE])
    teacher.press("next")
    answer_all(phones, "leave")
    teacher.visit("/rooms/1").press("reveal")
    assert not teacher.has(".tally .num")
    assert not phones[0].visit("/r").has(".tally .num")
    teacher.press("close")
    assert "không hiện số liệu" in teacher.text


@pytest.mark.parametrize("chosen", ["report", "not-sure"])
def test_a_theme_that_fewer_than_five_answered_has_no_figure(teacher, classroom, chosen):
    """Nor does what several themes add up to tell of it, for it is no part of the sum."""
    phones = classroom(people=6, questions=[CHOICE, "har-images-class-chat"])
    teacher.press("next")
    answer_all(phones, "leave")
    teacher.visit("/rooms/1").press("reveal")
    teacher.press("next")
    answer_all(phones[:1], chosen)
    teacher.visit("/rooms/1").press("close")
    rows = teacher.page.select("table:has(#by-theme) tbody tr")
    found = {row.th.get_text(strip=True): row.td.get_text(strip=True) for row in rows}
    assert found == {
        "Quấy rối trên mạng": "dưới năm người đã trả lời",
        "Bắt cóc online": "100%",
        "Tất cả": "100%",
    }


@pytest.mark.parametrize("chosen", ["leave", "badge"])
def test_before_the_reveal_no_byte_tells_what_was_answered(teacher, classroom, chosen):
    phones = classroom(questions=[CHOICE])
    teacher.press("next")
    pages = []
    for view in ("/rooms/1", "/rooms/1/wall"):
        teacher.visit(view)
        pages.append(plain(teacher))
    answer_all(phones, chosen)
    for view, before in zip(("/rooms/1", "/rooms/1/wall"), pages, strict=True):
        teacher.visit(view)
        assert plain(teacher).replace("5</b> trên 5", "0</b> trên 5") == before


def plain(person):
    """Return a page without what is new in every page, and with the numbers of the crowd alone."""
    text = re.sub(r'name="form_token" value="[^"]*"', "", person.response.text)
    return re.sub(r'data-version="[^"]*"|<progress[^>]*>', "", text)


def test_a_stale_console_changes_nothing(app, teacher, classroom):
    classroom(questions=[CHOICE, "har-images-class-chat"])
    stale = teacher.find('button[value="next"]').find_parent("form")
    teacher.press("next")
    teacher.send(stale, {"do": "next"})
    assert teacher.status == 409
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Room)).one().position == 0


def test_nobody_sees_the_room_of_another(teacher, make_staff, open_room):
    open_room()
    other = make_staff(email="other@example.org")
    for path in ("/rooms/1", "/rooms/1/wall", "/rooms/1/edit", "/rooms/1/result"):
        assert other.visit(path).status == 404
    stolen = teacher.visit("/rooms/1").find('button[value="next"]').find_parent("form")
    own = other.visit("/rooms").find('input[name="form_token"]')["value"]
    other.response = other.client.post(stolen["action"], data={"form_token": own, "do": "close"})
    assert other.status == 404


def test_a_self_paced_class_goes_on_like_a_quiz_alone(app, teacher, classroom):
    phones = classroom(people=2, mode="self-paced", length="3")
    for phone in phones:
        phone.finish()
        assert "Kết quả" in phone.title
    teacher.visit("/rooms/1")
    assert "2 trên 2" in teacher.text
    teacher.press("close")
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Batch)).one().people == 2


def test_a_receipt_shows_what_it_acknowledges(app, teacher, classroom):
    """Even if she has pressed something else meanwhile: it is kept for all who answer the same."""
    (phone,) = classroom(people=1, questions=[CHOICE])
    teacher.press("next")
    phone.visit("/r").answer("leave")
    with app.extensions["database"].reading() as db:
        version = db.get_one(Room, 1).version
    options = app.extensions["bank"].questions[CHOICE].options
    words = {each.id: each.text["vi"] for each in options}
    cookie = phone.client.get_cookie("s")
    with app.test_request_context("/r", headers={"Cookie": f"s={cookie.value}"}):
        kept = SavedAnswer(1, version, ("badge",))
        receipt = pages_of_classroom.receipt(kept).text(kept.chosen)
    assert words["badge"] in receipt
    assert words["leave"] not in receipt


def test_an_answer_after_a_self_paced_class_has_ended_is_told_so(teacher, classroom):
    (phone,) = classroom(people=1, mode="self-paced", length="3")
    teacher.visit("/rooms/1").press("close")
    phone.press("skip")
    assert phone.status == 404
    assert "không được tính" in phone.text


def test_a_class_after_a_lesson_is_compared_with_the_one_before(teacher, classroom, make_phone):
    phones = classroom(questions=[CHOICE], phase="before")
    teacher.press("next")
    answer_all(phones, "badge")
    teacher.visit("/rooms/1").press("close")
    teacher.press("after")
    assert "abd-authority-order-b" not in teacher.text
    teacher.visit("/rooms/2/edit")
    fill(teacher, phase="after", questions=["abd-authority-order-b"], **READY)
    code = teacher.find(".facts .num").get_text()
    others = [join(make_phone(), code) for _ in range(5)]
    teacher.press("next")
    answer_all(others, "leave")
    teacher.visit("/rooms/2").press("close")
    assert "hai nhóm" in teacher.text


def test_questions_are_listed_by_their_titles(app, teacher, classroom):
    bank = app.extensions["bank"].questions
    titles = [bank[id_].title["vi"] for id_ in (CHOICE, IMAGES)]
    teacher.visit("/rooms/new")
    fill(teacher, do="keep", questions=[CHOICE, IMAGES])
    assert texts(teacher, ".steps summary") == titles
    classroom(1, questions=[CHOICE, IMAGES])
    first, second = texts(teacher.visit("/rooms/2"), ".timeline li > span")
    assert (first, second) == (f"{titles[0]} Tiếp theo", titles[1])


def texts(person, selector):
    return [" ".join(each.get_text().split()) for each in person.page.select(selector)]


def test_a_prepared_class_can_be_copied_changed_and_deleted(app, teacher):
    teacher.visit("/rooms/new")
    fill(teacher, do="keep")
    assert teacher.heading == "Lớp thử"
    teacher.press("copy")
    assert count(app, Room) == 2
    teacher.visit("/rooms/2/edit")
    fill(teacher, do="keep", name="Lớp khác")
    assert teacher.heading == "Lớp khác"
    teacher.press("delete")
    assert count(app, Room) == 1


def test_a_page_that_shows_where_the_room_is_gets_nothing_new(teacher, classroom):
    phones = classroom(people=1, questions=[CHOICE])
    version = phones[0].visit("/r").find("#now")["data-version"]
    assert phones[0].open("/r", headers={"Quiz-Version": version}).status == 204
    teacher.press("next")
    assert phones[0].open("/r", headers={"Quiz-Version": version}).status == 200


def test_without_cookies_a_phone_takes_part(app, teacher, open_room, make_phone):
    code = open_room(questions=[CHOICE])
    phone = join(make_phone(cookies=False), code)
    assert "Bạn đã vào lớp" in phone.text
    assert count(app, Attempt) == 1


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_is_asked_and_revealed(app, teacher, classroom, language, make_phone, open_room):
    bank = app.extensions["bank"].questions
    ids = {question.kind: id_ for id_, question in bank.items()}
    code = open_room(questions=list(ids.values()), projector="vi en")
    phones = [join(make_phone(language=language), code) for _ in range(5)]
    teacher.language = language
    teacher.visit("/rooms/1").press("next")
    while not teacher.has("#nothing"):
        for phone in phones:
            phone.visit("/r")
            if phone.has('button[name="turn"]'):
                phone.press(phone.find('button[name="turn"]')["value"])
            else:
                phone.answer()
        teacher.visit("/rooms/1/wall")
        teacher.visit("/rooms/1").press("reveal")
        assert phones[0].visit("/r").has(".tally")
        teacher.visit("/rooms/1/wall")
        teacher.visit("/rooms/1")
        if not teacher.has('button[value="next"]'):
            break
        teacher.press("next")
    assert len(phones[0].visit("/r").press("own").page.select(".reviewed li details")) == len(ids)
    teacher.press("close")
    assert len(teacher.page.select("h3[id^=question]")) == len(ids)
    assert teacher.visit("/rooms/1/wall").has(".numbers")


def test_what_a_class_talks_about_follows_the_answer_and_stands_on_no_phone(
    app, teacher, classroom
):
    story = "abd-story-third-call"
    prompts = {id_: app.extensions["bank"].questions[id_].discuss for id_ in (CHOICE, story)}
    [phone] = classroom(people=1, questions=[CHOICE, story], projector="vi en")
    teacher.press("next")
    assert not teacher.has(".discussion")
    for id_, prompt in prompts.items():
        reveal(teacher)
        while "Bước tiếp theo" in teacher.text:
            assert not teacher.has(".discussion"), "the story goes on"
            assert not teacher.visit("/rooms/1/wall").has(".discussion")
            teacher.visit("/rooms/1").press("next")
            reveal(teacher)
        assert prompt["vi"] in teacher.find(".discussion").get_text(), id_
        wall = teacher.visit("/rooms/1/wall").find(".discussion")
        assert prompt["vi"] in wall.get_text()
        assert prompt["en"] in wall.get_text()
        assert prompt["vi"] not in phone.visit("/r").text
        if teacher.visit("/rooms/1").has('button[value="next"]'):
            teacher.press("next")


def test_wall_and_console_tell_a_story_from_who_is_who_to_its_ending(app, teacher, classroom):
    story = app.extensions["bank"].questions["abd-story-third-call"]
    classroom(people=1, questions=[story.id], projector="vi en")
    teacher.press("next")
    best = [*story.walk(story.best)]
    ending = story.node_after(story.best)
    for number, (node, turn) in enumerate(best, start=1):
        for page in ("/rooms/1", "/rooms/1/wall"):
            teacher.visit(page)
            told = [story.title, story.stem, node.ask, *(line.text for line in node.lines)]
            assert [text["vi"] for text in told if text["vi"] not in teacher.text] == []
            assert f"Phần {number}" in teacher.text
        reveal(teacher)
        for page in ("/rooms/1", "/rooms/1/wall"):
            teacher.visit(page)
            assert turn.why["vi"] in teacher.text, "the best turn, for few have answered"
            ends = [line.text["vi"] in teacher.text for line in ending.lines]
            assert ends == [number == len(best)] * len(ends)
        assert turn.why["en"] in teacher.text
        if number < len(best):
            teacher.visit("/rooms/1").press("next")


@pytest.mark.parametrize(
    ("id_", "mark"),
    [("har-control-signs", "Là kiểm soát"), ("abd-money-loan-app", "Dấu hiệu cần để ý")],
)
def test_what_is_wrong_is_never_marked_as_advice(teacher, classroom, id_, mark):
    """From the back row, “right answer” in green beside a demand says: do this."""
    [phone] = classroom(people=1, questions=[id_])
    teacher.press("next")
    reveal(teacher)
    for shown in (teacher, teacher.visit("/rooms/1/wall"), phone.visit("/r")):
        answers = shown.page.select(".tally .is-answer")
        assert answers
        for answer in answers:
            assert "is-sign" in answer["class"]
            assert mark in answer.find("span", class_="tag").get_text()
            assert answer.find("use", href="#i-flag")
            assert not answer.find("use", href="#i-check")


def reveal(teacher):
    """Reveal, and once more if it is asked whether that is meant: few have answered."""
    teacher.visit("/rooms/1").press("reveal")
    if teacher.has('button[value="reveal"]'):
        teacher.press("reveal")


def lettered(person, selector):
    """Return the words that stand beside each letter."""
    found = {}
    for row in person.page.select(selector):
        letter = row.select_one(".letter, label > b")
        assert letter is not None, row
        words = row.find("span", lang="vi") or row.select_one("label, p, span")
        text = re.sub(r"\s+", " ", words.get_text(" ", strip=True))
        found[letter.get_text()] = text.removeprefix("Số cho: ").removeprefix(letter.get_text())
    return {letter: words.strip() for letter, words in found.items()}


ASKED = ".choice, .bubble.flag, .rank li, .choices > button.choice-button"


def letters_asked(phone):
    """Return the letters of what can be chosen on a phone, be it in a list of choices."""
    choices = phone.page.select(".match li:first-child option[value]:not([value=''])")
    return {each.get_text().partition(" ")[0] for each in choices} or lettered(phone, ASKED).keys()


@pytest.mark.slow
def test_letters_are_the_same_on_wall_and_phone_and_stay_when_the_answer_is_shown(
    app, teacher, classroom
):
    bank = app.extensions["bank"].questions
    ids = {question.kind: id_ for id_, question in bank.items()}
    [phone] = classroom(people=1, questions=list(ids.values()), projector="vi en")
    for kind in ids:
        teacher.visit("/rooms/1").press("next")
        asked = lettered(teacher.visit("/rooms/1/wall"), ".options li")
        assert len(asked) >= 2, kind
        assert letters_asked(phone.visit("/r")) == asked.keys(), kind
        reveal(teacher)
        for shown in (
            lettered(teacher.visit("/rooms/1/wall"), ".tally li"),
            lettered(phone.visit("/r"), ".tally li"),
        ):
            if kind == "match":  # each thing with its partner; one partner belongs to none
                partners = {letter: pair.rpartition("→ ")[2] for letter, pair in shown.items()}
                assert partners.items() <= asked.items()
            else:
                assert shown == asked, kind
        if kind == "order":
            assert "thứ tự đúng" in phone.text
            assert "Con số cho biết" not in phone.text, "there are no figures"
        while "Bước tiếp theo" in teacher.visit("/rooms/1").text:
            teacher.press("next")
            reveal(teacher)


@pytest.mark.slow
def test_a_wall_in_two_languages_says_everything_in_both(app, teacher, classroom):
    bank = app.extensions["bank"].questions
    ids = {question.kind: id_ for id_, question in bank.items()}
    classroom(people=1, questions=[ids["judge"], ids["story"], CHOICE], projector="vi en")

    def alike():
        """Whatever stands on the wall is a figure, or a word of one language or the other."""
        teacher.visit("/rooms/1/wall")
        spoken = [words.extract()["lang"] for words in teacher.page.select("main [lang]")]
        assert spoken.count("vi") == spoken.count("en") > 0
        for each in teacher.page.select(".actions, .letter, .num, .join-info__url"):
            each.extract()
        assert not re.search(r"\w", teacher.text), teacher.text

    alike()
    for _ in range(3):
        teacher.visit("/rooms/1").press("next")
        alike()
        reveal(teacher)
        alike()
        while "Bước tiếp theo" in teacher.visit("/rooms/1").text:
            teacher.press("next")
            reveal(teacher)


def test_the_wall_of_a_self_paced_class_can_be_scanned(teacher, open_room):
    open_room(mode="self-paced", length="3")
    assert teacher.visit("/rooms/1/wall").has(".join-info__qr svg")


def test_a_room_that_was_left_open_closes_by_itself(app, clock, teacher, classroom):
    phones = classroom(questions=[CHOICE])
    teacher.press("next")
    answer_all(phones, "leave")
    clock.forward(hours=11, minutes=59)
    with app.app_context():
        app.extensions["scheduler"].close_rooms()
    assert count(app, Batch) == 0
    clock.forward(minutes=1)
    with app.app_context():
        app.extensions["scheduler"].close_rooms()
        app.extensions["scheduler"].close_rooms()
    assert count(app, Batch) == 1
    assert count(app, Attempt) == 0


@pytest.mark.parametrize(
    "jump", [{"hours": -1}, {"days": 1}, {"days": 3653}, {"days": -3653}], ids=str
)
def test_a_class_goes_on_when_somebody_sets_the_clock_and_still_ends(
    app, clock, teacher, classroom, jump
):
    def look_at_the_clock():
        with app.app_context():
            app.extensions["scheduler"].close_rooms()

    phones = classroom(questions=[CHOICE])
    teacher.press("next")
    look_at_the_clock()
    answer_all(phones[:2], "leave")
    clock.jump(**jump)
    look_at_the_clock()
    answer_all(phones[2:], "leave")
    assert {phone.visit("/r").status for phone in phones} == {200}
    assert count(app, Answer) == len(phones)
    clock.forward(hours=13)
    look_at_the_clock()
    assert count(app, Attempt) == 0
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Batch.people)).all() == [len(phones)]


def test_a_wall_on_the_laptop_itself_tells_phones_the_address_of_the_laptop(
    app, teacher, open_room
):
    app.config["LAN_PORT"] = 8123
    open_room()
    teacher.visit("/rooms/1/wall")
    assert f"{network.host()}:8123/j" in teacher.text
    assert "localhost" not in teacher.text


def test_whoever_is_in_a_class_is_led_back_to_it(phone, open_room):
    join(phone, open_room())
    phone.client.set_cookie("k", "", domain="localhost")
    assert phone.visit("/j").response.location == "/r"


def restarted(app, settings, people):
    """Start the program again over the same database; everybody keeps her browser."""
    again = create_app(settings, shipped_bank())
    again.config.update(CLOCK=app.config["CLOCK"], PROPAGATE_EXCEPTIONS=True)
    for person in people:
        cookies = person.client._cookies
        person.app, person.client = again, again.test_client()
        person.client._cookies = cookies
    return again


def test_a_class_goes_on_when_the_program_was_started_again(
    app, settings, teacher, make_phone, classroom
):
    phones = classroom(questions=[CHOICE, "har-images-class-chat"])
    teacher.press("next")
    answer_all(phones[:3], "leave")
    app.extensions["database"].close()
    late = make_phone()
    again = restarted(app, settings, [*phones, teacher, late])
    answer_all(phones[3:], "leave")
    teacher.visit("/rooms/1")
    assert "5 trên 5" in teacher.text
    with again.extensions["database"].reading() as db:
        code = db.scalars(select(Room)).one().code
    assert "Bạn đã vào lớp" in join(late, code).text or late.has('button[value="answer"]')
    teacher.visit("/rooms/1").press("reveal").press("close")
    assert count(again, Attempt) == 0
    again.extensions["database"].close()


def test_editing_a_question_changes_no_class_that_is_open(app, teacher, classroom):
    [phone, *_] = classroom(questions=[CHOICE])
    teacher.press("next")
    before = phone.visit("/r").find("legend").get_text()
    bank = app.extensions["bank"]
    words = {"vi": "Một câu hỏi khác?", "en": "Another question?"}
    edited = replace(bank.questions[CHOICE], stem=words, revision="ffffffff")
    app.extensions["bank"] = replace(bank, questions={**bank.questions, CHOICE: edited})
    assert phone.visit("/r").find("legend").get_text() == before
    phone.press("answer", a=["leave"])
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Answer.revision)).one() == bank.questions[CHOICE].revision


PAYLOAD = "<script>alert(1)</script><img src=x onerror=alert(1)><x-canary>{{ 7 * 7 }} & "


def spoilt(value):
    """Return a question, or a part of one, with markup in front of every text."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: spoilt(getattr(value, each.name)) for each in fields(value)}
        return replace(value, **{name: part for name, part in parts.items() if part is not None})
    if isinstance(value, tuple):
        return tuple(spoilt(each) for each in value)
    if isinstance(value, Mapping):
        keys = set(value)
        texts = keys <= {"vi", "en"}
        return {key: PAYLOAD + each if texts else spoilt(each) for key, each in value.items()}
    return value


@pytest.mark.slow
def test_markup_in_questions_and_names_is_shown_as_text(app, teacher, make_phone, open_room):
    """Every page that a phone opens is looked through for what a payload would leave."""
    bank = app.extensions["bank"]
    questions = {id_: spoilt(each) for id_, each in bank.questions.items()}
    contacts = {id_: spoilt(each) for id_, each in bank.contacts.items()}
    app.extensions["bank"] = replace(bank, questions=questions, contacts=contacts)
    for theme in ("harassment", "abduction", "literacy"):
        phone = make_phone().start(theme)
        assert PAYLOAD in phone.text or "alert(1)" in phone.text
        phone.finish()
        for path in ("/a", "/c", "/help"):
            assert not phone.visit(path).page.select("img, x-canary")
    code = open_room(name=PAYLOAD[:80], chapter=PAYLOAD[:80], province=PAYLOAD[:80])
    pupil = join(make_phone(), code)
    teacher.visit("/rooms/1").press("next")
    pupil.visit("/r")
    for path in ("/rooms", "/rooms/1", "/rooms/1/wall"):
        page = teacher.visit(path).page
        assert not page.select("img, x-canary"), path
    teacher.visit("/rooms/1").press("close")
    assert "<script>alert" not in teacher.response.text
    fill(teacher.visit("/rooms/new"), **READY, mode="paper")
    teacher.visit("/rooms/2/paper/questions")
    assert teacher.status == 200
    assert "<script>alert" not in teacher.response.text


SAID_BEFORE = {
    "We do not ask who you are": "Chúng tôi không hỏi bạn là ai",
    "under a random number": "ngẫu nhiên",
    "separate answers are destroyed": "bị huỷ",
    "Taking part is up to you": "tuỳ bạn",
    "can be skipped": "bỏ qua",
    "“Quick exit” is on every page": "“Thoát nhanh”",
    "does not erase your phone’s history": "không xoá lịch sử",
    "it is better to use another one": "dùng máy khác",
    "We cannot hide from someone": "không giấu được",
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_before_the_first_question_she_reads_what_is_kept_and_how_to_leave(
    make_phone, open_room, language
):
    alone, pupil = make_phone(language=language), make_phone(language=language)
    alone.visit("/s").press("mixed")
    pupil.visit("/j")
    pupil.send(pupil.find("main form"), {"code": open_room(), "do": "code"})
    for phone, button in ((alone, "begin"), (pupil, "join")):
        for english, vietnamese in SAID_BEFORE.items():
            words = english if language == "en" else vietnamese
            assert words.lower() in phone.text.lower(), words
        assert phone.has(f'button[value="{button}"]')
        assert not phone.has("input[type=checkbox], input[checked]")
    leads = "never who chose what" if language == "en" else "không thấy"
    assert leads in pupil.text


def test_an_answer_that_came_too_late_is_told_once_and_is_no_mistake_of_what_is_asked(
    teacher, classroom
):
    [phone] = classroom(1, questions=[CHOICE, "har-images-class-chat"])
    teacher.visit("/rooms/1").press("next")
    phone.visit("/r")
    teacher.press("skip")
    phone.press("unsure")
    assert phone.status == 409
    assert "Câu bạn trả lời đã đóng" in phone.find(".note[role=status]").get_text()
    assert "câu 2" in phone.find(".note[role=status]").get_text()
    assert not phone.has(".errors")
    assert not phone.has(".error")
    assert not phone.title.startswith("Lỗi")
    phone.press("unsure")
    assert "Đã nhận câu trả lời" in phone.text
    assert not phone.has(".note[role=status]")


def test_a_reveal_before_half_have_answered_asks_first(teacher, classroom):
    """A clicker pressed twice, or a second console, would show what nobody has answered."""
    phones = classroom(3, questions=[CHOICE, "har-images-class-chat"])
    teacher.visit("/rooms/1").press("next")
    answer_all(phones[:1], "leave")
    teacher.press("reveal")
    assert not teacher.has('button[value="next"]')
    assert teacher.has('input[name="sure"]')
    answer_all(phones[1:2], "leave")
    teacher.open(teacher.find("#now")["data-follow"])
    assert not teacher.has('input[name="sure"]'), "most have answered: a press is meant"
    teacher.press("reveal").press("next").press("reveal")
    assert teacher.has('input[name="sure"]')
    assert not teacher.has('button[value="next"]')
    teacher.press("reveal")
    assert not teacher.has('button[value="reveal"]'), "she meant it"


def test_a_question_that_was_skipped_looks_like_none_to_come(teacher, classroom):
    classroom(1, questions=[CHOICE, "har-images-class-chat"])
    teacher.visit("/rooms/1").press("next").press("skip")
    skipped, now = teacher.page.select(".timeline li")
    assert "is-skipped" in skipped["class"]
    assert "Bỏ qua" in skipped.get_text()
    assert "is-now" in now["class"]


def test_the_console_says_what_comes_how_many_were_right_and_how_to_end(teacher, classroom):
    phones = classroom(6, questions=[CHOICE, IMAGES])
    assert teacher.page.select("blockquote p"), "words to say"
    assert "111" in teacher.find(".numbers").get_text()
    titles = texts(teacher, ".timeline span")
    assert "Tiếp theo" in titles[0]
    teacher.press("next")
    answer_all(phones[:4], "leave")
    answer_all(phones[4:], "badge")
    assert "đúng" not in teacher.visit("/rooms/1").find(".timeline").get_text()
    teacher.press("reveal")
    assert "4 trên 6 đúng" in texts(teacher, ".timeline span")[0]
    phones[0].visit("/x")
    assert "4 trên 6 đúng" in texts(teacher.visit("/rooms/1"), ".timeline span")[0], "frozen"
    assert "Tiếp theo" in texts(teacher, ".timeline span")[1]
    teacher.press("next")
    answer_all(phones[1:5], "call")
    reveal(teacher)
    assert "đúng" not in texts(teacher, ".timeline span")[1], "fewer than five"
    first = teacher.find(".console__now .actions button")
    assert first["value"] == "close"
    assert teacher.press("close").has("main article")


def test_nobody_joins_a_locked_class_and_whoever_is_in_it_stays(teacher, classroom, make_phone):
    [phone] = classroom(1)
    code = teacher.visit("/rooms/1").find(".facts .num").get_text()
    teacher.press("lock")
    late = make_phone()
    join(late, code)
    assert late.status == 409
    assert "không nhận thêm người" in late.text
    assert "Bạn đã vào lớp" in phone.visit("/r").text
    teacher.visit("/rooms/1").press("unlock")
    assert "Bạn đã vào lớp" in join(late, code).text


def test_a_colleague_leads_a_shared_class_until_it_ends(teacher, make_staff, classroom):
    mai = make_staff(email="mai@example.org")
    classroom(1)
    assert mai.visit("/rooms/1").status == 404
    teacher.visit("/rooms/1").press("share", email="nobody@example.org")
    assert teacher.status == 400
    assert "email này" in teacher.text
    teacher.press("share", email=" Mai@example.org ")
    assert "mai@example.org" in teacher.text
    assert mai.visit("/rooms").has('a[href="/rooms/1"]')
    mai.visit("/rooms/1")
    assert not mai.has('button[value="share"], button[value="unshare"]')
    mai.press("next")
    assert mai.visit("/rooms/1/wall").has(".options")
    teacher.visit("/rooms/1").press("unshare")
    assert mai.visit("/rooms/1").status == 404
    teacher.press("share", email="mai@example.org").press("discard")
    assert mai.visit("/rooms/1/result").status == 404


def test_the_wall_names_the_wifi_of_a_class_and_nothing_keeps_it(app, teacher, open_room):
    open_room(projector="vi en")
    assert not teacher.visit("/rooms/1/wall").has(".join-info__wifi")
    teacher.visit("/rooms/1").press("wifi", wifi_name="x" * 33)
    assert teacher.status == 400
    teacher.press("wifi", wifi_name="Lớp; 10A", wifi_password="ba con gà 12")
    wall = teacher.visit("/rooms/1/wall")
    assert wall.find(".join-info__wifi").get_text(" ", strip=True) == "Lớp; 10A · ba con gà 12"
    drawn = segno.make("WIFI:T:WPA;S:Lớp\\; 10A;P:ba con gà 12;;", micro=False)
    way = wall.find(".join-info__qr path")["d"]
    assert way in drawn.svg_inline(scale=6, omitsize=True, dark="#000", light="#fff")
    assert len(wall.page.select(".join-info__qr")) == 2
    teacher.visit("/rooms/1").press("close")
    with app.extensions["database"].reading() as db:
        assert db.execute(select(Room.wifi_name, Room.wifi_password)).all() == [("", "")]


def test_nothing_for_the_facilitator_stands_on_the_wall(teacher, classroom):
    classroom(1, questions=[CHOICE])
    assert teacher.visit("/rooms/1").has(".console__side .note"), "phones cannot come"
    assert not teacher.visit("/rooms/1/wall").has(".note, form")
    teacher.visit("/rooms/1").press("next").press("reveal")
    assert teacher.has('input[name="sure"]')
    assert not teacher.visit("/rooms/1/wall").has(".note, form")
