"""One's own account: password, second factor, sessions."""

import re

import pytest
from sqlalchemy import text

from tests.people import Colleague

pytestmark = pytest.mark.slow

NEW = "sáu con chim bay về nam"


def again(colleague):
    """Return another browser of the same person."""
    return Colleague(
        colleague.app,
        email=colleague.email,
        password=colleague.password,
        totp=colleague.totp,
        clock=colleague.clock,
    )


def change(colleague, **fields):
    given = {"current": colleague.password, "new": NEW, "again": NEW}
    return colleague.visit("/account").press("password", **{**given, **fields})


def set_up(colleague):
    """Set up a second factor with the letters on the page; return the recovery codes."""
    colleague.visit("/account/second-factor").press("begin", current=colleague.password)
    colleague.totp = colleague.find("main code").get_text().replace(" ", "")
    colleague.press("confirm", code=colleague.code(-1))
    return [each.get_text() for each in colleague.page.select("main li code")]


def test_changing_the_password_signs_out_everywhere_else(make_staff):
    here = make_staff()
    elsewhere = again(here).sign_in()
    assert change(here).status == 200
    assert here.has("main .note[role=status]")
    assert here.visit("/account").status == 200
    assert elsewhere.visit("/account").status == 303
    assert again(here).sign_in().status == 400
    here.password = NEW
    assert again(here).sign_in().status == 200


def test_a_new_password_ends_the_forms_that_were_made_before(make_staff):
    here = make_staff().visit("/account")
    old = here.form_of(here.find('button[value="sign-out"]'))
    change(here)
    new = here.form_of(here.find('button[value="sign-out"]'))
    assert here.send(old, {"do": "sign-out"}).status == 403
    assert here.visit("/account").status == 200
    here.send(new, {"do": "sign-out"})
    assert here.client.get_cookie("w") is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"current": NEW}, "current"),
        ({"current": ""}, "current"),
        ({"new": "", "again": ""}, "new"),
        ({"again": "another long password"}, "again"),
        ({"new": "ngắn quá", "again": "ngắn quá"}, "new"),
        ({"new": "matkhau123456", "again": "matkhau123456"}, "new"),
        ({"new": "x" * 257, "again": "x" * 257}, "new"),
        ({"new": "vungtam20261124", "again": "vungtam20261124"}, "new"),
    ],
)
def test_a_password_that_cannot_be_taken_is_said_where_it_stands(make_staff, fields, field):
    colleague = make_staff()
    change(colleague, **fields)
    assert colleague.status == 400
    assert colleague.title.split(": ")[0] in {"Lỗi", "Error"}
    assert [each["href"] for each in colleague.page.select(".errors a")] == [f"#{field}"]
    words = colleague.find(f"#{field}-error").get_text(strip=True)
    assert words == colleague.find(".errors a").get_text(strip=True)
    assert (
        colleague.find(f"#{field}-error")["id"] in colleague.find(f"#{field}")["aria-describedby"]
    )
    assert not [each for each in colleague.page.select("[type=password]") if each.get("value")]
    assert again(colleague).sign_in().client.get_cookie("w")


def test_days_have_four_figures_of_the_year_in_both_languages(make_staff):
    staff = make_staff()
    for path in ("/account", "/en/account"):
        said = staff.visit(path).text
        assert re.search(r"\d\d:\d\d, \d\d/\d\d/20\d\d\b", said)


def test_a_password_manager_knows_each_field(make_staff):
    page = make_staff().visit("/account").page
    assert [each["autocomplete"] for each in page.select("[type=password]")] == [
        "current-password",
        "new-password",
        "new-password",
    ]
    assert page.select_one("[autocomplete=username]")["value"] == "facilitator@example.org"


def test_guessing_the_password_at_an_open_browser_is_slowed(make_staff):
    colleague = make_staff()
    statuses = [change(colleague, current="a wrong password").status for _ in range(7)]
    assert statuses == [400] * 5 + [429] * 2
    assert "Retry-After" in colleague.response.headers


def test_sessions_are_listed_and_can_be_ended(make_staff, clock):
    here = make_staff()
    clock.forward(minutes=5)
    elsewhere = again(here).sign_in()
    here.visit("/account")
    buttons = here.page.select("button[name=end]")
    assert len(buttons) == 2
    rows = here.page.select("li.row")
    [other] = [row for row in rows if not row.select_one(".tag")]
    assert "12:05" in other.get_text()
    here.press(other.select_one("button")["value"])
    assert elsewhere.visit("/account").status == 303
    here.visit("/account").press(here.find("button[name=end]")["value"])
    assert here.client.get_cookie("w") is None
    assert here.heading in {"Đăng nhập", "Sign in"}


@pytest.mark.parametrize("end", ["", "nonsense", "00" * 16])
def test_a_session_that_is_not_hers_is_left_alone(make_staff, end):
    colleague, mai = make_staff(), make_staff(email="mai@example.org")
    form = colleague.form_of(colleague.find("button[name=end]"))
    colleague.send(form, {"end": end})
    assert colleague.status in {200, 400}
    assert mai.visit("/account").status == 200


def test_setting_up_a_second_factor(make_staff):
    colleague = make_staff()
    codes = set_up(colleague)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"\d{4} \d{4} \d{4}", code) for code in codes)
    other = again(colleague).visit("/sign-in")
    other.press("sign-in", email=other.email, password=other.password)
    assert other.has("#code")
    colleague.visit("/account/second-factor")
    assert codes[0] not in colleague.response.text, "they are shown once"
    assert not colleague.has("svg.qr")


def test_the_square_says_the_same_as_the_letters(make_staff):
    colleague = make_staff().visit("/account/second-factor")
    colleague.press("begin", current=colleague.password)
    assert colleague.find("svg.qr")["aria-hidden"] == "true"
    letters = colleague.find("main code").get_text()
    assert re.fullmatch(r"([A-Z2-7]{4} ?){8}", letters)
    assert colleague.visit("/account/second-factor").find("main code").get_text() == letters


def test_a_code_that_does_not_fit_keeps_the_square(make_staff):
    colleague = make_staff().visit("/account/second-factor")
    letters = colleague.press("begin", current=colleague.password).find("main code").get_text()
    colleague.press("confirm", code="000000")
    assert colleague.status == 400
    assert colleague.find("main code").get_text() == letters
    assert colleague.find("#code-error")


def test_a_recovery_code_lets_in_once(make_staff, clock):
    colleague = make_staff()
    [first, *_others] = set_up(colleague)
    for works in (True, False):
        other = again(colleague).visit("/sign-in")
        other.press("sign-in", email=other.email, password=other.password)
        other.visit("/sign-in/code").send(other.find("main form"), {"code": first})
        assert (other.status == 200) is works or other.response.status_code == 400
        assert (other.visit("/account").status == 200) is works


def test_setting_up_a_second_factor_asks_for_the_password(make_staff):
    colleague = make_staff().visit("/account/second-factor")
    for current in ("", "a wrong password"):
        colleague.press("begin", current=current)
        assert colleague.status == 400
        assert colleague.find("#current-error")
    assert not colleague.visit("/account/second-factor").has("svg.qr")
    colleague.press("begin", current=colleague.password)
    assert colleague.has("svg.qr")


def test_guessing_in_one_browser_does_not_slow_another_of_the_same_person(make_staff):
    stolen = make_staff()
    owner = again(stolen).sign_in()
    for _ in range(7):
        change(stolen, current="a wrong password")
    assert stolen.status == 429
    assert change(owner).status == 200


@pytest.mark.parametrize("do", ["remove", "codes"])
def test_changing_the_second_factor_asks_for_the_password(make_staff, do):
    colleague = make_staff("officer").visit("/account/second-factor")
    colleague.press(do, current="a wrong password")
    assert colleague.status == 400
    assert colleague.find("#current-error")
    colleague.press(do, current=colleague.password)
    assert colleague.status == 200
    assert colleague.has('button[value="begin"]') is (do == "remove")
    assert len(colleague.page.select("main li code")) == (10 if do == "codes" else 0)


def test_an_officer_sets_up_the_second_factor_before_reports(make_staff):
    colleague = make_staff("officer").visit("/account/second-factor")
    colleague.press("remove", current=colleague.password)
    assert colleague.visit("/rooms").status == 200
    assert colleague.visit("/reports").response.location == "/account/second-factor"
    set_up(colleague)
    assert colleague.visit("/reports").status == 200
    assert colleague.visit("/account").status == 200


def test_a_button_that_is_not_there_does_nothing(make_staff):
    colleague = make_staff().visit("/account/second-factor")
    colleague.send(colleague.find("main form"), {"do": "nonsense"})
    assert colleague.status == 400


def test_pages_of_staff_have_no_quick_exit_but_a_way_to_sign_out(make_staff):
    colleague = make_staff("admin")
    for path in ("/account", "/account/second-factor", "/people", "/people/1"):
        colleague.visit(path)
        assert not colleague.has("a[data-leave]")
        assert colleague.has('.site-header form[action="/sign-out"] button')
        assert not [each for each in colleague.page.select("script") if "leave" in each["src"]]
        assert colleague.has('.site-header a[href="/people"]')


def test_no_secret_lies_in_the_database(app, make_staff):
    colleague = make_staff()
    codes = set_up(colleague)
    cookie = colleague.client.get_cookie("w").value
    with app.extensions["database"].reading() as db:
        tables = db.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'")).all()
        stored = str([db.execute(text(f"SELECT * FROM {table}")).all() for table in tables])
    for secret in (colleague.password, cookie, *codes, codes[0].replace(" ", "")):
        assert secret not in stored
