"""What is stored of staff: hashes, never secrets."""

import os
import sys
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from quiz.domain.refusals import NoSuchPerson
from quiz.domain.staff import Role
from quiz.store import passwords, staff
from quiz.store.tables import Event, Invitation, StaffSession
from tests.databases import BACKENDS

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TODAY = NOON.date()
TYPED = "Năm con cá bơi ngược dòng"


@pytest.fixture(params=BACKENDS)
def backend(request):
    """Return one kind of SQLite: queries are the same under either journal."""
    return request.param


@pytest.fixture
def db(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def lan(db):
    return staff.add(db, email="lan@example.org", role=Role.FACILITATOR)


def begin(db, token, lan, *, now=NOON, begun=NOON):
    staff.begin_session(db, token, staff=lan.id, complete=True, now=now, begun=begun)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has threads that stand back")
def test_hashing_stands_back_for_all_else():
    mine = os.nice(0)
    assert passwords.in_turn(os.nice, 0) == min(mine + passwords.NICE, 19)
    assert os.nice(0) == mine


def test_a_password_is_hashed_as_we_promise(costly_hashing):
    stored = passwords.hashed(TYPED)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHasher().verify(stored, unicodedata.normalize("NFC", TYPED))
    assert passwords.hashed(TYPED) != passwords.hashed(TYPED)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_password_matches_however_its_accents_are_typed(form):
    stored = passwords.hashed(unicodedata.normalize(form, TYPED))
    for typed in ("NFC", "NFD"):
        assert passwords.matches(unicodedata.normalize(typed, TYPED), stored)
    assert not passwords.matches(TYPED + " ", stored)
    assert not passwords.matches(TYPED.lower(), stored)


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
def test_nobody_gets_in_where_no_password_is_stored(stored):
    assert not passwords.matches("", stored)
    assert not passwords.matches(TYPED, stored)


def test_a_hash_of_another_cost_is_dated(costly_hashing):
    cheap = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(TYPED)
    assert passwords.is_dated(cheap)
    assert passwords.matches(TYPED, cheap)
    assert not passwords.is_dated(passwords.hashed(TYPED))


def test_the_list_of_common_passwords_in_vietnam_holds_what_people_type():
    common = passwords.vietnamese()
    assert {"matkhau", "anhyeuem", "maatjkhaaur", "vieetjnam"} <= {*common}
    assert all(each == each.casefold() for each in common)


def test_the_same_recovery_code_of_two_people_has_two_hashes():
    assert passwords.code_hash("123456789012", 1) != passwords.code_hash("123456789012", 2)
    assert len(passwords.code_hash("123456789012", 1)) == 16


def test_a_token_is_long_and_stored_nowhere(db, lan):
    token = staff.new_token()
    assert len(token) >= 43
    begin(db, token, lan)
    staff.replace_link(db, token + "x", staff=lan.id, expires=NOON)
    ids = [*db.scalars(select(StaffSession.id)), *db.scalars(select(Invitation.id))]
    assert all(len(id) == 16 and token.encode() not in id for id in ids)


def test_moments_come_back_as_they_went_in(db, lan):
    hanoi = NOON.astimezone(timezone(timedelta(hours=7)))
    begin(db, "token", lan, now=hanoi, begun=hanoi - timedelta(hours=1))
    db.expire_all()
    found = staff.find_session(db, "token")
    assert found.seen == NOON
    assert found.begun == NOON - timedelta(hours=1)
    assert found.begun.tzinfo is not None


def test_a_moment_without_a_time_zone_is_not_stored():
    with pytest.raises(ValueError, match="time zone"):
        staff.stored(datetime(2026, 11, 24))  # noqa: DTZ001 - that is the point


def test_one_address_belongs_to_one_person(db, lan):
    with pytest.raises(IntegrityError):
        staff.add(db, email="lan@example.org", role=Role.ADMIN)


def test_nobody_is_nobody(db):
    assert staff.find(db, 7) is None
    assert staff.find_email(db, "nobody@example.org") is None
    assert staff.find_session(db, "nonsense") is None
    with pytest.raises(NoSuchPerson):
        staff.get(db, 7)


def test_what_is_old_is_forgotten_and_nothing_else(db, lan):
    begin(db, "fresh", lan)
    begin(db, "idle", lan, now=NOON - timedelta(minutes=30))
    begin(db, "long", lan, begun=NOON - timedelta(hours=12))
    staff.record(db, "signed-in", day=TODAY - timedelta(days=366), staff=lan.id)
    staff.record(db, "signed-in", day=TODAY - timedelta(days=364), staff=lan.id)
    staff.replace_link(db, "link", staff=lan.id, expires=NOON)
    staff.forget_old(db, now=NOON, today=TODAY)
    assert db.scalars(select(StaffSession.id)).all() == [staff.token_id("fresh")]
    assert len(db.scalars(select(Event)).all()) == 1
    assert db.scalars(select(Invitation)).all() == []


def test_what_happens_often_is_kept_once_a_day(db, lan):
    for person in (None, lan.id):
        for day in (TODAY, TODAY, TODAY + timedelta(days=1)):
            staff.record_once(db, "sign-in-failed", day=day, staff=person)
    assert len(db.scalars(select(Event)).all()) == 4


def test_a_new_link_ends_the_one_before(db, lan):
    later = NOON + timedelta(hours=24)
    staff.replace_link(db, "first", staff=lan.id, expires=later)
    staff.replace_link(db, "second", staff=lan.id, expires=later)
    assert staff.find_invited(db, "first", now=NOON) is None
    assert staff.find_invited(db, "second", now=NOON) == lan
    assert staff.find_invited(db, "second", now=later) is None
