"""Which passwords are refused: judged by zxcvbn, and by what is common in Viet Nam."""

import unicodedata

import pytest

from quiz.domain.refusals import (
    PasswordCommon,
    PasswordLikeEmail,
    PasswordTooLong,
    PasswordTooShort,
)
from quiz.domain.staff import check_password
from quiz.store import passwords

LAN = "lan.nguyen@hoiphunu.vn"


def check(password: str, email: str = LAN) -> None:
    check_password(password, email=email, strength=passwords.strength)


@pytest.mark.parametrize(
    "password",
    [
        "con mèo ngủ trên mái",
        "mười hai chữ",
        "correct horse battery",
        "xqzvkjwpmtrb",
        "a" + "bcdfgh" * 40,
        "năm 🐟 bơi ngược dòng",
        "mật khẩu của mẹ tôi dài lắm",
        "493027561840",
    ],
)
def test_any_letters_will_do_if_there_are_enough(password):
    check(password)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", PasswordTooShort),
        ("mười một ch", PasswordTooShort),
        (unicodedata.normalize("NFD", "ệễộẫậẩ"), PasswordTooShort),
        ("x1" * 129, PasswordTooLong),
        ("matkhau12345", PasswordCommon),
        ("Mật khẩu 2026!", PasswordCommon),
        ("1234matkhau5678", PasswordCommon),
        ("QWERTYUIOP1!", PasswordCommon),
        ("anhyeuemanhyeuem", PasswordCommon),
        ("Anh Yêu Em 1999", PasswordCommon),
        ("aaaaaaaaaaaaa", PasswordCommon),
        ("hahahahahahaha", PasswordCommon),
        ("qwertyuiopasdf", PasswordCommon),
        ("Password-1990-12", PasswordCommon),
        ("vungtam2026!!", PasswordLikeEmail),
        ("Vững Tâm 20261124", PasswordLikeEmail),
        ("lan.nguyen@hoiphunu.vn", PasswordLikeEmail),
        ("nguyen-hoiphunu-1", PasswordCommon),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password, refusal):
    with pytest.raises(refusal):
        check(password)


def test_256_characters_are_allowed_and_not_one_more():
    long = ("một hai ba bốn năm sáu bảy " * 20)[:256]
    check(long)
    with pytest.raises(PasswordTooLong):
        check(long + "x")


def test_a_short_name_in_an_address_forbids_no_words():
    check("thông lan tới ba", email="an@lan.vn")
