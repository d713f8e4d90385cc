"""The words that people read: complete in both languages, and quiet from a distance."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from quiz.domain.room import Move
from quiz.service.live import moves
from quiz.service.reports import formats
from quiz.store import bank
from quiz.store.tables import Room
from quiz.web import permissions
from quiz.web.locale import SOURCE, TRANSLATIONS
from tests.classes import open_class
from tests.sources import SCRIPTS, TEMPLATES
from tests.words import is_loud

CATALOGUES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


# We cannot promise it, so we do not say it.
BOASTS = re.compile(
    r"100 ?%|tuyệt đối|hoàn toàn ẩn danh|hoàn toàn an toàn|không để lại dấu vết|"
    r"completely anonymous|totally safe|no trace|untraceable|guarantee",
    re.IGNORECASE,
)


def catalogue(path: Path):
    with path.open("rb") as file:
        return read_po(file)


def test_vietnamese_is_there():
    assert [path.parent.parent.name for path in CATALOGUES] == ["vi"]
    assert SOURCE == "en"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_every_sentence_is_translated(path: Path):
    missing = []
    for message in catalogue(path):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            missing.append(message.id)
    assert not missing, f"write these in {path.parent.parent.name}: {missing}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_translations_keep_the_values_and_composed_letters(path: Path):
    for message in catalogue(path):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(re.findall(r"%\(\w+\)s", ids[0]))
        for text in texts:
            assert unicodedata.is_normalized("NFC", text)
            if message.id:
                assert set(re.findall(r"%\(\w+\)s", text)) == wanted, message.id


def everything_said():
    for path in CATALOGUES:
        for message in catalogue(path):
            for words in (message.id, message.string):
                yield from words if isinstance(words, tuple) else (words,)


def test_nothing_is_promised_that_cannot_be_kept():
    assert [words for words in everything_said() if BOASTS.search(words)] == []


def test_no_sound_of_blame_or_alarm():
    harsh = re.compile(r"(?<!không làm gì )\bsai\b|!|\bwrong!|cảnh báo:", re.IGNORECASE)
    assert [words for words in everything_said() if harsh.search(words)] == []


# Words that have given way to another one, so that one thing has one name.
REPLACED = re.compile(
    r"\b(trợ giúp|giúp đỡ|số tổng|số liệu tổng(?! hợp)|soạn|nhịp|nhân sự|người dẫn|dẫn lớp"
    r"|lớp bảo vệ|màn hình chiếu|dấu hiệu đáng ngờ|chạm|nhấn|được đăng xuất|lời văn|hoàn lại"
    r"|điều nhắc|đường vào|người trông)\b"
    r"|\b(to mend|made by chance|by itself|on the wall|six figures|projector|for talking)\b",
    re.IGNORECASE,
)


def test_one_thing_has_one_name():
    assert [words for words in everything_said() if REPLACED.search(words)] == []


# No Vietnamese sentence needs these, and a voice would read them as Vietnamese. What has become a
# Vietnamese word (OTP, video, link, online) needs no mark of its language, and names are names.
ENGLISH = re.compile(
    r"\b(of|and|you|your|with|for|is|are|this|that|from|please|click|account|free|phishing|deepfake"
    r"|sextortion|grooming|scam\w*|hack\w*|privacy|screenshot\w*|inbox|spam|stalk\w*|bully\w*)\b",
    re.IGNORECASE,
)
PLACES = re.compile(r"%\(\w+\)s")


def said_in(language: str, content: Any, said: bool = False) -> Iterator[str]:
    """Yield every text of a file of content in a language."""
    match content:
        case str() if said:
            yield content
        case list():
            for each in content:
                yield from said_in(language, each, said)
        case dict():
            for key, each in content.items():
                yield from said_in(language, each, key == language)


def test_no_english_stands_unmarked_in_a_vietnamese_sentence():
    [vietnamese] = CATALOGUES
    said = [
        words
        for message in catalogue(vietnamese)
        for words in (message.string if isinstance(message.string, tuple) else (message.string,))
    ]
    for file in bank.CONTENT.rglob("*.toml"):
        said += said_in("vi", tomllib.loads(file.read_text(encoding="utf-8")))
    assert len(said) > 3000
    assert [words for words in said if ENGLISH.search(PLACES.sub("", words))] == []


BLAME = re.compile(
    r"\b(lẽ ra|đáng lẽ|giá mà|giá như|ai bảo (em|cô|chị|bạn|nó)|tự làm tự chịu|tự chuốc|nhẹ dạ"
    r"|cả tin(?! nhắn)|dại dột|ngây thơ|đáng đời|should have|shouldn.t have|if only (she|he|they)"
    r"|(her|their) own fault|asked for it|gullible|naive|foolish|careless)\b",
    re.IGNORECASE,
)
HER_OWN = re.compile(
    r"\bbạn (đã từng|từng|có từng|đã bao giờ|có bao giờ)|\b(của|với) bạn (chưa|không)\?"
    r"|\b(have|has|did) (you|your)\b.*\?|\byou ever\b|\byour (partner|boyfriend|husband)\b",
    re.IGNORECASE,
)


def test_no_question_asks_about_her_own_life_or_blames():
    """By lists of their own, beside those by which the bank checks itself."""
    asked: list[str] = []
    explained: list[str] = []
    for file in sorted((bank.CONTENT / "questions").rglob("*.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        for language in ("vi", "en"):
            asked += said_in(language, content["stem"])
            explained += said_in(language, content)
    assert len(asked) == 398
    assert [words for words in asked if HER_OWN.search(words)] == []
    assert [words for words in explained if BLAME.search(words)] == []


def test_all_that_is_written_has_composed_letters():
    for file in [*bank.CONTENT.rglob("*.toml"), *TEMPLATES.rglob("*.html")]:
        assert unicodedata.is_normalized("NFC", file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize("language", ["vi", "en"])
def test_titles_say_the_step_and_not_the_topic(make_phone, language):
    phone = make_phone(language=language)
    titles = []
    for path in ("/", "/s", "/help", "/notes", "/about", "/accessibility", "/a", "/no-such-page"):
        titles.append(phone.visit(path).title)
    for theme in ("harassment", "abduction", "literacy"):
        phone.start(theme)
        while phone.has('input[name="q"]'):
            titles.append(phone.title)
            titles.append(phone.press("unsure").title)
            phone.press("on")
        titles.append(phone.title)
        titles.append(phone.visit("/c").title)
    assert [title for title in titles if is_loud(title)] == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_a_class_are_as_quiet(app, clock, make_phone, language):
    loaded = app.extensions["bank"]
    questions = [
        next(each.id for each in loaded.questions.values() if each.theme == theme)
        for theme in ("harassment", "abduction", "literacy")
    ]
    with app.extensions["database"].writing() as db:
        room = open_class(db, loaded, questions, clock.now)
        id_, code = room.id, room.code
        db.commit()
    phone = make_phone(language=language).visit("/j")
    seen = [phone.title]
    seen.append(phone.send(phone.find("main form"), {"code": code, "do": "code"}).title)
    seen.append(phone.press("join").title)
    for move in (Move.NEXT, Move.REVEAL, Move.NEXT, Move.CLOSE):
        with app.extensions["database"].writing() as db:
            room = db.get_one(Room, id_)
            moves.move(db, loaded, room, move, version=room.version, today=clock.now.date())
            db.commit()
        seen.append(phone.visit("/r").title)
    seen.append(phone.visit("/x").response.headers["Location"])
    assert len(set(seen)) > 4
    assert [words for words in seen if is_loud(words)] == []


def test_addresses_of_participants_are_quiet_too(app):
    for rule in app.url_map.iter_rules():
        if not permissions.is_for_staff(rule.endpoint):
            assert not is_loud(rule.rule), rule.rule


def test_words_are_loud_with_and_without_accents():
    assert is_loud("Thoát nhanh")
    assert is_loud("/vi/bao-luc.html")
    assert is_loud("Sextortion: what to do")
    assert not is_loud("Câu 3 trên 10 · Vững Tâm")


def test_file_and_cookie_names_are_neutral(app, phone):
    phone.start()
    names = [cookie.key for cookie in phone.client._cookies.values()]
    names += [link["href"] for link in phone.page.select("link")]
    names += [str(tag.get("name")) for tag in phone.page.select("meta[name], input[name]")]
    names += [*formats.REPORT_FORMATS, *(each.name for each in SCRIPTS.iterdir())]
    assert [name for name in names if is_loud(name)] == []
