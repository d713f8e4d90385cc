"""A woman takes the quiz on a phone without script: every button, every wrong turn."""

import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from quiz.domain import reading
from quiz.domain.kinds import Order
from quiz.domain.question import NOT_SURE, SKIPPED, Kind, Question
from quiz.domain.quiz import Length
from quiz.service.maintenance import seal
from quiz.store.sqlite_driver import sqlite3
from quiz.store.tables import Attempt
from tests.conftest import Clock
from tests.people import Phone
from tests.questions import posted


def rows(app: Flask, table: str) -> int:
    with app.extensions["database"].reading() as db:
        return db.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.parametrize(
    ("language", "heading", "result"),
    [
        ("vi", "Trước khi bắt đầu", "Bạn đã làm xong."),
        ("en", "Before you start", "Well done."),
    ],
)
def test_a_whole_quiz(make_phone, language, heading, result):
    phone = make_phone(language=language)
    phone.visit("/s").press("mixed")
    assert phone.heading == heading
    phone.press("begin")
    number = 0
    while phone.has('input[name="q"]'):
        number += 1
        assert str(number) in phone.title
        phone.answer()
        assert phone.has(".verdict.is-right")
        phone.press("on")
    assert phone.heading == result
    assert number >= 2
    assert str(number) in phone.find(".hero").get_text()


def skip_to(app, phone, kind, theme="mixed"):
    """Skip to a question of a kind, in this quiz or in another one; what follows it may be none."""
    while app.extensions["bank"].questions[phone.question].kind != kind:
        if not phone.press("skip").has('input[name="q"]'):
            phone.start(theme, length="story" if kind == "story" else "ten")


def test_the_notice_comes_before_the_first_question(phone):
    phone.visit("/s").press("harassment")
    for _ in range(3):
        phone.visit("/a")
        assert not phone.has('input[name="q"]')


@pytest.mark.parametrize("theme", ["harassment", "abduction", "literacy"])
def test_a_quiz_of_one_theme(app, phone, theme):
    phone.start(theme)
    seen = set()
    while phone.has('input[name="q"]'):
        seen.add(app.extensions["bank"].questions[phone.question].theme)
        phone.press("skip")
    assert seen == {theme}


def test_the_verdict_says_right_partly_and_not_quite(app, phone):
    phone.start()
    verdicts: set[str] = set()
    while len(verdicts) < 3:
        if not phone.has('input[name="q"]'):
            phone.start()
        question = app.extensions["bank"].questions[phone.question]
        if question.kind == "choice":
            wrong = next(o.id for o in question.options if o.id != question.correct)
            phone.answer(wrong)
            assert phone.has(".verdict.is-retry")
            assert question.why["vi"] in phone.text
        elif question.kind in {"multiple", "flags"}:
            phone.answer(question.best[0])
            assert phone.has(".verdict.is-partly")
        else:
            phone.answer()
            assert phone.has(".verdict.is-right")
        verdicts.add(phone.heading)
        phone.press("on")


def test_feedback_says_why_her_option_was_tempting(app, phone):
    phone.start("literacy")
    skip_to(app, phone, "choice")
    question = app.extensions["bank"].questions[phone.question]
    tempting = next(option for option in question.options if option.id != question.correct)
    best = next(option for option in question.options if option.id == question.correct)
    phone.answer(tempting.id)
    for words in (
        tempting.text,
        tempting.why,
        best.text,
        best.why,
        question.why,
        *question.advice,
        question.source_line,
    ):
        assert words["vi"] in phone.text


def test_not_being_sure_is_explained_kindly(phone):
    phone.start().press("unsure")
    assert phone.heading == "Chưa chắc cũng không sao."
    assert phone.has(".verdict")


def test_an_empty_answer_says_what_to_do_and_loses_nothing(app, phone):
    phone.start()
    while app.extensions["bank"].questions[phone.question].kind == "story":
        phone.press("skip")
    before = phone.question
    phone.press("answer")
    assert phone.status == 400
    assert phone.question == before
    assert phone.title.startswith("Lỗi: ")
    summary = phone.find(".errors")
    assert phone.find(summary.select_one("a")["href"])
    assert phone.find("#problem").get_text(strip=True) in summary.get_text()


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (["1", "", "", ""], "Còn việc chưa có số. Hãy cho mỗi việc một số thứ tự."),
        (["1", "1", "2", "3"], "Có hai việc trùng số."),
    ],
)
def test_an_order_that_is_none_is_kept_on_the_page(app, phone, places, words):
    phone.start("literacy")
    skip_to(app, phone, "order", "literacy")  # all of four steps
    names = [each["name"] for each in phone.page.select("select")]
    phone.press("answer", **dict(zip(names, places, strict=True)))
    assert phone.status == 400
    assert words in phone.text
    kept = [each.select_one("option[selected]") for each in phone.page.select("select")]
    assert [each.get_text() if each else "" for each in kept] == places


def test_a_skipped_question_can_be_answered_after_going_back(app, phone):
    phone.start()
    first = phone.question
    phone.press("skip")
    assert phone.question != first
    phone.press("back")
    assert phone.question == first
    phone.answer()
    assert phone.has(".verdict.is-right")


def test_a_turn_in_a_story_can_be_taken_back_before_the_end(app, phone):
    phone.start(length="story")
    skip_to(app, phone, "story")
    story = app.extensions["bank"].questions[phone.question]
    first, second = story.best[:2]
    phone.press(first).press(second)
    phone.press("back")
    assert phone.has(f'button[value="{second}"]')
    phone.press("back")
    assert phone.has(f'button[value="{first}"]')
    phone.answer()
    assert phone.has(".verdict.is-right")


def test_an_answer_that_was_explained_stands(app, phone):
    phone.start()
    skip_to(app, phone, "choice")
    question = app.extensions["bank"].questions[phone.question]
    form = phone.form_of(phone.find('button[value="answer"]'))
    wrong = next(option.id for option in question.options if option.id != question.correct)
    phone.answer(wrong)
    phone.send(form, {"do": "answer", "a": question.correct})
    assert phone.status == 409
    assert "Câu trả lời đầu tiên được giữ." in phone.text
    assert phone.has(".verdict.is-retry")


@pytest.mark.parametrize(
    ("kind", "unsure"), [*((kind, False) for kind in Kind), (Kind.CHOICE, True)]
)
def test_not_a_byte_of_an_answer_that_was_explained_is_changed(app, phone, kind, unsure):
    """Other answers are sent while it is explained, after going on, coming back and the end."""
    bank = app.extensions["bank"].questions.values()
    question = next(each for each in bank if each.kind == kind)
    after = next(each.id for each in bank if each.kind == Kind.JUDGE and each != question)
    phone.start()
    with app.extensions["database"].writing() as db:
        db.execute(update(Attempt).values(questions=f"{question.id} {after}"))
        db.commit()
    form = phone.visit("/a").find("main form")
    hidden = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    if unsure:
        phone.press("unsure")
    else:
        phone.answer(*question.simulate(0, Random(1)))
    [before] = stored(app, question.id)

    def send_others():
        others = (question.best, question.simulate(0.5, Random(2)), NOT_SURE, SKIPPED)
        for turns, chosen in enumerate(others):
            fields = {name: list(values) for name, values in posted(question, chosen).items()}
            data = {**hidden, **fields, "turns": str(turns)}
            assert phone.client.post(form["action"], data=data).status_code in {303, 409}
        assert stored(app, question.id) == [before]

    send_others()
    phone.visit("/a").press("on")
    send_others()
    phone.visit("/a").press("back")
    send_others()
    phone.visit("/a").press("on").press("skip")
    send_others()
    assert len(stored(app, after)) == 1


def stored(app: Flask, question: str) -> list[tuple[object, ...]]:
    """Return what lies in the file about a question."""
    with closing(sqlite3.connect(app.extensions["database"].path)) as file:
        return file.execute("SELECT * FROM answer WHERE question = ?", [question]).fetchall()


def test_double_taps_and_retries_count_once(app, phone):
    phone.start()
    skip_to(app, phone, "choice")
    question = app.extensions["bank"].questions[phone.question]
    answering = phone.form_of(phone.find('button[value="answer"]'))
    before = rows(app, "answer")
    for _ in range(5):
        phone.send(answering, {"do": "answer", "a": question.correct})
        assert phone.status == 200
    assert rows(app, "answer") == before + 1
    going_on = phone.form_of(phone.find('button[value="on"]'))
    title = phone.press("on").title
    for _ in range(5):
        phone.send(going_on, {"do": "on"})
    assert phone.title == title


@pytest.mark.parametrize("tampered", ["har-no-such-question", "", "x" * 500])
def test_a_question_that_is_not_hers_is_refused_and_she_stays_where_she_is(phone, tampered):
    phone.start()
    here = phone.question
    phone.press("skip", q=tampered)
    assert phone.status == 409
    assert phone.question == here


def test_an_option_that_is_not_offered_is_refused(app, phone):
    phone.start()
    while not phone.has('input[name="a"]'):
        phone.press("skip")
    phone.press("answer", a="no-such-option")
    assert phone.status == 400
    assert phone.has('input[name="a"]')


def test_options_stay_in_place_within_an_attempt_and_vary_between_attempts(app, make_phone):
    orders: dict[str, set[tuple[str, ...]]] = {}
    for _ in range(300):  # quizzes begin with different questions, some of them in one order only
        phone = make_phone().start("harassment")
        shown = [str(each["value"]) for each in phone.page.select('input[name="a"]')]
        phone.visit("/a")
        assert [str(each["value"]) for each in phone.page.select('input[name="a"]')] == shown
        orders.setdefault(phone.question, set()).add(tuple(shown))
        if len(orders[phone.question]) > 1:
            return
    pytest.fail("options stood in the same order in every quiz")


def test_the_language_switches_in_the_middle_and_keeps_place_and_answers(app, phone):
    phone.start()
    phone.answer().press("on")
    question = phone.question
    phone.open(phone.find('.site-header a[hreflang="en"]')["href"])
    assert phone.find("html")["lang"] == "en"
    assert phone.question == question
    stem = app.extensions["bank"].questions[question].stem
    assert stem["en"] in phone.text
    phone.open(phone.find('.site-header a[hreflang="vi"]')["href"])
    assert phone.find("html")["lang"] == "vi"
    assert stem["vi"] in phone.text


def test_another_quiz_shows_what_was_not_just_seen(app, phone):
    phone.start("mixed")
    first = seen_questions(phone)
    phone.start("mixed")
    second = seen_questions(phone)
    assert second
    assert not first & second


def seen_questions(phone: Phone) -> set[str]:
    seen = set()
    while phone.has('input[name="q"]'):
        seen.add(phone.question)
        phone.press("skip")
    return seen


def test_loading_the_first_page_again_begins_again(phone):
    phone.visit("/s")
    form = phone.find("main form")
    for _ in range(2):
        phone.send(form, {"theme": "mixed"})
        assert phone.status == 200 or phone.has('button[value="begin"]')


def test_the_notice_is_read_once_on_a_phone(phone):
    phone.start().finish()
    phone.visit("/s").press("mixed")
    assert phone.has('input[name="q"]')


def test_starting_anew_forgets_the_unfinished_quiz(app, phone):
    phone.start()
    phone.visit("/s")
    assert phone.has("a.btn[href='/a']")
    phone.press("literacy")
    assert rows(app, "attempt") == 1


def test_the_next_person_finds_nothing_of_the_one_before(app, phone):
    phone.start().finish()
    score = phone.text
    phone.press("hand-over")
    assert phone.heading == "Chọn bài để làm"
    assert phone.client.get_cookie("s") is None
    phone.visit("/a")
    assert phone.status == 404
    assert score not in phone.text
    assert rows(app, "attempt") == 1  # finished: it waits to be counted


def test_the_result_names_what_was_missed_and_who_can_help(app, phone):
    phone.start("harassment")
    missed = []
    while phone.has('input[name="q"]'):
        missed.append(app.extensions["bank"].questions[phone.question])
        phone.press("unsure").press("on")
    assert phone.page.select(".contact")
    shown = [question for question in missed if question.advice[0]["vi"] in phone.text]
    assert len(shown) == 3
    table = phone.find("table")
    assert table.select_one("caption")
    assert all(each.get("scope") for each in table.select("th"))


def test_a_result_tells_in_words_and_shapes_what_was_wholly_and_what_was_partly_right(app, phone):
    phone.start("harassment")
    first = app.extensions["bank"].questions[phone.question]
    phone.answer(*first.best).press("on")
    wrong = 0
    while phone.has('input[name="q"]'):
        phone.press("unsure" if wrong % 2 else "skip")
        if phone.has(".verdict"):
            phone.press("on")
        wrong += 1
    row = phone.find(".result tbody tr")
    assert "1 đúng trọn vẹn" in row.get_text()
    assert f"{wrong} nên xem lại" in row.get_text()
    assert len(row.select(".score-icons > svg")) == wrong + 1
    assert len(row.select(".score-icons > .is-open")) == wrong
    assert "1 câu đúng trọn vẹn" in phone.find(".hero").get_text()
    assert "%" not in phone.find("main").get_text()


def test_every_answer_can_be_looked_at_again(app, phone):
    phone.start()
    chosen: list[Question] = []
    skipped: list[Question] = []
    while phone.has('input[name="q"]'):
        question = app.extensions["bank"].questions[phone.question]
        if len(skipped) < 2:
            skipped.append(question)
            phone.press("skip")
        else:
            chosen.append(question)
            phone.answer().press("on")
    phone.visit("/v")
    rows = phone.page.select(".reviewed > li")
    assert len(rows) == len(chosen) + len(skipped)
    assert [row.select_one("b").get_text()[3:] for row in rows[:2]] == ["Bạn đã bỏ qua"] * 2
    for row, question in zip(rows, [*skipped, *chosen], strict=True):
        assert question.title["vi"] in row.summary.get_text()
        assert question.stem["vi"] not in row.summary.get_text()
        assert question.advice[0]["vi"] in row.get_text()
    assert phone.has('a[href="/a"]')


@pytest.mark.parametrize("path", ["/v", "/k", "/c"])
def test_pages_beside_a_result_wait_for_the_end(phone, path):
    phone.start()
    assert phone.visit(path).status == 409
    assert "đi đến cuối" in phone.text


def test_what_was_missed_can_be_practised_and_is_not_counted(app, phone, clock):
    phone.start("harassment")
    missed: list[str] = []
    while phone.has('input[name="q"]'):
        if len(missed) < 2:
            missed.append(phone.question)
            phone.press("unsure")
        else:
            phone.answer()
        phone.press("on")
    phone.press("practise")
    assert "không tính" in phone.text
    practised = []
    while phone.has('input[name="q"]'):
        practised.append(phone.question)
        phone.answer().press("on")
    assert practised == missed
    assert "không tính" in phone.text
    assert not phone.has('a[href="/c"], button[value="practise"]')
    assert phone.visit("/v").status == 200
    assert phone.visit("/help").find('a[href="/a"]').get_text() == "Về kết quả"
    with app.extensions["database"].reading() as db:
        counted = db.scalars(select(Attempt.finished).order_by(Attempt.finished)).all()
    assert counted == [False, True]
    clock.forward(days=1)
    seal(app.extensions["database"], app.extensions["bank"], now=clock())
    assert rows(app, "attempt") == 0


def test_there_is_nothing_to_practise_before_the_end(phone):
    phone.start()
    question = phone.question
    phone.send(phone.find("main form"), {"do": "practise"})
    assert phone.status == 409
    assert phone.visit("/a").question == question


def test_a_long_quiz_says_when_it_is_half_over(phone):
    phone.start()
    notes = []
    while phone.has('input[name="q"]'):
        notes.append("nửa đường" in phone.text)
        phone.press("skip")
    assert notes.index(True) == len(notes) // 2
    assert sum(notes) == 1


def test_the_card_bears_advice_and_numbers_and_no_score(phone):
    phone.start("abduction").finish()
    phone.visit("/k")
    card = phone.find("#card")
    assert len(card.select("ol li")) == 3
    assert re.search(r"11\d", card.find("ul").get_text())
    assert "đúng" not in card.get_text()


def test_a_quiz_of_skipped_questions_has_a_result_too(phone):
    phone.start()
    while phone.has('input[name="q"]'):
        phone.press("skip")
    assert phone.heading == "Bạn đã xem đến cuối."
    assert "không trả lời câu nào" in phone.text
    assert not phone.has('a[href="/c"]')
    assert phone.visit("/c").status == 409


def test_the_certificate_has_no_name_and_no_score(phone):
    phone.start().finish()
    phone.visit("/c")
    assert phone.heading == "Giấy chứng nhận hoàn thành"
    assert "tháng 11 năm 2026" in phone.text.lower()
    assert not phone.page.select("main input")
    assert "trên 10" not in phone.text


def test_the_certificate_waits_for_the_end(phone):
    phone.start()
    phone.visit("/c")
    assert phone.status == 409


def test_without_a_quiz_the_page_says_how_to_begin(phone):
    phone.visit("/a")
    assert phone.status == 404
    assert phone.has('a.btn[href="/s"]')


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_length_is_chosen_with_the_theme(app, make_phone, language):
    phone = make_phone(language=language).visit("/s")
    assert [each["value"] for each in phone.page.select("input[name=length]")] == [*Length]
    assert phone.find("input[name=length][checked]")["value"] == Length.FIVE
    minutes = {}
    for length in Length:
        phone.start("mixed", length)
        with app.extensions["database"].reading() as db:
            ids = db.scalars(select(Attempt.questions)).all()[-1].split()
        quiz = [app.extensions["bank"].questions[id_] for id_ in ids]
        minutes[length] = reading.minutes(quiz)
        if length is Length.STORY:
            assert len(quiz) == 1
        assert any(each.scenes for each in quiz) == (length is not Length.FIVE)
    assert 4 <= minutes[Length.FIVE] <= 5.5
    assert 8 <= minutes[Length.TEN] <= 11


def test_a_theme_without_a_story_says_so_and_starts_nothing(app, phone):
    bank = app.extensions["bank"]
    told = {id_: each for id_, each in bank.questions.items() if each.kind is not Kind.STORY}
    app.extensions["bank"] = replace(bank, questions=told)
    phone.visit("/s").press("literacy", length="story")
    assert phone.status == 409
    assert "Chủ đề này chưa có câu chuyện." in phone.find(".errors").get_text()
    assert phone.find("input[name=length][checked]")["value"] == Length.STORY
    assert rows(app, "attempt") == 0


@pytest.mark.parametrize("length", ["nonsense", "FIVE"])
def test_a_length_that_does_not_exist_is_refused(app, phone, length):
    phone.visit("/s")
    phone.send(phone.find("main form"), {"theme": "mixed", "length": length})
    assert phone.status == 400
    assert rows(app, "attempt") == 0


@pytest.mark.parametrize("theme", ["", "nonsense", "MIXED"])
def test_a_theme_that_does_not_exist_is_refused_in_words(app, phone, theme):
    phone.visit("/s")
    phone.send(phone.find("main form"), {"theme": theme})
    assert phone.status == 400
    assert rows(app, "attempt") == 0


def without_cookies(phone: Phone, theme: str) -> Phone:
    """Choose a theme; be told that this browser keeps no cookies; choose it again without them."""
    assert phone.visit("/s").press(theme).status == 404
    return phone.open(str(phone.find('main p a[href*="cookies"]')["href"])).press(theme)


def test_the_first_page_of_a_quiz_answers_no_post(make_phone):
    """Back to a page that answers a POST is an error page with our address."""
    phone = make_phone().visit("/s")
    form = phone.find("main form")
    phone.response = phone.client.post(
        form["action"],
        data={"form_token": form.find("input")["value"], "theme": "mixed"},
        base_url=phone.base,
    )
    assert (phone.response.status_code, phone.response.location) == (303, "/a")


def test_the_quiz_works_where_cookies_are_refused(make_phone):
    phone = make_phone(cookies=False)
    without_cookies(phone, "mixed").press("begin")
    phone.finish()
    assert phone.heading == "Bạn đã làm xong."


def test_with_a_cookie_no_page_repeats_the_token(phone):
    phone.start()
    token = phone.client.get_cookie("s").value
    assert token not in phone.response.text


def test_a_script_is_given_the_next_page_and_its_address_at_once(phone):
    """A redirect would take as long again on a slow line."""
    phone.start()
    first, token = phone.question, phone.client.get_cookie("s").value
    form = phone.form_of(phone.find('button[value="skip"]'))
    phone.send(form, {"do": "skip"}, headers={"Quiz-Send": "1"})
    assert phone.status == 200
    assert phone.response.headers["Content-Location"] == "/a"
    assert phone.question != first
    assert token not in phone.response.text

    phone.visit("/en/s")
    form = phone.form_of(phone.find('button[value="mixed"]'))
    phone.send(form, {"theme": "mixed"}, headers={"Quiz-Send": "1"})
    assert phone.response.headers["Content-Location"] == "/en/a"
    token = phone.client.get_cookie("s").value
    assert token not in phone.response.text


def test_a_browser_that_may_refuse_the_cookie_stays_at_the_address_of_its_form(make_phone):
    phone = make_phone(cookies=False).visit("/s")
    form = phone.form_of(phone.find('button[value="mixed"]'))
    phone.send(form, {"theme": "mixed"}, headers={"Quiz-Send": "1"})
    assert phone.status == 200
    assert "Content-Location" not in phone.response.headers
    assert phone.press("begin").status == 200


def test_tomorrow_answers_are_destroyed_and_totals_stay(
    app: Flask, phone: Phone, make_phone: Callable[..., Phone], clock: Clock
):
    phone.start().finish()
    make_phone().start().answer()
    clock.forward(days=1)
    phone.visit("/a")
    assert phone.status == 404
    assert rows(app, "attempt") == rows(app, "answer") == 0
    assert rows(app, "batch") == 1
    assert rows(app, "option_tally") >= 3


def test_the_day_ends_with_nobody_present(app, phone, clock):
    phone.start().finish()
    clock.forward(days=1)
    app.extensions["scheduler"].start(interval=0.01)
    deadline = time.monotonic() + 10
    while rows(app, "attempt") and time.monotonic() < deadline:
        pass
    app.extensions["scheduler"].stop()
    assert rows(app, "attempt") == 0
    assert rows(app, "batch") == 1


def test_a_quiz_in_the_evening_does_not_end_at_midnight(phone, clock):
    clock.forward(hours=11, minutes=55)  # 23:55 in Viet Nam
    phone.start().answer()
    clock.forward(minutes=30)
    phone.press("on")
    assert phone.status == 200
    assert phone.has('input[name="q"]')


@pytest.mark.parametrize("theme", ["harassment", "abduction", "literacy"])
def test_every_question_can_be_skipped_or_answered_with_not_sure(phone, theme):
    phone.start(theme)
    asked = 0
    while phone.has('input[name="q"]'):
        assert phone.has('button[value="skip"]')
        phone.press("unsure")
        assert phone.has(".verdict")
        phone.press("on")
        asked += 1
    assert asked >= 2


def test_hours_between_two_answers_do_not_matter(phone, clock):
    phone.start().answer()
    clock.forward(hours=3)
    phone.press("on")
    assert phone.status == 200


def test_a_new_secret_key_ends_no_quiz(app, phone):
    """A page that was open must be loaded again; then she goes on where she was."""
    question = phone.start("literacy").question
    form = phone.form_of(phone.find('button[value="skip"]'))
    app.config["SECRET_KEY"] = "another key, which is as long as it has to be"
    assert phone.send(form, {"do": "skip"}).status == 403
    assert phone.visit("/a").question == question
    phone.finish()
    assert "Kết quả" in phone.title


def test_no_field_is_filled_in_from_memory(phone):
    """A phone that several people use offers nothing that one of them has typed or chosen."""
    phone.visit("/j")
    assert phone.find("main form")["autocomplete"] == "off"
    phone.start()
    kinds = set()
    while phone.has('input[name="q"]'):
        for field in phone.page.select("main input:not([type=hidden]), main select, main textarea"):
            kinds.add(field.get("type", field.name))
            assert phone.form_of(field)["autocomplete"] == "off"
            assert not field.has_attr("checked")
        phone.press("on" if phone.has('button[value="on"]') else "skip")
    assert kinds <= {"radio", "checkbox", "select"}
    assert "radio" in kinds


def test_a_certificate_counts_what_was_answered(phone):
    phone.start().answer()
    phone.press("on")
    while phone.has('input[name="q"]'):
        phone.press("skip")
    assert "1 tình huống" in phone.visit("/c").text


def test_steps_that_may_stand_either_way_are_right_either_way(app, phone):
    """A quiz of one question whose first two steps may change places, given the other way round."""
    order = next(
        question
        for question in app.extensions["bank"].questions.values()
        if isinstance(question, Order) and frozenset(question.correct[:2]) in question.free
    )
    phone.start()
    with app.extensions["database"].writing() as db:
        db.execute(update(Attempt).values(questions=order.id))
        db.commit()
    first, second, *others = order.correct
    phone.visit("/a").answer(second, first, *others)
    assert phone.heading == "Đúng rồi."
    assert len(phone.page.select(".outcome:not(.outcome--wrong)")) == len(order.steps)
    assert "như vậy cũng đúng" in phone.text


def test_an_answer_from_a_tab_left_behind_is_no_mistake(phone):
    """Two tabs: the answer of the first comes when the second is at the next question."""
    phone.start("harassment")
    form, field = phone.find("main form"), phone.find('input[name="a"], select, .choice-button')
    phone.press("skip")
    phone.send(form, {"do": "answer", "a": field.get("value", "")})
    assert phone.status == 409
    assert not phone.has(".errors, .error")
    assert not phone.title.startswith("Lỗi")
    assert "lỗi thời" in phone.find(".note").text or "cũ" in phone.find(".note").text


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no-cookies"])
def test_another_language_keeps_what_is_marked(app, make_phone, cookies):
    phone = make_phone(cookies=cookies)
    (phone.visit("/s").press("literacy") if cookies else without_cookies(phone, "literacy"))
    phone.press("begin")
    while not phone.has('input[type="radio"]'):
        phone.press("skip")
    question = app.extensions["bank"].questions[phone.question]
    chosen = phone.page.select('input[name="a"]')[-1]["value"]
    form = phone.find("main form")
    form["action"] = "/en/a"
    phone.send(form, {"do": "look", "a": chosen})
    assert phone.find("html")["lang"] == "en"
    assert question.stem["en"] in phone.text
    assert [each["value"] for each in phone.page.select("input[checked]")] == [chosen]
    phone.press("answer", a=chosen)
    assert phone.has(".verdict")


def test_without_cookies_nothing_on_the_way_ends_the_quiz(make_phone):
    phone = make_phone(cookies=False)
    without_cookies(phone, "mixed")
    assert "cookie" in phone.text
    phone.press("begin")
    assert phone.find('.site-header button[lang="en"]')["form"] == phone.find("main form")["id"]
    phone.finish()
    for page, heading in (
        ("certificate", "Giấy chứng nhận hoàn thành"),
        ("review", "Mọi câu trả lời"),
        ("advice_card", "Mang theo bên mình"),
    ):
        button = phone.find(f'button[value="{page}"]')
        form = button.find_parent("form")
        form["action"] = button["formaction"]
        phone.send(form, {"do": page})
        assert phone.heading == heading
        phone.send(phone.find('main button[value="look"]').find_parent("form"), {"do": "look"})
    assert phone.has(".hero--result")


@pytest.mark.parametrize("path", ["/help", "/notes", "/about", "/accessibility", "/no-such-page"])
def test_pages_beside_the_quiz_lead_back_to_where_she_is(phone, path):
    phone.visit(path)
    assert not phone.has('a[href="/a"]')
    phone.start()
    assert phone.visit(path).find('a[href="/a"]').get_text() == "Làm tiếp"
    phone.visit("/a").finish()
    assert phone.visit(path).find('a[href="/a"]').get_text() == "Về kết quả"
    main = phone.page.select(".actions .btn:not(.btn--quiet):not(.btn--plain)")
    assert len(main) == 1, "a page has one main button"


def test_a_theme_that_was_seen_to_its_end_says_that_it_begins_again(app, phone):
    seen: list[str] = []
    while not phone.start("abduction").has("main .note") or not re.search(
        "gặp lại|đã gặp", phone.find("main .note").text
    ):
        seen += seen_questions(phone)
        assert len(seen) == len(set(seen)), "nothing comes twice before"
    of_theme = [
        question.id
        for question in app.extensions["bank"].questions.values()
        if question.theme == "abduction" and question.audience == "all"
    ]
    assert len(of_theme) - len(seen) <= 12, "but halves of pairs, which no quiz holds together"


def test_only_who_keeps_no_cookies_is_told_so(make_phone):
    words = "không lưu cookie"
    phone = make_phone(cookies=False).visit("/s")
    form = phone.form_of(phone.find('button[value="mixed"]'))
    phone.send(form, {"theme": "mixed"}, headers={"Quiz-Send": "1"})
    assert words not in phone.text, "the cookie may have been kept"
    assert words in without_cookies(make_phone(cookies=False), "mixed").text
