"""``quiz bank``: for people who write questions, and for programs that watch over them."""

import json
import shutil
import sys

import pytest
from click.testing import CliRunner

from quiz.cli import main
from quiz.store.bank import CONTENT, surface
from tests.store.content import SOUND

ID = "har-images-class-chat"
FILE = f"questions/harassment/{ID}.toml"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(CONTENT, tmp_path / "content")


def run(*command):
    return CliRunner().invoke(main, ["bank", *map(str, command)])


def change(folder, old, new):
    file = folder / FILE
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_bank_that_we_ship_has_no_error_and_no_warning_without_a_reason():
    checked = run("check", "--strict")
    assert checked.exit_code == 0, checked.output
    assert " 0 errors, 0 warnings." in checked.output


def test_a_fault_is_told_to_programs_too(folder):
    change(folder, "level = 1", "level = 9")
    checked = run("check", folder, "--format", "json")
    assert checked.exit_code == 1
    faults = [fault for fault in json.loads(checked.output) if fault["severity"] == "error"]
    assert faults == [
        {
            "file": FILE,
            "field": "level",
            "severity": "error",
            "rule": "must be 1, 2 or 3.",
            "remedy": "",
            "reason": "",
        }
    ]


def test_a_warning_may_stay_if_the_file_says_why(folder):
    change(folder, "checked = ", "# kept checked: the source is a law.\nchecked = ")
    change(folder, "checked = 2", "checked = 2020-01-01 # 2")
    checked = run("check", folder, "--strict")
    assert checked.exit_code == 0, checked.output
    assert FILE not in checked.output
    change(folder, "# kept checked: the source is a law.\n", "")
    checked = run("check", folder, "--strict")
    assert checked.exit_code == 1
    assert f"{FILE}: checked: warning:" in checked.output


def test_an_error_stays_an_error_whatever_the_file_says(folder):
    change(folder, "level = 1", "# kept level: it is hard.\nlevel = 9")
    assert run("check", folder).exit_code == 1


def test_a_fault_is_told_in_the_language_of_the_terminal(folder, monkeypatch):
    change(folder, "level = 1", "level = 9")
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    checked = run("check", folder)
    assert f"{FILE}: level: error: phải là 1, 2 hoặc 3." in checked.output


def test_the_report_says_what_is_missing(folder):
    (folder / FILE).unlink()
    reported = run("report", folder)
    assert reported.exit_code == 0
    assert f"missing: {ID}" in reported.output
    assert "longest" in reported.output
    assert "always fake" in reported.output


def test_the_report_marks_what_is_too_far_from_chance_in_each_theme():
    reported = run("report", SOUND).output
    abduction = reported.partition("vi  abduction")[2].partition("vi  literacy")[0]
    marked = [line.split()[0] for line in abduction.splitlines() if line.endswith("*")]
    assert marked == ["shortest", "first", "last", "most", "names"]


def test_every_way_through_a_story_is_drawn_with_its_score():
    drawn = run("report", "--stories").output
    assert "abd-story-third-call" in drawn
    assert "100 %  B·" in drawn
    assert "  [told]  ■" in drawn


def test_a_question_is_previewed_in_both_languages():
    shown = run("preview", ID)
    assert shown.exit_code == 0
    for words in (f"── {ID} · harassment · choice · 1 · vi ──", "· en ──", "✓", "⇒", "•"):
        assert words in shown.output


def test_a_preview_marks_what_is_not_written_in_a_language_and_shows_the_first():
    shown = run("preview", ID, "--language", "fr")
    vietnamese = run("preview", ID, "--language", "vi").output.splitlines()
    assert shown.exit_code == 0
    assert f"(not translated) {vietnamese[3]}" in shown.output.splitlines()


@pytest.mark.parametrize("kind", ["judge", "multiple", "flags", "order", "story"])
def test_every_kind_can_be_previewed(kind):
    ids = {
        "judge": "lit-messages-own-otp",
        "multiple": "har-control-signs",
        "flags": "lit-payments-homestay-deposit",
        "order": "har-sextortion-first-steps",
        "story": "har-story-countdown",
    }
    shown = run("preview", ids[kind], "--language", "en")
    assert shown.exit_code == 0, shown.output
    assert f"· {kind} ·" in shown.output


def test_a_question_that_there_is_not_is_answered_with_those_near_it():
    shown = run("preview", "har-images-nothing")
    assert shown.exit_code == 1
    assert ID in shown.output


def test_the_report_says_how_long_each_question_takes_to_read():
    reported = run("report").output
    assert "Reading: words asked, words explained, minutes" in reported
    lines = run("report", "--reading").output.splitlines()[2:]
    asked, explained, minutes = next(line.split()[1:4] for line in lines if ID in line)
    assert float(minutes) == pytest.approx((int(asked) + int(explained)) / 180 + 5 / 60, abs=0.1)
    in_sum = [float(line.split()[-1]) for line in lines]
    assert in_sum == sorted(in_sum, reverse=True)


def test_the_report_says_what_can_be_guessed_and_fails_where_that_is_too_much(monkeypatch):
    monkeypatch.setattr(surface, "CEILINGS", {})
    reported = run("report", SOUND, "--guessing")
    assert reported.exit_code == 1
    assert "What a model finds" in reported.output
    assert "channels with fewer than two of a kind" in reported.output
    lines = [line for line in reported.output.splitlines() if "number of right ones" in line]
    assert [line.split()[-2:] for line in lines] == [["#", "3"], ["#", "3"]]


def test_no_more_of_the_bank_that_we_ship_can_be_guessed_than_is_let_pass():
    reported = run("report", "--guessing")
    assert reported.exit_code == 0, reported.output


def test_only_the_report_on_guessing_needs_a_library_that_is_not_shipped(monkeypatch):
    monkeypatch.setitem(sys.modules, "quiz.store.bank.learner", None)
    assert run("report").exit_code == 0
    refused = run("report", "--guessing")
    assert refused.exit_code == 1
    assert "This report needs scikit-learn" in refused.output
