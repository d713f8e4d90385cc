"""Messages and stories: what belongs to them, and where their paths lead."""

from itertools import pairwise

import pytest

from tests.store.content import (
    FLAGS,
    JUDGE,
    SOUND,
    STORY,
    change,
    said_after,
    said_of,
    sound_copy,
)

CHANNELS = "sms, chat, call, video, email, push, post, paper"
SECOND_LINE = """
[[message.lines]]
vi = "TUYET DOI KHONG cung cap ma nay cho bat ky ai, ke ca nhan vien ngan hang."
en = "DO NOT give this code to anyone, including bank staff."
"""


# ---------------------------------------------------------------- judge and flags
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (JUDGE, 'truth = "genuine"', 'truth = "real"', "truth: must be genuine or fake."),
        (JUDGE, 'truth = "genuine"', "", "truth: must be genuine or fake."),
        (
            JUDGE,
            'channel = "sms"',
            'channel = "letter"',
            f"message.channel: must be one of: {CHANNELS}.",
        ),
        (
            JUDGE,
            "unaccented = true",
            'unaccented = "yes"',
            "message.unaccented: must be true or false.",
        ),
        (JUDGE, SECOND_LINE, SECOND_LINE * 8, "message.lines: 9 lines; judge needs 1 to 8."),
        (
            JUDGE,
            SECOND_LINE,
            SECOND_LINE + 'by = "bank"\n',
            "message.lines[2].by: unknown field for kind judge. Check the spelling.",
        ),
        (
            JUDGE,
            "[options.genuine]",
            '[options.genuine]\nvi = "Thật"',
            "options.genuine: only why may stand here; the app writes the label.",
        ),
        (
            JUDGE,
            "[options.fake]",
            '[options.unclear]\nwhy.vi = "…"\n[options.fake]',
            "options.unclear: unknown field for kind judge. Check the spelling.",
        ),
        (
            FLAGS,
            "[fragments.price]\nflag = false",
            '[fragments.price]\nflag = "no"',
            "fragments.price.flag: must be true or false.",
        ),
        (
            FLAGS,
            "[fragments.price]\nflag = false\n",
            "[fragments.price]\n",
            "fragments.price.flag: must be true or false.",
        ),
        (
            FLAGS,
            'channel = "chat"',
            'channel = "chat"\nlines = []',
            "message.lines: unknown field for kind flags. Check the spelling.",
        ),
    ],
)
def test_a_message_has_what_belongs_to_it(tmp_path, file, old, new, said):
    assert f"E {said}" in said_after(tmp_path, file, old, new)


def test_a_message_has_at_least_one_line(tmp_path):
    text = (SOUND / JUDGE).read_text(encoding="utf-8")
    lines = text[text.index("[[message.lines]]") : text.index("[options.genuine]")]

    assert said_after(tmp_path, JUDGE, lines, "") == [
        "E message.lines: 0 lines; judge needs 1 to 8."
    ]


def test_two_signs_are_the_fewest_that_settle_a_message(tmp_path):
    text = (SOUND / JUDGE).read_text(encoding="utf-8")
    signs = text[text.index("[[signs]]") : text.index("[why]")]
    (first, _, _) = signs.split("[[signs]]")[1:]

    assert said_after(tmp_path, JUDGE, signs, f"[[signs]]{first}") == [
        "E signs: 1 sign; judge needs 2 to 5."
    ]


def test_signs_are_a_list_of_tables(tmp_path):
    text = (SOUND / JUDGE).read_text(encoding="utf-8")
    signs = text[text.index("[[signs]]") : text.index("[why]")]

    assert "E signs: must be written as [[signs]]." in said_after(
        tmp_path, JUDGE, signs, '[signs]\nvi = "…"\n'
    )


def test_some_fragments_are_signs_and_some_are_harmless(tmp_path):
    content = sound_copy(tmp_path)
    change(content, FLAGS, "[fragments.rush]\nflag = true", "[fragments.rush]\nflag = false")
    change(content, FLAGS, "[fragments.again]\nflag = true", "[fragments.again]\nflag = false")

    assert said_of(content, FLAGS) == [
        "E fragments: keep at least two warning signs and two harmless fragments."
    ]


# ---------------------------------------------------------------- story
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('start = "parcel"', 'start = "parcels"', "start: is not a node."),
        ('start = "parcel"', "", "start: is not a node."),
        (
            'next = "room"',
            'next = "rooom"',
            "nodes.order.choices.bag.next: “rooom” is not a node.",
        ),
        (
            'by = "officer"',
            'by = "police"',
            "nodes.officer.lines[2].by: “police” is not in [cast].",
        ),
        (
            'quality = "ok"',
            'quality = "good"',
            "nodes.parcel.choices.add.quality: must be one of: best, ok, risky.",
        ),
        (
            'quality = "ok"',
            'quality = "best"',
            "nodes.parcel.choices: exactly one choice must have quality best.",
        ),
        (
            "[nodes.told]\nending = true",
            "[nodes.told]",
            "nodes.told: has no choices. Add some, or write ending = true.",
        ),
        (
            "[nodes.room]\n",
            "[nodes.room]\nending = true\n",
            "nodes.room: an ending has no choices.",
        ),
        ('start = "parcel"', 'start = "officer"', "nodes.parcel: no path leads here."),
        (
            'next = "officer"',
            'next = "parcel"',
            "nodes.parcel: the story runs in a circle: parcel > parcel.",
        ),
        (
            'next = "told"',
            'next = "officer"',
            "nodes.officer: the story runs in a circle: officer > third > officer.",
        ),
    ],
)
def test_every_path_of_a_story_leads_to_an_ending(tmp_path, old, new, said):
    assert f"E {said}" in said_after(tmp_path, STORY, old, new)


def test_a_wrong_turn_does_not_raise_other_alarms(tmp_path):
    said = said_after(tmp_path, STORY, 'next = "told"', 'next = "tolld"')

    assert said == ["E nodes.third.choices.mum.next: “tolld” is not a node."]


def scene(name: str) -> str:
    """Return the lines of the sound story that belong to one node."""
    text = (SOUND / STORY).read_text(encoding="utf-8")
    start = text.index(f"[nodes.{name}]")
    return text[start : text.index("# ------", start)]


def test_a_node_offers_two_to_four_choices(tmp_path):
    parcel = scene("parcel")
    others = parcel[parcel.index("[nodes.parcel.choices.add]") :]

    assert said_after(tmp_path, STORY, others, "") == [
        "E nodes.parcel.choices: 1 choice; give two to four."
    ]


def test_a_path_that_ends_too_soon_is_measured(tmp_path):
    said = said_after(tmp_path, STORY, 'next = "officer"', 'next = "told"')

    assert said == ["E nodes: the shortest path has 1 choice; give at least three."]


def test_a_path_that_never_seems_to_end_is_measured(tmp_path):
    content = sound_copy(tmp_path)
    room = scene("room")
    names = ["room", "hall", "stairs", "found"]
    scenes = [
        room.replace("nodes.room", f"nodes.{name}").replace("found", leads_to)
        for name, leads_to in pairwise(names)
    ]
    change(content, STORY, room, "".join(scenes))

    assert said_of(content, STORY) == [
        "W nodes: 9 nodes; five to eight read best.",
        "E nodes: the longest path has 7 choices; give at most six.",
    ]


def test_a_node_says_something_before_it_asks(tmp_path):
    text = (SOUND / STORY).read_text(encoding="utf-8")
    told = text[text.index("[[nodes.told.lines]]") : text.index("[nodes.found]")]

    assert said_after(tmp_path, STORY, told, "") == [
        "E nodes.told.lines: 0 lines; story needs 1 to 8."
    ]


def test_a_story_has_a_title(tmp_path):
    said = said_after(tmp_path, STORY, "[title]", "[note.title]")

    assert "E title.vi: missing. Write this text in Vietnamese." in said
