"""The pattern book shows every macro, to people who change them and to nobody else."""

import re
from dataclasses import replace

import pytest

from quiz.domain.kinds import Story
from quiz.domain.question import Quality
from quiz.web import create_app
from quiz.web.common import current_bank
from tests.shipped import shipped_bank
from tests.sources import TEMPLATES

pytestmark = pytest.mark.slow

BOOK = TEMPLATES / "staff" / "style_guide" / "show.html"
WITHOUT_A_LOOK = {"quiz_form.html", "both.html", "onward.html"}
MARKS = {Quality.BEST: "B", Quality.OK: "o", Quality.RISKY: "r"}


@pytest.mark.parametrize(
    ("language", "title"),
    [("vi", "Bộ thành phần · Vững Tâm"), ("en", "Pattern book · Vững Tâm")],
)
def test_it_opens_in_both_languages(make_phone, language, title):
    phone = make_phone(language=language).visit("/pattern-book")
    assert phone.status == 200
    assert phone.title == title


def test_it_is_for_development_only(settings):
    app = create_app(replace(settings, development=False), shipped_bank())
    for page in ("/pattern-book", "/pattern-book/stories"):
        assert app.test_client().get(page).status_code == 404
    app.extensions["database"].close()


def test_it_shows_every_macro():
    shown = re.findall(r"from 'macros/([\w.]+)' import", BOOK.read_text(encoding="utf-8"))
    macros = {file.name for file in (TEMPLATES / "macros").iterdir()}
    assert macros - set(shown) == WITHOUT_A_LOOK, "show it in staff/style_guide/show.html"


def test_every_drawing_that_it_uses_is_there(phone):
    page = phone.visit("/pattern-book").page
    drawn = {f"#{symbol['id']}" for symbol in page.select("symbol")}
    assert {use["href"] for use in page.select("use")} == drawn


@pytest.fixture
def stories(app):
    with app.app_context():
        return [each for each in current_bank().questions.values() if isinstance(each, Story)]


@pytest.fixture(params=["vi", "en"])
def language(request):
    return request.param


def test_every_scene_and_turn_of_every_story_is_drawn(make_phone, stories, language):
    page = make_phone(language=language).visit("/pattern-book/stories").page
    assert stories
    for story in stories:
        drawing = page.select_one(f"#{story.id} .story-map")
        drawn = {
            scene["data-scene"]: {
                turn["data-turn"]: (turn["data-next"], words(turn))
                for turn in scene.select("[data-turn]")
            }
            for scene in drawing.select("[data-scene]")
        }
        assert drawn == {
            node.id: {
                turn.id: (turn.next, f"{MARKS[turn.quality]} · {turn.id} {turn.text[language]}")
                for turn in node.choices
            }
            for node in story.nodes.values()
        }
        assert len(drawing.select("polyline")) == sum(map(len, drawn.values()))


def words(turn):
    return " ".join(line.text for line in turn.select("text"))


def test_every_way_stands_in_the_table_with_its_ending_and_score(phone, stories):
    page = phone.visit("/pattern-book/stories").page
    for story in stories:
        shown = [
            [cell.text for cell in row.select("td")] for row in page.select(f"#{story.id} tbody tr")
        ]
        assert sorted(shown) == sorted(rows(story))


def rows(story, chosen=()):
    """Return every way from where a path stands, as the table should say it."""
    node = story.node_after(chosen)
    if node.ending:
        turns = " ".join(f"{MARKS[turn.quality]}·{turn.id}" for _, turn in story.walk(chosen))
        return [[turns, node.id, f"{round(100 * story.score(chosen))}%"]]
    return [row for turn in node.choices for row in rows(story, (*chosen, f"{node.id}:{turn.id}"))]
