"""What a password must be, who an address means, and how long somebody stays signed in."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from quiz.domain.refusals import (
    NotAnEmail,
)
from quiz.domain.staff import (
    ABSOLUTE,
    IDLE,
    Role,
    clean_email,
    composed,
    is_over,
    plain,
)

LAN = "lan.nguyen@hoiphunu.vn"
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def test_the_same_letters_are_the_same_password_however_they_are_typed():
    typed = "Năm con cá bơi ngược dòng"
    assert composed(unicodedata.normalize("NFD", typed)) == composed(typed)


def test_plain_letters():
    assert plain("Đường Mật  Khẩu 1") == "duongmatkhau1"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" Lan@Example.ORG ", "lan@example.org"),
        ("a@b", "a@b"),
        (unicodedata.normalize("NFD", "Hồng@ví.dụ"), "hồng@ví.dụ"),
        ("lan\u200b@exam\u2060ple.org\ufeff", "lan@example.org"),
        ("\u202alan@example.org\u202c", "lan@example.org"),
        ("lan\xad@example.org\xa0", "lan@example.org"),
        ("lan@example.org;", "lan@example.org"),
        ("lan@example.org , ", "lan@example.org"),
        ("<lan@example.org>", "lan@example.org"),
        ("Nguyễn Thị Lan <Lan@example.org>;", "lan@example.org"),
        ('"Lan, Nguyễn" <lan@example.org>', "lan@example.org"),
        ("mailto:lan@example.org", "lan@example.org"),
        ("<MAILTO:lan@example.org?subject=H%E1%BB%8Fi>", "lan@example.org"),
        ("lan?@example.org", "lan?@example.org"),
    ],
)
def test_an_address_is_the_same_however_it_is_typed_or_pasted(typed, meant):
    assert clean_email(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("", "lan", "lan@", "@example.org", "a b@c.d", "a@b@c", "a\x00@b.c", "a" * 251 + "@b.c"),
        *("<>", "mailto:", "a@b.c; d@b.c", "<a@b.c>, <d@b.c>", " " * 2000 + "a@b.c"),
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(NotAnEmail):
        clean_email(typed)


def test_only_who_sees_many_classes_must_have_a_second_factor():
    assert {role for role in Role if role.needs_second_factor} == {Role.OFFICER, Role.ADMIN}


@pytest.mark.parametrize(
    ("begun", "seen", "over"),
    [
        (timedelta(0), timedelta(0), False),
        (IDLE, IDLE - timedelta(seconds=1), False),
        (IDLE, IDLE, True),
        (ABSOLUTE - timedelta(seconds=1), timedelta(0), False),
        (ABSOLUTE, timedelta(0), True),
    ],
)
def test_a_session_ends_after_half_an_hour_alone_or_twelve_hours(begun, seen, over):
    assert is_over(begun=NOON - begun, seen=NOON - seen, now=NOON) is over
