"""Habits that we agreed on. Each message says what to do."""

import io
import re
import tokenize
from pathlib import Path

import pytest

from quiz.web import permissions
from tests.sources import QUIZ, ROOT, SCRIPTS, TEMPLATES

STYLES = QUIZ / "web" / "static" / "css"


def files(folder: Path, ending: str) -> list[Path]:
    return sorted(folder.rglob(f"*{ending}"))


@pytest.mark.parametrize("template", files(TEMPLATES, ".html"), ids=lambda each: each.name)
def test_a_template_is_plain(template: Path):
    words = template.read_text(encoding="utf-8")
    assert "|safe" not in words.replace(" ", ""), "text is text: leave escaping to Jinja"
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", words), "no inline style or script"
    assert "http://" not in words
    assert not re.search(r"<(audio|video|canvas|iframe|marquee|dialog)\b", words), "it stays quiet"


A_SENTENCE = (
    r"(?:\{\{-? *(?:_|ngettext)\((?:(?!\}\}).)*?[.!?…]['\"](?:(?!\}\}).)*\}\}"
    r"|[.!?…]\{% *endtrans *%\})"
)
BETWEEN = (
    r"(?:\{%(?! *(?:else|elif|call|block|macro))[^%]*%\}"
    r"|</?(?:a|abbr|b|code|em|i|small|span|strong)\b[^>]*>)*"
)
MORE_WORDS = r"(?:\{\{-? *[a-z_]+\(|\{% *trans)"


@pytest.mark.parametrize("template", files(TEMPLATES, ".html"), ids=lambda each: each.name)
def test_sentences_of_a_template_are_apart(template: Path):
    """Jinja takes away the end of a line after a block, and the blanks before one."""
    words = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    words = re.sub(r"^[ \t]+(?=\{%)", "", words, flags=re.MULTILINE).replace("%}\n", "%}")
    joined = [found.group() for found in re.finditer(A_SENTENCE + BETWEEN + MORE_WORDS, words)]
    assert not joined, "write the next sentence in the same line, after a blank"


@pytest.mark.parametrize("script", files(SCRIPTS, ".js"), ids=lambda each: each.name)
def test_a_script_keeps_to_old_browsers_and_writes_no_markup(script: Path):
    words = script.read_text(encoding="utf-8")
    for forbidden in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("):
        assert forbidden not in words, "markup goes through the one policy in submit.js"
    for kept in ("localStorage", "sessionStorage", "indexedDB", "caches", "serviceWorker"):
        assert kept not in words, "nothing stays in her browser"
    for loud in ("Audio", "vibrate", "Notification", "alert(", "confirm("):
        assert loud not in words, "nobody beside her shall notice"
    for young in ("?.", "??", "replaceChildren", ".at(", "structuredClone"):
        assert young not in words, "Chrome 80 and Safari 13 do not know it"


@pytest.mark.parametrize(
    "script",
    # Steps of an order can be dragged as well; tests/browser presses them.
    [each for each in files(SCRIPTS, ".js") if each.name != "order.js"],
    ids=lambda each: each.name,
)
def test_a_script_waits_for_no_dragging_and_no_hovering(script: Path):
    words = script.read_text(encoding="utf-8")
    assert not re.search(r"\b(drag|mouse|pointer|touch)\w*", words), (
        "a press is enough for everybody"
    )


def test_styles_show_nothing_on_hovering_and_let_a_phone_be_held_either_way():
    decoration = {"text-decoration", "text-decoration-thickness", "background", "border-color"}
    for file in files(STYLES, ".css"):
        words = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert "orientation" not in words, file.name
        for block in re.findall(r":hover[^{]*{([^}]*)}", words):
            changed = {each.partition(":")[0].strip() for each in block.split(";") if each.strip()}
            assert changed <= decoration, f"{file.name}: {changed}"


def test_every_macro_is_used():
    everything = "\n".join(file.read_text(encoding="utf-8") for file in files(TEMPLATES, ".html"))
    for macro in re.findall(r"{%-? macro (\w+)\(", everything):
        assert len(re.findall(rf"\b{macro}\b", everything)) > 1, f"nobody uses {macro}"


def test_markup_is_made_in_reviewed_places_only():
    users = [
        file.relative_to(QUIZ).as_posix()
        for file in files(QUIZ, ".py")
        if "Markup(" in file.read_text(encoding="utf-8")
    ]
    assert users == [
        "web/form_key.py",
        "web/page_cache.py",
        "web/participant/cookie.py",
        "web/participant/receipts.py",
        "web/security.py",
        "web/staff/qr.py",
    ]


NEUTRAL = {
    "/",
    "/a",
    "/s",
    "/c",
    "/v",
    "/k",
    "/x",
    "/help",
    "/notes",
    "/about",
    "/sources",
    "/accessibility",
    "/j",
    "/j/<code>",
    "/r",
    "/r/e",
    "/e",
}
FOR_SIGNING_IN = {"/sign-in", "/sign-in/code", "/invitation/<token>", "/begin/<token>"}
FOR_PROGRAMS = {"/api/report.json", "/health"}
IN_DEVELOPMENT = {"/pattern-book", "/pattern-book/stories"}


def test_addresses_of_participants_are_short_neutral_words(app):
    paths = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if not permissions.is_for_staff(rule.endpoint)
    }
    assert (
        paths - {"/static/<path:filename>"} - IN_DEVELOPMENT - FOR_SIGNING_IN - FOR_PROGRAMS
        <= NEUTRAL
    )


def test_every_page_has_a_title_of_its_own():
    for template in files(TEMPLATES, ".html"):
        words = template.read_text(encoding="utf-8")
        if "{% extends 'base.html' %}" in words and template.name != "_page.html":
            assert "{% block title %}" in words, template.name


def test_nobody_leaves_unfinished_marks():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    for folder in (QUIZ, ROOT / "tests", ROOT / "docs"):
        for file in [*files(folder, ".py"), *files(folder, ".md"), *files(folder, ".js")]:
            assert not marks.search(file.read_text(encoding="utf-8")), file


def test_no_test_module_imports_another():
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in files(ROOT / "tests", ".py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(from|import) tests\.(\w+\.)*test_\w+", line)
    ]
    assert found == [], "what two of them need lives in a module of its own"


REPLACED = set(
    """
    Lane Bridge Desk Clerk Sealer Press Sight Way Scene Standing Seat Sent Kept Asked Entered Moved
    Course Writer Watcher World Draft Shelf rehearse tell_first goes_on to_take_along take_in
    put_away forget_deleted keep_promises draft_of words_of carry_out onward turns_shown
    named_options best_names give_memory_back pattern_book dashboards staffing scene scene_page
    key_places next_place previous_place place_given print_table CoreTable TextTable ContactKind
    Shown Written draw_questions wants_keeping
    """.split()
)
"""Words of our own that have given way to those of the field: docs/glossary.md has the others."""

VAGUE = re.compile(r"(?:^|_)(?:keep|keeps|kept|act|acts|shown|drawn|written)(?:_|$)")
"""Words that stood for several things. What is meant is said: save, submit, revealed, selected."""


def test_no_identifier_is_a_word_that_was_replaced():
    found = {
        (file.relative_to(QUIZ).as_posix(), token.string)
        for file in QUIZ.rglob("*.py")
        for token in tokenize.generate_tokens(
            io.StringIO(file.read_text(encoding="utf-8")).readline
        )
        if token.type == tokenize.NAME and (token.string in REPLACED or VAGUE.search(token.string))
    }
    assert found == set()
