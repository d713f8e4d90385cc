"""What an editor reads of a question that gives things their partners."""

import re
from pathlib import Path

import pytest

from quiz.store.bank import CONTENT
from tests.store.content import change, said_of, sound_copy

FILE = "questions/abduction/abd-match-isolation.toml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return the sound content with a question of the bank, checked on the day of the rest."""
    content = sound_copy(tmp_path)
    text = (CONTENT / FILE).read_text(encoding="utf-8").replace("2026-11-30", "2026-11-23")
    text = re.sub(r"(?m)^sources = .*$", 'sources = ["F-ABD-15"]', text)
    (content / FILE).write_text(text, encoding="utf-8")
    assert said_of(content, FILE) == []
    return content


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'partner = "parents"',
            "",
            "E things.sim.partner: missing. Write the id of the partner of this thing.",
        ),
        (
            'partner = "parents"',
            'partner = "uncle"',
            "E things.sim.partner: “uncle” is not one of the partners.",
        ),
        (
            'partner = "parents"',
            'partner = "belief"',
            "E things.sim.partner: “belief” is the partner of another thing already. "
            "Give each partner to one thing.",
        ),
        (
            "[partners.cleared]",
            "[partners.video]",
            "E partners.video: has the id of a thing. Ids can be read in the page, and tell the "
            "pair. Choose another.",
        ),
        (
            'vi = "Cha mẹ gọi số quen không được nữa"',
            'vi = "Tháo SIM đang dùng ra rồi, lắp SIM khác"',
            "W things.sim.vi: shares more words with its partner than with any other.",
        ),
        (
            'en = "The matter is cleared up and Nhã can relax"',
            'en = "The matter is cleared up and Nhã can relax."',
            "W partners: some partners end with a full stop and some do not.",
        ),
    ],
)
def test_pairs_are_told_by_no_accident(content, old, new, said):
    change(content, FILE, old, new)
    assert said in said_of(content, FILE)


def test_partners_do_not_stand_in_the_order_of_the_things(content):
    text = (content / FILE).read_text(encoding="utf-8")
    ids = ("forestalled", "belief", "parents", "friends", "cleared")
    head, rest = text.split("[partners.", 1)
    rest, tail = rest.split("[why]", 1)
    tables = {part.partition("]")[0]: part for part in rest.split("[partners.")}
    mixed = "".join(f"[partners.{tables[id_].rstrip()}\n\n" for id_ in ids)
    (content / FILE).write_text(f"{head}{mixed}[why]{tail}", encoding="utf-8")
    assert [line for line in said_of(content, FILE) if "stand in the right order" in line] == [
        "E partners: stand in the right order in the file. "
        "Mix them, since paper forms print the file order."
    ]


def test_there_are_as_many_partners_as_things_or_one_more(content):
    text = (content / FILE).read_text(encoding="utf-8")
    more = '[partners.more]\nvi = "Nhã mệt, muốn ngủ"\nen = "Nhã is tired"\n\n[why]'
    (content / FILE).write_text(text.replace("[why]", more, 1), encoding="utf-8")
    assert said_of(content, FILE) == ["E partners: 6 partners; match needs 4 to 5."]
