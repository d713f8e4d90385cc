"""A rehearsal: marked on every page, and nothing of it is left."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from quiz.store.tables import Attempt, Base, Room
from tests.web.classroom import CHOICE, join
from tests.web.conftest import READY, fill

IMAGES = "har-images-class-chat"
MARK = "Tập thử. Không tính vào đâu cả"


def rows(app):
    """Return all that is stored, but for what each press changes: when she was here, how often."""
    changes = {("room", "version"), ("staff_session", "seen")}
    with app.extensions["database"].reading() as db:
        return {
            table.name: sorted(
                map(
                    repr,
                    db.execute(
                        select(*(c for c in table.columns if (table.name, c.name) not in changes))
                    ),
                )
            )
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def prepared(app, teacher):
    """A class that was held, and another one with the same questions that is prepared."""
    questions = [CHOICE, IMAGES]
    fill(teacher.visit("/rooms/new"), do="open", questions=questions, **READY)
    teacher.press("close")

    def prepared(**fields):
        fill(teacher.visit("/rooms/new"), do="keep", questions=questions, **fields)
        return teacher

    return prepared


def code_of(teacher):
    return teacher.find(".facts .num").get_text(strip=True)


def rehearse(teacher, make_phone, people=6):
    """Rehearse a live class: all answer, the answer is revealed, and the next question is asked."""
    teacher.visit("/rooms/2").press("rehearse")
    phones = [join(make_phone(), code_of(teacher)) for _ in range(people)]
    teacher.press("next")
    for phone in phones:
        phone.visit("/r").press("answer", a="leave")
    teacher.press("reveal")
    teacher.press("next")
    return phones


def end(teacher, how):
    teacher.visit("/rooms/2")
    if how == "closed":
        teacher.press("close")
    if how == "discarded":
        teacher.send(teacher.find("form:has(button[value=close])"), {"do": "discard"})


@pytest.mark.parametrize("how", ["closed", "discarded", "forgotten"])
def test_a_rehearsal_leaves_no_row(app, clock, make_phone, prepared, how):
    """What is stored afterwards is what was stored before, in every table."""
    teacher = prepared()
    before = rows(app)
    phones = rehearse(teacher, make_phone)
    assert len(rows(app)["attempt"]) == len(rows(app)["answer"]) == 6
    end(teacher, how)
    if how == "forgotten":
        clock.forward(hours=12, minutes=1)
        with app.app_context():
            app.extensions["scheduler"].run_due_jobs()
    after = rows(app)
    for table in {*before} - {"staff_session"}:
        assert after[table] == before[table], table
    assert "Lớp đã kết thúc" in phones[0].visit("/r").text
    if how != "forgotten":
        assert teacher.heading == "Lớp thử"
        assert teacher.has("button[value=rehearse]")


def test_a_rehearsal_at_ones_own_pace_leaves_no_row(app, make_phone, prepared):
    teacher = prepared(mode="self-paced")
    before = rows(app)
    teacher.visit("/rooms/2").press("rehearse")
    phones = [join(make_phone(), code_of(teacher)) for _ in range(5)]
    for phone in phones:
        assert MARK in phone.text
        phone.press("answer", a="leave")
        assert MARK in phone.text
    end(teacher, "closed")
    assert rows(app) == before


def test_the_class_that_follows_counts(app, make_phone, prepared):
    teacher = prepared()
    rehearse(teacher, make_phone)
    first = code_of(teacher)
    end(teacher, "closed")
    teacher.press("open", **READY)
    assert MARK not in teacher.text
    assert code_of(teacher) != first
    phones = [join(make_phone(), code_of(teacher)) for _ in range(5)]
    teacher.press("next")
    for phone in phones:
        assert MARK not in phone.visit("/r").text
        phone.press("answer", a="leave")
    teacher.press("reveal")
    teacher.press("close")
    assert "5 người" in teacher.text
    assert not rows(app)["attempt"]


def test_every_page_of_a_rehearsal_says_so(prepared, make_phone):
    teacher = prepared(projector="vi en")
    teacher.visit("/rooms/2").press("rehearse")
    assert MARK in teacher.text
    assert "Tập thử" in teacher.visit("/rooms").text
    assert "Rehearsal. Nothing counts" in teacher.visit("/rooms/2/wall").text
    phone = make_phone()
    phone.open(teacher.visit("/rooms/2").find("a[data-phone]")["href"])
    phone.open(phone.response.location)
    assert MARK in phone.text
    assert MARK in phone.press("join").text
    for move in ("next", "reveal", "next"):
        teacher.visit("/rooms/2").press(move, sure="1")
        assert MARK in teacher.text
        assert MARK in phone.visit("/r").text
        assert MARK in teacher.visit("/rooms/2/wall").text
    teacher.visit("/rooms/2").press("close")
    assert "Lớp này không mở." in teacher.visit("/rooms/2/wall").text


def test_a_class_on_paper_has_no_rehearsal(prepared):
    teacher = prepared(mode="paper")
    assert not teacher.has("button[value=rehearse]")
    teacher.send(teacher.find("form:has(button[value=open])"), {"do": "rehearse"})
    assert teacher.status == 400


def test_the_database_refuses_totals_of_a_rehearsal(app, prepared, make_phone):
    rehearse(prepared(), make_phone, people=1)
    for values in ({"stage": "closed", "opened": None}, {"batch": 1}):
        with app.extensions["database"].writing() as db, pytest.raises(IntegrityError):
            db.execute(update(Room).where(Room.rehearsal).values(**values))
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Attempt)).one().room == 2
