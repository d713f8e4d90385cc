"""The bank as a whole: what is in it, and what happens to folders that are not one."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copy, copytree, rmtree

import pytest

from quiz.domain.kinds import Choice, Flags, Judge, Multiple, Order, Story
from quiz.domain.question import Kind, Quality
from quiz.store.bank import CONTENT, FaultyBank, check, load, read_edition
from tests.store.content import (
    BROKEN,
    CHOICE,
    CONTACTS,
    FACTS,
    JUDGE,
    SOUND,
    STORY,
    TODAY,
    change,
    said_of,
    sound_copy,
)


def test_the_bank_that_is_shipped_has_no_severe_fault():
    _, faults = check(CONTENT, today=datetime.now(UTC).date())

    assert [str(fault) for fault in faults if fault.severe] == []


def test_the_sound_bank_of_these_tests_has_no_fault_at_all():
    assert said_of(SOUND) == []


def test_questions_stand_in_the_order_of_their_ids():
    ids = list(load(SOUND, today=TODAY).questions)

    assert ids == sorted(ids)
    assert "lit-messages-own-otp" in ids


def test_every_kind_becomes_the_question_that_the_domain_knows():
    questions = load(SOUND, today=TODAY).questions

    order = questions["har-sextortion-first-steps"]
    assert isinstance(order, Order)
    assert order.best == ("stop", "keep", "report", "block", "police")
    assert order.free == {frozenset({"report", "police"}), frozenset({"block", "police"})}

    story = questions["abd-story-third-call"]
    assert isinstance(story, Story)
    assert story.best == ("parcel:app", "officer:ward", "third:mum")
    assert story.nodes["told"].ending
    assert story.nodes["parcel"].choices[2].quality is Quality.RISKY
    assert story.nodes["parcel"].lines[1].by == "shipper"

    judge = questions["lit-messages-own-otp"]
    assert isinstance(judge, Judge)
    assert judge.genuine
    assert judge.message.unaccented
    assert [option.id for option in judge.options] == ["genuine", "fake"]

    flags = questions["lit-payments-homestay-deposit"]
    assert isinstance(flags, Flags)
    assert flags.best == ("rush", "account", "again")
    assert flags.message.sender["en"] == "Homestay Ô Cửa Tím"

    multiple = questions["har-control-signs"]
    assert isinstance(multiple, Multiple)
    assert multiple.correct == {"password", "location", "show"}
    assert multiple.note is not None

    choice = questions["abd-authority-order-a"]
    assert isinstance(choice, Choice)
    assert choice.correct == "leave"
    assert choice.pair == "abd-authority-order-b"
    assert choice.checked == date(2026, 11, 23)
    assert [step["en"] for step in choice.advice][1] == "Tell one person nearby right away."


def test_the_best_answer_of_every_shipped_question_scores_one():
    for question in load(CONTENT, today=TODAY).questions.values():
        assert question.score(question.accept(question.best)) == 1, question.id


def test_there_is_a_shipped_question_of_every_kind():
    questions = load(CONTENT, today=TODAY).questions.values()

    assert {question.kind for question in questions} == set(Kind)


def test_contacts_that_may_not_be_shown_are_in_the_bank_too():
    contacts = load(SOUND, today=TODAY).contacts

    assert contacts["child-111"].published
    assert not contacts["peace-house"].published


def test_a_severe_fault_stops_the_bank_and_is_named(tmp_path):
    content = sound_copy(tmp_path)
    change(content, CHOICE, "level = 1", "level = 4")

    with pytest.raises(FaultyBank) as stopped:
        load(content, today=TODAY)

    assert f"{CHOICE}: level: must be 1, 2 or 3." in str(stopped.value)
    assert all(fault.severe for fault in stopped.value.faults)


def test_a_warning_does_not_stop_the_bank(tmp_path):
    content = sound_copy(tmp_path)
    change(content, CHOICE, "checked = 2026-11-23", "checked = 2026-04-22")

    assert said_of(content) == ["W checked: 215 days old. Read the sources again."]
    assert "abd-authority-order-a" in load(content, today=TODAY).questions


def test_a_question_with_a_severe_fault_is_left_out_and_the_others_stay(tmp_path):
    content = sound_copy(tmp_path)
    change(content, JUDGE, 'truth = "genuine"', 'truth = "true"')

    bank, _ = check(content, today=TODAY)

    assert "lit-messages-own-otp" not in bank.questions
    assert len(bank.questions) == len(load(SOUND, today=TODAY).questions) - 1


def test_the_faults_of_all_files_are_told_at_once_sorted_by_file_and_field(tmp_path):
    content = sound_copy(tmp_path)
    change(content, CHOICE, "level = 1", "level = 4")
    change(content, CHOICE, 'audience = "all"', 'audience = "girls"')
    change(content, CONTACTS, 'kind = "place"', 'kind = "house"')
    change(content, JUDGE, 'truth = "genuine"', 'truth = "true"')

    _, faults = check(content, today=TODAY)

    assert [(fault.file, fault.field) for fault in faults] == [
        (CONTACTS, "contact.police-near.kind"),
        (CHOICE, "audience"),
        (CHOICE, "level"),
        (JUDGE, "truth"),
    ]


def test_a_folder_that_is_not_there_is_a_bank_without_anything(tmp_path):
    bank, faults = check(tmp_path / "nowhere", today=TODAY)

    assert (dict(bank.questions), dict(bank.contacts)) == ({}, {})
    assert [str(fault) for fault in faults] == [
        "contacts.toml: file: missing.",
        "facts.toml: file: missing.",
        "questions: file: missing. Write each question as questions/<theme>/<id>.toml.",
    ]


def test_an_empty_folder_is_no_bank(tmp_path):
    with pytest.raises(FaultyBank):
        load(tmp_path, today=TODAY)


@pytest.mark.parametrize("file", [CONTACTS, FACTS])
def test_one_missing_file_is_one_fault_however_many_questions_lean_on_it(tmp_path, file):
    content = sound_copy(tmp_path)
    (content / file).unlink()

    assert said_of(content) == ["E file: missing."]


def test_a_folder_in_the_place_of_a_file_is_a_fault(tmp_path):
    content = sound_copy(tmp_path)
    (content / CONTACTS).unlink()
    (content / CONTACTS).mkdir()

    assert said_of(content, CONTACTS) == ["E file: cannot be read (Is a directory)."]


def test_a_bank_without_questions_is_a_fault(tmp_path):
    content = sound_copy(tmp_path)
    rmtree(content / "questions")

    assert said_of(content) == [
        "E file: missing. Write each question as questions/<theme>/<id>.toml."
    ]


@pytest.mark.parametrize(
    ("name", "place"),
    [("values-without-quotation-marks", "line 2"), ("written-twice", "line 5")],
)
def test_a_file_that_is_not_toml_says_where_it_breaks(tmp_path, name, place):
    content = sound_copy(tmp_path)
    file = "questions/literacy/lit-messages-broken.toml"
    copy(BROKEN / f"{name}.toml", content / file)

    (said,) = said_of(content, file)

    assert said.startswith("E file: not valid TOML (")
    assert place in said
    assert said.endswith("Top-level fields such as correct must stand above the first [table].")


@pytest.mark.parametrize(("name", "byte"), [("saved-in-windows-1258", 12), ("a-photo", 1)])
def test_a_file_that_is_not_utf_8_says_where_it_breaks(tmp_path, name, byte):
    content = sound_copy(tmp_path)
    file = "questions/literacy/lit-messages-broken.toml"
    copy(BROKEN / f"{name}.toml", content / file)

    assert said_of(content, file) == [f"E file: not UTF-8 (byte {byte}). Save the file in UTF-8."]


def test_a_field_that_slipped_under_a_table_is_found(tmp_path):
    content = sound_copy(tmp_path)
    file = "questions/literacy/lit-messages-broken.toml"
    copy(BROKEN / "correct-below-a-table.toml", content / file)

    said = said_of(content, file)

    assert "E stem.correct: unknown field for kind choice. Check the spelling." in said
    assert "E correct: missing. Write the id of the best option." in said


def test_an_empty_file_says_of_no_kind_what_it_is(tmp_path):
    content = sound_copy(tmp_path)
    (content / JUDGE).write_text("", encoding="utf-8")

    kinds = ", ".join(Kind)
    assert said_of(content, JUDGE) == [f"E kind: must be one of: {kinds}."]


def test_endless_brackets_are_a_fault_and_no_more(tmp_path):
    content = sound_copy(tmp_path)
    (content / JUDGE).write_text(f"help = {'[' * 5000}", encoding="utf-8")

    (said,) = said_of(content, JUDGE)

    assert said.startswith("E file: not valid TOML (")


def test_endless_tables_are_unknown_fields(tmp_path):
    content = sound_copy(tmp_path)
    change(content, JUDGE, "[stem]", f"[{'.'.join(['deep'] * 5000)}]\n[stem]")

    assert said_of(content, JUDGE) == ["E deep: unknown field for kind judge. Check the spelling."]


def test_a_mark_that_some_editors_put_before_the_first_letter_does_no_harm(tmp_path):
    content = sound_copy(tmp_path)
    (content / JUDGE).write_text((SOUND / JUDGE).read_text(encoding="utf-8"), "utf-8-sig")

    assert said_of(content) == []


def test_other_languages_may_be_there_and_need_not_be_complete(tmp_path):
    content = sound_copy(tmp_path)
    change(content, CHOICE, "[stem]\n", '[stem]\nkm = "…"\n')
    change(content, CHOICE, 'why.vi = "Kẻ lừa', 'why.hmn = "…"\nwhy.vi = "Kẻ lừa')
    change(content, CHOICE, "[advice]\n", '[advice]\nkm = ["…", "…"]\n')

    question = load(content, today=TODAY).questions["abd-authority-order-a"]

    assert question.stem["km"] == "…"
    assert [step.get("km") for step in question.advice] == ["…", "…", None]


def test_the_revision_stays_when_only_the_layout_of_a_file_changes(tmp_path):
    content = sound_copy(tmp_path)
    before = load(content, today=TODAY).questions["abd-authority-order-a"].revision
    change(content, CHOICE, "[stem]", "# a comment\n\n[stem]")

    after = load(content, today=TODAY).questions["abd-authority-order-a"].revision

    assert after == before
    assert len(before) == 8


def test_the_revision_changes_with_every_word(tmp_path):
    content = sound_copy(tmp_path)
    before = load(content, today=TODAY).questions["abd-authority-order-a"].revision
    change(content, CHOICE, "Hang up, tell her family", "Hang up, tell the family")

    after = load(content, today=TODAY).questions["abd-authority-order-a"].revision

    assert after != before


@pytest.mark.parametrize("file", [CHOICE, STORY])
def test_the_revision_stays_when_a_title_or_a_prompt_changes(tmp_path, file):
    content = sound_copy(tmp_path)
    before = load(content, today=TODAY).questions[Path(file).stem]
    change(content, file, '[title]\nvi = "Cuộc gọi', '[title]\nvi = "Lần gọi')
    change(content, file, '[discuss]\nvi = "Vì sao', '[discuss]\nvi = "Theo đâu mà')

    after = load(content, today=TODAY).questions[Path(file).stem]

    assert after.title != before.title
    assert after.discuss != before.discuss
    assert after.revision == before.revision


def test_an_edition_kept_before_there_were_titles_can_still_be_read():
    bank = load(SOUND, today=TODAY)
    values = json.loads(bank.sources["abd-authority-order-a"])
    del values["title"], values["discuss"]

    question = read_edition("abd-authority-order-a", "0a1b2c3d", json.dumps(values))

    assert question.revision == "0a1b2c3d"
    assert question.title == question.stem
    assert question.discuss["en"] == "What could a friend do here, in the first ten minutes?"


def test_no_two_questions_have_the_same_revision():
    questions = load(CONTENT, today=TODAY).questions.values()

    assert len({question.revision for question in questions}) == len(questions)


@pytest.mark.parametrize(
    "name",
    [
        "lit-messages",
        "Lit-messages-bank",
        "lit-messages-bánk",
        "lit_messages_bank",
        "har-messages-bank",
        "lit-messages-a-name-that-is-much-too-long-x",
        "lit-one-two-three-four-five-six-seven",
    ],
)
def test_a_file_name_must_be_an_id_of_its_theme(tmp_path, name):
    content = sound_copy(tmp_path)
    (content / JUDGE).rename((content / JUDGE).with_name(f"{name}.toml"))

    assert said_of(content) == [
        "E file name: must be lit-topic-words.toml in small letters, at most 40 characters."
    ]


def test_a_file_name_in_capital_letters_is_not_overlooked(tmp_path):
    content = sound_copy(tmp_path)
    (content / JUDGE).rename((content / JUDGE).with_suffix(".TOML"))

    assert said_of(content) == [
        "E file name: must be lit-topic-words.toml in small letters, at most 40 characters."
    ]


def test_a_question_in_the_wrong_folder_is_sent_home(tmp_path):
    content = sound_copy(tmp_path)
    copy(content / JUDGE, content / "questions/harassment/har-messages-own-otp.toml")

    assert said_of(content, "questions/harassment/har-messages-own-otp.toml") == [
        "E theme: the file lies in harassment/. Move it or change theme.",
    ]


def test_a_folder_inside_a_theme_is_no_place_for_a_question(tmp_path):
    content = sound_copy(tmp_path)
    copytree(content / "questions/literacy", content / "questions/more/literacy")

    assert "E theme: the file lies in literacy/. Move it or change theme." in said_of(
        content, JUDGE.replace("questions/", "questions/more/")
    )
