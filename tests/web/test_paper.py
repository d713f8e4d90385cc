"""A class on paper: prepared, printed, counted, sealed once, and reported like any other."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from quiz.service.live import rooms
from quiz.service.reports import figures, formats
from quiz.store.releasing import release_due
from quiz.store.tables import Batch, PaperCount, Room
from quiz.web.labels import option_label
from tests.databases import TWINS
from tests.web.conftest import READY


@pytest.fixture(params=TWINS)
def backend(request):
    return request.param


QUIZ = ["har-images-class-chat", "abd-authority-order-a", "lit-messages-own-otp"]


@pytest.fixture
def ready(teacher):
    """Prepare a class on paper with three questions, ready to be printed."""
    teacher.visit("/rooms/new")
    teacher.press("open", name="A", mode="paper", questions=QUIZ, **READY)
    assert "/paper" in teacher.response.request.path
    return teacher


def answers(teacher, *, people=12, best=8, other=3, **more):
    """Return what is typed: for each question how many chose the best option, and another."""
    bank = teacher.app.extensions["bank"]
    typed = {"people": str(people)}
    for question in teacher.page.select("fieldset[data-sum]"):
        names = [box["name"] for box in question.select("input")]
        id_ = names[0].partition(".")[0]
        [right] = bank.questions[id_].best
        others = [name for name in names if name != f"{id_}.{right}"]
        typed |= {f"{id_}.{right}": str(best), others[0]: str(other)}
    return typed | more


def count(teacher, table):
    with teacher.app.extensions["database"].reading() as db:
        return db.scalars(select(func.count()).select_from(table)).one()


def seal(teacher, **numbers):
    teacher.press("seal", **answers(teacher, **numbers))
    return teacher.press("sealed")


def test_a_class_on_paper_is_printed_in_three_parts(ready):
    links = [link["href"] for link in ready.page.select('main a[href*="/paper/"]')]
    assert len(links) == 6
    for link in links:
        ready.open(link)
        assert ready.status == 200
        assert ready.has(".sheet")
        assert "113" in ready.text
    ready.visit("/rooms/1/paper/key")
    assert "Dành cho người hướng dẫn" in ready.text
    asked = [item.select_one("b").get_text() for item in ready.page.select(".questions > li")]
    assert asked == titles(ready)
    for id_ in QUIZ:
        assert ready.app.extensions["bank"].questions[id_].discuss["vi"] in ready.text
    ready.visit("/rooms/1/paper/answers")
    assert len(ready.page.select(".answer-sheet")) == 2
    strips = [each.get_text() for each in ready.page.select(".sheet__strip")]
    assert len(strips) == 2
    assert "Một điều tôi sẽ kể lại ở nhà" in strips[0]
    ready.visit("/rooms/1/paper/answers?large=yes")
    assert len(ready.page.select(".sheet")) == 1
    assert not ready.has(".sheet--half")
    assert ready.visit("/rooms/1/paper/nothing").status == 404


def test_before_and_after_fit_on_one_sheet_if_wished(teacher):
    teacher.visit("/rooms/new")
    teacher.press("open", name="A", mode="paper", phase="before", questions=QUIZ, **READY)
    for prepared in (False, True):
        teacher.visit("/rooms/1/paper/answers?both=yes")
        heads = [each.get_text() for each in teacher.page.select(".sheet--half h2")]
        assert heads == ["Phiếu trả lời, trước buổi học", "Phiếu trả lời, sau buổi học"]
        assert len(teacher.page.select(".sheet__strip")) == 1, "what is taken home is cut off last"
        if not prepared:
            with teacher.app.extensions["database"].writing() as db:
                room = db.get_one(Room, 1)
                bank = teacher.app.extensions["bank"]
                assert rooms.follow_up(db, bank, room, today=room.day).paired == 1
                db.commit()
    teacher.visit("/rooms/1/paper")
    assert teacher.has("a[href$='both=yes']")


def test_sheets_are_in_the_languages_of_the_class(teacher):
    teacher.visit("/rooms/new")
    teacher.press("open", name="A", mode="paper", projector="vi en", **READY)
    teacher.visit("/rooms/1/paper/questions")
    vietnamese, english = teacher.page.select("main [lang]")
    assert "Không ghi tên" in vietnamese.get_text()
    assert "Write no name" in english.get_text()
    assert teacher.page.select_one("html")["lang"] == "vi"


def test_nothing_is_printed_before_the_reminders_are_ticked(teacher):
    teacher.visit("/rooms/new").press("open", name="A", mode="paper")
    assert teacher.status == 400
    teacher.visit("/rooms/new").press("keep", name="A", mode="paper")
    assert teacher.has("[name=told_optional]")
    assert teacher.visit("/rooms/1/paper/questions").status == 404


def titles(teacher):
    return [teacher.app.extensions["bank"].questions[id_].title["vi"] for id_ in QUIZ]


def test_totals_are_kept_corrected_and_sealed(ready):
    ready.press("keep", **answers(ready, people=12, best=8, other=3))
    legends = [each.get_text() for each in ready.page.select("fieldset[data-sum] legend")]
    assert legends == [f"{number}. {title}" for number, title in enumerate(titles(ready), 1)]
    assert ready.find("#people")["value"] == "12"
    assert "11 người trả lời, 1 người không trả lời" in ready.text
    assert "bản nháp" in ready.text
    ready.press("seal", **answers(ready, best=10, other=9))
    assert ready.status == 400
    assert "19 câu trả lời, nhiều hơn số người tham gia 7" in ready.text
    assert "-" not in ready.find("[data-left]").get_text()
    assert "có 19 câu trả lời, nhưng chỉ có 12 người" in ready.text
    ready.press("seal", **answers(ready))
    assert [each.contents[0] for each in ready.page.select(".steps li span")] == titles(ready)
    ready.press("sealed")
    assert ready.heading == "A"
    assert "11 người đã trả lời" in ready.text
    assert "73%" in ready.text  # 8 of 11
    assert count(ready, PaperCount) == 0
    with ready.app.extensions["database"].writing() as db:
        [batch] = db.scalars(select(Batch)).all()
        assert (batch.source, batch.people, batch.language) == ("paper", 11, "vi")
        assert batch.released is None, "a class is released on the next day"
        release_due(db, today=ready.clock().date() + timedelta(days=1))
        report = figures.build_report(db, ready.app.extensions["bank"])
        assert report.people == 11
        assert {each.name for each in report.by("source")} == {"paper"}


def test_what_is_typed_is_kept_meanwhile_and_the_page_stays_valid(ready):
    form, typed = ready.find("form[data-sums]"), answers(ready, people=12)

    def send(do, **more):
        hidden = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
        return ready.client.post(form["action"], data={**hidden, **typed, "do": do, **more})

    assert send("meanwhile").status_code == 204
    assert ready.visit("/rooms/1/paper").find("#people")["value"] == "12"
    assert send("meanwhile", people="twelve").status_code == 400
    assert ready.visit("/rooms/1/paper").find("#people")["value"] == "12"
    assert send("keep", people="13").status_code == 303, "from the same page"
    assert send("meanwhile").status_code == 409, "the page is out of date now"
    assert ready.visit("/rooms/1/paper").find("#people")["value"] == "13"


def test_a_table_of_scores_has_to_fit_and_is_kept_too(ready):
    typed = answers(ready, **{"right-3": "4", "right-1": "8"})
    ready.press("seal", **typed)
    assert "Theo bảng điểm có 20 câu trả lời đúng; theo từng câu là 24" in ready.text
    typed |= {"right-3": "6", "right-1": "6", "version": ready.find("[name=version]")["value"]}
    ready.press("seal", **typed)
    ready.press("sealed")
    assert ready.status == 200
    assert count(ready, Batch) == 1


def test_renaming_a_class_leaves_its_sheets_and_numbers_as_they_are(ready):
    ready.press("keep", **answers(ready, people=12))
    ready.visit("/rooms/1/edit").press("keep", name="B", mode="paper", questions=QUIZ, **READY)
    assert ready.heading == "B"
    assert ready.find("#people")["value"] == "12"
    assert ready.visit("/rooms/1/paper/questions").status == 200
    ready.visit("/rooms/1/edit").press("keep", name="B", mode="paper", questions=QUIZ[:2], **READY)
    assert ready.has("[name=told_optional]")


def test_what_is_no_number_is_mended_and_nothing_else_lost(ready):
    ready.press("keep", **answers(ready, people="twelve"))
    assert ready.status == 400
    assert "Hãy viết một số nguyên" in ready.text
    assert [box["value"] for box in ready.page.select("fieldset input[value]")].count("8") == 3


MATCH = "abd-match-isolation"


def sheets_of(bank, number, chance):
    """Return what so many people wrote on the lines of a match, some a letter twice."""
    partners = [partner.id for partner in bank.questions[MATCH].partners]
    right = [thing.partner for thing in bank.questions[MATCH].things]
    return [
        right if chance.random() < 0.4 else chance.choices(partners, k=len(right))
        for _ in range(number)
    ]


def counts_of(bank, sheets):
    """Return the fields in which those sheets are counted."""
    things = bank.questions[MATCH].things
    typed: Counter[str] = Counter()
    for partners in sheets:
        pairs = list(zip(things, partners, strict=True))
        typed[f"{MATCH}.{sum(thing.partner == partner for thing, partner in pairs)}"] += 1
        typed.update(f"{MATCH}.{thing.id}:{partner}" for thing, partner in pairs)
    return {name: str(count) for name, count in typed.items()}


@pytest.fixture
def with_match(teacher):
    """Prepare a class on paper in which things are matched as well."""
    teacher.visit("/rooms/new")
    teacher.press("open", name="A", mode="paper", questions=[QUIZ[0], MATCH], **READY)
    return teacher


def test_the_lines_of_a_match_are_printed_with_their_letters(with_match):
    match = with_match.app.extensions["bank"].questions[MATCH]
    with_match.visit("/rooms/1/paper/questions")
    lines, offered = (with_match.page.select(f"{each} li") for each in (".lines", ".lettered"))
    assert [line.get_text() for line in lines] == [thing.text["vi"] for thing in match.things]
    partners = [partner.text["vi"] for partner in match.partners]
    assert [each.get_text() for each in offered[-len(partners) :]] == partners
    with_match.visit("/rooms/1/paper/answers")
    rows = with_match.find(".answer-sheet").select("tbody th")
    assert [row.get_text() for row in rows] == ["1", "2.1", "2.2", "2.3", "2.4"]
    with_match.visit("/rooms/1/paper/key")
    letters = [line.select_one("b").get_text() for line in with_match.page.select(".lines li")]
    assert letters == [
        "ABCDE"[[each.id for each in match.partners].index(thing.partner)] for thing in match.things
    ]


def test_every_count_of_a_match_has_a_label_of_its_own(with_match):
    with_match.visit("/rooms/1/paper")
    fields = with_match.page.select("fieldset[data-sum]")[1].select("input")
    labels = [with_match.find(f'label[for="{each["id"]}"]').get_text() for each in fields[:5]]
    assert labels == [f"Đúng {number} dòng" for number in (4, 3, 2, 1, 0)]
    assert [each["aria-label"] for each in fields[5:]] == [
        f"Câu 2, dòng {line}, {letter}" for line in (1, 2, 3, 4) for letter in "ABCDE"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"4": ""}, "chưa ghi bao nhiêu phiếu đúng mấy dòng"),
        (
            dict.fromkeys(
                ("video:forestalled", "details:belief", "sim:parents", "motel:friends"), ""
            ),
            "chưa đếm chữ cái ở từng dòng",
        ),
        (
            {"sim:parents": "9"},
            "Câu 2, dòng 3: các chữ cái cộng lại được 9, nhưng số phiếu đã đếm là 10",
        ),
        ({"4": "9", "3": "1"}, "theo các chữ cái thì có 40 dòng đúng, theo số phiếu thì có 39"),
        ({"4": "13"}, "Câu 2 có 13 câu trả lời, nhưng chỉ có 12 người tham gia"),
    ],
)
def test_counts_of_a_match_have_to_fit_and_stay_as_they_were_typed(with_match, change, said):
    bank = with_match.app.extensions["bank"]
    right = [thing.partner for thing in bank.questions[MATCH].things]
    typed = {"people": "12", **counts_of(bank, [right] * 10)}
    typed |= {f"{MATCH}.{name}": count for name, count in change.items()}
    with_match.press("seal", **typed)
    assert with_match.status == 400
    assert said in with_match.find(".errors").get_text()
    assert with_match.has(f'[id="{with_match.find(".errors a")["href"][1:]}"]')
    for _ in range(2):
        kept = {each["name"]: each.get("value", "") for each in with_match.page.select("input")}
        assert {name: kept[name] for name in typed} == typed
        with_match.visit("/rooms/1/paper")


def test_pairs_of_classes_on_paper_are_exported_as_they_were_counted(teacher):
    """A third class left the match blank for the most part, so that it is in no figure."""
    bank, chance = teacher.app.extensions["bank"], Random(1)
    classes = [sheets_of(bank, number, chance) for number in (12, 14, 9)]
    for room, sheets in enumerate(classes, start=1):
        teacher.visit("/rooms/new")
        teacher.press("open", name="A", mode="paper", questions=[QUIZ[0], MATCH], **READY)
        [best] = bank.questions[QUIZ[0]].best
        typed = {"people": "15", f"{QUIZ[0]}.{best}": "15", **counts_of(bank, sheets)}
        teacher.press("seal", **typed)
        teacher.press("sealed")
        assert teacher.response.request.path == f"/rooms/{room}/result"
        shown = [
            (row.select_one("th").get_text(), row.select_one("td").get_text())
            for row in teacher.page.select("article table")[1].select("tbody tr")
        ]
        for line, thing in enumerate(bank.questions[MATCH].things):
            name = option_label(bank.questions[MATCH], f"{thing.id}:{thing.partner}", "vi")
            given = sum(partners[line] == thing.partner for partners in sheets)
            assert (f"{name} Đáp án đúng", str(given)) in shown

    with teacher.app.extensions["database"].writing() as db:
        release_due(db, today=teacher.clock().date() + timedelta(days=1))
        report = figures.build_report(db, bank)
    export = formats.Export(
        report=report, version="1", month="2026-11", language="vi", translate=str
    )
    [options] = [table for table in export.tables if table.name == "options"]
    exported = {
        str(row["option"]): (row["count"], row["share"])
        for row in options.records()
        if row["question"] == MATCH
    }
    counted: Counter[str] = Counter()
    for sheets in classes[:2]:
        for name, count in counts_of(bank, sheets).items():
            counted[name.partition(".")[2]] += int(count)
    pairs = {name for name in exported if ":" in name}
    assert len(pairs) == 20
    assert {name: exported[name] for name in pairs} == {
        name: (counted[name], round(100 * counted[name] / 26, 6)) for name in pairs
    }
    assert exported["not-sure"] == (0, 0)
    [figure] = [each for each in report.questions if each.id == MATCH]
    right = sum(int(right) * counted[right] for right in "1234")
    assert figure.share.answers == 26
    assert figure.share.percent == 100 * right / (4 * 26)


def test_pressing_seal_twice_seals_once(ready, make_phone):
    ready.press("seal", **answers(ready))
    form = ready.form_of(ready.find('button[value="sealed"]'))
    for _ in range(2):
        ready.send(form, {"do": "sealed"})
        assert ready.heading == "A"
    assert count(ready, Batch) == 1


def test_a_stale_tab_changes_nothing(ready):
    form = ready.form_of(ready.find('button[value="keep"]'))
    ready.press("keep", **answers(ready, people=12))
    ready.send(form, {"do": "keep", **answers(ready, people=40)})
    assert ready.status == 409
    assert ready.visit("/rooms/1/paper").find("#people")["value"] == "12"


def test_another_facilitator_finds_nothing(ready, make_staff):
    other = make_staff("facilitator", email="other@example.org")
    for path in ("/rooms/1/paper", "/rooms/1/paper/key", "/rooms/1/result"):
        assert other.visit(path).status == 404


def test_a_live_class_can_be_copied_for_paper(teacher):
    teacher.visit("/rooms/new").press("keep", name="A", questions=["har-story-countdown"])
    teacher.press("copy-for-paper")
    with teacher.app.extensions["database"].reading() as db:
        copy = db.scalars(select(Room).where(Room.mode == "paper")).one()
        assert copy.questions.startswith("har-")
        assert "story" not in copy.questions


def test_small_classes_on_paper_wait_for_others(ready):
    seal(ready, people=6, best=4, other=1)
    with ready.app.extensions["database"].reading() as db:
        assert db.scalars(select(Batch)).one().released is None


def test_a_class_on_paper_can_be_deleted_with_its_draft(ready):
    ready.press("keep", **answers(ready))
    ready.press("delete")
    assert (count(ready, Room), count(ready, PaperCount)) == (0, 0)


@pytest.mark.parametrize(
    ("people", "counted"),
    [
        ((12, 14), (False, False)),
        ((12, 14), (True, False)),
        ((12, 14), (False, True)),
        ((12, 3), (False, False)),
        ((3, 14), (True, False)),
    ],
)
def test_results_of_a_pair_show_whatever_is_missing(ready, people, counted):
    """Without the table of right answers there is no mean score of people, and no theme."""

    def hold(room, phase, number, has_table):
        ready.visit(f"/rooms/{room}/edit")
        plan = {"name": "A", "mode": "paper", "phase": phase, "questions": ids_ticked(ready)}
        ready.press("open", **plan, **READY)
        right = {"right-3": str(number - 1), "right-0": "1"} if has_table else {}
        seal(ready, people=number, best=number - 1, other=1, **right)

    hold(1, "before", people[0], counted[0])
    ready.press("after")
    hold(2, "after", people[1], counted[1])
    for room, number in enumerate(people, start=1):
        ready.visit(f"/rooms/{room}/result")
        assert ready.status == 200
        assert all(table.select("tbody tr") for table in ready.page.select("table"))
        if number >= 5:
            assert f"{round(100 * (number - 1) / number)}%" in ready.text


def ids_ticked(teacher):
    return [box["value"] for box in teacher.page.select("[name=questions]")]
