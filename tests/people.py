"""The cast of the suite: a participant with a phone, and somebody of the staff.

A ``Phone`` opens pages the way a person does: it follows links and presses buttons that are on
the page, and complains about any page that breaks a promise made for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyotp
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.questions import posted

INLINE = re.compile(r"^on|^style$")
WITHIN_A_LINE = re.compile(r"</?(?:a|abbr|b|bdi|code|em|i|small|span|strong)\b[^>]*>")
OTHER_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
JOINED = re.compile(r"\S*([\w)”»%])[.!?…]([^\W\d_])\S*")
OURS = re.compile(r"^(/(?!/)|#|tel:)")
NAMES = ("html", "h1", "main")


@dataclass
class Phone:
    """A browser without script, in the hands of one participant."""

    app: Flask
    language: str = "vi"
    cookies: bool = True
    https: bool = False
    page: BeautifulSoup = field(init=False)
    response: TestResponse = field(init=False)
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client(use_cookies=self.cookies)

    @property
    def base(self) -> str:
        return "https://localhost" if self.https else "http://localhost"

    def open(self, path: str, **options: Any) -> Phone:
        """Open an address as it stands."""
        self.response = self.client.get(path, base_url=self.base, follow_redirects=False, **options)
        return self.read()

    def visit(self, path: str) -> Phone:
        """Open a page in the language of this phone."""
        return self.open(path if self.language == "vi" else f"/{self.language}{path}")

    def press(self, value: str, **fields: Any) -> Phone:
        """Press the button with this value, and follow where its form leads."""
        button = self.find(f'button[value="{value}"]')
        return self.send(self.form_of(button), {str(button["name"]): value, **fields})

    def form_of(self, tag: Tag) -> Tag:
        form = tag.find_parent("form")
        assert form is not None, "a button stands outside any form"
        return form

    def send(self, form: Tag, fields: dict[str, Any], **options: Any) -> Phone:
        """Send a form with its hidden fields and some more."""
        hidden: dict[str, list[str]] = {}
        for each in form.select("input[type=hidden]"):
            hidden.setdefault(str(each["name"]), []).append(str(each["value"]))
        self.response = self.client.post(
            form["action"], data={**hidden, **fields}, base_url=self.base, **options
        )
        if self.response.status_code == 303:
            return self.open(self.response.location)
        return self.read()

    def read(self) -> Phone:
        """Take in a page, and check what is promised of every page."""
        if self.response.mimetype == "text/html" and self.response.status_code not in {204, 303}:
            self.page = BeautifulSoup(self.response.text, "lxml")
            check_page(self.page)
            found = joined_sentences(OTHER_TAGS.sub(" ", WITHIN_A_LINE.sub("", self.response.text)))
            assert not found, f"a blank is missing between sentences: {found}"
        return self

    def find(self, selector: str) -> Tag:
        found = self.page.select_one(selector)
        assert found is not None, f"no {selector} on «{self.title}»:\n{self.text}"
        return found

    def has(self, selector: str) -> bool:
        return self.page.select_one(selector) is not None

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def title(self) -> str:
        return self.page.title.get_text() if self.page.title else ""

    @property
    def heading(self) -> str:
        return self.find("h1").get_text(" ", strip=True)

    @property
    def text(self) -> str:
        main = self.page.select_one("main") or self.page
        return re.sub(r"\s+", " ", main.get_text(" ", strip=True))

    @property
    def question(self) -> str:
        """The id of the question on the page, as its form sends it."""
        return str(self.find('input[name="q"]')["value"])

    # What a participant does.

    def start(self, theme: str = "mixed", length: str = "ten") -> Phone:
        """Choose a theme and a length, and read the notice, if it is shown."""
        self.visit("/s").press(theme, length=length)
        return self.press("begin") if self.has('button[value="begin"]') else self

    def answer(self, *chosen: str) -> Phone:
        """Answer the question on the page; without a choice, with its best answer."""
        question = self.app.extensions["bank"].questions[self.question]
        chosen = chosen or question.best
        if question.scenes:
            for step in chosen:
                self.press(step)
            return self
        fields = {name: list(values) for name, values in posted(question, chosen).items()}
        return self.press("".join(fields.pop("do")), **fields)

    def finish(self) -> Phone:
        """Answer every question that is left with its best answer."""
        while self.has('input[name="q"]'):
            if self.has('button[value="skip"]'):
                self.answer()
            self.press("on")
        return self


@dataclass
class Colleague(Phone):
    """A browser of somebody of the staff."""

    email: str = "lan@example.org"
    password: str = "năm con cá bơi ngược dòng"
    totp: str | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def sign_in(self, to: str = "/account", **other: Any) -> Colleague:
        """Open a page of the staff, and sign in on the way, with a code if there is one."""
        self.visit(to)
        self.open(self.response.location)
        self.press("sign-in", **{"email": self.email, "password": self.password, **other})
        if self.has('button[value="code"]'):
            self.press("code", code=self.code())
        return self

    def code(self, step: int = 0) -> str:
        """Return what the app on her phone shows now, or some half minutes later."""
        assert self.totp is not None, "she has no second factor"
        return pyotp.TOTP(self.totp).generate_otp(int(self.clock().timestamp()) // 30 + step)


def check_page(page: BeautifulSoup) -> None:
    """Check what is true of every page, whoever opens it.

    Every test looks at many pages, and each selector would walk through all of one: so one walk.
    """
    tags = page.find_all(True)
    html, headings, mains = ([tag for tag in tags if tag.name == name] for name in NAMES)
    assert html[0].get("lang"), "a page says its language"
    assert page.title, "a page has a title"
    assert page.title.get_text().endswith("Vững Tâm")
    assert len(headings) == 1, "a page has one heading of the first level"
    assert [tag.get("id") for tag in mains] == ["main"]
    if "is-staff" not in html[0].get_attribute_list("class"):
        assert any("data-leave" in tag.attrs for tag in tags), "a page can be left at once"
    ids = [tag["id"] for tag in tags if "id" in tag.attrs]
    assert len(ids) == len(set(ids)), "an id stands once"
    for tag in tags:
        assert not any(INLINE.match(name) for name in tag.attrs), f"inline: {tag}"
        if tag.name == "script":
            assert str(tag.get("src")).startswith("/static/"), "a script is a file of ours"
            assert not tag.get_text().strip()
        if tag.name == "button" and is_posted(tag):
            assert tag.get("name"), "a button says what it does"
        if address := tag.get("href") or tag.get("src") or tag.get("action"):
            # a page of a helper or of a source is opened on purpose, by a second tap
            ours = OURS.match(str(address)) or tag.find_parent(class_=["contact", "sources"])
            assert ours, f"an address of another site: {address}"


def joined_sentences(text: str) -> list[str]:
    """Return where one sentence begins right after the end of another. TP.HCM are not two."""
    return [
        found.group()
        for found in JOINED.finditer(text)
        if found.group(2).isupper() and not found.group(1).isupper()
    ]


def is_posted(button: Tag) -> bool:
    """Whether a button sends a form that changes something."""
    form = button.find_parent("form")
    sends = button.get("type") != "button"
    return sends and form is not None and form.get("method") == "post"
