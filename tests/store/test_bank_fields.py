"""What every question says about itself, and what an editor reads when it does not.

Each case is one change to a sound question and the line that it brings.
"""

from datetime import date

import pytest

from tests.store.content import (
    CHOICE,
    JUDGE,
    MULTIPLE,
    PARTNER,
    SOUND,
    STORY,
    change,
    said_after,
    said_of,
    sound_copy,
)

HARASSMENT_TOPICS = "bullying, images, sextortion, deepfake, control, identity, grooming, rights"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'theme = "abduction"',
            'theme = "kidnapping"',
            "theme: must be one of: harassment, abduction, literacy.",
        ),
        (
            'skill = "respond"',
            "",
            "skill: must be one of: recognise, judge, respond, protect, support, rights.",
        ),
        (
            'kind = "choice"',
            'kind = "choise"',
            "kind: must be one of: choice, multiple, judge, flags, order, story, match.",
        ),
        ('audience = "all"', "audience = 13", "audience: must be one of: all, teen, adult."),
        ("level = 1", "level = 4", "level: must be 1, 2 or 3."),
        ("level = 1", 'level = "1"', "level: must be 1, 2 or 3."),
        ("level = 1", "level = true", "level: must be 1, 2 or 3."),
        ("level = 1", "level = 1.0", "level: must be 1, 2 or 3."),
    ],
)
def test_a_field_takes_only_its_own_values(tmp_path, old, new, said):
    assert said_after(tmp_path, CHOICE, old, new) == [f"E {said}"]


def test_a_topic_belongs_to_its_theme(tmp_path):
    said = said_after(tmp_path, MULTIPLE, 'topic = "control"', 'topic = "isolation"')

    assert said == [f"E topic: must be one of: {HARASSMENT_TOPICS}."]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("level = 1", 'level = 1\ncolour = "red"', "colour"),
        ("level = 1", 'level = 1\ntruth = "fake"', "truth"),
        ("[stem]", '[sterm]\nvi = "…"\n[stem]', "sterm"),
        ("[stem]", '[stem]\nVi = "…"', "stem.Vi"),
        ("[stem]", '[stem]\nwhy = "…"', "stem.why"),
        ("[options.badge]", "[options.badge]\nflag = true", "options.badge.flag"),
        ("[options.badge]", "[options.badge]\nfr = 7", "options.badge.fr"),
        ("[advice]", '[advice]\nkm = "…"', "advice.km"),
    ],
)
def test_a_field_that_its_kind_does_not_have_is_a_slip(tmp_path, old, new, field):
    said = said_after(tmp_path, CHOICE, old, new)

    assert said == [f"E {field}: unknown field for kind choice. Check the spelling."]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (CHOICE, "[why]\nvi = ", "[why]\nfr = ", "why.vi: missing. Write this text in Vietnamese."),
        (
            CHOICE,
            'en = "Hang up, switch off, stay in the room until morning"',
            'en = "  "',
            "options.hide.en: missing. Write this text in English.",
        ),
        (
            CHOICE,
            'why.en = "Hanging up is good.',
            'why.fr = "Hanging up is good.',
            "options.hide.why.en: missing. Write this text in English.",
        ),
        (
            STORY,
            'ask.vi = "Hạnh trả lời thế nào?"',
            'ask.vi = ""',
            "nodes.parcel.ask.vi: missing. Write this text in Vietnamese.",
        ),
        (STORY, 'en = "Mum"', "en = 1", "cast.mother.en: must be a text in quotation marks."),
        (
            CHOICE,
            '"Tell one person nearby right away."',
            '""',
            "advice[2].en: missing. Write this text in English.",
        ),
    ],
)
def test_every_text_is_there_in_both_languages(tmp_path, file, old, new, said):
    assert said_after(tmp_path, file, old, new) == [f"E {said}"]


def test_a_text_without_its_table_is_one_slip_and_not_three(tmp_path):
    text = (SOUND / CHOICE).read_text(encoding="utf-8")
    why = text[text.index("[why]") : text.index("[advice]")]

    said = said_after(tmp_path, CHOICE, why, "")
    assert said == [
        "E why.en: missing. Write this text in English.",
        "E why.vi: missing. Write this text in Vietnamese.",
    ]


def test_a_text_in_the_place_of_a_table_is_named_once(tmp_path):
    content = sound_copy(tmp_path)
    text = (SOUND / CHOICE).read_text(encoding="utf-8")
    change(content, CHOICE, text[text.index("[why]") : text.index("[advice]")], "")
    change(content, CHOICE, "[title]", 'why = "Impostors need two things."\n[title]')

    assert said_of(content, CHOICE) == ["E why: must be a table of its own."]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            CHOICE,
            'help = ["police-near", "police-113"]',
            "",
            "E help: missing. List contact ids, or write help = [].",
        ),
        (
            CHOICE,
            'help = ["police-near", "police-113"]',
            'help = "police-near"',
            "E help: must be a list in square brackets, each entry in quotation marks.",
        ),
        (
            CHOICE,
            '"police-113"]',
            '"police-133"]',
            "E help: no contact “police-133” in contacts.toml.",
        ),
        (
            CHOICE,
            '"police-113"]',
            '"peace-house"]',
            "E help: contact “peace-house” has show = false and may not be printed.",
        ),
        (CHOICE, '"police-113"]', '"police-near"]', "E help: “police-near” stands twice."),
        (
            CHOICE,
            'help = ["police-near", "police-113"]',
            "help = []",
            "E help: topic authority needs at least one contact.",
        ),
        (
            MULTIPLE,
            '"child-111"]',
            '"child-111", "police-113", "stopncii"]',
            "W help: more than four contacts. Keep the most useful.",
        ),
    ],
)
def test_help_names_contacts_that_may_be_printed(tmp_path, file, old, new, said):
    assert said_after(tmp_path, file, old, new) == [said]


def test_a_question_about_everyday_skills_may_do_without_help():
    assert "help = []" in (SOUND / JUDGE).read_text(encoding="utf-8")
    assert said_of(SOUND, JUDGE) == []


SOURCES = 'sources = ["F-ABD-29", "F-ABD-30", "F-ABD-34", "F-ABD-35"]'


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("", "E sources: missing. Name at least one fact id."),
        ("sources = []", "E sources: missing. Name at least one fact id."),
        ('sources = ["F-ABD-99"]', "E sources: no fact “F-ABD-99” in the dossier."),
        ('sources = ["x"]', "E sources: “x” is not a fact id. Add the page to facts.toml."),
        (
            'sources = ["https://example.org/a"]',
            "E sources: “https://example.org/a” is not a fact id. Add the page to facts.toml.",
        ),
        (
            'sources = ["F-TFG-11"]',
            "W sources: only unverified facts. Say in source_line that this is general advice.",
        ),
    ],
)
def test_a_question_rests_on_something_that_can_be_read(tmp_path, new, said):
    assert said_after(tmp_path, CHOICE, SOURCES, new) == [said]


def test_unverified_facts_are_enough_for_what_is_called_general_advice(tmp_path):
    content = sound_copy(tmp_path)
    change(content, CHOICE, SOURCES, 'sources = ["F-TFG-11"]')
    change(content, CHOICE, 'vi = "Theo cảnh báo', 'vi = "Là lời khuyên chung, theo cảnh báo')
    change(content, CHOICE, 'en = "Ministry', 'en = "This is general advice. Ministry')

    assert said_of(content, CHOICE) == []


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("", "E checked: missing. Write the date of the last check, such as 2026-11-23."),
        (
            'checked = "2026-11-23"',
            "E checked: missing. Write the date of the last check, such as 2026-11-23.",
        ),
        (
            "checked = 2026-11-23T10:00:00",
            "E checked: missing. Write the date of the last check, such as 2026-11-23.",
        ),
        ("checked = 2026-11-24", "E checked: lies in the future."),
        ("checked = 2026-04-22", "W checked: 215 days old. Read the sources again."),
    ],
)
def test_the_last_check_has_a_day(tmp_path, new, said):
    assert said_after(tmp_path, CHOICE, "checked = 2026-11-23", new) == [said]


def test_a_check_is_fresh_for_half_a_year():
    assert said_of(SOUND, CHOICE, today=date(2027, 5, 22)) == []
    assert said_of(SOUND, CHOICE, today=date(2027, 5, 23)) == [
        "W checked: 181 days old. Read the sources again."
    ]


def test_a_hard_topic_needs_a_content_notice(tmp_path):
    said = said_after(tmp_path, MULTIPLE, "[note]", "[options.note]")

    assert "E note: topic control needs a content notice." in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'vi = ["Cúp máy lúc nào cũng được, không cần xin phép.", "Kể ngay với một người ở gần."'
            ', "Hỏi tại công an xã, phường gần nhất, hoặc gọi 113."]',
            'vi = "Cúp máy lúc nào cũng được."',
            [
                "E advice: Vietnamese and English have different numbers of steps.",
                "E advice.vi: must be a list of one to three steps in each language.",
            ],
        ),
        (
            ', "Ask at the nearest commune or ward police, or call 113."]',
            "]",
            ["E advice: Vietnamese and English have different numbers of steps."],
        ),
    ],
)
def test_advice_has_the_same_few_steps_in_both_languages(tmp_path, old, new, said):
    assert said_after(tmp_path, CHOICE, old, new) == said


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            CHOICE,
            'pair = "abd-authority-order-b"',
            'pair = "abd-authority-order-c"',
            "no question “abd-authority-order-c”.",
        ),
        (
            PARTNER,
            'pair = "abd-authority-order-a"\n',
            "",
            "“abd-authority-order-b” does not point back.",
        ),
        (PARTNER, "level = 1", "level = 2", "differs from its partner in level."),
        (PARTNER, 'topic = "authority"', 'topic = "money"', "differs from its partner in topic."),
        (PARTNER, 'skill = "respond"', 'skill = "rights"', "differs from its partner in skill."),
    ],
)
def test_the_halves_of_a_pair_fit_together(tmp_path, file, old, new, said):
    content = sound_copy(tmp_path)
    change(content, file, old, new)

    assert said_of(content, CHOICE) == [f"E pair: {said}"]


def test_the_halves_of_a_pair_are_named_alike(tmp_path):
    content = sound_copy(tmp_path)
    change(content, CHOICE, 'pair = "abd-authority-order-b"', 'pair = "abd-story-third-call"')

    assert "E pair: paired files have the same name ending in -a and -b." in said_of(
        content, CHOICE
    )


def test_two_messages_that_stand_in_for_one_another_are_both_true_or_both_false(tmp_path):
    content = sound_copy(tmp_path)
    words = (content / JUDGE).read_text(encoding="utf-8")
    for half, other, truth in (("a", "b", "genuine"), ("b", "a", "fake")):
        text = words.replace(
            'truth = "genuine"', f'truth = "{truth}"\npair = "lit-messages-otp-{other}"'
        )
        file = content / f"questions/literacy/lit-messages-otp-{half}.toml"
        file.write_text(text, encoding="utf-8")

    said = [line for line in said_of(content) if line.startswith("E pair")]
    assert said == ["E pair: differs from its partner in truth."] * 2


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (
            'people = ["Hân", "Trâm"]',
            "E people: Trâm is not in the Vietnamese text. Write the given name, one word: Trâm, "
            "not Bảo Trâm.",
        ),
        (
            "",
            "W people: Hân is missing. Name everybody of whom the question tells, so that no quiz "
            "has two of one name.",
        ),
        ('people = ["Hân", "Hân"]', "E people: “Hân” stands twice."),
    ],
)
def test_people_are_those_of_the_text(tmp_path, new, said):
    assert said_after(tmp_path, CHOICE, 'people = ["Hân"]', new) == [said]
