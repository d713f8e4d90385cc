"""Titles and prompts: short, quiet, and saying nothing that a class is to find out."""

import pytest

from quiz.store.bank import CONTENT, LANGUAGES, load
from tests.store.content import CHOICE, PARTNER, STORY, TODAY, change, said_of, sound_copy

TITLE_VI, TITLE_EN = "Cuộc gọi về chiếc SIM", "A call about a SIM card"
PROMPT_VI = "Vì sao người ta khó cúp máy với một giọng nói ra lệnh, và điều gì giúp việc ấy dễ hơn?"
PROMPT_EN = "Why is it hard to hang up on a commanding voice, and what makes it easier?"


def said_of_words(desk, old: str, new: str) -> list[str]:
    """Return what an editor reads once other words stand in the place of some."""
    content = sound_copy(desk)
    change(content, CHOICE, f'"{old}"', f'"{new}"')
    return [line for line in said_of(content, CHOICE) if "times as long" not in line]


@pytest.mark.parametrize("field", ["title", "discuss"])
@pytest.mark.parametrize("file", [CHOICE, STORY])
def test_a_question_of_any_kind_has_a_title_and_a_prompt(tmp_path, field, file):
    content = sound_copy(tmp_path)
    text = (content / file).read_text(encoding="utf-8")
    start = text.index(f"[{field}]")
    change(content, file, text[start : text.index("[", start + 1)], "")

    assert said_of(content, file) == [
        f"E {field}.en: missing. Write this text in English.",
        f"E {field}.vi: missing. Write this text in Vietnamese.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (TITLE_VI, "Cuộc gọi lúc sáng.", "vi: ends with a full stop. A title has none."),
        (
            TITLE_VI,
            "Cuộc gọi giả danh",
            "vi: “giả danh” gives the answer away. Name the situation.",
        ),
        (TITLE_EN, "A scam call", "en: “scam” gives the answer away. Name the situation."),
        (
            TITLE_VI,
            "Đường dây ma tuý",
            "vi: “ma tuý” is too harsh to be projected in front of a class. Choose quieter words.",
        ),
        (
            TITLE_EN,
            "A drug ring",
            "en: “drug” is too harsh to be projected in front of a class. Choose quieter words.",
        ),
    ],
)
def test_a_title_names_the_situation_quietly(tmp_path, old, new, said):
    assert said_of_words(tmp_path, old, new) == [f"E title.{said}"]


def test_a_title_tells_a_question_from_every_other_even_its_own_twin(tmp_path):
    content = sound_copy(tmp_path)
    change(content, PARTNER, "A call about a parcel", "a call about a SIM card")

    assert said_of(content) == [
        "E title.en: the same title as abd-authority-order-a. Each question has its own."
    ]


def to_the_class(words: str) -> str:
    return f"“{words}” asks the class about itself. Ask about people like those in the scene."


ONE_QUESTION = "must be one question, ending in a question mark."
REPEATS = "repeats what the question asks. Ask for something that goes on from there."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PROMPT_VI, "Hãy kể về một cuộc gọi lạ của Hân.", f"vi: {ONE_QUESTION}"),
        (PROMPT_EN, "Why is it hard? And what helps?", f"en: {ONE_QUESTION}"),
        (PROMPT_VI, "Các em nghe ai ra lệnh qua máy?", f"vi: {to_the_class('em')}"),
        (PROMPT_VI, "Có ai từng nghe cuộc gọi như vậy?", f"vi: {to_the_class('từng')}"),
        (PROMPT_EN, "What would you say to such a voice?", f"en: {to_the_class('you')}"),
        (PROMPT_VI, "Hân nên làm gì trước?", f"vi: {REPEATS}"),
        (PROMPT_EN, "What should Hân do first?", f"en: {REPEATS}"),
    ],
)
def test_a_prompt_asks_one_open_question_about_others(tmp_path, old, new, said):
    assert said_of_words(tmp_path, old, new) == [f"E discuss.{said}"]


def test_a_prompt_can_be_read_aloud_in_one_breath(tmp_path):
    long_vi, long_en = " ".join(["từ"] * 31) + "?", " ".join(["word"] * 23) + "?"

    assert "E discuss.vi: 31 words; the limit is 30. Cut it or move part of it to why." in (
        said_of_words(tmp_path / "vi", PROMPT_VI, long_vi)
    )
    assert "E discuss.en: 23 words; the limit is 22. Cut it or move part of it to why." in (
        said_of_words(tmp_path / "en", PROMPT_EN, long_en)
    )


def test_family_in_a_prompt_is_not_the_class(tmp_path):
    said = said_of_words(tmp_path, PROMPT_VI, "Người chị nghe em gái kể thì có thể đáp lại ra sao?")

    assert said == []


def test_every_shipped_question_has_a_title_and_a_prompt_of_its_own():
    questions = load(CONTENT, today=TODAY).questions.values()

    for field in ("title", "discuss"):
        for language in LANGUAGES:
            words = [getattr(question, field)[language] for question in questions]
            assert all(words)
            assert len(set(words)) == len(words)
