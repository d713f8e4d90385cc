"""What no database keeps reaches none, and is no reason to refuse anybody, on either engine."""

import pytest
from sqlalchemy import select

from quiz.store.tables import ApiToken, Room, Staff
from tests.databases import BACKENDS
from tests.web.conftest import READY, fill

NOT_TYPED = "\0\x01\x1f\x7f\x9f"


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


def all_of(app, column):
    with app.extensions["database"].reading() as db:
        return db.scalars(select(column)).all()


def test_control_characters_are_left_out_wherever_staff_type(app, teacher, make_staff):
    teacher.visit("/rooms/new")
    fill(
        teacher,
        **{**READY, "name": f"Lớp{NOT_TYPED}", "province": f"Hu{NOT_TYPED}ế", "chapter": NOT_TYPED},
    )
    assert teacher.status in (200, 303)
    assert all_of(app, Room.name) == ["Lớp"]
    assert all_of(app, Room.province) == ["Huế"]
    admin = make_staff("admin").visit("/people")
    admin.send(admin.find("main form"), {"email": f"mai{NOT_TYPED}@example.org", "role": "officer"})
    assert "mai@example.org" in all_of(app, Staff.email)
    key = {"name": f"Bảng{NOT_TYPED}", "current": admin.password, "do": "make"}
    admin.visit("/keys").send(admin.find("main form"), key)
    assert all_of(app, ApiToken.name) == ["Bảng"]
    for name in ("province", "chapter", "language", "first", "phase"):
        assert admin.visit(f"/reports?{name}=x%00y%1F").status in (200, 400)


@pytest.mark.parametrize("id", [2**31 - 1, 2**31, 2**63, 10**18 - 1, 10**18, 10**30])
def test_a_number_that_no_row_can_have_leads_nowhere(make_staff, id):
    admin = make_staff("admin")
    for path in ("/rooms/{}", "/rooms/{}/wall", "/rooms/{}/result", "/rooms/{}/edit", "/people/{}"):
        assert admin.visit(path.format(id)).status == 404, path
