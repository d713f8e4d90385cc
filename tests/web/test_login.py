"""Signing in: the right people, at once; nobody else, and nobody learns who exists."""

import re
import unicodedata
from operator import sub
from random import Random
from statistics import median
from time import perf_counter, process_time

import pytest
from argon2.low_level import verify_secret
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import func, select

from quiz.domain.staff import Role
from quiz.service import accounts
from quiz.store.tables import Event
from tests.conftest import NOON
from tests.people import Colleague
from tests.ranks import CLEAR, apart

pytestmark = pytest.mark.slow

WRONG = "another long password"
SCHOOL = "203.0.113.7"
HOME = "/rooms"


def press_sign_in(colleague, **fields):
    return colleague.press(
        "sign-in", **{"email": colleague.email, "password": colleague.password, **fields}
    )


def enter(colleague, form=None, **fields):
    """Give the password without following where that leads; return the answer."""
    form = form or colleague.find("main form")
    hidden = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    given = {"email": colleague.email, "password": colleague.password}
    return colleague.client.post(
        form["action"], data={**hidden, **given, **fields}, base_url=colleague.base
    )


def move_to(colleague, address):
    """Let somebody ask from another address."""
    colleague.client.environ_base["REMOTE_ADDR"] = address
    return colleague


@pytest.mark.parametrize(
    ("language", "heading"), [("vi", "Tài khoản của bạn"), ("en", "Your account")]
)
def test_signing_in_and_out(make_staff, language, heading):
    colleague = make_staff(language=language)
    assert colleague.heading == heading
    colleague.press("sign-out")
    assert colleague.has('a[href$="/sign-in"]')
    assert colleague.client.get_cookie("w") is None
    assert colleague.visit("/account").status == 303


def test_the_first_page_leads_quietly_to_signing_in(phone):
    phone.visit("/")
    assert phone.has('.link-list a[href="/sign-in"]')


@pytest.mark.parametrize("https", [False, True])
def test_the_cookie_of_staff(make_staff, https):
    colleague = make_staff(signed_in=False, https=https).visit("/sign-in")
    assert "Set-Cookie" not in colleague.response.headers
    cookie = enter(colleague).headers["Set-Cookie"]
    assert cookie.startswith("__Host-w=" if https else "w=")
    assert ("Secure" in cookie) == https
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    for part in ("Domain", "Max-Age", "Expires"):
        assert part not in cookie


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_vietnamese_password_works_however_it_is_typed(make_staff, form):
    colleague = make_staff(signed_in=False)
    colleague.sign_in(password=unicodedata.normalize(form, colleague.password))
    assert colleague.client.get_cookie("w")


def test_the_page_helps_a_password_manager_and_blocks_no_paste(make_staff):
    page = make_staff(signed_in=False).visit("/sign-in").page
    assert page.select_one("#email")["autocomplete"] == "username"
    assert page.select_one("#password")["autocomplete"] == "current-password"
    assert page.select_one("#email")["type"] == "email"
    assert "paste" not in str(page)


def test_a_known_and_an_unknown_address_are_told_the_same(make_staff):
    colleague = make_staff(signed_in=False)
    said = []
    for email in (colleague.email, "nobody@example.org", "no address"):
        press_sign_in(colleague.visit("/sign-in"), email=email, password=WRONG)
        words = re.sub(r'name="form_token" value="[^"]*"', "", colleague.response.text)
        said.append((colleague.status, words.replace(email, "")))
        assert colleague.client.get_cookie("w") is None
    assert said[0] == said[1] == said[2]
    assert said[0][0] == 400


def test_what_was_typed_is_kept_but_not_the_password(make_staff):
    colleague = make_staff(signed_in=False).visit("/sign-in")
    press_sign_in(colleague, password=WRONG)
    assert colleague.find("#email")["value"] == colleague.email
    assert WRONG not in colleague.response.text
    assert colleague.title.startswith("Lỗi: ")
    summary = colleague.find(".errors a")
    assert colleague.find(summary["href"])
    assert colleague.find("#password")["aria-invalid"] == "true"
    assert colleague.find("#password-error").get_text(strip=True) == summary.get_text(strip=True)


@pytest.mark.usefixtures("lan")
def test_an_empty_form_says_what_is_missing(phone):
    phone.visit("/sign-in").press("sign-in")
    assert phone.status == 400
    assert len(phone.page.select(".errors a")) == 2


@pytest.fixture
def addresses(app, costly_hashing, make_staff):
    """E-mail addresses with accounts of all kinds, and one without."""
    kinds = {"in use": "facilitator", "with a second factor": "admin", "closed": "officer"}
    people = {
        kind: make_staff(role, signed_in=False, email=f"{role}@example.org")
        for kind, role in kinds.items()
    }
    with app.extensions["database"].writing() as db:
        accounts.invite(db, "invited@example.org", Role.OFFICER, by=None, now=NOON)
        closed = accounts.find_email(db, people["closed"].email)
        assert closed is not None
        closed.disabled = True
        db.commit()
    known = {kind: each.email for kind, each in people.items()}
    return {**known, "invited": "invited@example.org", "unknown": "nobody@example.org"}


def test_a_password_is_hashed_once_and_at_one_cost_whether_or_not_it_is_of_anybody(
    addresses, phone, monkeypatch
):
    """What the library is asked to do is counted: the dearest part of signing in by far."""
    costs = []

    def watched(hashed, *args):
        costs.append(hashed[: hashed.index(b"$", len("$argon2id$v=19$"))])
        return verify_secret(hashed, *args)

    monkeypatch.setattr("argon2._password_hasher.verify_secret", watched)
    form = phone.visit("/sign-in").find("main form")
    for kind, email in addresses.items():
        costs.clear()
        phone.send(form, {"email": email, "password": WRONG, "do": "sign-in"})
        assert (phone.status, costs) == (400, [b"$argon2id$v=19$m=19456,t=2,p=1"]), kind


@pytest.mark.slow
def test_it_takes_as_long_to_refuse_a_known_address_as_an_unknown_one(addresses, phone):
    form = phone.visit("/sign-in").find("main form")

    def took(email, address):
        """Return how many seconds of the processor and of the wall a refusal takes."""
        move_to(phone, address)
        begun = process_time(), perf_counter()
        phone.send(form, {"email": email, "password": WRONG, "do": "sign-in"})
        ended = process_time(), perf_counter()
        assert phone.status == 400
        return map(sub, ended, begun)

    for turn in range(5):  # a busy machine may spoil a turn, but not all of them
        processor: dict[str, list[float]] = {kind: [] for kind in addresses}
        wall: dict[str, list[float]] = {kind: [] for kind in addresses}
        tries = [(kind, number) for kind in addresses for number in range(12)]
        Random(turn).shuffle(tries)
        for place, (kind, _) in enumerate(tries):
            seconds = took(addresses[kind], f"203.0.{turn}.{place}")
            for series, each in zip((processor, wall), seconds, strict=True):
                series[kind].append(each)
        usual = median(processor["unknown"])
        times = {kind: median(each) / usual for kind, each in processor.items()}
        ranks = {kind: apart(each, wall["unknown"]) for kind, each in wall.items()}
        if max(ranks.values()) < CLEAR and all(0.9 < each < 1.1 for each in times.values()):
            return
    pytest.fail(f"compared with an unknown address: {times} of the processor's time, {ranks}")


# Guessing.


def test_guessing_from_one_address_is_slowed_and_told_for_how_long(make_staff):
    colleague = make_staff(signed_in=False).visit("/sign-in")
    form = colleague.find("main form")
    statuses = []
    for _ in range(8):
        colleague.send(form, {"email": colleague.email, "password": WRONG})
        statuses.append(colleague.status)
    assert statuses == [400] * 5 + [429] * 3
    wait = int(colleague.response.headers["Retry-After"])
    assert 0 < wait <= 60
    assert f"{wait}" in colleague.find(".errors").get_text()
    assert colleague.find("#email")["value"] == colleague.email


def test_another_spelling_of_an_address_is_slowed_alike_whether_or_not_it_is_known(make_staff):
    colleague = make_staff(signed_in=False).visit("/sign-in")
    form = colleague.find("main form")
    for email in (colleague.email, "nobody@example.org"):
        for _ in range(5):
            colleague.send(form, {"email": email, "password": WRONG})
        colleague.send(form, {"email": f" <{email.upper()}>;", "password": WRONG})
        assert colleague.status == 429


def test_a_hundred_wrong_tries_from_outside_do_not_keep_the_owner_out(make_staff):
    colleague = make_staff(signed_in=False)
    outsider = Colleague(colleague.app).visit("/sign-in")
    form = outsider.find("main form")
    for number in range(100):
        move_to(outsider, f"198.51.100.{number // 5}")
        outsider.send(form, {"email": colleague.email, "password": WRONG})
    move_to(colleague, "203.0.113.7").sign_in()
    assert colleague.client.get_cookie("w")


def test_under_attack_a_slip_of_the_owner_costs_a_wait_and_not_the_account(make_staff):
    colleague = make_staff(signed_in=False)
    outsider = Colleague(colleague.app).visit("/sign-in")
    form = outsider.find("main form")
    for number in range(10):
        move_to(outsider, f"198.51.100.{number}")
        outsider.send(form, {"email": colleague.email, "password": WRONG})
    move_to(colleague, "203.0.113.7").visit("/sign-in")
    press_sign_in(colleague, password=WRONG)
    assert press_sign_in(colleague).status == 429
    assert move_to(colleague, "203.0.113.8").sign_in().client.get_cookie("w")


def guess_beside(clock, guesser, emails, seconds=8):
    """Try wrong passwords, five in a second, from the address of the school."""
    form = move_to(guesser.visit("/sign-in"), SCHOOL).find("main form")
    for turn in range(5 * seconds):
        clock.forward(seconds=0.2)
        guesser.send(form, {"email": emails[turn % len(emails)], "password": WRONG})


def test_whoever_guesses_at_others_beside_her_keeps_nobody_out(make_staff, phone, clock):
    lan, mai = make_staff(signed_in=False), make_staff(signed_in=False, email="mai@example.org")
    guess_beside(clock, phone, [mai.email, *(f"{n}@example.org" for n in range(9))])
    assert move_to(lan, SCHOOL).sign_in().client.get_cookie("w")


def test_whoever_guesses_at_her_account_beside_her_keeps_her_not_out(make_staff, phone, clock):
    lan = move_to(make_staff(), SCHOOL)
    lan.press("sign-out")
    guess_beside(clock, phone, [lan.email])
    assert phone.status == 429
    assert lan.sign_in().client.get_cookie("w")


def test_in_a_browser_that_is_known_guessing_is_slowed_all_the_same(make_staff, clock):
    lan = make_staff()
    lan.press("sign-out")
    lan.visit("/sign-in")
    statuses = [press_sign_in(lan, password=WRONG).status for _ in range(7)]
    assert statuses == [400] * 5 + [429] * 2
    clock.forward(minutes=10)
    assert lan.sign_in().client.get_cookie("w")


def test_signing_in_rightly_forgets_the_slips_before_it(make_staff):
    lan = make_staff(signed_in=False)
    for _ in range(3):
        for _ in range(4):
            assert press_sign_in(lan.visit("/sign-in"), password=WRONG).status == 400
        lan.sign_in().press("sign-out")


@pytest.mark.parametrize("https", [False, True])
def test_a_browser_is_known_again_by_a_cookie_that_opens_nothing(make_staff, https):
    lan = make_staff(https=https)
    name = "__Host-d" if https else "d"
    cookie = lan.client.get_cookie(name)
    assert cookie.http_only
    assert cookie.secure is https
    assert cookie.max_age == 180 * 24 * 60 * 60
    assert "example.org" not in cookie.value
    stranger = lan.app.test_client()
    stranger.set_cookie(name, cookie.value)
    assert stranger.get("/account", base_url=lan.base).status_code == 303
    lan.press("sign-out")
    assert lan.client.get_cookie(name)


def test_a_colleague_on_the_same_laptop_is_known_there_too(make_staff, phone, clock):
    lan = make_staff()
    lan.press("sign-out")
    mai = make_staff(signed_in=False, email="mai@example.org")
    mai.client = lan.client
    mai.sign_in().press("sign-out")
    guess_beside(clock, phone, [lan.email, mai.email], seconds=5)
    assert move_to(lan, SCHOOL).sign_in().client.get_cookie("w")
    lan.press("sign-out")
    assert move_to(mai, SCHOOL).sign_in().client.get_cookie("w")


def test_whoever_has_chosen_a_password_is_known_in_that_browser(app, phone, clock):
    with app.extensions["database"].writing() as db:
        link = accounts.invite(db, "lan@example.org", Role.FACILITATOR, by=None, now=clock())
        db.commit()
    lan = Colleague(app, clock=clock)
    lan.open(f"/invitation/{link}")
    lan.press("accept", new=lan.password, again=lan.password)
    guess_beside(clock, phone, [lan.email], seconds=5)
    assert move_to(lan, SCHOOL).sign_in().client.get_cookie("w")


FORGED = URLSafeTimedSerializer("another key", salt="known browser").dumps(
    {str(account): "mark" for account in range(1, 9)}
)


@pytest.mark.parametrize("cookie", ["", "x", FORGED], ids=["empty", "nonsense", "forged"])
def test_a_forged_cookie_makes_no_browser_known(make_staff, cookie):
    lan = make_staff(signed_in=False)
    for _ in range(5):
        press_sign_in(lan.visit("/sign-in"), password=WRONG)
    lan.client.set_cookie("d", cookie)
    assert press_sign_in(lan).status == 429


def test_signing_in_rightly_is_never_counted(make_staff):
    colleague = make_staff(signed_in=False)
    for _ in range(12):
        assert colleague.sign_in().status in {200, 303}
        colleague.press("sign-out")


# The way back.


def test_who_is_asked_to_sign_in_comes_back_to_the_page_she_wanted(make_staff):
    colleague = make_staff("admin", signed_in=False)
    colleague.open("/en/people")
    assert colleague.status == 303
    colleague.open(colleague.response.location)
    press_sign_in(colleague)
    colleague.press("code", code=colleague.code())
    assert colleague.heading == "Staff"
    assert colleague.find("html")["lang"] == "en"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/people", "", "x" * 500]
)
def test_nobody_else_says_where_to_go_on(app, make_staff, wanted):
    signed_elsewhere = URLSafeSerializer("another key", salt="wanted page").dumps(wanted)
    signed_for_something_else = URLSafeSerializer(app.config["SECRET_KEY"], salt="form").dumps(
        wanted
    )
    for value in (wanted, signed_elsewhere, signed_for_something_else):
        colleague = make_staff(signed_in=False, email=f"{abs(hash(value))}@example.org")
        colleague.open(f"/sign-in?next={value}")
        assert enter(colleague).location == HOME


def test_a_form_sent_after_signing_out_changes_nothing_and_says_so(make_staff):
    colleague = make_staff()
    form = colleague.form_of(colleague.find('button[value="password"]'))
    colleague.press("sign-out")
    colleague.send(form, {"do": "password", "current": colleague.password})
    assert colleague.status == 403
    assert colleague.heading == "Bạn đã đăng xuất."
    assert colleague.has('a.btn[href^="/sign-in"]')


def test_a_stale_page_for_signing_in_still_works_after_signing_in_elsewhere(make_staff):
    colleague = make_staff(signed_in=False).visit("/sign-in")
    stale = colleague.find("main form")
    colleague.sign_in()
    first = colleague.client.get_cookie("w").value
    assert enter(colleague, stale).location == HOME
    assert colleague.client.get_cookie("w").value != first


def test_a_page_for_signing_in_leads_on_who_is_signed_in(make_staff):
    assert make_staff().visit("/sign-in").response.location == HOME


@pytest.mark.parametrize(
    ("role", "home"), [("facilitator", HOME), ("officer", "/reports"), ("admin", HOME)]
)
def test_everybody_begins_where_her_work_is(make_staff, role, home):
    colleague = make_staff(role, signed_in=False).visit("/sign-in")
    assert "đọc báo cáo" in colleague.text
    answered = enter(colleague)
    if colleague.totp:
        colleague.open(answered.location)
        answered = enter(colleague, code=colleague.code())
    assert answered.location == home
    assert colleague.visit("/sign-in").response.location == home
    assert colleague.open(home).status == 200


# Sessions.


def replay(colleague, cookie):
    """Return the status of a page for somebody who holds an old cookie."""
    client = colleague.app.test_client()
    client.set_cookie("w", cookie)
    return client.get("/account").status_code


def test_an_old_cookie_is_dead_after_signing_out(make_staff):
    colleague = make_staff()
    cookie = colleague.client.get_cookie("w").value
    assert replay(colleague, cookie) == 200
    colleague.press("sign-out")
    assert replay(colleague, cookie) == 303


def test_an_old_cookie_is_dead_after_signing_in_again_and_after_the_code(make_staff):
    colleague = make_staff("admin")
    first = colleague.client.get_cookie("w").value
    colleague.client.set_cookie("w", first)
    stale = make_staff("officer", signed_in=False).visit("/sign-in")
    form = stale.find("main form")
    stale.client.set_cookie("w", first)
    stale.send(form, {"email": stale.email, "password": stale.password})
    assert replay(colleague, first) == 303
    waiting = stale.client.get_cookie("w").value
    assert replay(stale, waiting) == 303, "the second factor is still missing"
    assert enter(stale, code=stale.code()).location == "/reports"
    assert stale.client.get_cookie("w").value != waiting
    assert replay(stale, waiting) == 303


def test_half_an_hour_without_use_ends_a_session(make_staff, clock):
    colleague = make_staff()
    cookie = colleague.client.get_cookie("w").value
    clock.forward(minutes=29)
    assert colleague.visit("/account").status == 200
    clock.forward(minutes=29)
    assert colleague.visit("/account").status == 200
    clock.forward(minutes=30)
    assert colleague.visit("/account").status == 303
    clock.forward(minutes=-10)
    assert replay(colleague, cookie) == 303, "it was deleted when it was met"


def test_twelve_hours_end_a_session_however_busy(make_staff, clock):
    colleague = make_staff()
    for _ in range(36):
        assert colleague.visit("/account").status == 200
        clock.forward(minutes=20)
    assert colleague.visit("/account").status == 303


def test_twelve_hours_count_from_the_password_and_not_from_the_code(make_staff, clock):
    colleague = make_staff("officer", signed_in=False).visit("/sign-in")
    press_sign_in(colleague)
    clock.forward(minutes=29)
    assert enter(colleague, code=colleague.code()).location == "/reports"
    for _ in range(35):
        clock.forward(minutes=20)
        colleague.visit("/account")
    assert colleague.status == 303


# The second factor.


def test_a_code_is_asked_for_and_works_once(make_staff):
    colleague = make_staff("officer", signed_in=False).visit("/sign-in")
    press_sign_in(colleague)
    assert colleague.find("#code")["autocomplete"] == "one-time-code"
    used = colleague.code()
    assert enter(colleague, code=used).location == "/reports"
    other = Colleague(
        colleague.app, email=colleague.email, totp=colleague.totp, clock=colleague.clock
    ).visit("/sign-in")
    press_sign_in(other)
    other.press("code", code=used)
    assert other.status == 400
    assert other.visit("/account").status == 303


def test_a_password_alone_opens_nothing_where_a_code_is_asked_for(make_staff):
    colleague = make_staff("admin", signed_in=False).visit("/sign-in")
    press_sign_in(colleague)
    for path in ("/account", "/people", "/account/second-factor"):
        assert colleague.visit(path).status == 303


def test_guessing_codes_is_slowed(make_staff):
    colleague = make_staff("admin", signed_in=False).visit("/sign-in")
    press_sign_in(colleague)
    statuses = [colleague.press("code", code="000000").status for _ in range(7)]
    assert statuses == [400] * 5 + [429] * 2


def half_inside(app, owner, address):
    """Return the browser of somebody who knows the password of another, but has not her phone."""
    thief = Colleague(app, email=owner.email, password=owner.password)
    press_sign_in(move_to(thief, address).visit("/sign-in"))
    return thief


def test_whoever_knows_the_password_does_not_slow_the_codes_of_the_owner(app, make_staff):
    officer = make_staff("officer")
    officer.press("sign-out")
    thief = half_inside(app, officer, SCHOOL)
    assert [thief.press("code", code="000000").status for _ in range(7)][-1] == 429
    officer.clock.forward(minutes=1)
    assert thief.press("code", code="000000").status == 400, "and he goes on"
    assert move_to(officer, SCHOOL).sign_in().visit("/account").status == 200
    elsewhere = Colleague(app, email=officer.email, totp=officer.totp, clock=officer.clock)
    press_sign_in(move_to(elsewhere, "198.51.100.7").visit("/sign-in"))
    assert elsewhere.press("code", code=officer.code(1)).visit("/account").status == 200


def test_many_addresses_together_do_not_get_through_the_codes_of_an_account(app, make_staff):
    officer = make_staff("officer")
    officer.press("sign-out")
    statuses = []
    for number in range(32):
        thief = half_inside(app, officer, f"198.51.100.{number}")
        statuses.append(thief.press("code", code="000000").status)
    assert statuses == [400] * 30 + [429] * 2
    officer.clock.forward(minutes=1)
    assert officer.sign_in().visit("/account").status == 200


def test_wrong_codes_are_kept_in_the_record_once_a_day(app, make_staff):
    officer = make_staff("officer")
    thief = half_inside(app, officer, SCHOOL)
    for _ in range(3):
        thief.press("code", code="000000")
    with app.extensions["database"].reading() as db:
        noted = select(func.count()).where(Event.what == "second-factor-failed")
        assert db.scalar(noted) == 1


@pytest.mark.parametrize("written", ["０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩"])
def test_figures_of_a_code_are_read_in_any_script(make_staff, written):
    officer = make_staff("officer", signed_in=False).visit("/sign-in")
    press_sign_in(officer)
    code = officer.code().translate(str.maketrans("0123456789", written))
    officer.press("code", code=f"\u200b{code[:3]}\u2009{code[3:]}")
    assert officer.visit("/account").status == 200


@pytest.mark.usefixtures("lan")
def test_the_page_for_the_code_leads_back_who_has_not_given_a_password(phone):
    phone.visit("/sign-in")
    form = phone.find("main form")
    assert phone.visit("/sign-in/code").response.location == "/sign-in"
    form["action"] = "/sign-in/code"
    phone.send(form, {"code": "123456"})
    assert phone.heading == "Đăng nhập"


# Proofs of forms.


def test_a_form_of_one_kind_of_page_does_not_work_on_another(make_staff, make_phone):
    colleague, phone = make_staff(), make_phone().start()
    mine, hers, nobodys = (
        page.find('input[name="form_token"]')["value"]
        for page in (colleague, phone, make_phone().visit("/sign-in"))
    )
    assert [post(colleague, "/account", each) for each in (hers, nobodys, mine)] == [403, 403, 400]
    assert [post(phone, "/a", each) for each in (mine, nobodys, hers)] == [403, 403, 400]
    assert [post(phone, "/sign-in", each) for each in (mine, hers, nobodys)] == [403, 403, 400]
    assert post(make_phone(), "/s", nobodys) == 403


def post(person, path, token):
    """Send a form that says nothing but its proof."""
    return person.client.post(path, data={"form_token": token}).status_code


def test_a_form_of_a_colleague_does_not_work(make_staff):
    lan, mai = make_staff(email="lan@example.org"), make_staff(email="mai@example.org")
    mai.send(lan.find('form[action="/sign-out"]'), {"do": "sign-out"})
    assert mai.status == 403
    assert mai.visit("/account").status == 200


def test_a_form_on_another_site_is_refused(make_staff):
    colleague = make_staff()
    form = colleague.find('form[action="/sign-out"]')
    colleague.send(form, {"do": "sign-out"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert colleague.status == 403
    assert colleague.visit("/account").status == 200


def test_staff_and_participant_on_one_device_do_not_disturb_each_other(make_staff):
    colleague = make_staff().start()
    question = colleague.question
    colleague.visit("/account")
    colleague.visit("/a")
    assert colleague.question == question
    colleague.visit("/account").press("sign-out")
    assert colleague.visit("/a").question == question
