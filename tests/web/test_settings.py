"""Settings: what they mean, and what is refused."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from quiz.web import create_app
from quiz.web.settings import BadSetting, Settings, from_environment, variable
from tests.shipped import shipped_bank

README = Path(__file__).parents[2] / "README.md"


def test_without_any_variable_everything_has_a_default():
    settings = from_environment({})
    assert settings.port == 8000
    assert settings.data.name == "vung-tam"
    assert settings.leave_to.startswith("https://")


def test_variables_are_read_and_what_is_given_wins(tmp_path):
    settings = from_environment(
        {
            "QUIZ_DATA": str(tmp_path),
            "QUIZ_PORT": "5001",
            "QUIZ_HOSTS": "a.example, b.example",
            "QUIZ_DEVELOPMENT": "yes",
            "QUIZ_HOST": " ",
        },
        port=5002,
        host=None,
    )
    assert settings.data == tmp_path
    assert settings.port == 5002
    assert settings.host == "127.0.0.1"
    assert settings.hosts == ("a.example", "b.example")
    assert settings.development


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUIZ_PORT", "eight"),
        ("QUIZ_PORT", "70000"),
        ("QUIZ_PROXIES", "-1"),
        ("QUIZ_DEVELOPMENT", "maybe"),
        ("QUIZ_SECRET_KEY", "short"),
        ("QUIZ_SECRET_KEY", "a" * 64),
        ("QUIZ_LEAVE_TO", "http://weather.example/"),
        ("QUIZ_LEAVE_TO", "weather"),
        ("QUIZ_LEAVE_TO", "https://www.google.com/search?q=weather"),
        ("QUIZ_LEAVE_TO", "https://m.facebook.com/"),
        ("QUIZ_LEAVE_TO", "https://youtu.be/x"),
        ("QUIZ_LEAVE_TO", "https://x.com/"),
        ("QUIZ_LEAVE_TO", "https://[x"),
        ("QUIZ_LEAVE_TO", "https://search.example/?q=weather"),
        ("QUIZ_PORT", "9" * 5000),
        ("QUIZ_LEAVE_TO", "https://chat.zalo.me/"),
        ("QUIZ_DATABASE_URL", "quiz"),
        ("QUIZ_DATABASE_URL", "mysql://quiz@db.example/quiz"),
        ("QUIZ_DATABASE_URL", "postgresql+asyncpg://quiz@db.example/quiz"),
        ("QUIZ_DATABASE_URL", "postgresql://quiz@db.example"),
        ("QUIZ_DATABASE_URL", "postgresql://quiz@db.example:port/quiz"),
    ],
)
def test_a_bad_setting_is_refused_by_name(name, value):
    with pytest.raises(BadSetting) as refused:
        from_environment({name: value})
    assert refused.value.name == name


@pytest.mark.parametrize(
    "host", ["quiz.example", "www.quiz.example", "Quiz.example", ".quiz.example"]
)
def test_leaving_to_ourselves_is_refused(host):
    with pytest.raises(BadSetting):
        from_environment({"QUIZ_HOSTS": host, "QUIZ_LEAVE_TO": "https://www.quiz.example/weather"})


@pytest.mark.parametrize("beginning", ["postgresql", "postgresql+psycopg"])
def test_the_database_is_a_file_in_the_folder_unless_an_address_is_given(tmp_path, beginning):
    assert from_environment({"QUIZ_DATA": str(tmp_path)}).database == tmp_path / "quiz.db"
    address = f"{beginning}://quiz:secret@db.example/quiz"
    database = from_environment({"QUIZ_DATABASE_URL": address}).database
    assert (database.host, database.database, database.password) == ("db.example", "quiz", "secret")


def test_a_relative_folder_is_one_below_where_the_program_was_started(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert from_environment({"QUIZ_DATA": "data"}).data == tmp_path / "data"


def test_the_readme_lists_every_setting_with_its_default():
    table = dict(re.findall(r"\| `(QUIZ_\w+)` \| (.+?) \|", README.read_text(encoding="utf-8")))
    defaults = Settings(data=Path())
    assert list(table) == [variable(field.name) for field in fields(Settings)]
    for name in ("host", "port", "leave_to", "proxies"):
        assert table[variable(name)] == f"`{getattr(defaults, name)}`"


@pytest.mark.slow
def test_no_variable_of_flask_switches_debugging_on(settings, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(settings, shipped_bank())
    assert not app.debug
    assert not app.testing
    app.extensions["database"].close()
