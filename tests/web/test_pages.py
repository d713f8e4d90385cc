"""The pages that anybody may read."""

import tomllib
from urllib.parse import urlsplit

import pytest

from quiz.store.bank import CONTENT


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "path", ["/", "/s", "/help", "/notes", "/about", "/sources", "/accessibility"]
)
def test_a_page_opens_in_both_languages(make_phone, language, path):
    phone = make_phone(language=language).visit(path)
    assert phone.status == 200
    assert phone.find("html")["lang"] == language
    assert phone.has(f'.site-header a[href="{"" if language == "vi" else "/en"}/help"]')


def test_the_landing_page_offers_every_language(phone):
    phone.visit("/")
    assert [link["hreflang"] for link in phone.page.select(".site-header a[hreflang]")] == [
        "vi",
        "en",
    ]
    assert phone.find(".site-header a[aria-current]")["hreflang"] == "vi"


def test_only_contacts_that_may_be_shown_are_shown(phone):
    """By what stands in the file, and not by what the program made of it."""
    phone.visit("/help")
    contacts = tomllib.loads((CONTENT / "contacts.toml").read_text(encoding="utf-8"))["contact"]
    assert {each["show"] for each in contacts} == {True, False}
    for contact in contacts:
        assert (contact["name"]["vi"] in phone.text) == contact["show"]
        if not contact["show"] and contact["number"]:
            assert contact["number"] not in phone.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_help_says_what_to_do_when_somebody_does_not_want_to_live(make_phone, language):
    phone = make_phone(language=language).visit("/help")
    link = phone.page.select_one('main a[href^="#"]')
    heading = phone.page.find(id=link["href"].removeprefix("#"))
    steps = heading.find_next_sibling("ul").get_text()
    assert "115" in steps
    assert "111" in steps


def test_every_contact_says_when_it_was_checked(phone):
    phone.visit("/help")
    for contact in phone.page.select(".contact"):
        assert contact.select_one(".contact__checked").get_text(strip=True)


def test_calling_takes_a_second_tap(phone):
    phone.visit("/help")
    calls = phone.page.select('a[href^="tel:"]')
    assert {call["href"] for call in calls} == {"tel:113", "tel:111", "tel:115"}
    in_danger = [call["href"] for call in calls if not call.find_parent("details")]
    assert in_danger == ["tel:113"]


@pytest.mark.parametrize("path", ["/", "/about"])
def test_it_is_said_who_runs_this(app, phone, path):
    assert "Phụ trách trang này:" not in phone.visit(path).text
    app.config["OPERATOR"] = "Hội LHPN xã Hoa Mai"
    assert "Phụ trách trang này: Hội LHPN xã Hoa Mai" in phone.visit(path).text


def test_the_way_into_a_class_stands_on_top_of_the_landing_page(phone):
    phone.visit("/")
    assert phone.has('.hero a[href="/j"]')


def test_only_the_address_of_the_landing_page_is_handed_on(phone):
    phone.visit("/")
    on_landing = phone.find("[data-share]")["data-copy"]
    phone.start().finish()
    assert phone.find("[data-share]")["data-copy"] == on_landing
    assert urlsplit(str(on_landing)).path == "/"


@pytest.mark.parametrize(
    ("path", "title"),
    [("/no-such-page", "Không có trang này."), ("/en/no-such-page", "There is no such page.")],
)
def test_an_address_that_leads_nowhere_blames_nobody(phone, path, title):
    phone.open(path)
    assert phone.status == 404
    assert phone.heading == title
    assert phone.has("a.btn")


def test_an_address_cannot_plant_a_link_to_another_site(phone):
    phone.open("/en/%5Cevil.example/x")
    links = [link["href"] for link in phone.page.select("a[hreflang]")]
    assert not [link for link in links if link.startswith(("//", "/\\"))]


def test_help_stands_in_the_same_place_on_every_page(phone):
    phone.start()
    positions = set()
    for path in ("/", "/s", "/a", "/help", "/notes", "/about", "/accessibility", "/no-such-page"):
        phone.visit(path)
        links = [link["href"] for link in phone.page.select(".site-header a")]
        positions.add(links.index("/help"))
    assert positions == {1}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reader_is_told_where_the_source_code_can_be_had(app, make_phone, language):
    phone = make_phone(language=language).visit("/about")
    asked = {"vi": "Hãy hỏi người hướng dẫn", "en": "Ask whoever leads your class"}[language]
    assert asked in phone.text
    app.config["SOURCE"] = "https://code.example/quiz <b>"
    phone.visit("/about")
    assert "https://code.example/quiz <b>" in phone.text
    assert asked not in phone.text


def test_a_proxy_learns_that_this_process_can_serve_and_nothing_else(phone):
    phone.open("/health")
    assert (phone.status, phone.response.text) == (200, "ok\n")
    assert phone.response.mimetype == "text/plain"
    assert "Set-Cookie" not in phone.response.headers


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_on_accessibility_says_what_is_missing_since_when_and_whom_to_tell(
    app, make_phone, language
):
    phone = make_phone(language=language).visit("/")
    assert phone.has("nav a[href$='/accessibility']")
    assert phone.visit("/help").has("main a[href$='/accessibility']")
    phone.visit("/accessibility")
    assert "WCAG" in phone.text
    assert len(phone.page.select("h2")) == 4
    assert "2026" in phone.text, "it says when it was last looked over"
    assert "lan@example.org" not in phone.text
    app.config["CONTACT"] = "lan@example.org <b>"
    assert "lan@example.org <b>" in phone.visit("/accessibility").text


@pytest.mark.parametrize(
    ("language", "advice"),
    [
        ("vi", ["Thẻ ẩn danh", "chỉ xoá những dòng của trang này", "có thể nhận ra", "máy khác"]),
        (
            "en",
            ["private window", "only the lines of this site", "may be noticed", "another phone"],
        ),
    ],
)
def test_the_page_on_shared_phones_says_what_helps_and_what_does_not(make_phone, language, advice):
    words = make_phone(language=language).visit("/notes").text
    assert [each for each in advice if each not in words] == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/j/", "/j"),
        ("/J", "/j"),
        ("/J/", "/j"),
        ("/j/482913/", "/j/482913"),
        ("/J/482913", "/j/482913"),
        ("/EN/j", "/en/j"),
        ("/En/", "/en/"),
        ("/en/help/", "/en/help"),
        ("/vi/help", "/help"),
        ("/Sign-In/", "/sign-in"),
        ("//j/", "/j"),
    ],
)
def test_an_address_that_was_typed_leads_where_it_means(phone, typed, meant):
    response = phone.client.get(
        "/", base_url="http://localhost", environ_overrides={"PATH_INFO": typed}
    )
    assert (response.status_code, response.location) == (302, meant)
    assert phone.client.get(meant).status_code in {200, 303}


@pytest.mark.parametrize(
    "path", ["/no-such-page", "/No-Such-Page/", "//evil.example/", "/static/NO.CSS"]
)
def test_an_address_that_means_nothing_is_said_to_be_none(phone, path):
    response = phone.client.get("/", environ_overrides={"PATH_INFO": path})
    assert response.status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_source_of_a_question_is_followed_to_title_publisher_date_and_address(
    app, make_phone, language
):
    facts = tomllib.loads((CONTENT / "facts.toml").read_text(encoding="utf-8"))
    phone = make_phone(language=language).visit("/sources")
    for question in app.extensions["bank"].questions.values():
        for id_ in question.sources:
            entries = phone.page.find(id=id_).find_next_sibling().select("li")
            sources = facts[id_].get("sources", [])
            assert len(entries) == len(sources)
            for entry, source in zip(entries, sources, strict=True):
                assert entry.a["href"] == source["url"]
                assert entry.a.get_text() == source["title"]
                assert f"{source['publisher']}, " in entry.get_text()
                assert ("undated" in entry.get_text()) is False


def test_the_sources_of_one_question_are_told_alone(phone):
    phone.visit("/sources?id=F-ABD-29&id=F-ABD-39")
    assert [each["id"] for each in phone.page.select("main h2")] == ["F-ABD-29", "F-ABD-39"]
    assert phone.page.find(id="F-ABD-39").find_next_sibling().name == "p", "general advice"
    phone.open("/sources?id=F-ABD-99")
    assert phone.status == 404


IN_APP = {
    "Zalo": "Mozilla/5.0 (Linux; Android 13; wv) Chrome/120.0 Mobile Zalo android/12",
    "Facebook": "Mozilla/5.0 (Linux; Android 13; wv) Chrome/120.0 [FB_IAB/FB4A;FBAV/440.0;]",
    "Messenger": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148 [FBAN/MessengerForiOS]",
    "Chrome": "Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36",
}


@pytest.mark.parametrize("path", ["/", "/s"])
@pytest.mark.parametrize(
    ("language", "hint"), [("vi", "mở bằng Chrome hoặc Safari"), ("en", "in Chrome or Safari")]
)
def test_whoever_opens_a_link_inside_an_app_is_told_of_browsers(app, language, path, hint):
    prefix = "" if language == "vi" else "/en"
    told = {
        name: hint in app.test_client().get(prefix + path, headers={"User-Agent": agent}).text
        for name, agent in IN_APP.items()
    }
    assert told == {"Zalo": True, "Facebook": True, "Messenger": True, "Chrome": False}
    answered = app.test_client().get(prefix + path, headers={"User-Agent": IN_APP["Zalo"]})
    assert answered.headers["Cache-Control"] == "no-store", "no cache shows it to others"
