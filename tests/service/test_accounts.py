"""Staff, one floor below the web."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.domain.refusals import (
    EmailTaken,
    LastAdmin,
    LinkExpired,
    NoSuchPerson,
    NotAnEmail,
    PasswordCommon,
    PasswordLikeEmail,
    SignInFailed,
    WrongCode,
    WrongPassword,
)
from quiz.domain.staff import Role
from quiz.service import accounts, maintenance
from quiz.store import passwords, staff
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.tables import Event, RecoveryCode, StaffSession
from tests.databases import TWINS

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
LAN = "lan@example.org"
PASSWORD, ANOTHER = "năm con cá bơi ngược dòng", "sáu con chim bay về nam"


@pytest.fixture(params=TWINS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def add(db, email=LAN, role=Role.FACILITATOR, password=PASSWORD):
    """Add somebody who has chosen a password."""
    token = accounts.invite(db, email, role, by=None, now=NOON)
    person = accounts.invited(db, token, now=NOON)
    accounts.accept(db, person, token, password, now=NOON)
    return person


def sign_in(db, email=LAN, password=PASSWORD, *, now=NOON, before=None):
    person = accounts.find_email(db, email)
    return accounts.sign_in(db, person, password, now=now, before=before)


def held(db, token):
    """Return the browser that holds a token."""
    found = accounts.find_session(db, token)
    assert found is not None
    return found


def browser(db, **options):
    return held(db, sign_in(db, **options).token)


def code(person, now=NOON, step=0):
    return pyotp.TOTP(person.totp).generate_otp(int(now.timestamp()) // 30 + step)


def enrol(db):
    """Set up a second factor ten minutes ago; return the browser and the recovery codes."""
    here, earlier = browser(db), NOON - timedelta(minutes=10)
    accounts.begin_totp(db, here.staff)
    return here, accounts.confirm_totp(db, here, code(here.staff, earlier), now=earlier)


def give(db, given, *, now=NOON):
    """Give the password, and then a code."""
    waiting = sign_in(db, now=now)
    here = held(db, waiting.token)
    assert not here.complete
    return waiting, accounts.give_code(db, here, given, token=waiting.token, now=now)


def events(db):
    return db.scalars(select(Event.what).order_by(Event.id)).all()


def test_an_installation_begins_with_nobody(db):
    assert staff.everybody(db) == []


def test_signing_in_and_out(db):
    add(db)
    signed_in = sign_in(db)
    assert signed_in.complete
    here = held(db, signed_in.token)
    assert here.staff.email == LAN
    assert not accounts.over(here, now=NOON)
    accounts.sign_out(db, here)
    assert accounts.find_session(db, signed_in.token) is None
    assert "signed-in" in events(db)


def test_the_address_may_be_typed_in_capitals(db):
    add(db)
    assert sign_in(db, email=" LAN@example.org ").complete


@pytest.mark.parametrize(
    ("email", "password"),
    [(LAN, ANOTHER), (LAN, ""), ("nobody@example.org", PASSWORD), ("", ""), ("no address", "x")],
)
def test_who_does_not_know_the_password_stays_out(db, email, password):
    add(db)
    with pytest.raises(SignInFailed):
        sign_in(db, email=email, password=password)


def test_an_account_without_a_password_lets_nobody_in(db):
    accounts.invite(db, LAN, Role.ADMIN, by=None, now=NOON)
    with pytest.raises(SignInFailed):
        sign_in(db, password="")


def test_a_password_changed_in_the_same_moment_does_not_let_in(database):
    with database.writing() as db:
        add(db)
        db.commit()
    with database.reading() as db:
        known = accounts.find_email(db, LAN)
    with database.writing() as db:
        staff.find_email(db, LAN).password = passwords.hashed(ANOTHER)
        db.commit()
    with database.writing() as db, pytest.raises(SignInFailed):
        accounts.sign_in(db, known, PASSWORD, now=NOON)


def test_a_dated_hash_is_made_anew_at_sign_in(db, costly_hashing):
    person = add(db)
    person.password = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    sign_in(db)
    assert "m=19456,t=2,p=1" in person.password
    assert sign_in(db).complete


def test_signing_in_again_ends_the_session_of_the_same_browser(db):
    add(db)
    first = sign_in(db)
    second = sign_in(db, before=first.token)
    assert first.token != second.token
    assert accounts.find_session(db, first.token) is None
    assert len(db.scalars(select(StaffSession)).all()) == 1


def test_sessions_that_are_over_are_not_listed_and_are_deleted_when_the_next_day_begins(database):
    later = NOON + timedelta(hours=1)
    with database.writing() as db:
        lan = add(db)
        sign_in(db)
        here = held(db, sign_in(db, now=later).token)
        assert [each.id for each in accounts.sessions(db, lan, now=later)] == [here.id]
        db.commit()
    nobody = Bank(questions={}, contacts={}, sources={})
    maintenance.seal(database, nobody, now=later)
    with database.reading() as db:
        assert db.scalars(select(StaffSession.id)).all() == [here.id]


def test_a_session_in_use_stays_for_twelve_hours_and_no_longer(db):
    add(db)
    token = sign_in(db).token
    for minutes in range(20, 720, 20):
        now = NOON + timedelta(minutes=minutes)
        here = held(db, token)
        assert not accounts.over(here, now=now)
        assert accounts.needs_refresh(here, now=now)
        accounts.refresh_session(db, here, now=now)
    here = held(db, token)
    assert accounts.over(here, now=NOON + timedelta(hours=12))
    accounts.refresh_session(db, here, now=NOON + timedelta(hours=12))
    assert accounts.find_session(db, token) is None


def test_being_seen_is_written_at_most_once_a_minute(db):
    add(db)
    here = browser(db)
    assert not accounts.needs_refresh(here, now=NOON + timedelta(seconds=59))
    assert accounts.needs_refresh(here, now=NOON + timedelta(seconds=60))


# The second factor.


def test_the_second_factor_counts_once_a_code_was_given(db):
    add(db)
    here = browser(db)
    accounts.begin_totp(db, here.staff)
    assert not accounts.has_second_factor(here.staff)
    assert sign_in(db).complete
    with pytest.raises(WrongCode):
        accounts.confirm_totp(db, here, "000 000", now=NOON - timedelta(days=1))
    codes = accounts.confirm_totp(db, here, code(here.staff), now=NOON)
    assert accounts.has_second_factor(here.staff)
    assert len(set(codes)) == 10
    assert not sign_in(db).complete


def test_setting_up_signs_out_everywhere_else(db):
    add(db)
    elsewhere = sign_in(db).token
    enrol(db)
    assert accounts.find_session(db, elsewhere) is None


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_may_be_half_a_minute_off(db, step):
    add(db)
    here, _codes = enrol(db)
    waiting, given = give(db, code(here.staff, step=step))
    assert given.complete
    assert given.token != waiting.token
    assert accounts.find_session(db, waiting.token) is None


@pytest.mark.parametrize("step", [-2, 2])
def test_a_code_a_minute_off_is_refused(db, step):
    add(db)
    here, _codes = enrol(db)
    with pytest.raises(WrongCode):
        give(db, code(here.staff, step=step))


def test_a_code_is_never_accepted_twice_nor_one_before_it(db):
    add(db)
    here, _codes = enrol(db)
    give(db, code(here.staff))
    for step in (0, -1):
        with pytest.raises(WrongCode):
            give(db, code(here.staff, step=step))
    assert give(db, code(here.staff, step=1))[1].complete


@pytest.mark.parametrize("given", ["", "abc", "12345", "1234567", "٠٠٠٠٠٠", "x" * 300])
def test_what_is_no_code_is_refused(db, given):
    add(db)
    enrol(db)
    with pytest.raises(WrongCode):
        give(db, given)


def test_a_recovery_code_works_once(db):
    add(db)
    _here, codes = enrol(db)
    typed = " ".join((codes[0][:4], codes[0][4:8], codes[0][8:]))
    assert give(db, typed)[1].complete
    with pytest.raises(WrongCode):
        give(db, codes[0])
    assert staff.count_codes(db, accounts.find_email(db, LAN).id) == 9
    assert "recovery-code-used" in events(db)


def test_recovery_codes_are_nobody_elses_and_not_stored(db):
    add(db)
    _here, codes = enrol(db)
    ids = db.scalars(select(RecoveryCode.id)).all()
    assert not {each.encode() for each in codes} & set(ids)
    other = add(db, email="mai@example.org")
    assert not staff.use_code(db, other.id, passwords.code_hash(codes[0], other.id))


def test_new_recovery_codes_replace_the_old_ones(db):
    add(db)
    here, codes = enrol(db)
    with pytest.raises(WrongPassword):
        accounts.replace_codes(db, here, ANOTHER, now=NOON)
    fresh = accounts.replace_codes(db, here, PASSWORD, now=NOON)
    with pytest.raises(WrongCode):
        give(db, codes[0])
    assert give(db, fresh[0])[1].complete


def test_the_second_factor_is_taken_away_with_the_password_only(db):
    add(db)
    here, _codes = enrol(db)
    with pytest.raises(WrongPassword):
        accounts.remove_totp(db, here, ANOTHER, now=NOON)
    accounts.remove_totp(db, here, PASSWORD, now=NOON)
    assert sign_in(db).complete
    assert db.scalars(select(RecoveryCode)).all() == []


def test_beginning_again_does_not_replace_a_second_factor_that_works(db):
    add(db)
    here, _codes = enrol(db)
    secret = here.staff.totp
    accounts.begin_totp(db, here.staff)
    assert here.staff.totp == secret
    with pytest.raises(WrongCode):
        accounts.confirm_totp(db, here, code(here.staff), now=NOON)


@pytest.mark.parametrize(
    ("role", "lacks"), [(Role.FACILITATOR, False), (Role.OFFICER, True), (Role.ADMIN, True)]
)
def test_who_must_have_a_second_factor(db, role, lacks):
    assert accounts.lacks_second_factor(add(db, role=role)) is lacks


# One's own account.


def test_changing_the_password_ends_every_other_session(db):
    add(db)
    elsewhere, here = sign_in(db).token, browser(db)
    accounts.change_password(db, here, current=PASSWORD, new=ANOTHER, now=NOON)
    assert accounts.find_session(db, elsewhere) is None
    assert [each.id for each in staff.sessions(db, here.staff.id)] == [here.id]
    with pytest.raises(SignInFailed):
        sign_in(db)
    assert sign_in(db, password=ANOTHER).complete


@pytest.mark.parametrize(
    ("current", "new", "refusal"),
    [
        (ANOTHER, ANOTHER, WrongPassword),
        (PASSWORD, "matkhau123456", PasswordCommon),
        (PASSWORD, "lan@example.org", PasswordLikeEmail),
    ],
)
def test_a_password_that_cannot_be_chosen_changes_nothing(db, current, new, refusal):
    add(db)
    with pytest.raises(refusal):
        accounts.change_password(db, browser(db), current=current, new=new, now=NOON)
    assert sign_in(db).complete


def test_somebody_ends_her_own_sessions_and_nobody_elses(db):
    add(db)
    add(db, email="mai@example.org")
    lan, mai = browser(db), browser(db, email="mai@example.org")
    accounts.end_session(db, lan.staff, mai.id)
    assert len(staff.sessions(db, mai.staff.id)) == 1
    accounts.end_session(db, mai.staff, mai.id)
    assert staff.sessions(db, mai.staff.id) == []


# Managing staff.


def test_a_link_works_once_and_for_a_day(db):
    token = accounts.invite(db, LAN, Role.OFFICER, by=None, now=NOON)
    person = accounts.invited(db, token, now=NOON + timedelta(hours=23))
    with pytest.raises(LinkExpired):
        accounts.invited(db, token, now=NOON + timedelta(hours=24))
    accounts.accept(db, person, token, PASSWORD, now=NOON)
    with pytest.raises(LinkExpired):
        accounts.accept(db, person, token, ANOTHER, now=NOON)
    assert sign_in(db)


def test_a_password_that_is_refused_does_not_use_up_the_link(db):
    token = accounts.invite(db, LAN, Role.OFFICER, by=None, now=NOON)
    person = accounts.invited(db, token, now=NOON)
    with pytest.raises(PasswordCommon):
        accounts.accept(db, person, token, "matkhau123456", now=NOON)
    accounts.accept(db, person, token, PASSWORD, now=NOON)


def test_an_address_is_invited_once(db):
    add(db)
    with pytest.raises(EmailTaken):
        accounts.invite(db, "LAN@example.org", Role.ADMIN, by=None, now=NOON)
    with pytest.raises(NotAnEmail):
        accounts.invite(db, "lan", Role.ADMIN, by=None, now=NOON)


def test_a_new_link_leaves_the_password_until_it_is_used(db):
    person = add(db)
    token = accounts.renew_link(db, person.id, by=None, now=NOON)
    elsewhere = sign_in(db).token
    accounts.accept(db, person, token, ANOTHER, now=NOON)
    assert accounts.find_session(db, elsewhere) is None
    with pytest.raises(SignInFailed):
        sign_in(db)
    assert sign_in(db, password=ANOTHER).complete


@pytest.mark.parametrize("without", [False, True])
def test_a_new_link_takes_the_second_factor_only_when_told(db, without):
    person = add(db)
    enrol(db)
    accounts.renew_link(db, person.id, by=None, now=NOON, without_second_factor=without)
    assert accounts.has_second_factor(person) is not without


def test_who_is_disabled_is_out_at_once(db):
    add(db, email="admin@example.org", role=Role.ADMIN)
    person, token = add(db), sign_in(db).token
    link = accounts.renew_link(db, person.id, by=None, now=NOON)
    accounts.disable(db, person.id, by=None, now=NOON)
    assert accounts.find_session(db, token) is None
    with pytest.raises(SignInFailed):
        sign_in(db)
    with pytest.raises(LinkExpired):
        accounts.invited(db, link, now=NOON)
    with pytest.raises(NoSuchPerson):
        accounts.renew_link(db, person.id, by=None, now=NOON)
    accounts.enable(db, person.id, by=None, now=NOON)
    assert sign_in(db).complete


def test_somebody_can_always_manage_the_staff(db):
    admin = add(db, email="admin@example.org", role=Role.ADMIN)
    accounts.invite(db, "waiting@example.org", Role.ADMIN, by=admin, now=NOON)
    with db.begin_nested() as point:
        with pytest.raises(LastAdmin):
            accounts.disable(db, admin.id, by=admin, now=NOON)
        point.rollback()
    with db.begin_nested() as point:
        with pytest.raises(LastAdmin):
            accounts.change_role(db, admin.id, Role.OFFICER, by=admin, now=NOON)
        point.rollback()
    add(db, email="second@example.org", role=Role.ADMIN)
    accounts.change_role(db, admin.id, Role.OFFICER, by=admin, now=NOON)
    assert admin.role == Role.OFFICER


def test_what_was_done_is_kept_without_personal_data(db):
    admin = add(db, email="admin@example.org", role=Role.ADMIN)
    lan = add(db)
    accounts.change_role(db, lan.id, Role.OFFICER, by=admin, now=NOON)
    accounts.audit_failure(db, lan, now=NOON)
    accounts.audit_failure(db, None, now=NOON)
    accounts.audit_denied(db, lan, "accounts.index", now=NOON)
    rows = [(e.what, e.about, e.staff) for e in db.scalars(select(Event).order_by(Event.id))]
    assert rows[-4:] == [
        ("role-officer", f"staff:{lan.id}", admin.id),
        ("sign-in-failed", "", lan.id),
        ("sign-in-failed", "", None),
        ("denied", "accounts-index", lan.id),
    ]
    assert {"invited", "password-chosen"} <= {what for what, _about, _staff in rows}
