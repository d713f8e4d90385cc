"""Ready-made sets: every question is there, once, and goes with the others."""

import pytest

from quiz.store.bank import check
from tests.store.content import TODAY, said_of, sound_copy

ORDER = '"abd-authority-order-a"'
SIGNS = '"har-control-signs"'


def said_of_set(desk, questions, title='title = {vi = "Lần đầu", en = "First time"}'):
    """Return what an editor reads of a set with these questions."""
    content = sound_copy(desk)
    (content / "sets.toml").write_text(f"[first]\n{title}\nquestions = [{questions}]\n", "utf-8")
    return said_of(content, "sets.toml")


def test_a_sound_set_is_read_in_its_order(tmp_path):
    assert said_of_set(tmp_path, f"{SIGNS}, {ORDER}") == []
    bank, _faults = check(tmp_path / "content", today=TODAY)
    assert bank.sets["first"].questions == ("har-control-signs", "abd-authority-order-a")


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ('"no-such-question"', "E first.questions: there is no question “no-such-question”."),
        (f"{ORDER}, {ORDER}", "E first.questions: “abd-authority-order-a” stands twice."),
        ("", "E first.questions: missing. Name at least one question."),
        (
            f'{ORDER}, "abd-authority-order-b"',
            "E first.questions: “abd-authority-order-b” is parallel to another question of the"
            " set. Keep one of them.",
        ),
    ],
)
def test_a_set_that_cannot_be_asked_is_refused(tmp_path, questions, expected):
    assert expected in " ".join(said_of_set(tmp_path, questions))


def test_a_set_has_a_title_in_both_languages(tmp_path):
    assert said_of_set(tmp_path, ORDER, 'title = {vi = "Lần đầu"}') == [
        "E first.title.en: missing. Write this text in English."
    ]


def test_a_folder_may_have_no_sets(tmp_path):
    bank, _faults = check(sound_copy(tmp_path), today=TODAY)
    assert bank.sets == {}
