"""What every kind of question keeps, and that a kind is decided on in its own places only."""

import ast
import re
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.question import NON_ANSWERS, NOT_SURE, SKIPPED, Kind
from tests.questions import one_of_each, posted
from tests.sources import QUIZ, TEMPLATES

every_kind = pytest.mark.parametrize("question", one_of_each(), ids=lambda each: each.kind)

PLACES = ("domain/kinds", "store/bank/kinds", "web/templates/kinds")

chances = st.integers().map(Random)


def test_every_kind_is_tried():
    assert [question.kind for question in one_of_each()] == list(Kind)


@every_kind
@given(chances, st.floats(0, 1))
def test_whatever_is_counted_is_an_item(question, chance, knows):
    names = {item.tally_name for item in question.items()}
    chosen = question.simulate(knows, chance)
    assert {*question.counted(chosen)} <= names
    assert {*question.counted(question.best)} == question.right_names()


@every_kind
def test_names_are_different_and_what_has_no_words_is_said_by_the_interface(question):
    items = question.items()
    assert len({item.tally_name for item in items}) == len(items)
    unnamed = {item.id for item in items if not item.text}
    assert unnamed == ({"genuine", "fake"} if question.kind == "judge" else set())


@every_kind
@given(chances, st.floats(0, 1))
def test_what_a_browser_sends_is_read_as_it_was_meant(question, chance, knows):
    chosen = question.simulate(knows, chance)
    assert question.read(posted(question, chosen)) == chosen
    assert question.is_complete(chosen)


@every_kind
def test_the_buttons_that_answer_nothing_are_read(question):
    for button, doubt in NON_ANSWERS.items():
        assert question.read({"do": [button], "a": ["x"], "turn": ["x"]}) == doubt
    assert (question.score(NOT_SURE), question.score(SKIPPED)) == (0, None)


@every_kind
@given(chances)
def test_everything_that_is_offered_or_chosen_has_words(question, chance):
    offered = question.arrange(chance)
    assert {item.offered for item in question.items()} == {*offered}
    assert {*offered, *question.best} <= question.texts_by_id.keys()


@every_kind
def test_who_knows_everything_answers_best_and_who_guesses_scores_by_chance(question):
    chance = Random(1)
    assert question.simulate(1, chance) == question.best
    assert 0 <= question.chance_score < 1


@every_kind
def test_marks_on_paper_stand_for_the_scores_that_there_are(question):
    lines, scores = question.paper_lines, question.paper_scores
    assert bool(lines) == bool(scores)
    if lines:
        assert [mark.score for mark in scores if mark.score == 1] == [1]
        assert sum(max(mark.score for mark in line) for line in lines) == 1
        marks = [mark.name for line in lines for mark in line]
        assert len({*marks}) == len(marks)
        assert {*marks} - {*NOT_SURE} == {item.tally_name for item in question.items()}


def written_in(value):
    """Yield every text in the fields of a question, however deep."""
    if isinstance(value, dict) and isinstance(value.get("vi"), str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(written_in, value.values()))
    elif isinstance(value, tuple):
        yield from chain.from_iterable(map(written_in, value))


@every_kind
def test_every_text_of_a_question_is_found_once(question):
    def sorted_words(texts):
        return sorted(text["vi"] for text in texts)

    assert sorted_words(question.texts()) == sorted_words(written_in(asdict(question)))


@every_kind
def test_its_templates_are_there(question):
    parts = {"ask", "explain", "more", "report", "reveal", "wall"}
    if question.paper_lines:
        parts |= {"entry", "key", "paper"}
    found = {file.stem for file in (TEMPLATES / "kinds" / question.kind).glob("*.html")}
    assert parts <= found <= parts | {"message"}


def files(*suffixes):
    for file in sorted(QUIZ.rglob("*")):
        where = file.relative_to(QUIZ).as_posix()
        if file.suffix in suffixes and not where.startswith(PLACES):
            yield file


CLASSES = {type(question).__name__ for question in one_of_each()}


def dispatches(file: Path):
    """Yield the lines of a module where something depends on which kind a question is of."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, classes]):
                if {each.id for each in ast.walk(classes) if isinstance(each, ast.Name)} & CLASSES:
                    yield node.lineno
            case ast.MatchClass(cls=ast.Name(id=name)) if name in CLASSES:
                yield node.cls.lineno
            case ast.Compare(left=ast.Attribute(attr="kind"), comparators=[other]):
                said = ast.unparse(other)
                if re.search(r"\bKind\.", said) and "ContactKind" not in said:
                    yield node.lineno


def test_no_module_asks_which_kind_a_question_is_of():
    assert [(str(file), line) for file in files(".py") for line in dispatches(file)] == []


def test_no_template_asks_which_kind_a_question_is_of():
    asks = re.compile(r"question\.kind\s*(?:==|!=|in\b|not in\b)[^%}]*")
    found = [
        (str(file), words[0])
        for file in files(".html")
        if (words := asks.search(file.read_text(encoding="utf-8")))
    ]
    assert found == []
