"""What is offered side by side: how many, how alike, and what gives the best answer away."""

import pytest

from tests.store.content import (
    CHOICE,
    FLAGS,
    MULTIPLE,
    ORDER,
    PARTNER,
    SOUND,
    STORY,
    change,
    said_after,
    said_of,
    sound_copy,
)


def block(file: str, start: str, end: str) -> str:
    """Return what stands in a sound file from one line to another."""
    text = (SOUND / file).read_text(encoding="utf-8")
    return text[text.index(start) : text.index(end)]


CAUTIOUS = "the best answer sounds the most cautious. Give a wrong option a cautious sound too."
SHORTEN = "the others 12 on average. Shorten it or lengthen the others."
ECHO = "the best answer repeats more words of the stem than any other option."
MIX = "stand in the right order in the file. Mix them, since paper forms print the file order."

HIDE = block(CHOICE, "[options.hide]", "[why]")
VIDEO = block(CHOICE, "[options.video]", "[options.hide]")
LEAVE_VI = "Cúp máy, kể với người nhà rồi ra thẳng công an phường"
LEAVE_EN = "Hang up, tell her family, then go straight to the ward police"
BADGE_VI = "Giữ máy, hỏi tên, số hiệu và đơn vị để kiểm tra"
BADGE_EN = "Stay on the line and ask for name and badge to check"
HIDE_VI = "Cúp máy, tắt nguồn và ở yên trong phòng đến sáng"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            CHOICE,
            'correct = "leave"',
            'correct = "lewe"',
            "correct: “lewe” is not one of the options.",
        ),
        (CHOICE, 'correct = "leave"', "", "correct: missing. Write the id of the best option."),
        (
            CHOICE,
            'correct = "leave"',
            'correct = ["leave"]',
            "correct: must be a text in quotation marks.",
        ),
        (
            MULTIPLE,
            '"show"]',
            '"shown"]',
            "correct: “shown” is not one of the options.",
        ),
        (
            MULTIPLE,
            'correct = ["password", "location", "show"]',
            'correct = ["password"]',
            "correct: 1 right out of 6. Keep at least two right and two wrong.",
        ),
        (
            MULTIPLE,
            'correct = ["password", "location", "show"]',
            'correct = ["password", "location", "show", "home", "sad"]',
            "correct: 5 right out of 6. Keep at least two right and two wrong.",
        ),
        (MULTIPLE, '"show"]', '"show", "show"]', "correct: “show” stands twice."),
        (
            ORDER,
            '"block", "police"]\nfree',
            '"block"]\nfree',
            "correct: “police” is left out. List all step ids.",
        ),
    ],
)
def test_the_key_names_what_is_offered(tmp_path, file, old, new, said):
    assert said_after(tmp_path, file, old, new) == [f"E {said}"]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("", None),
        (
            HIDE.replace("hide", "wait").replace("đến sáng", "cho yên") + HIDE,
            "5 options; choice needs 3 to 4.",
        ),
    ],
)
def test_a_choice_has_three_or_four_options(tmp_path, new, said):
    found = said_after(tmp_path, CHOICE, HIDE, new)

    assert [line for line in found if "needs" in line] == ([f"E options: {said}"] if said else [])


def test_two_options_are_too_few(tmp_path):
    said = said_after(tmp_path, CHOICE, VIDEO + HIDE, "")

    assert "E options: 2 options; choice needs 3 to 4." in said


def test_options_are_counted_for_the_other_kinds_too(tmp_path):
    content = sound_copy(tmp_path)
    change(content, MULTIPLE, block(MULTIPLE, "[options.home]", "[options.location]"), "")
    change(content, FLAGS, block(FLAGS, "[fragments.price]", "[fragments.account]"), "")
    change(content, ORDER, block(ORDER, "[steps.block]", "[steps.report]"), "")

    assert "E options: 3 options; multiple needs 5 to 7." in said_of(content, MULTIPLE)
    assert "E fragments: 3 fragments; flags needs 5 to 9." in said_of(content, FLAGS)
    assert "E steps: 2 steps; order needs 3 to 5." in said_of(content, ORDER)


@pytest.mark.parametrize(
    ("file", "start", "end", "field"),
    [
        (CHOICE, 'why.vi = "Cúp máy là tốt', "[why]", "options.hide.why"),
        (ORDER, 'why.vi = "Chặn sau khi', "[steps.police]", "steps.block.why"),
        (FLAGS, 'why.vi = "Báo giá', "[fragments.rush]", "fragments.price.why"),
        (
            STORY,
            'why.vi = "Chưa mất gì',
            "[nodes.parcel.choices.card]",
            "nodes.parcel.choices.add.why",
        ),
    ],
)
def test_every_answer_has_a_reason(tmp_path, file, start, end, field):
    said = said_after(tmp_path, file, block(file, start, end), "")

    assert said == [
        f"E {field}: missing. Say why this is or is not the best step, in one or two sentences."
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[options.hide]",
            "[options.not-sure]",
            "options.not-sure: “not-sure” is offered by the app. Remove it.",
        ),
        (
            "[options.hide]",
            "[options.skip]",
            "options.skip: “skip” is offered by the app. Remove it.",
        ),
        (
            "[options.hide]",
            "[options.wrong]",
            "options.wrong: the id tells the answer. Name what is offered.",
        ),
        (
            "[options.hide]",
            "[options.Hide_it]",
            "options.Hide_it: must be a short English word in small letters and hyphens.",
        ),
        (
            "[options.hide]",
            '[options."a:b"]',
            "options.a:b: must be a short English word in small letters and hyphens.",
        ),
        (HIDE_VI, BADGE_VI, "options.hide: the same text as badge. Each option must differ."),
        (
            HIDE_VI,
            f"{BADGE_VI.upper()}",
            "options.hide: the same text as badge. Each option must differ.",
        ),
        (HIDE_VI, "Không ý nào đúng", "options.hide: “all/none of the above” is not allowed."),
        (HIDE_VI, "Tất cả các ý trên", "options.hide: “all/none of the above” is not allowed."),
        (HIDE_VI, "Không chắc", "options.hide: “not sure” is offered by the app. Remove it."),
        (
            "Hang up, switch off, stay in the room until morning",
            "All of the above",
            "options.hide: “all/none of the above” is not allowed.",
        ),
        (
            "Hang up, switch off, stay in the room until morning",
            "I don't know",
            "options.hide: “not sure” is offered by the app. Remove it.",
        ),
    ],
)
def test_each_option_is_one_answer_of_its_own(tmp_path, old, new, said):
    found = said_after(tmp_path, CHOICE, old, new)

    assert [line for line in found if line.startswith("E")] == [f"E {said}"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            FLAGS,
            "Đang có 9 khách hỏi. Chị cọc trong 10 phút em mới giữ được.",
            "Phòng gia đình cuối tuần 1.200.000 đồng một đêm, đã gồm bữa sáng ạ.",
            "fragments.rush: the same text as price. Each fragment must differ.",
        ),
        (
            ORDER,
            "Block the account",
            "Report the account to the app",
            "steps.report: the same text as block. Each step must differ.",
        ),
        (
            STORY,
            "“Bạn kết bạn đi, gửi ảnh gói hàng cho mình xem.”",
            "“Để mình mở ứng dụng mua hàng xem có đơn nào đã.”",
            "nodes.parcel.choices.add: the same text as app. Each choice must differ.",
        ),
    ],
)
def test_fragments_steps_and_choices_differ_too(tmp_path, file, old, new, said):
    found = said_after(tmp_path, file, old, new)

    assert [line for line in found if line.startswith("E")] == [f"E {said}"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "Ask for a video call to see the face and check the office",
            "Always ask for a video call to see the face and office",
            "W options.video: absolute word “Always”.",
        ),
        (
            HIDE_VI,
            "Cúp máy, tắt nguồn và luôn ở yên một chỗ đến sáng",
            "W options.hide: absolute word “luôn”.",
        ),
        (
            f'{BADGE_EN}"',
            f'{BADGE_EN}."',
            "W options: some options end with a full stop and some do not.",
        ),
        (
            LEAVE_VI,
            "Cúp máy, kể với người nhà rồi ra thẳng công an phường để hỏi xem có thật không",
            f"E options.leave.vi: the best answer has 18 words, {SHORTEN}",
        ),
        (
            LEAVE_EN,
            "Hang up, tell her family, then go straight to the ward police with them",
            f"W options.leave.en: the best answer is the longest: 14 words, {SHORTEN}",
        ),
        (
            BADGE_VI,
            "Giữ máy, nói tên, số hiệu và đơn vị cho họ nghe",
            f"W options.leave.vi: {CAUTIOUS}",
        ),
        (
            BADGE_EN,
            "Keep talking to him and take down his name and badge",
            f"W options.leave.en: {ECHO}",
        ),
    ],
)
def test_the_best_answer_cannot_be_guessed_from_its_looks(tmp_path, old, new, said):
    found = said_after(tmp_path, CHOICE, old, new)

    assert said in found


def test_luon_at_the_end_of_a_clause_means_at_once_and_is_not_absolute(tmp_path):
    said = said_after(
        tmp_path, CHOICE, HIDE_VI, "Cúp máy, tắt nguồn luôn, ở yên trong phòng đến sáng"
    )

    assert said == []


def test_speech_ends_inside_its_quotes_and_is_no_full_stop(tmp_path):
    said = said_after(
        tmp_path,
        PARTNER,
        "Tắt máy, lát sau gọi lại số ấy xem có thật không",
        "“Để em gọi lại số ấy xem có thật không đã.”",
    )

    assert said == []


def test_choices_of_a_story_are_compared_too(tmp_path):
    said = said_after(
        tmp_path,
        STORY,
        "Gõ cửa chủ trọ, đưa cho bác xem màn hình",
        "Gõ cửa chủ trọ, đưa cho bác xem màn hình, kể rồi cùng ra công an",
    )

    assert said == [
        f"W nodes.order.choices.knock.vi: the best answer is the longest: 16 words, {SHORTEN}",
        f"W nodes.order.choices.knock.vi: {CAUTIOUS}",
    ]


def test_steps_are_mixed_in_the_file(tmp_path):
    said = said_after(
        tmp_path,
        ORDER,
        'correct = ["stop", "keep", "report", "block", "police"]',
        'correct = ["block", "police", "stop", "report", "keep"]',
    )

    assert said == [f"E steps: {MIX}"]


def test_an_order_that_is_right_but_for_free_pairs_is_not_mixed(tmp_path):
    content = sound_copy(tmp_path)
    change(
        content,
        ORDER,
        '["stop", "keep", "report", "block", "police"]',
        '["police", "block", "stop", "report", "keep"]',
    )
    change(content, ORDER, "[[", '[["block", "police"], [')
    change(content, ORDER, '["report", "police"], ["block", "police"]', '["report", "keep"]')

    assert f"E steps: {MIX}" in said_of(content, ORDER)


FREE = 'free = [["report", "police"], ["block", "police"]]'


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ('free = ["report", "police"]', "each entry is a pair of step names."),
        ('free = [["report", "report"]]', "each entry is a pair of step names."),
        ('free = [["report", "polite"]]', "each entry is a pair of step names."),
        ('free = [["report", "police", "block"]]', "each entry is a pair of step names."),
        ('free = "report"', "each entry is a pair of step names."),
        (
            'free = [["stop", "keep"], ["stop", "report"], ["stop", "block"], ["stop", "police"], '
            '["keep", "report"], ["keep", "block"], ["keep", "police"], ["report", "block"]]',
            "fewer than three pairs are left to score.",
        ),
    ],
)
def test_free_steps_come_in_pairs_and_leave_something_to_score(tmp_path, new, said):
    assert said_after(tmp_path, ORDER, FREE, new) == [f"E free: {said}"]
