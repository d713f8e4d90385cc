"""The words that the checks look for, by language. The reasons stand in the wording guide.

Only phrases that are wrong wherever they stand can be here. Words that are wrong in one place
and right in another, such as “cho xem”, are left to the people who review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from re import Pattern

Phrases = Mapping[str, Pattern[str]]
"""One pattern for each language."""


def any_of(patterns: Iterable[str]) -> Pattern[str]:
    """Return the pattern that finds any of these as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def listed(words: str) -> tuple[str, ...]:
    """Return the entries of a list written with commas."""
    return tuple(words.split(", "))


BLAMING: Phrases = {
    "vi": any_of(
        [
            "lẽ ra",
            "đáng lẽ",
            "(?:^|(?<=[.,;:!?“] )|(?<=“))giá mà",  # not “đánh giá mà”, “báo giá mà”
            "con mồi",
            "tự bắt cóc(?: mình)?",
            "tự chui vào bẫy",
            "nhẹ dạ",
            # “đọc được cả tin nhắn”, “cả tin thật lẫn tin giả” are about news, not about a person
            "cả tin(?! (?:nhắn|tức|thật|giả|lẫn|và|này|đó|kia|xấu|đồn|báo|rao|gửi|đến|trên|từ))",
            "dại dột",
            "ngây thơ",
            "ngu",
            "(?:ảnh|clip) nóng",
            "lộ (?:ảnh|clip)",
            "lỡ gửi",
            "đã lỡ rồi",
            "(?:là|đã) quá muộn(?<!chưa bao giờ là quá muộn)(?<!không bao giờ là quá muộn)",
            "quá muộn rồi",
            "vạch áo cho người xem lưng",
            "sai rồi",
            "sao (?:em |bạn |chị |con )?không lên tiếng",
            "biết giữ mình",
            "thưa kiện",
            "làm to chuyện",
        ]
    ),
    "en": any_of(
        [
            # “every phone should have a lock” is fine
            "should(?:n't| not)? have (?:[a-z]+ed|been|done|gone|had|kept|known|left|let|paid|said"
            "|seen|sent|spoken|taken|thought|told|woken|written)",
            "if only (?:you|she|he|they|i|we)",
            "prey",
            "na[iï]ve",
            "gullible",
            "foolish",
            "kidnapped (?:herself|himself|themselves)",
            "fell for",
            "leaked nudes",
            "revenge porn",
            "(?:is|was) too late",  # “it is never too late” is fine
            "(?:make|making|made) a fuss",
            "girls (?:must|should) (?:take care|be careful)",
            "why did(?:n't you| you not) speak up",
        ]
    ),
}

# Looked for in sentences that ask: “Nếu bạn từng bị doạ” does not ask anybody.
OWN_LIFE: Phrases = {
    "vi": any_of(
        [
            "(?<!người )(?<!một )(?<!các )(?<!cô )(?<!nhóm )bạn (?:đã )?(?:từng|bao giờ)",
            "đã (?:từng )?có ai .*bạn",
            "có ai (?:đã )?từng .*bạn",
            "(?:chồng|vợ|người yêu|bạn trai|bạn gái|ba mẹ|cha mẹ) (?:của )?bạn có",
        ]
    ),
    "en": any_of(
        [
            "(?:have|did) you ever",
            "has (?:anyone|anybody|someone|your [a-z]+) .*you",
            "(?:does|do|did|is|has|have) your "
            "(?:partner|boyfriend|girlfriend|husband|wife|parents)",
        ]
    ),
}

ABSOLUTE: Phrases = {
    "vi": any_of(
        [
            # “gọi luôn” is “call right away”
            r"luôn luôn|luôn(?= \w)(?! (?:cho|để|và|rồi|vì|nhé|đi))",
            "không bao giờ",
            "tất cả",
            "mọi(?! người)",
            "tuyệt đối",
            "chắc chắn",
        ]
    ),
    "en": any_of(["always", "never", "everything", "nobody", "completely"]),
}

ALL_OR_NONE: Phrases = {
    "vi": any_of(
        [
            "tất cả (?:các )?(?:ý|câu|đáp án|phương án|lựa chọn) (?:trên|này|đều đúng)",
            "tất cả đều (?:đúng|sai)",
            "cả (?:hai|ba|bốn) (?:ý|câu|đáp án|phương án|lựa chọn)",
            "không (?:có )?(?:ý|câu|đáp án|phương án|lựa chọn) nào(?: trên| đúng)?",
        ]
    ),
    "en": any_of(
        [
            "(?:all|none|both|neither|any) of the (?:above|answers)",
            "(?:all|none|both) of these(?: answers)?$",
            "both answers",
        ]
    ),
}

NOT_SURE_OPTION: Phrases = {
    "vi": any_of(
        ["^(?:(?:tôi|mình|em) )?(?:không chắc|chưa chắc|không biết|không rõ|chưa rõ)(?: chắn)?$"]
    ),
    "en": any_of(["^(?:i am |i'm )?(?:not sure|unsure)$|^(?:i )?(?:don't|do not) know$"]),
}

ASKS_NEGATIVE: Phrases = {
    "vi": any_of(
        [
            "ngoại trừ",
            "trừ (?:việc|cách|ý|điều)",  # “bị trừ tiền” is fine
            "không đúng",
            "không phải là",
            "không nên",
            "(?<!đúng hay )sai",
        ]
    ),
    "en": any_of(
        [
            "except",
            "should not",
            "shouldn't",
            "(?:which|what) .*(?:is|are|does|do) not",
            "incorrect",
            "(?<!true or )false",
            "(?<!right or )wrong",
        ]
    ),
}

LAW_OR_PENALTY: Phrases = {
    "vi": any_of(
        [
            r"(?:điều|khoản) \d+",
            "nghị định",
            "mức phạt",
            "phạt (?:tiền )?bao nhiêu",
            "bao nhiêu năm tù",
            "phạt tù",
        ]
    ),
    "en": any_of(
        [
            r"(?:article|section) \d+",
            "decree",
            "penalty",
            "how (?:much|large|high) .*fine",
            "years? in prison",
        ]
    ),
}

GENERAL_ADVICE = {"vi": "lời khuyên chung", "en": "general advice"}
"""What a source line says when nothing but unverified facts stands behind a question."""

CAREFUL = {
    "vi": listed(
        "kiểm tra, xác minh, hỏi, kể, báo, công an, người nhà, mình tin, tin cậy, an toàn, "
        "cẩn thận, dừng, ngừng, không, chưa, chặn, khoá, giữ, lưu, bằng chứng, chờ, từ chối, "
        "mật khẩu, xác thực, hỗ trợ, 111, 113, xem, mẹ, cô chủ nhiệm, cùng"
    ),
    "en": listed(
        "check, verify, ask, tell, report, police, family, trust, safe, careful, stop, not, no, "
        "block, lock, keep, save, proof, evidence, wait, refuse, password, two-factor, support, "
        "111, 113, help, mum, teacher, see, together"
    ),
}
"""Words that make an option sound careful. People who guess choose the option with most of them."""

SHORTEST_CONTENT_WORD = 3
FREQUENT = {
    "vi": listed(
        "anh, bác, bạn, bằng, biết, các, cách, cái, chị, chọn, chưa, cho, chú, con, còn, của, "
        "cũng, cùng, đang, đâu, đây, đến, được, hay, hoặc, khi, không, làm, lên, mình, một, mới, "
        "này, nào, nên, những, người, như, ông, rồi, sao, sau, theo, thì, trên, trong, trước, "
        "tuổi, tới, việc, với, vừa, vào, xuống"
    ),
    "en": listed(
        "about, after, all, and, are, ask, because, been, before, both, but, can, did, does, "
        "first, for, from, get, gets, had, has, have, her, herself, him, his, how, into, its, "
        "more, most, not, off, one, out, over, says, she, should, some, someone, than, that, the, "
        "their, them, then, there, they, this, what, when, where, which, who, will, with, would, "
        "you, your"
    ),
}
"""Words that say nothing about what an option shares with its stem, like all shorter ones."""

OFFICIAL_NAMES = re.compile("Hòa Bình|Khánh Hòa|Thanh Hóa|Biên Hòa|Tuy Hòa|Hiệp Hòa|Thụy Khuê")
"""Names that keep the old place of their tone mark."""

LIVE_ENDINGS = listed(
    "app, asia, biz, cc, click, club, co, com, edu, gov, icu, info, io, link, live, ly, me, mobi, "
    "net, online, org, pro, ru, shop, site, store, tk, top, us, vip, vn, website, xyz"
)
"""The last part of addresses that may lead somewhere."""

HELPERS = {
    "vi": listed(
        "công an, cảnh sát, mẹ, ba mẹ, cha mẹ, bố mẹ, bố, người nhà, gia đình, cô giáo, thầy, "
        "cô chủ nhiệm, thầy chủ nhiệm, tổng đài, hội phụ nữ, ngân hàng, 111, 113, 115, "
        "người lớn, chị gái, anh trai, chủ trọ, bảo vệ"
    ),
    "en": listed(
        "police, mother, mum, parents, father, dad, family, teacher, hotline, women's union, "
        "bank, 111, 113, 115, adult, sister, brother, landlord, guard"
    ),
}
"""Words for somebody who can help. People who guess choose the option that names one."""
