"""What may stand in a text: how long it is, how it is spelt, whom it names and blames."""

from unicodedata import normalize

import pytest

from tests.store.content import (
    CHOICE,
    FLAGS,
    JUDGE,
    MULTIPLE,
    ORDER,
    STORY,
    change,
    said_after,
    said_of,
    sound_copy,
)


def words(number: int, word: str = "từ") -> str:
    """Return a text of so many words, in sentences of ten."""
    return " ".join(f"{word}." if position % 10 == 0 else word for position in range(1, number + 1))


def said_of_text(desk, file: str, start: str, text: str) -> list[str]:
    """Return what is said of one line of a file, once it holds another text."""
    content = sound_copy(desk)
    (line,) = [
        line
        for line in (content / file).read_text(encoding="utf-8").splitlines()
        if line.startswith(start)
    ]
    change(content, file, line, f'{line.partition(" = ")[0]} = "{text}"')
    return [said for said in said_of(content, file) if "times as long" not in said]


STEM = 'vi = "Một người xưng là công an'
WHY = 'vi = "Kẻ giả danh cần hai điều'
BADGE = 'vi = "Giữ máy, hỏi tên'
BADGE_WHY = 'why.vi = "Muốn kiểm tra'
LEAVE = 'vi = "Cúp máy, kể với người nhà'
SOURCE_LINE = 'vi = "Theo cảnh báo của Bộ Công an'


@pytest.mark.parametrize(
    ("file", "start", "number", "said"),
    [
        (MULTIPLE, 'en = "Ngân and Duy, both', 75, "W stem.en: 75 words; aim for 55 or fewer."),
        (
            MULTIPLE,
            'en = "Ngân and Duy, both',
            76,
            "E stem.en: 76 words; the limit is 75. Cut it or move part of it to why.",
        ),
        (MULTIPLE, 'vi = "Ngân và Duy, 17', 60, None),
        (MULTIPLE, 'vi = "Ngân và Duy, 17', 61, "W stem.vi: 61 words; aim for 60 or fewer."),
        (
            MULTIPLE,
            'vi = "Ngân và Duy, 17',
            92,
            "E stem.vi: 92 words; the limit is 80. Cut it or move part of it to why.",
        ),
        (CHOICE, BADGE_WHY, 41, "W options.badge.why.vi: 41 words; aim for 40 or fewer."),
        (CHOICE, WHY, 46, "W why.vi: 46 words; aim for 45 or fewer."),
        (CHOICE, SOURCE_LINE, 37, "W source_line.vi: 37 words; aim for 36 or fewer."),
        (MULTIPLE, 'vi = "Câu này nói', 29, "W note.vi: 29 words; aim for 28 or fewer."),
        (MULTIPLE, 'vi = "Nhắn hỏi Ngân', 17, "W options.home.vi: 17 words; aim for 16 or fewer."),
        (ORDER, 'vi = "Chặn tài khoản', 17, "W steps.block.vi: 17 words; aim for 16 or fewer."),
        (FLAGS, 'vi = "Phòng gia đình', 25, "W fragments.price.vi: 25 words; aim for 24 or fewer."),
        (JUDGE, 'vi = "Tin đến ngay', 29, "W signs[1].vi: 29 words; aim for 28 or fewer."),
        (JUDGE, 'vi = "Ma OTP', 33, "W message.lines[1].vi: 33 words; aim for 32 or fewer."),
        (
            STORY,
            'vi = "Chiều thứ Ba',
            45,
            "E nodes.parcel.lines[1].vi: 45 words; the limit is 44. "
            "Cut it or move part of it to why.",
        ),
        (
            STORY,
            'ask.vi = "Hạnh trả lời',
            13,
            "W nodes.parcel.ask.vi: 13 words; aim for 12 or fewer.",
        ),
        (STORY, 'vi = "Cuộc gọi thứ ba', 9, None),
        (
            STORY,
            'vi = "Cuộc gọi thứ ba',
            10,
            "E title.vi: 10 words; the limit is 9. Cut it or move part of it to why.",
        ),
        (
            CHOICE,
            'en = "A call about a SIM card',
            8,
            "E title.en: 8 words; the limit is 7. Cut it or move part of it to why.",
        ),
        (STORY, 'vi = "Người giao hàng"', 9, "W cast.shipper.vi: 9 words; aim for 8 or fewer."),
    ],
)
def test_a_text_has_a_length_to_aim_for_and_one_to_stop_at(tmp_path, file, start, number, said):
    text = words(number, "từ" if "vi = " in start else "word")

    found = [line for line in said_of_text(tmp_path, file, start, text) if "full stop" not in line]
    assert found == ([said] if said else [])


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (26, []),
        (30, ["W why.vi: a sentence of 30 words; aim for 26 or fewer."]),
        (41, ["E why.vi: a sentence of 41 words; the limit is 34. Make two sentences."]),
    ],
)
def test_a_sentence_is_short_enough_to_be_read_once(tmp_path, number, said):
    assert said_of_text(tmp_path, CHOICE, WHY, " ".join(["từ"] * number) + ".") == said


def test_a_step_of_advice_has_a_length_too(tmp_path):
    said = said_after(tmp_path, CHOICE, "Tell one person nearby right away.", words(25, "word"))

    assert "W advice[2].en: 25 words; aim for 24 or fewer." in said


def test_words_in_quotes_after_a_colon_are_a_sentence_of_their_own(tmp_path):
    text = f"{' '.join(['từ'] * 20)}: “{' '.join(['từ'] * 20)}.”"

    assert said_of_text(tmp_path, CHOICE, WHY, text) == []


def test_one_language_does_not_say_much_more_than_the_other(tmp_path):
    said = said_after(
        tmp_path,
        CHOICE,
        "Impostors need two things: to keep the call going and to keep it secret. Telling",
        "Telling",
    )

    assert said == [
        "W why: English is 0.6 times as long as Vietnamese. Check that both say the same."
    ]


def test_letters_that_are_not_composed_are_found(tmp_path):
    content = sound_copy(tmp_path)
    change(content, CHOICE, "Kẻ giả danh", normalize("NFD", "Kẻ giả danh"))

    assert said_of(content, CHOICE) == [
        "E why.vi: not in Unicode NFC. Save the file with composed Vietnamese letters."
    ]


@pytest.mark.parametrize("word", ["xóa", "Khóa", "hòa", "khỏe", "thủy", "đe dọa"])
def test_a_tone_mark_stands_on_the_last_vowel(tmp_path, word):
    syllable = word.split()[-1]

    assert said_of_text(tmp_path, CHOICE, WHY, f"Đã có việc {word} rồi.") == [
        f"W why.vi: “{syllable}”: put the tone mark on the last vowel (xoá, khoá, đe doạ, uỷ), "
        "unless it is an official name."
    ]


@pytest.mark.parametrize("name", ["Khánh Hòa", "Thanh Hóa", "quý", "tuỳ", "hoàn", "thuý", "toàn"])
def test_official_names_and_words_in_order_are_left_alone(tmp_path, name):
    assert said_of_text(tmp_path, CHOICE, WHY, f"Chị Kiều ở {name} đã kể rồi.") == []


def test_vietnamese_is_written_with_its_accents(tmp_path):
    assert said_of_text(tmp_path, CHOICE, WHY, "Ke gia danh can hai dieu.") == [
        "E why.vi: no Vietnamese accents. Add them, or set message.unaccented = true for an SMS."
    ]


def test_a_name_needs_no_accents(tmp_path):
    assert said_of_text(tmp_path, JUDGE, "from.vi", "CTY TNHH BAO MAI") == []


def test_only_an_sms_may_be_written_without_accents(tmp_path):
    said = said_after(tmp_path, JUDGE, 'channel = "sms"', 'channel = "email"')

    assert said == ["E message.unaccented: only an SMS may be written without accents."]


def test_an_sms_is_written_with_accents_unless_it_says_otherwise(tmp_path):
    said = said_after(tmp_path, JUDGE, "unaccented = true\n", "")

    assert said == [
        f"E message.lines[{line}].vi: no Vietnamese accents. "
        "Add them, or set message.unaccented = true for an SMS."
        for line in (1, 2)
    ]


def blames(words: str) -> str:
    return f"“{words}” blames or exposes the person harmed. See the wording table in guide.md."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lẽ ra Hân phải cúp máy.", "Lẽ ra"),
        ("Hân quá cả tin nên đã nghe.", "cả tin"),
        ("Giá mà Hân hỏi mẹ.", "Giá mà"),
        ("Đã có người lộ ảnh trên mạng.", "lộ ảnh"),
        ("Lúc đó đã quá muộn.", "đã quá muộn"),
    ],
)
def test_no_text_blames_the_person_harmed(tmp_path, text, found):
    assert said_of_text(tmp_path, CHOICE, WHY, text) == [f"E why.vi: {blames(found)}"]


@pytest.mark.parametrize(
    "text",
    [
        "Đọc được cả tin nhắn đã xoá.",
        "Đọc cả tin thật lẫn tin giả.",
        "Cách này được đánh giá mà chưa ai thử.",
        "Chưa bao giờ là quá muộn.",
        "Đã lỡ trả tiền thì vẫn dừng lại được.",
    ],
)
def test_words_that_only_look_like_blame_are_left_alone(tmp_path, text):
    assert said_of_text(tmp_path, CHOICE, WHY, text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She should have told her mother.", "should have told"),
        ("If only she had asked.", "If only she"),
        ("It was naive to listen.", "naive"),
        ("Now it is too late.", "is too late"),
    ],
)
def test_no_english_text_blames_either(tmp_path, text, found):
    said = said_of_text(tmp_path, CHOICE, 'en = "Impostors', text)

    assert said == [f"E why.en: {blames(found)}"]


def test_english_may_say_what_a_phone_should_have(tmp_path):
    text = "Every phone should have a lock, and it is never too late for one."

    assert said_of_text(tmp_path, CHOICE, 'en = "Impostors', text) == []


@pytest.mark.parametrize(
    ("file", "start", "field"),
    [
        (CHOICE, BADGE, "options.badge.vi"),
        (MULTIPLE, 'vi = "Nhắn hỏi Ngân', "options.home.vi"),
        (FLAGS, 'vi = "Phòng gia đình', "fragments.price.vi"),
        (JUDGE, 'vi = "Ma OTP', "message.lines[1].vi"),
        (STORY, 'vi = "Chiều thứ Ba', "nodes.parcel.lines[1].vi"),
        (STORY, 'vi = "Nghe cho hết', "nodes.officer.choices.hear.vi"),
    ],
)
def test_what_people_really_say_may_blame_where_it_is_not_the_answer(tmp_path, file, start, field):
    said = said_of_text(tmp_path, file, start, "Lẽ ra em phải hỏi mẹ trước rồi mới làm chứ")

    assert [line for line in said if "blames" in line] == [f"W {field}: {blames('Lẽ ra')}"]


@pytest.mark.parametrize(
    ("file", "start", "field"),
    [
        (CHOICE, LEAVE, "options.leave.vi"),
        (CHOICE, BADGE_WHY, "options.badge.why.vi"),
        (MULTIPLE, 'vi = "Xin mật khẩu', "options.password.vi"),
        (STORY, 'vi = "Gõ cửa chủ trọ', "nodes.order.choices.knock.vi"),
        (ORDER, 'vi = "Chặn tài khoản', "steps.block.vi"),
        (JUDGE, 'vi = "Tin đến ngay', "signs[1].vi"),
    ],
)
def test_an_answer_and_its_reason_may_not_blame(tmp_path, file, start, field):
    said = said_of_text(tmp_path, file, start, "Lẽ ra em phải hỏi mẹ trước rồi mới làm chứ")

    assert [line for line in said if "blames" in line] == [f"E {field}: {blames('Lẽ ra')}"]


OWN_LIFE = "asks about the reader's own life. Use a third person with a name."


@pytest.mark.parametrize(
    ("start", "text", "field"),
    [
        (STEM, "Bạn đã từng bị ai doạ qua điện thoại chưa?", "stem.vi"),
        (STEM, "Đã có ai xin ảnh của bạn chưa?", "stem.vi"),
        (STEM, "Người yêu bạn có xem điện thoại của bạn không?", "stem.vi"),
        ('en = "A caller who', "Have you ever met such a caller?", "stem.en"),
        ('en = "A caller who', "Does your partner read your messages?", "stem.en"),
    ],
)
def test_nobody_is_asked_about_her_own_life(tmp_path, start, text, field):
    assert said_of_text(tmp_path, CHOICE, start, text) == [f"E {field}: {OWN_LIFE}"]


@pytest.mark.parametrize(
    "text",
    ["Nếu bạn từng bị doạ, bạn không có lỗi.", "Một người bạn đã từng gặp việc này chưa?"],
)
def test_speaking_to_the_reader_or_of_a_friend_is_no_such_question(tmp_path, text):
    assert said_of_text(tmp_path, CHOICE, WHY, text) == []


def test_people_in_a_scene_may_ask_one_another(tmp_path):
    assert said_of_text(tmp_path, FLAGS, 'vi = "Phòng gia đình', "Bạn đã từng ở đây chưa ạ?") == []


def only_three(number: str) -> str:
    return f"E why.vi: “{number}”: only 111, 113 and 115 may stand in a text. Use help."


def masked(number: str) -> str:
    return (
        f"E why.vi: “{number}” looks like a phone or account number. "
        "Mask it: 09xx xxx xxx, 0000 12xx xxxx."
    )


def live(address: str) -> str:
    return (
        f"E why.vi: “{address}” is a live address. In a message use a name ending in .example; "
        "elsewhere name a contact in help."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hãy gọi 1900 96 96 80.", only_three("1900 96 96 80")),
        ("Hãy gọi 18001567 ngay.", only_three("18001567")),
        ("Gọi 156 để báo.", only_three("156")),
        ("Gọi tổng đài 1022 để báo.", only_three("1022")),
        ("Số của họ: 0123 456 789.", masked("0123 456 789")),
        ("Số của họ: 0912.345.678.", masked("0912.345.678")),
        ("Số của họ: 0987654321.", masked("0987654321")),
        ("Số của họ: +84 987 654 321.", masked("84 987 654 321")),
        ("Tài khoản 0000 1234 5678.", masked("0000 1234 5678")),
        ("Số bàn là 024 3333 5599.", masked("024 3333 5599")),
        ("Họ dẫn tới trang.com.", live("trang.com")),
        ("Họ dẫn tới http://trang.example.xyz/a?b=1.", live("http://trang.example.xyz/a?b=1")),
        ("Xem https://stopncii.org để biết.", live("https://stopncii.org")),
        ("Viết tới trung-tam@ho-tro.vn nhé.", live("ho-tro.vn")),
    ],
)
def test_no_number_and_no_address_in_a_text_reaches_anybody(tmp_path, text, said):
    assert said_of_text(tmp_path, CHOICE, WHY, text) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "Gọi 111, 113 hoặc 115 lúc nào cũng được.",
        "Số của họ: 09xx xxx xxx, tài khoản 0000 12xx xxxx.",
        "Chị chuyển 1.500.000.000 đồng ngày 21.10.2025, lúc 19:42.",
        "Mã 482916 hết hạn sau 30 phút, năm 2025–2026.",
        "Họ gọi 150 cuộc trong một ngày.",
        "Trang https://dongbo-vneid.example hay truong-hoamai.example.",
        "Công an TP.HCM cho biết lúc 8.30.",
        "Thêm ký tự vào cuối mật khẩu (NIST SP 800-63B, bản 4).",
    ],
)
def test_money_dates_codes_and_masked_numbers_are_fine(tmp_path, text):
    assert said_of_text(tmp_path, CHOICE, WHY, text) == []


@pytest.mark.parametrize(
    ("start", "text", "said"),
    [
        (
            STEM,
            "Việc nào sau đây là sai?",
            "W stem.vi: asks in the negative. Ask for what is right.",
        ),
        (
            'en = "A caller who',
            "Which of these should Hân not do, or which does not help?",
            "W stem.en: asks in the negative. Ask for what is right.",
        ),
        (STEM, "Hân nên làm gì trước.", "W stem.vi: does not end in a question."),
        (
            STEM,
            "Theo Điều 174, kẻ lừa đảo bị gì?",
            "W stem.vi: asks about a law number or a penalty.",
        ),
        (
            'en = "A caller who',
            "How many years in prison does he face?",
            "W stem.en: asks about a law number or a penalty.",
        ),
    ],
)
def test_a_stem_asks_for_what_is_right_and_is_no_test_of_the_law(tmp_path, start, text, said):
    assert said_of_text(tmp_path, CHOICE, start, text) == [said]


def test_a_kind_that_ends_in_an_instruction_need_not_ask(tmp_path):
    said = said_of_text(tmp_path, MULTIPLE, 'vi = "Ngân và Duy, 17', "Chọn các ý đúng về Duy.")

    assert said == []
