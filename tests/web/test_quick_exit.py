"""Leaving through one neutral path."""

import pytest
from sqlalchemy import text

from tests.web.headers import check_headers


def attempts(app):
    with app.extensions["database"].reading() as db:
        return db.execute(text("SELECT count(*) FROM attempt")).scalar_one()


def test_leaving_forgets_the_cookie_and_the_unfinished_quiz(app, phone):
    phone.start().answer()
    phone.open("/x")
    assert phone.status == 303
    assert phone.response.location == "https://nchmf.gov.vn/"
    assert phone.response.headers["Clear-Site-Data"] == '"storage"'
    assert phone.client.get_cookie("s") is None
    assert "HttpOnly" in phone.response.headers["Set-Cookie"]
    assert attempts(app) == 0
    check_headers(phone.response)


def test_who_left_is_soon_in_no_file(app, phone):
    phone.start().answer()
    with app.extensions["database"].reading() as db:
        [id] = db.execute(text("SELECT id FROM attempt")).scalars()
    phone.open("/x")
    folder = app.extensions["database"].path.parent
    with app.app_context():
        app.extensions["scheduler"].run_due_jobs()
    assert id not in b"".join(each.read_bytes() for each in folder.glob("quiz.db*"))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_on_another_site_ends_no_quiz(app, phone, site):
    phone.start()
    phone.open("/x", headers={"Sec-Fetch-Site": site})
    assert phone.status == 303
    assert "Set-Cookie" not in phone.response.headers
    assert "Clear-Site-Data" not in phone.response.headers
    assert attempts(app) == 1
    phone.open("/x", headers={"Sec-Fetch-Site": "same-origin"})
    assert attempts(app) == 0


def test_without_her_cookie_nothing_is_taken_back(app, phone, make_phone):
    phone.start()
    make_phone().open("/x")
    stranger = app.test_client().get("/x")
    assert stranger.status_code == 303
    assert "Set-Cookie" not in stranger.headers
    assert attempts(app) == 1


def test_leaving_forgets_a_code_that_was_scanned_and_signs_nobody_out(make_staff):
    colleague = make_staff().start()
    colleague.client.set_cookie("k", "482913")
    colleague.open("/x")
    assert {name for name in "swk" if colleague.client.get_cookie(name)} == {"w"}
    assert colleague.visit("/account").status == 200


def test_a_finished_quiz_still_counts(app, phone):
    phone.start().finish()
    phone.open("/x")
    assert attempts(app) == 1
    phone.visit("/a")
    assert phone.status == 404


def test_a_browser_that_looks_ahead_changes_nothing(app, phone):
    phone.start()
    for purpose in ("prefetch", "prefetch;prerender"):
        phone.open("/x", headers={"Sec-Purpose": purpose})
        assert phone.status == 204
    assert attempts(app) == 1
    assert phone.client.get_cookie("s") is not None


def test_neither_a_link_checker_nor_an_old_preview_changes_anything(app, phone):
    phone.start()
    assert phone.client.head("/x").status_code == 204
    phone.open("/x", headers={"Purpose": "prefetch"})
    assert phone.status == 204
    assert attempts(app) == 1


def test_leaving_without_a_quiz_leaves_too(phone):
    phone.open("/x")
    assert phone.status == 303
    phone.open("/en/x")
    assert phone.status == 303


def test_leaving_works_when_the_database_does_not(app, phone):
    phone.start()
    database = app.extensions["database"]
    database.path.write_bytes(b"damaged" * 1000)
    phone.open("/x")
    assert phone.status == 303
    assert phone.client.get_cookie("s") is None


def test_every_page_can_be_left_first_of_all(phone, open_room):
    code = open_room()
    phone.start()
    paths = ["/", "/s", "/a", "/help", "/notes", "/about", "/accessibility", "/no-such-page", "/j"]
    for path in [*paths, f"/j/{code}", "join", "/r"]:
        phone.press(path) if path == "join" else phone.visit(path)
        if phone.status == 303:
            phone.open(phone.response.location)
        links = list(phone.page.select("a"))
        assert links[0]["href"] == "#main"
        assert all("data-leave" in link.attrs for link in links[1:3])
        assert {link["href"] for link in links[1:3]} == {"/x"}
