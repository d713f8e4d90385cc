from unicodedata import normalize

import pytest

from quiz.domain.place import PROVINCES, tidy


def test_there_are_34_provinces_and_cities_each_once():
    assert len(PROVINCES) == len(set(PROVINCES)) == 34
    assert all(tidy(province) == province for province in PROVINCES)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (normalize("NFD", "Huế"), "Huế"),
        ("  lào   cai ", "Lào Cai"),
        ("ĐẮK LẮK", "Đắk Lắk"),
        ("Xã  Mường Hoa", "Xã Mường Hoa"),
        ("", ""),
    ],
)
def test_a_place_has_one_name_however_it_is_typed(typed, kept):
    assert tidy(typed) == kept
