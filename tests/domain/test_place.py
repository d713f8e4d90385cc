from unicodedata import normalize

import pytest

from quiz.domain.place import PROVINCES, in_vietnamese_order, province_name


def test_there_are_34_provinces_and_cities_each_once():
    assert len(PROVINCES) == len(set(PROVINCES)) == 34
    assert all(province_name(province) == province for province in PROVINCES)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (normalize("NFD", "Huế"), "Huế"),
        ("  lào   cai ", "Lào Cai"),
        ("ĐẮK LẮK", "Đắk Lắk"),
        ("Khánh Hoà", "Khánh Hòa"),
        ("tỉnh Khánh Hòa", "Khánh Hòa"),
        ("TP Hồ Chí Minh", "TP. Hồ Chí Minh"),
        ("TP.HCM", "TP. Hồ Chí Minh"),
        ("tphcm", "TP. Hồ Chí Minh"),
        ("Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh"),
        ("Sài Gòn", "TP. Hồ Chí Minh"),
        ("Đăk Lăk", "Đắk Lắk"),
        ("Dak Lak", "Đắk Lắk"),
        ("Ðà Nẵng", "Đà Nẵng"),
        ("TP. Huế", "Huế"),
        ("Thành phố Hà Nội", "Hà Nội"),
        ("Ha Noi", "Hà Nội"),
        ("Hanoi", "Hà Nội"),
        ("Hà\u200b Nội", "Hà Nội"),
        ("Hòa  Bình", "Hòa Bình"),
        ("Hoà Bình", "Hòa Bình"),
        ("", ""),
    ],
)
def test_a_province_has_one_name_however_it_is_typed(typed, kept):
    assert province_name(typed) == kept


def test_names_stand_in_the_order_of_a_vietnamese_dictionary():
    assert list(PROVINCES) == sorted(PROVINCES, key=in_vietnamese_order)
    assert sorted(["Đà Nẵng", "Dương", "Ân", "An", "Ăn"], key=in_vietnamese_order) == [
        "An",
        "Ăn",
        "Ân",
        "Dương",
        "Đà Nẵng",
    ]
