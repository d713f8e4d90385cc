"""The pattern book shows every macro, to people who change them and to nobody else."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import quiz.web
from quiz.web import create_app

TEMPLATES = Path(quiz.web.__file__).parent / "templates"
BOOK = TEMPLATES / "pattern_book" / "show.html"
WITHOUT_A_LOOK = {"quiz_form.html"}


@pytest.mark.parametrize(
    ("language", "title"),
    [("vi", "Bộ thành phần · Vững Tâm"), ("en", "Pattern book · Vững Tâm")],
)
def test_it_opens_in_both_languages(make_phone, language, title):
    phone = make_phone(language=language).visit("/pattern-book")
    assert phone.status == 200
    assert phone.title == title


def test_it_is_for_development_only(settings):
    app = create_app(replace(settings, development=False))
    assert app.test_client().get("/pattern-book").status_code == 404
    app.extensions["database"].close()


def test_it_shows_every_macro():
    shown = re.findall(r"from 'macros/([\w.]+)' import", BOOK.read_text(encoding="utf-8"))
    macros = {file.name for file in (TEMPLATES / "macros").iterdir()}
    assert macros - set(shown) == WITHOUT_A_LOOK, "show the new macro in pattern_book/show.html"


def test_every_drawing_that_it_uses_is_there(phone):
    page = phone.visit("/pattern-book").page
    drawn = {f"#{symbol['id']}" for symbol in page.select("symbol")}
    assert {use["href"] for use in page.select("use")} == drawn
