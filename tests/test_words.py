"""The words that people read: complete in both languages, and quiet from a distance."""

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from quiz.web.locale import SOURCE, TRANSLATIONS

CATALOGUES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))

# A title, an address or a file name must not tell somebody looking over a shoulder.
LOUD = re.compile(
    r"bạo lực|quấy rối|xâm hại|bắt cóc|tống tiền|lừa đảo|tố cáo|nạn nhân|thoát|trốn|"
    r"violence|harass|abuse|abduct|kidnap|extort|victim|escape|exit|scam|threat",
    re.IGNORECASE,
)

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


@pytest.mark.parametrize("language", ["vi", "en"])
def test_titles_say_the_step_and_not_the_topic(make_phone, language):
    phone = make_phone(language=language)
    titles = []
    for path in ("/", "/s", "/help", "/notes", "/about", "/a", "/no-such-page"):
        titles.append(phone.visit(path).title)
    for theme in ("harassment", "abduction", "literacy"):
        phone.start(theme)
        while phone.has('input[name="q"]'):
            titles.append(phone.title)
            titles.append(phone.press("unsure").title)
            phone.press("on")
        titles.append(phone.title)
        titles.append(phone.visit("/c").title)
    assert [title for title in titles if LOUD.search(title)] == []


def test_file_and_cookie_names_are_neutral(app, phone):
    phone.start()
    names = [cookie.key for cookie in phone.client._cookies.values()]
    names += [link["href"] for link in phone.page.select("link")]
    assert [name for name in names if LOUD.search(name)] == []
