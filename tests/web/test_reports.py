"""Officers read reports and take them away; nobody else does."""

import json
import os
import sys
from collections import defaultdict
from contextlib import closing
from datetime import date
from itertools import chain

import pytest
from sqlalchemy import Engine, event, select, update

from quiz.domain.question import Kind
from quiz.domain.staff import Role
from quiz.server.asgi import Application
from quiz.server.broadcaster import Channel
from quiz.service import demo_data, maintenance
from quiz.store.sqlite_driver import sqlite3
from quiz.store.tables import ApiToken, Batch, Event, Staff
from tests.shipped import shipped_bank

pytestmark = pytest.mark.slow


@pytest.fixture
def filled(app, simulated):
    with closing(sqlite3.connect(app.extensions["database"].path)) as db:
        db.execute("ATTACH ? AS simulated", [str(simulated)])
        tables = "SELECT name FROM simulated.sqlite_schema WHERE type = 'table' AND rootpage"
        for (table,) in db.execute(tables).fetchall():
            db.execute(f'INSERT OR IGNORE INTO main."{table}" SELECT * FROM simulated."{table}"')
        db.commit()


@pytest.fixture
def officer(make_staff):
    return make_staff("officer")


def test_before_the_first_class_the_report_says_what_will_come(officer):
    officer.visit("/reports")
    assert "Chưa có gì để báo cáo" in officer.text
    assert officer.visit("/reports/questions").status == 200
    assert officer.visit("/reports/take").status == 200


def test_the_report_says_that_it_is_simulated(filled, officer):
    for path in ("/reports", "/reports/questions", "/reports/take"):
        assert "Mô phỏng" in officer.visit(path).text


def test_the_address_of_a_filtered_report_can_be_shared(filled, officer, make_staff):
    officer.visit("/reports?province=Huế&first=2026-06")
    people = officer.find("dl.facts dd").get_text()
    link = officer.find('a[href*="/reports/questions"]')["href"]
    assert "province=Hu" in link
    assert "first=2026-06" in link
    admin = make_staff("admin")
    admin.visit("/reports?province=Huế&first=2026-06")
    assert admin.find("dl.facts dd").get_text() == people
    assert "province=Hu" in admin.find('a[hreflang="en"]')["href"]


@pytest.mark.parametrize(
    "query",
    [
        "province=Atlantis",
        "first=2026-13",
        "phase=later",
        "source=solo'--",
        "language=<script>",
        "first=2026-10&last=2026-05",
    ],
)
@pytest.mark.parametrize("path", ["/reports", "/reports/questions", "/reports/file/report.json"])
def test_a_choice_that_there_is_not_is_refused_in_words(filled, officer, path, query):
    officer.visit(f"{path}?{query}")
    assert officer.status == 400
    assert officer.has(".errors")
    assert officer.has("select[name=province]")


PATHS = ("/reports", "/reports/questions", "/reports/take", "/reports/file/report.json")


def test_a_report_begins_with_what_came_of_the_lessons(filled, officer):
    officer.visit("/reports")
    assert "Sau buổi học điểm trung bình cao hơn: +" in officer.find("p.h3").get_text()
    assert "." in officer.find("dl.facts dd").get_text(), "thousands are marked"


def test_a_loss_does_not_read_like_a_gain(app, filled, officer):
    """The simulated classes the other way round: what came after the lesson came before it."""
    with app.extensions["database"].writing() as db:
        pairs = {each: each.paired for each in db.scalars(select(Batch)) if each.paired}
        for phase in ("single", "before"):  # no two classes of a number may be of one phase
            for after, before in pairs.items():
                after.phase, after.paired = phase, None
                db.flush()
                other = db.get_one(Batch, before)
                other.phase, other.paired = "after", after.id
                db.flush()
        db.commit()
    officer.visit("/reports")
    lost = "Sau buổi học điểm trung bình thấp hơn: −"
    assert lost in officer.find("p.h3").get_text()
    assert officer.text.count(lost) == 2, "first of all, and beside the classes themselves"
    assert "cao hơn" not in officer.text
    assert "còn có thể" not in officer.text


def test_thousands_are_marked_where_files_are_offered_too(filled, officer):
    people = officer.visit("/reports").find("dl.facts dd").get_text()
    text = officer.visit("/reports/take").text
    assert f"{people} người đã tham gia" in text
    assert people.replace(".", "") not in text


def test_what_is_long_is_folded_on_the_screen_and_so_on_paper(app, filled, officer):
    with closing(sqlite3.connect(app.extensions["database"].path)) as db:
        db.execute("UPDATE batch SET chapter = 'Trường ' || id WHERE chapter != ''")
        db.commit()
    officer.visit("/reports")
    assert len(officer.page.select("table:has(#chapters) tbody tr")) == 12
    folded = officer.find("details:has(#chapters-more)")
    assert "open" not in folded.attrs
    assert len(folded.select("tbody tr")) > 60


def test_places_and_phases_stand_in_the_order_that_people_expect(filled, officer):
    officer.visit("/reports")
    rows = [
        [row.get_text(strip=True) for row in officer.page.select(f"table:has(#{of}) tbody th")]
        for of in ("provinces", "phases")
    ]
    order = ["Đắk Lắk", "Huế", "Lào Cai", "Nghệ An", "TP. Hồ Chí Minh", "Vĩnh Long"]
    assert [name for name in rows[0] if name in order] == order
    assert rows[1] == ["trước buổi học", "sau buổi học", "một lần"]


@pytest.mark.parametrize("query", ["provnce=Huế", "phases=before", "phase=before&phase=after"])
def test_a_filter_that_is_misspelt_leads_to_no_figures(filled, officer, query):
    for path in PATHS:
        officer.visit(f"{path}?{query}")
        assert officer.status == 400, path
        assert query.partition("=")[0] in officer.find(".errors").get_text()


def test_a_month_without_classes_may_bound_a_report(filled, officer):
    officer.visit("/reports?first=2020-01")
    assert officer.status == 200
    assert officer.find("select[name=first] option[selected]")["value"] == "2020-01"


def links_of(page):
    """Return the addresses of the questions in a list, over all of its pages."""
    found = []
    for number in range(1, 99):
        if page.has("tbody th a"):
            found += [link["href"] for link in page.page.select("tbody th a")]
        following = page.page.select(f'main nav a[href*="page={number + 1}"]')
        if not following:
            return found
        page.open(following[0]["href"])
    raise AssertionError("pages without end")


@pytest.mark.parametrize("sort", ["question", "answers", "score", "discrimination", "doubts"])
def test_questions_are_sorted_by_links_both_ways(filled, officer, sort):
    links = links_of(officer.visit("/reports/questions"))
    assert len(links) > 60
    orders = {}
    officer.visit("/reports/questions?sort=" + ("score" if sort != "score" else "answers"))
    for _ in range(2):
        officer.open(officer.find(f'thead a[href*="sort={sort}"]')["href"])
        way = officer.find("th[aria-sort]")["aria-sort"]
        here = officer.response.request.full_path
        orders[way] = links_of(officer)
        officer.open(here)
    assert set(orders) == {"ascending", "descending"}
    assert orders["ascending"] != orders["descending"]
    assert all(sorted(order) == sorted(links) for order in orders.values())


def test_questions_are_listed_and_headed_by_their_titles(app, filled, officer):
    bank = app.extensions["bank"].questions
    link = officer.visit("/reports/questions").find("tbody th a")
    question = bank[link["href"].split("/")[3]]
    assert link.get_text() == question.title["vi"]
    assert officer.open(link["href"]).heading == question.title["vi"]
    assert " ".join(question.stem["vi"].split()) in officer.text


def test_questions_are_chosen_by_theme_kind_and_skill(app, filled, officer):
    bank = app.extensions["bank"].questions
    found = links_of(officer.visit("/reports/questions?theme=abduction&kind=judge&skill=judge"))
    assert found
    for link in found:
        question = bank[link.split("/")[3]]
        assert (question.theme, question.kind, question.skill) == ("abduction", "judge", "judge")
    for wrong in ("theme=x", "kind=x", "skill=x", "way=x", "page=0", "page=99", "sort=x"):
        assert officer.visit(f"/reports/questions?{wrong}").status == 404


def test_paper_says_which_classes_a_page_is_about_and_of_when(filled, officer):
    officer.visit("/reports/questions?province=Huế&phase=before&first=2026-06")
    address = officer.find("tbody th a")["href"]
    for path in ("/reports/questions", "/reports/take", address):
        page = officer.open(f"{path.partition('?')[0]}?province=Huế&phase=before&first=2026-06")
        for said in ("Huế", "trước buổi học", "tháng 6", "24 tháng 11, 2026"):
            assert said in page.text, (path, said)


def test_a_question_is_shown_with_what_was_judged_told_and_put_in_order(app, filled, officer):
    bank = app.extensions["bank"].questions
    seen = set()
    for link in links_of(officer.visit("/reports/questions")):
        question = bank[link.split("/")[3]]
        if question.kind in seen or question.kind not in {"judge", "flags", "order", "story"}:
            continue
        seen.add(question.kind)
        text = officer.open(link).text
        match question.kind:
            case "judge":
                said = [line.text["vi"] for line in question.message.lines]
            case "flags":
                said = [part.text["vi"] for part in question.fragments]
            case "order":
                said = [f"Vị trí {place}" for place in range(1, len(question.steps) + 1)]
            case "story":
                said = [node.ask["vi"] for node in question.nodes.values() if node.choices]
                said += [line.text["vi"] for line in question.nodes[question.start].lines]
        for words in said:
            assert " ".join(words.split()) in text, (question.id, words)
    assert seen == {"judge", "flags", "order", "story"}


def test_questions_of_every_kind_have_a_page_of_their_own(app, filled, officer):
    bank = app.extensions["bank"].questions
    links = defaultdict(list)
    for link in links_of(officer.visit("/reports/questions")):
        links[bank[link.split("/")[3]].kind].append(link)
    assert len(links) == len(Kind)
    for address in chain(*(of_kind[:4] for of_kind in links.values())):
        assert officer.open(address).status == 200
        assert officer.has("h1")
    assert officer.visit("/reports/questions/no-such/00000000").status == 404


NAMES = ["report.xlsx", "report.zip", "report.json", "questions.csv", "questions.semicolon.csv"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_sent_under_a_neutral_name_and_noted(app, clock, filled, officer, name):
    path = f"/reports/file/{name}?province=Huế&chapter=Hội Phụ nữ phường Hoa Mai"
    officer.visit(path)
    assert officer.status == 200
    stem, _dot, ending = name.partition(".")
    kept_as = f"{stem}_{clock().date()}_vi_province-hue_chapter.{ending}"
    assert officer.response.headers["Content-Disposition"] == f'attachment; filename="{kept_as}"'
    assert officer.response.headers["Cache-Control"] == "no-store"
    with app.extensions["database"].reading() as db:
        what = f"export {name.rpartition('.')[2]}"
        [event] = db.scalars(select(Event).where(Event.what == what)).all()
        assert event.about.startswith("groups ")


def test_a_file_of_which_only_the_head_is_asked_is_not_noted(app, filled, officer):
    assert (
        officer.client.head("/reports/file/report.json", base_url=officer.base).status_code == 200
    )
    with app.extensions["database"].reading() as db:
        assert not db.scalars(select(Event).where(Event.what.startswith("export"))).all()


@pytest.mark.parametrize("name", ["report.exe", "nothing.csv", "report", "..json", "a.b.csv"])
def test_a_file_that_there_is_not_is_not_found(filled, officer, name):
    assert officer.visit(f"/reports/file/{name}").status == 404


def test_the_page_and_the_files_say_the_same(filled, officer):
    officer.visit("/reports")
    people = int(officer.find("dl.facts dd").get_text().replace(".", ""))
    document = json.loads(officer.visit("/reports/file/report.json").response.data)
    assert sum(row["people"] for row in document["tables"]["groups"]) == people
    assert officer.visit("/reports/schema.json").response.mimetype == "application/schema+json"


@pytest.fixture
def asked():
    """The statements that add up answers."""
    found = []

    def note(_connection, _cursor, statement, *_others):
        if "sum(question_tally." in statement:
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_the_pages_and_files_of_one_visit_are_added_up_once(filled, officer, asked):
    officer.visit("/reports")
    assert asked
    asked.clear()
    for page in ("", "/questions", "/take", "/file/report.xlsx", "/file/report.xlsx"):
        assert officer.visit(f"/reports{page}").status == 200
    assert not asked
    officer.visit("/reports?phase=before")
    assert asked


@pytest.mark.parametrize("name", ["report.json", "themes.csv"])
def test_what_is_released_meanwhile_is_in_the_next_file(app, clock, officer, name):
    path = f"/reports/file/{name}"
    empty = officer.visit(path).response.data
    with app.extensions["database"].writing() as db:
        demo_data.fill(db, app.extensions["bank"], today=clock().date())
        db.commit()
    full = officer.visit(path).response.data
    assert len(full) > len(empty)
    assert officer.visit(f"/reports/file/{name}?phase=before").response.data not in {empty, full}
    assert officer.visit(f"/en{path}").response.data != full
    assert officer.visit(path).response.data == full
    with app.extensions["database"].writing() as db:
        demo_data.clear(db)
        db.commit()
    assert officer.visit(path).response.data == empty


def test_a_file_of_the_next_month_says_so(clock, filled, officer, make_staff):
    path = "/reports/file/report.json"
    before = json.loads(officer.visit(path).response.data)
    clock.forward(days=40)
    after = json.loads(make_staff("admin").visit(path).response.data)
    assert before["month"] < after["month"]


@pytest.fixture
def led_here(app):
    """A class that listens to this process."""
    channels = Application(app).broadcaster.channels
    channels[1, "vi"] = Channel(1, "vi", 1)
    yield
    channels.clear()


@pytest.fixture
def somebody_else(tmp_path, monkeypatch):
    """A program that is called in the place of Python, and writes something of its own."""
    if os.name != "posix":
        pytest.skip("Windows runs no such program")
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho somebody else\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))


@pytest.mark.parametrize("path", ["/reports/file/report.json", "/en/reports/file/themes.csv"])
def test_while_a_class_is_led_here_another_process_writes_the_same(
    app, filled, officer, led_here, path
):
    content = officer.visit(path).response.data
    assert officer.response.headers["Content-Disposition"]
    app.extensions["broadcaster"].channels.clear()
    app.extensions["report_cache"].files.entries.clear()
    assert officer.visit(path).response.data == content


def test_without_a_class_this_process_writes(filled, officer, somebody_else):
    assert officer.visit("/reports/file/themes.csv").response.data != b"somebody else\n"


def test_with_a_class_another_one_does(filled, officer, led_here, somebody_else):
    assert officer.visit("/reports/file/themes.csv").response.data == b"somebody else\n"


def test_where_no_other_process_can_be_had_this_one_writes_and_says_so(
    filled, officer, led_here, monkeypatch, caplog
):
    assert officer.visit("/reports/file/nothing.csv").status == 404
    assert caplog.messages == []
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    assert officer.visit("/reports/file/themes.csv").response.data.startswith(b"\xef\xbb\xbf")
    assert "no other process wrote a file; a class may have to wait" in caplog.messages
    assert officer.visit("/reports/file/nothing.csv").status == 404


def test_a_facilitator_has_no_reports(filled, make_staff):
    teacher = make_staff("facilitator")
    for path in ("/reports", "/reports/take", "/reports/file/report.xlsx", "/keys"):
        assert teacher.visit(path).status == 404


# ── Keys for programs ──


@pytest.fixture
def maker(make_staff):
    """An admin who makes a key."""
    return make_staff("admin")


@pytest.fixture
def key(maker):
    maker.visit("/keys").press("make", name="Dashboard", current=maker.password)
    return maker.find("code").get_text()


@pytest.fixture
def other_admin(make_staff):
    return make_staff("admin", email="other@example.org")


def made_by(app):
    with app.extensions["database"].reading() as db:
        return db.scalars(select(ApiToken.staff)).one()


def ask(app, key=None, query="", language=""):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return app.test_client().get(f"{language}/api/report.json{query}", headers=headers)


def test_a_program_with_a_key_reads_what_an_officer_reads(app, filled, officer, key):
    answered = ask(app, key)
    assert answered.status_code == 200
    assert answered.data == officer.visit("/reports/file/report.json").response.data
    filtered = ask(app, key, "?phase=after")
    phases = {row["phase"] for row in filtered.json["tables"]["groups"]}
    assert phases == {"after"}
    for language, words in (("", "tên này"), ("/en", "of this name")):
        refused = ask(app, key, "?phase=never&province=Atlantis", language)
        assert refused.status_code == 400
        assert set(refused.json["error"]) == {"phase", "province"}
        assert all(words in said for [said] in refused.json["error"].values())
    misspelt = ask(app, key, "?phases=after")
    assert misspelt.status_code == 400
    assert set(misspelt.json["error"]) == {"phases"}


def test_the_list_of_keys_says_days_as_the_language_does(app, key, make_staff):
    admin = make_staff("admin", email="other@example.org", language="en")
    admin.visit("/keys")
    assert "November 24, 2026" in admin.text


@pytest.mark.parametrize("wrong", [None, "", "x", "Ünïcode", "a" * 4096])
def test_without_a_key_there_is_nothing(app, filled, key, wrong):
    answered = ask(app, wrong)
    assert answered.status_code == 401
    assert answered.headers["WWW-Authenticate"] == "Bearer"
    assert set(answered.json) == {"error"}


def test_a_key_that_differs_by_a_letter_is_no_key(app, key):
    other = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert ask(app, other).status_code == 401


def test_a_revoked_key_works_no_more(app, other_admin, key):
    other_admin.visit("/keys").press("revoke")
    assert ask(app, key).status_code == 401
    assert "Chưa có khoá nào" in other_admin.visit("/keys").text


@pytest.mark.parametrize(
    ("press", "back"),
    [
        (("disable", {}), ("enable", {})),
        (("role", {"role": "facilitator"}), ("role", {"role": "admin"})),
        (("role", {"role": "officer"}), ("role", {"role": "admin"})),
    ],
    ids=["disabled", "made a facilitator", "made an officer"],
)
def test_a_key_dies_with_the_right_of_its_maker_and_stays_dead(app, other_admin, key, press, back):
    assert ask(app, key).status_code == 200
    maker = made_by(app)
    other_admin.visit(f"/people/{maker}").press(press[0], **press[1])
    assert ask(app, key).status_code == 401
    other_admin.visit(f"/people/{maker}").press(back[0], **back[1])
    assert ask(app, key).status_code == 401
    assert "Dashboard" not in other_admin.visit("/keys").text


def test_a_key_of_somebody_who_is_no_admin_any_more_is_none(app, key):
    """However she ceased to be one: the row of a key is no right."""
    with app.extensions["database"].writing() as db:
        db.execute(update(Staff).values(role=Role.OFFICER))
        db.commit()
    assert ask(app, key).status_code == 401


def test_a_key_works_for_a_year(app, clock, maker, key):
    clock.jump(days=365)
    assert ask(app, key).status_code == 200
    clock.jump(days=1)
    assert ask(app, key).status_code == 401
    assert "đã hết hạn" in maker.sign_in("/keys").find("main li").get_text()


def test_the_list_of_keys_says_who_made_each_and_when_it_was_used(app, clock, maker, key):
    assert "chưa dùng lần nào" in maker.visit("/keys").text
    clock.jump(days=1)
    ask(app, key)
    row = maker.sign_in("/keys").find("main li").get_text(" ", strip=True)
    for said in (
        "Dashboard",
        maker.email,
        "24 tháng 11, 2026",
        "24 tháng 11, 2027",
        "25 tháng 11, 2026",
    ):
        assert said in row


def test_the_downloads_of_a_key_are_in_the_record_once_a_day(app, clock, maker, key):
    for _ in range(2):
        for _ in range(3):
            ask(app, key)
        ask(app, "x")
        ask(app, key, "?phase=never")
        clock.jump(days=1)
    with app.extensions["database"].reading() as db:
        noted = db.execute(select(Event.day, Event.staff).where(Event.what == "api-download")).all()
    assert noted == [(date(2026, 11, 24), 1), (date(2026, 11, 25), 1)]


def test_making_a_key_asks_for_the_password(app, maker):
    for current in ("", "a wrong password"):
        maker.visit("/keys").press("make", name="Dashboard", current=current)
        assert maker.status == 400
        assert maker.find("#current-error")
        assert maker.find("#name")["value"] == "Dashboard", "what was typed is kept"
    assert "Chưa có khoá nào" in maker.visit("/keys").text


def test_a_key_made_twice_by_one_form_is_one_key(app, maker):
    form = maker.visit("/keys").form_of(maker.find('button[value="make"]'))
    given = {"do": "make", "name": "Dashboard", "current": maker.password}
    shown = [maker.send(form, given).find("code").get_text() for _ in range(2)]
    assert shown[0] == shown[1]
    assert ask(app, shown[0]).status_code == 200
    assert len(maker.visit("/keys").page.select('button[value="revoke"]')) == 1


def test_a_form_that_is_sent_on_another_day_makes_another_key(app, clock, maker):
    form = maker.visit("/keys").form_of(maker.find('button[value="make"]'))
    given = {"do": "make", "name": "Dashboard", "current": maker.password}
    first = maker.send(form, given).find("code").get_text()
    clock.forward(days=1)
    maintenance.seal(app.extensions["database"], shipped_bank(), now=clock())
    maker.sign_in()
    second = maker.send(form, given).find("code").get_text()
    assert first != second
    assert [ask(app, each).status_code for each in (first, second)] == [200, 200]


def test_a_key_needs_a_name_and_is_stored_nowhere(app, maker, key):
    maker.visit("/keys").press("make", name="  ", current=maker.password)
    assert maker.status == 400
    for file in app.extensions["database"].path.parent.iterdir():
        if file.is_file():
            assert key.encode() not in file.read_bytes()
