"""The scene of a question, and what is asked about it."""

import pytest

from quiz.domain.stem import split_stem
from tests.shipped import shipped_bank


@pytest.mark.parametrize(
    ("scene", "ask"),
    [
        ("", "What should Hân do?"),
        ("A caller frightens Hân, 19.", "What should Hân do first?"),
        ("Lan lives in TP. Huế.", "Put the things she should do in order."),
        ("He writes: “Are you alone?” Then he waits.", "Select the signs."),
        ("Hai bạn cười: “Sao mà tin được nhỉ?”", "Mỹ Duyên nên làm gì?"),
        ("Ngân and Duy are going out.", "Which of these are control? Choose all that apply."),
        ("They call it “procedure”.", "What is the camera for?"),
    ],
)
def test_the_ask_is_the_last_question_with_what_follows_it_or_the_last_sentence(scene, ask):
    assert split_stem(f"{scene} {ask}") == (scene, ask)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_stem_of_the_bank_has_a_short_ask_and_a_whole_scene(language):
    whole = set()
    for question in shipped_bank().questions.values():
        scene, ask = split_stem(question.stem[language])
        assert f"{scene} {ask}".strip() == question.stem[language]
        for part in (scene, ask):
            assert part.count("“") == part.count("”"), question.id
        if scene:
            assert len(ask.split()) <= 22, question.id
        else:
            whole.add(question.id)
    assert whole == {"lit-match-privacy"}
