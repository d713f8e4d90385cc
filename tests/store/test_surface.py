"""What is seen of an option or a message, and how much of the bank can be guessed from it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from quiz.domain.question import Channel, Line, Message, Quality
from quiz.store.bank import CONTENT, load, surface
from quiz.store.bank.cues import Trial, attributes, candidates, trials
from quiz.store.bank.learner import Finding, findings, interval
from tests.questions import (
    both,
    make_choice,
    make_flags,
    make_judge,
    make_match,
    make_multiple,
    make_order,
    make_story,
    one_of_each,
)

NOT_TOLD = 15
"""Points that luck may give a model where there is nothing to learn from."""


@pytest.fixture(scope="module")
def shipped():
    return list(load(CONTENT, today=datetime.now(UTC).date()).questions.values())


def seen(*texts, language="en", stem=""):
    return [each.cues for each in candidates(texts, language, stem)]


@pytest.mark.parametrize(
    ("cue", "shown", "plain", "language"),
    [
        ("quoted speech", "Say “no, thank you”", "Say nothing more", "en"),
        ("digits", "Wait for 24 hours", "Wait for a day", "en"),
        ("capitals", "Trúng thưởng LỚN", "Trúng thưởng lớn, gửi VND", "vi"),
        ("link", "See https://songlam.example", "See the page", "en"),
        ("helper", "Gọi cho mẹ", "Gọi lại số đó", "vi"),
        ("connectives", "Cúp máy rồi nghỉ", "Cúp máy, nghỉ", "vi"),
        ("hedges", "Có lẽ là bạn", "Đó là bạn", "vi"),
        ("refusals", "Do not answer", "Answer them", "en"),
        ("a note", "Viết ra giấy", "Nói to lên", "vi"),
        ("guarded", "Answer only if she asks", "Answer her", "en"),
        ("somebody along", "Đi cùng chị", "Đi một mình", "vi"),
        ("deadline", "Hạn chót mai", "Lúc nào cũng được", "vi"),
        ("day", "Thứ Sáu, 12/6", "Sang tuần", "vi"),
        ("money", "Send 500,000 VND", "Send it", "en"),
        ("phone number", "Gọi 09xx xxx xxx", "Gọi số ấy", "vi"),
        ("comfort", "Bạn không có lỗi", "Bạn ở đâu", "vi"),
    ],
)
def test_a_cue_is_seen_where_it_is(cue, shown, plain, language):
    with_it, without = seen(shown, plain, language=language)
    assert with_it[cue] > without[cue]
    assert (with_it[f"only one: {cue}"], without[f"only one: {cue}"]) == (1, 0)


def test_options_are_compared_with_one_another():
    short, long, middle = seen("ab", "abcd", "abc")
    assert [each["rank of length"] for each in (short, middle, long)] == [0, 0.5, 1]
    assert [each["longest"] for each in (short, middle, long)] == [0, 0, 1]
    assert [each["shortest"] for each in (short, middle, long)] == [1, 0, 0]


def test_every_kind_of_question_has_something_to_guess():
    for language in ("vi", "en"):
        for question in one_of_each():
            found = list(trials([question], language))
            assert {each.kind for each in found} == {question.kind.value}
            assert all(each.points([0.0] * len(each.candidates)) == each.chance for each in found)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (make_choice(), [[(0, 1), (0, 2), (0, 3)]]),
        (make_multiple(["a", "b", "c"], ["b"]), [[(1, 0), (1, 2)]]),
        (make_flags(["bad"], ["fine", "good"]), [[(2, 0), (2, 1)]]),
        (make_order(["one", "two", "three"], free=[("two", "three")]), [[(2, 1), (2, 0)]]),
        (make_judge("genuine"), [[(0, 1)]]),
        (make_judge("fake"), [[(1, 0)]]),
        (make_match(), [[(at, other) for other in range(4) if other != at] for at in range(3)]),
    ],
)
def test_what_is_better_than_what(question, expected):
    assert [list(each.pairs) for each in trials([question], "en")] == expected


def test_each_scene_of_a_story_is_guessed_and_none_is_learnt_from_for_another():
    story = make_story(["call", "door", "end"])
    found = list(trials([story], "vi"))
    assert [each.id for each in found] == [f"{story.id}:call", f"{story.id}:door"]
    assert {each.group for each in found} == {story.id}
    best = next(turn for turn in story.scenes[0].choices if turn.quality is Quality.BEST)
    assert found[0].candidates[found[0].pairs[0][0]].words == best.text["vi"]


def test_twins_are_left_out_together():
    one = make_choice(id="lit-a", pair="lit-b")
    other = make_choice(id="lit-b", pair="lit-a")
    assert len({each.group for each in trials([one, other], "vi")}) == 1


def test_points_of_a_pair_and_of_a_single_best():
    found = candidates(["a", "b", "c"], "en")
    single = Trial("x", "choice", "x", found, [(1, 0), (1, 2)], single=True)
    assert [single.points(scores) for scores in ([0, 1, 0], [1, 1, 0], [1, 0, 0])] == [1, 0.5, 0]
    paired = replace(single, pairs=[(0, 1), (0, 2)], single=False)
    assert paired.points([1, 0, 2]) == 0.5


def message(words, channel=Channel.SMS, sender="Số 09xx xxx xxx"):
    return Message(
        channel=channel, sender=both(sender), lines=(Line(text={"vi": words, "en": words}),)
    )


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("Số 09xx xxx xxx", "number"),
        ("Công an phường Hoa Mai", "authority"),
        ("Cô Hà, nhóm lớp 6A2", "school"),
        ("COMAYBANK", "business"),
        ("Duyên", "person"),
    ],
)
def test_the_kind_of_sender_is_read_from_the_name(sender, kind):
    assert attributes(message("OTP", sender=sender), "vi")["sender"] == kind


# ── The model ─────────────────────────────────────────────────────────────────────────────────────


def learnt(write):
    """Return what the model finds in questions whose options a function writes."""
    questions = []
    for number in range(24):
        question = make_choice(correct=("leave", "badge", "video", "hide")[number % 4])
        options = tuple(
            replace(each, text=both(write(each.id == question.correct, at)))
            for at, each in enumerate(question.options)
        )
        questions.append(replace(question, options=options))
    [found] = findings(questions, "en")
    return found


def test_the_model_finds_what_no_rule_was_written_for():
    found = learnt(lambda best, at: f"she goes {'gently' if best else 'quickly'} home {at}")
    assert found.percent == 100
    assert found.chance == 25
    assert found.low == found.high == 100
    assert any("gently" in cue or "quickly" in cue for cue in found.cues)


def test_the_model_finds_nothing_where_nothing_is_given_away():
    assert abs(learnt(lambda _best, at: f"she goes home {at}").above) <= NOT_TOLD


def test_an_interval_holds_the_mean_and_is_the_same_each_time():
    groups = [[1.0, 0.0], [1.0], [0.0], [1.0]]
    low, high = interval(groups)
    assert low < 60 < high
    assert interval(groups) == (low, high)


# ── What is let pass ──────────────────────────────────────────────────────────────────────────────


def figures(questions, learnt=()):
    return {each.name: each for each in surface.figures(questions, learnt)}


def judged(truth, words, channel=Channel.SMS):
    return replace(make_judge(truth), message=message(words, channel))


def test_an_attribute_that_tells_genuine_from_fake_is_over_its_limit(monkeypatch):
    monkeypatch.setattr(surface, "CEILINGS", {})
    found = figures([judged("genuine", "Mai họp"), judged("fake", "Gửi 500 VND")] * 3)
    assert found["message, money, vi"].is_over
    assert not found["message, capitals, vi"].is_over


def test_each_channel_holds_two_of_either(monkeypatch):
    monkeypatch.setattr(surface, "CEILINGS", {})
    name = "channels with fewer than two of a kind"
    both_kinds = [judged("genuine", "A"), judged("fake", "B")]
    assert not figures(both_kinds * 2)[name].is_over
    poor = figures([*both_kinds * 2, judged("fake", "C", Channel.PAPER)])[name]
    assert poor.is_over
    assert poor.because == "paper (0 genuine, 1 fake)"


def test_no_number_of_right_ones_is_in_more_than_two_of_five(monkeypatch):
    monkeypatch.setattr(surface, "CEILINGS", {})
    of_two = make_multiple(["a", "b", "c", "d", "e"], ["a", "b"])
    of_three = make_multiple()
    of_four = make_multiple(["a", "b", "c", "d", "e", "f"], ["a", "b", "c", "d"])
    name = "number of right ones, multiple"
    assert not figures([of_two, of_three, of_four])[name].is_over
    assert figures([of_two, of_two, of_four])[name].is_over


def test_the_place_of_a_sign_says_something_where_signs_come_last(monkeypatch):
    monkeypatch.setattr(surface, "CEILINGS", {})
    assert figures([make_flags()])["rule, place of signs, en"].is_over


def test_a_ceiling_lets_pass_what_is_there_today_and_no_more(monkeypatch):
    finding = Finding("match", "vi", 60, 40, 50, 70, 9, 3, (), ())
    monkeypatch.setattr(surface, "CEILINGS", {"learner, match, vi": 20})
    assert not figures([], [finding])["learner, match, vi"].is_over
    assert figures([], [replace(finding, percent=61)])["learner, match, vi"].is_over


def test_every_ceiling_stands_above_its_limit_and_names_a_figure(shipped):
    none_learnt = figures(shipped)
    for name, ceiling in surface.CEILINGS.items():
        limit = none_learnt[name].limit if name in none_learnt else surface.LEARNER_LIMIT
        assert ceiling > limit, name
        assert name in none_learnt or name.startswith("learner, "), name
