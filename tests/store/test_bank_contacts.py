"""Contacts and facts: what an entry holds, and which number may be shown."""

import pytest

from quiz.store.bank import CONTENT, load
from tests.store.content import CONTACTS, FACTS, TODAY, change, said_after, said_of, sound_copy

PEACE_HOUSE = 'id = "peace-house"'
CALL_FIRST = (
    "a phone line other than 111, 113 and 115 may be shown only if verified_on is within 180 "
    "days. Call it, or set show = false."
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'id = "police-near"',
            "",
            "contact[1].id: missing. Give the contact an id in small letters and hyphens.",
        ),
        (
            'id = "womens-union"',
            'id = "Womens Union"',
            "contact.Womens Union.id: must be small letters and hyphens.",
        ),
        (
            'id = "womens-union"',
            'id = "child-111"',
            "contact.child-111.id: “child-111” stands twice. Give each contact its own id.",
        ),
        (
            'kind = "place"',
            'kind = "house"',
            "contact.police-near.kind: must be one of: phone, place, app, web.",
        ),
        (
            'name.en = "Nearest commune or ward police"',
            "",
            "contact.police-near.name.en: missing. Write this text in English.",
        ),
        (
            'cost.vi = "Miễn phí"',
            'cost.vi = ""',
            "contact.child-111.cost.vi: missing. Write this text in Vietnamese.",
        ),
        (
            'cost.vi = ""',
            "",
            "contact.police-near.cost.vi: missing. Write this text in Vietnamese.",
        ),
        (
            'number = ""',
            "",
            'contact.police-near.number: missing. Write the number, or number = "".',
        ),
        (
            'number = ""',
            'number = "113"',
            "contact.police-near.number: must be empty for kind place.",
        ),
        (
            'number = "111"',
            'number = ""',
            "contact.child-111.number: missing. Write the phone number.",
        ),
        (
            'number = "https://stopncii.org"',
            'number = "stopncii.org"',
            "contact.stopncii.number: must be an https address.",
        ),
        (
            'languages = ["vi"]',
            'languages = ["Vietnamese"]',
            "contact.police-near.languages: “Vietnamese” is not a language code such as vi.",
        ),
        (
            'languages = ["vi"]',
            "",
            "contact.police-near.languages: missing. List language codes, or write [].",
        ),
        (
            'sources = ["F-TFG-47"]',
            'sources = ["F-TFG-99"]',
            "contact.womens-union.sources: no fact “F-TFG-99” in the dossier.",
        ),
        (
            'sources = ["F-TFG-47"]',
            'sources = ["https://hoilhpn.example"]',
            "contact.womens-union.sources: “https://hoilhpn.example” is not a fact id. "
            "Add the page to facts.toml.",
        ),
        (
            'sources = ["F-TFG-47"]',
            "sources = []",
            "contact.womens-union.sources: missing. Name at least one fact id.",
        ),
        (
            'newest_source = "2026-01"',
            "newest_source = 2026",
            "contact.police-near.newest_source: must be a text in quotation marks.",
        ),
        (
            'confidence = "verified"',
            'confidence = "sure"',
            "contact.womens-union.confidence: must be one of: verified, two sources, unverified.",
        ),
        ("show = true", "", "contact.police-near.show: must be true or false."),
        (
            'remark = "Write công an xã',
            'remarks = "Write công an xã',
            "contact.police-near.remarks: unknown field. Check the spelling.",
        ),
        (
            PEACE_HOUSE,
            f"{PEACE_HOUSE}\nverified_on = 2026-11-01",
            "contact.peace-house.verified_by: goes with verified_on. Write both, or neither.",
        ),
        (
            PEACE_HOUSE,
            f'{PEACE_HOUSE}\nverified_by = "LT"',
            "contact.peace-house.verified_by: goes with verified_on. Write both, or neither.",
        ),
        (
            PEACE_HOUSE,
            f'{PEACE_HOUSE}\nverified_by = "LT"\nverified_on = 2026-12-01',
            "contact.peace-house.verified_on: lies in the future.",
        ),
        (
            PEACE_HOUSE,
            f'{PEACE_HOUSE}\nverified_by = "LT"\nverified_on = "2026-11-01"',
            "contact.peace-house.verified_on: must be a date without quotation marks, "
            "such as 2026-11-23.",
        ),
        (
            'who.vi = "Trẻ em, và ai lo cho một em nhỏ',
            'who.vi = "Gọi 1800 1567. Trẻ em, và ai lo cho một em nhỏ',
            "contact.child-111.who.vi: “1800 1567”: only 111, 113 and 115 may stand in a text. "
            "Use help.",
        ),
    ],
)
def test_an_entry_holds_what_the_next_person_must_know(tmp_path, old, new, said):
    assert f"E {said}" in said_after(tmp_path, CONTACTS, old, new)


@pytest.mark.parametrize(
    ("verified", "said"),
    [
        ("", [f"E contact.peace-house.show: {CALL_FIRST}"]),
        (
            'verified_on = 2026-05-26\nverified_by = "LT"',
            [f"E contact.peace-house.show: {CALL_FIRST}"],
        ),
        ('verified_on = 2026-05-27\nverified_by = "LT"', []),
    ],
)
def test_a_phone_line_is_shown_only_after_somebody_has_called_it(tmp_path, verified, said):
    content = sound_copy(tmp_path)
    change(content, CONTACTS, "show = false", f"show = true\n{verified}")

    assert said_of(content) == said


def test_the_three_emergency_numbers_are_shown_without_a_call():
    contacts = load(CONTENT, today=TODAY).contacts
    shown = {contact.number for contact in contacts.values() if contact.published}

    assert {"111", "113", "115"} <= shown


def test_a_file_without_contacts_is_a_fault(tmp_path):
    content = sound_copy(tmp_path)
    (content / CONTACTS).write_text("# nothing yet\n", encoding="utf-8")

    assert said_of(content, CONTACTS) == [
        "E contact: missing. Write each contact under a line [[contact]]."
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[F-ABD-29]", "[ABD-29]", "ABD-29: is not a fact id such as F-ABD-01."),
        (
            'confidence = "two sources"',
            'confidence = "three sources"',
            "F-ABD-15.confidence: must be one of: verified, two sources, unverified.",
        ),
        (
            'confidence = "two sources"',
            'confidence = "two sources"\nsource = 1',
            "F-ABD-15.source: unknown field. Check the spelling.",
        ),
        ('title = "A page"', 'title = " "', "F-ABD-15.sources[1].title: missing."),
        (
            "https://paper.example/page",
            "paper",
            "F-ABD-15.sources[1].url: is not the address of a web page.",
        ),
        (
            "2025-09-08",
            "about 2025",
            "F-ABD-15.sources[1].date: must be a day, a month or a year, such as 2026-11-23, "
            "2026-11, 2026; or undated.",
        ),
        (
            'date = "2025-09-08" }]',
            'date = "2025-09-08" }]\n\n[F-ABD-16]\nconfidence = "verified"',
            "F-ABD-16.sources: missing. Name the page that was read: title, publisher, url, date. "
            "If none was, the confidence is unverified.",
        ),
    ],
)
def test_a_fact_says_where_it_was_read(tmp_path, old, new, said):
    assert said_after(tmp_path, FACTS, old, new) == [f"E {said}"]
