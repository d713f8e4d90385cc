"""What is said of faults: in both languages, and of every rule."""

import ast
import re
from unicodedata import is_normalized

import pytest

from quiz.store import bank
from quiz.store.bank import LANGUAGES
from quiz.store.bank.faults import Sentence, sentences
from tests.sources import QUIZ
from tests.store.content import CHOICE, TODAY, change, sound_copy

VALUE = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("rule", sentences())
def test_every_fault_is_told_in_both_languages_with_the_same_values(rule):
    said = sentences()[rule]

    assert tuple(said) == LANGUAGES
    assert said["vi"] != said["en"]
    assert sorted(VALUE.findall(said["vi"])) == sorted(VALUE.findall(said["en"]))
    assert all(is_normalized("NFC", words) and words.endswith(".") for words in said.values())


def rules_named_in_the_code():
    """Yield the rule of every call that adds or raises a fault."""
    for path in (QUIZ / "store" / "bank").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                position = {"error": 1, "warning": 1, "Sentence": 0, "wrong": 0}.get(name, 9)
                for rule in call.args[position : position + 1]:
                    if isinstance(rule, ast.Constant):
                        yield rule.value


def test_every_rule_of_the_code_has_its_sentence():
    named = set(rules_named_in_the_code())

    assert len(named) > 60
    assert named <= sentences().keys()


def test_a_fault_names_file_and_field_and_says_it_in_vietnamese(tmp_path):
    content = sound_copy(tmp_path)
    change(content, CHOICE, '"police-113"]', '"police-133"]')
    (fault,) = bank.check(content, today=TODAY)[1]

    assert (fault.file, fault.field) == (CHOICE, "help")
    assert fault.message.in_language("vi") == (
        "không có nơi giúp đỡ “police-133” trong contacts.toml."
    )


def test_what_a_file_holds_is_quoted_in_part_if_it_is_long():
    said = Sentence("unknown-contact", name="x" * 100)

    assert f"“{'x' * 60}…”" in said
    assert f"“{'x' * 60}…”" in said.in_language("vi")
