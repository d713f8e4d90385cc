"""Where a class is: what the provinces and cities of Vietnam are called, each in one way."""

from __future__ import annotations

from unicodedata import normalize

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


def tidy(name: str) -> str:
    """Return the name of a place with single spaces and composed letters, however it was typed.

    A province is spelt as above, also if it was typed in small letters.
    """
    name = " ".join(normalize("NFC", name).split())
    known = {province.casefold(): province for province in PROVINCES}
    return known.get(name.casefold(), name)
