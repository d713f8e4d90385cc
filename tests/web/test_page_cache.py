"""Pages that are rendered once for many: the same for each, and nothing in them of anybody."""

import gzip
import re

import pytest

from tests.web.classroom import CHOICE, join

FIELD = re.compile(r'<input type="hidden" name="(?:form_token|t)" value="([^"]+)">')
PLACEHOLDER = "<!--"


def without_fields(phone):
    assert PLACEHOLDER not in phone.response.text
    return FIELD.sub("", phone.response.text)


@pytest.mark.parametrize("stage", ["lobby", "asking", "revealing"])
def test_what_is_handed_out_is_what_would_be_drawn_for_her(
    app, teacher, open_room, make_phone, stage
):
    code = open_room(questions=[CHOICE])
    for move in {"lobby": [], "asking": ["next"], "revealing": ["next", "reveal"]}[stage]:
        teacher.press(move)
    first, second = (join(make_phone(), code) for _ in range(2))
    app.extensions["pages"].entries.clear()
    third = join(make_phone(), code)
    assert without_fields(first) == without_fields(second) == without_fields(third)


def test_in_each_language_and_on_each_kind_of_line_it_is_another_page(open_room, make_phone):
    code = open_room()
    seen = {
        (language, https): without_fields(join(make_phone(language=language, https=https), code))
        for language in ("vi", "en")
        for https in (True, False)
    }
    assert seen["vi", True] != seen["en", True]
    for language in ("vi", "en"):
        phone = make_phone(language=language, https=True).visit("/j")
        secure = phone.send(phone.find("main form"), {"code": code, "do": "code"}).text
        phone = make_phone(language=language).visit("/j")
        bare = phone.send(phone.find("main form"), {"code": code, "do": "code"}).text
        assert len(secure) < len(bare)  # which says that the network can be read


@pytest.mark.parametrize("cookies", [True, False])
def test_each_has_fields_of_her_own(teacher, open_room, make_phone, cookies):
    code = open_room(questions=[CHOICE])
    teacher.press("next")
    phones = [join(make_phone(cookies=cookies), code) for _ in range(3)]
    fields = [FIELD.findall(phone.response.text) for phone in phones]
    assert len({field for each in fields for field in each}) >= len(phones)
    for phone in phones:
        assert phone.answer("leave").status == 200
    teacher.visit("/rooms/1")
    assert "3 trên 3" in teacher.text


def test_what_is_kept_knows_nobody(app, teacher, open_room, make_phone):
    code = open_room(questions=[CHOICE])
    teacher.press("next")
    phones = [join(make_phone(cookies=cookies), code) for cookies in (True, True, False)]
    secrets = {field for phone in phones for field in FIELD.findall(phone.response.text)}
    for phone in phones:
        phone.answer("leave")
    kept = app.extensions["pages"].entries
    assert len(kept) >= 3
    assert not [secret for secret in secrets if any(secret in text for text in kept.values())]


def test_before_they_come_in_all_get_the_same_bytes_packed_as_they_can_read_them(app):
    def page(language="", **headers):
        response = app.test_client().get(f"{language}/j", headers=headers)
        assert "Accept-Encoding" in response.vary
        return response

    packed = [page(accept_encoding="gzip") for _ in range(3)]
    assert {response.content_encoding for response in packed} == {"gzip"}
    assert len({response.data for response in packed}) == 1
    bare = page()
    assert bare.content_encoding is None
    assert gzip.decompress(packed[0].data) == bare.data
    assert page("/en").data not in {bare.data, page("/en", accept_encoding="gzip").data}


def test_whoever_has_a_token_gets_fields_of_her_own_at_once(make_phone):
    nobody = make_phone().visit("/j")
    somebody = make_phone()
    somebody.client.set_cookie("s", "a-token-of-hers")
    somebody.visit("/j")
    fields = [FIELD.findall(phone.response.text) for phone in (nobody, somebody)]
    assert fields[0] != fields[1]
    assert without_fields(nobody) == without_fields(somebody)
