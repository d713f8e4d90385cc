"""Where a class is: what the provinces and cities of Vietnam are called, each in one way."""

from __future__ import annotations

from unicodedata import normalize

from quiz.domain.text import clean, one_tone_style, plain

PROVINCES = (
    "An Giang",
    "Bắc Ninh",
    "Cà Mau",
    "Cao Bằng",
    "Cần Thơ",
    "Đà Nẵng",
    "Đắk Lắk",
    "Điện Biên",
    "Đồng Nai",
    "Đồng Tháp",
    "Gia Lai",
    "Hà Nội",
    "Hà Tĩnh",
    "Hải Phòng",
    "Huế",
    "Hưng Yên",
    "Khánh Hòa",
    "Lai Châu",
    "Lạng Sơn",
    "Lào Cai",
    "Lâm Đồng",
    "Nghệ An",
    "Ninh Bình",
    "Phú Thọ",
    "Quảng Ngãi",
    "Quảng Ninh",
    "Quảng Trị",
    "Sơn La",
    "Tây Ninh",
    "Thái Nguyên",
    "Thanh Hóa",
    "TP. Hồ Chí Minh",
    "Tuyên Quang",
    "Vĩnh Long",
)
"""The 34 since Resolution 202/2025/QH15 of 12 June 2025: https://vietnam.travel/node/1741."""


ALSO = {"hcm": "TP. Hồ Chí Minh", "saigon": "TP. Hồ Chí Minh"}
"""Other names that people write, as ``text.plain`` gives them."""

PREFIXES = ("thanhpho", "tinh", "tp")


def tidy(name: str) -> str:
    """Return the name of a place with single spaces, composed letters and one style of tones."""
    return one_tone_style(clean(name))


def province_name(typed: str) -> str:
    """Return a province or city as it is spelt above, however it was typed; another as it is.

    It may have been typed in small letters, without accents, with "tỉnh" or "thành phố" before it,
    or with another spelling that is right too (Khánh Hoà, Đăk Lăk).
    """
    letters = plain(typed)
    forms = [letters, *(letters.removeprefix(prefix) for prefix in PREFIXES)]
    return next((KNOWN[form] for form in forms if form in KNOWN), tidy(typed))


KNOWN = ALSO | {plain(province).removeprefix("tp"): province for province in PROVINCES}


ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_vietnamese_order(name: str) -> tuple[list[int], str]:
    """Return what sorts names as a Vietnamese dictionary does: Đ after D, tones after letters."""
    letters = "".join(each for each in normalize("NFD", name.lower()) if each not in TONES)
    ranks = [ALPHABET.find(each) for each in normalize("NFC", letters)]
    return ranks, name
