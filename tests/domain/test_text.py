import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain import text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Lớp \t 9A\u00a0 ", "Lớp 9A"),
        ("Lớp\u200b 9\u2060A\ufeff", "Lớp 9A"),
        ("\u2068lan@example.org\u2069", "lan@example.org"),
        ("Ðà Nẵng", "Đà Nẵng"),  # U+00D0, which looks the same
        (unicodedata.normalize("NFD", "Nguyễn"), "Nguyễn"),
        ("a\x00b\x07c", "a b c"),
        ("dòng một\nhai", "dòng một hai"),
        ("xin\u00adchào", "xinchào"),
        ("", ""),
    ],
)
def test_text_is_kept_without_what_cannot_be_seen(typed, kept):
    assert text.clean(typed) == kept


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing_more(typed):
    once = text.clean(typed)
    assert text.clean(once) == once
    assert all(unicodedata.category(letter) not in {"Cc", "Cf"} for letter in once)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Khánh Hoà", "Khánh Hòa"),
        ("THCS Thuỵ Khuê", "THCS Thụy Khuê"),
        ("Xã  mường hoa", "Xã Mường Hoa"),
        ("Ðông Hà", "Đông Hà"),
        ("khoẻ", "Khỏe"),
    ],
)
def test_two_right_spellings_are_one_name(one, other):
    assert text.same_name(one) == text.same_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Hòa", "Hỏa"), ("Tân", "Tần"), ("Lan", "Lân"), ("Da", "Đa")]
)
def test_two_names_stay_two(one, other):
    assert text.same_name(one) != text.same_name(other)


@pytest.mark.parametrize(
    "typed",
    [
        "482913",
        "482\u200b913",
        "\u2068482913\u2069",
        "482\u2011913",
        "482\u2212913",
        "４８２ ９１３",
        "٤٨٢٩١٣",
        "4 8 2 9 1 3",
        "482_913",
        "(482) 913",
    ],
)
def test_figures_are_read_however_they_were_typed(typed):
    assert text.figures(typed) == "482913"


@pytest.mark.parametrize("typed", ["48291a", "bốn tám", "²82913", "482913?"])
def test_what_holds_more_than_figures_is_no_number(typed):
    assert text.figures(typed) is None
