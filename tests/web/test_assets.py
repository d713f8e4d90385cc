"""Static files: named after their content, built whole, light."""

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest

from quiz.web import assets

KIB = 1024
LAYERS = ("reset", "tokens", "base", "layout", "parts", "pages", "modes")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "assets"


@pytest.fixture
def text_of(folder):
    """Read a built file by the name that templates use."""
    built = assets.build(folder)
    return lambda name: (folder / built.url(name).rpartition("/")[2]).read_text(encoding="utf-8")


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_page_finds_what_it_asks_for(app, phone):
    links = phone.visit("/s").page.select("link[href], script[src]")
    assert len(links) == 4
    for link in links:
        address = link.get("href") or link["src"]
        assert phone.client.get(address, buffered=True).status_code == 200


def test_a_name_changes_with_the_content_and_only_then(folder, tmp_path, monkeypatch):
    before = assets.build(folder)
    assert assets.build(folder) == before

    monkeypatch.setattr(assets, "FILTERS", dict.fromkeys(assets.FILTERS))
    monkeypatch.setattr(assets, "built_files", assets.built_files.__wrapped__)
    after = assets.build(folder)
    assert not set(before.urls.values()) & set(after.urls.values())


def test_files_of_earlier_versions_are_cleared_away(folder):
    folder.mkdir()
    (folder / "site.01d01d01.css").write_text("p {}")
    built = assets.build(folder)
    assert {f"/static/{name}" for name in contents(folder)} == set(built.urls.values())


def test_processes_that_start_together_build_the_same(folder):
    with ThreadPoolExecutor() as processes:
        built = list(processes.map(assets.build, [folder] * 8))
    assert all(each == built[0] for each in built)
    alone = assets.build(folder.with_name("alone"))
    assert contents(folder) == contents(alone.folder)


def test_the_stylesheet_of_everybody_names_the_layers_first(text_of):
    assert text_of("site.css").startswith(f"@layer {','.join(LAYERS)};")


@pytest.mark.parametrize(("name", "sources"), [("site.css", "css"), ("staff.css", "css/staff")])
def test_a_stylesheet_holds_every_area_of_a_page(text_of, name, sources):
    css = text_of(name)
    for source in (assets.STATIC / sources).glob("*.css"):
        words = source.read_text(encoding="utf-8")
        assert words.startswith("/*"), f"{source.name} begins with what it is about"
        assets.tighten_styles(StringIO(words), tight := StringIO())
        assert tight.getvalue() in css
        strings = re.findall(r'"[^"\n]*"', assets.COMMENT.sub("", words))
        assert not re.search(r"[{};:,>]", "".join(strings)), "space around it is left out"


def test_the_stylesheet_of_staff_adds_no_layer(text_of):
    assert set(re.findall(r"@layer (\w+)", text_of("staff.css"))) <= set(LAYERS)


@pytest.mark.parametrize("name", ["site.css", "staff.css", "leave.js", "submit.js"])
def test_comments_stay_at_home(text_of, name):
    text = text_of(name)
    assert "/*" not in text
    assert "*/" not in text


def test_no_script_has_space_in_a_template_literal():
    """rJSmin reads them as code, and would leave it out."""
    for script in (assets.STATIC / "js").rglob("*.js"):
        for literal in re.findall(r"`[^`]*`", script.read_text(encoding="utf-8")):
            assert not re.search(r"\s", literal), script.name


@pytest.mark.parametrize("name", ["leave.js", "submit.js"])
def test_a_script_stands_alone(text_of, name):
    # An import would have to know the fingerprint of the other file.
    assert not re.search(r"\bimport\b(?!\((?:src|dataset\.script)\))", text_of(name))


def test_reading_aloud_takes_at_most_three_kib_of_script():
    assert len((assets.STATIC / "js" / "speech.js").read_bytes()) <= 3 * KIB


def test_they_are_light(text_of):
    def weight(*names):
        return sum(len(gzip.compress(text_of(name).encode())) for name in names)

    assert weight("site.css") < 9 * KIB
    assert weight("staff.css") < 4 * KIB
    assert weight("leave.js", "submit.js") < 4 * KIB
