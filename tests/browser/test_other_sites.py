"""What pages of other sites can do to somebody whose browser has our pages open: nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser import chromium
from tests.browser.server import serving
from tests.cli.commands import run

pytestmark = pytest.mark.browser

NAMES = ("quiz.school.lan", "mail.school.lan", "evil.lan")
SECURE = ("quiz.school.localhost", "mail.school.localhost", "evil.localhost")
"""Names that Chromium trusts as it trusts HTTPS."""


@pytest.fixture(scope="module")
def port(tmp_path_factory, away) -> Iterator[int]:
    hosts = ",".join((NAMES[0], SECURE[0]))
    data = tmp_path_factory.mktemp("others")
    run("staff", "add", "mai@example.org", "--data", data)  # without staff nobody can sign in
    with serving(data, QUIZ_LEAVE_TO=away, QUIZ_HOSTS=hosts) as address:
        yield urlsplit(address).port or 80


@contextmanager
def browsing(playwright: Playwright) -> Iterator[BrowserContext]:
    """Start a browser to which all these names are this machine."""
    options = chromium.options()
    rules = ", ".join(f"MAP {name} 127.0.0.1" for name in NAMES + SECURE)
    options["args"] = [*options["args"], f"--host-resolver-rules={rules}"]
    browser = playwright.chromium.launch(**options)
    try:
        yield browser.new_context(locale="vi-VN", ignore_https_errors=True)
    finally:
        browser.close()


@pytest.fixture
def context(playwright: Playwright) -> Iterator[BrowserContext]:
    with browsing(playwright) as context:
        yield context


def show(context: BrowserContext, address: str, content: str) -> Page:
    """Open a page of another site that says what we want it to say."""
    context.route(
        f"{address}/**", lambda route: route.fulfill(body=content, content_type="text/html")
    )
    page = context.new_page()
    page.goto(f"{address}/")
    return page


def token_of(context: BrowserContext, address: str) -> str:
    """Return the token of a form, as the attacker gets one for herself."""
    page = context.new_page()
    page.goto(address)
    value = page.locator('main input[name="form_token"]').first.get_attribute("value")
    page.close()
    assert value
    return value


@pytest.mark.parametrize("hidden", [False, True], ids=["with its origin", "hiding its origin"])
def test_a_form_of_another_site_ends_nobodys_quiz(playwright, context, port, hidden):
    """Over plain HTTP on the network of a school, where no browser sends Sec-Fetch-Site."""
    ours, evil = f"http://{NAMES[0]}:{port}", f"http://{NAMES[2]}:{port}"
    with browsing(playwright) as attacker:
        token = token_of(attacker, f"{ours}/s")
    page = context.new_page()
    page.goto(f"{ours}/s")
    page.locator('button[value="mixed"]').click()
    page.locator('button[value="begin"]').click()
    page.wait_for_selector('input[name="q"]', state="attached")
    mine = context.cookies(ours)
    meta = '<meta name="referrer" content="no-referrer">' if hidden else ""
    form = (
        f'{meta}<form method="post" action="{ours}/s"><input name="form_token" value="{token}">'
        '<input name="do" value="begin"><input name="theme" value="mixed"></form>'
    )
    foreign = show(context, evil, form)
    with foreign.expect_response(f"{ours}/s") as answered:
        foreign.evaluate("document.forms[0].submit()")
    assert answered.value.status == 403
    assert context.cookies(ours) == mine


def test_our_own_forms_say_where_they_come_from(context, port):
    page = context.new_page()
    page.goto(f"http://{NAMES[0]}:{port}/sign-in")
    page.fill("#email", "lan@example.org")
    page.fill("#password", "năm con cá bơi ngược dòng")
    with page.expect_response("**/sign-in") as answered:
        page.locator('button[value="sign-in"]').click()
    assert answered.value.status == 400, "refused for the password, and not as a form of others"


def test_leaving_takes_nothing_from_other_services_of_the_school(context, port, away):
    ours, mail = f"http://{SECURE[0]}:{port}", f"http://{SECURE[1]}:{port}"
    others = {"name": "mail", "value": "hers", "domain": SECURE[1], "path": "/"}
    context.add_cookies([others, {**others, "name": "w", "domain": SECURE[0]}])
    page = context.new_page()
    page.goto(f"{ours}/s")
    page.locator('button[value="mixed"]').click()
    page.wait_for_selector('button[value="begin"]')
    names = lambda: {each["name"] for each in context.cookies([ours, mail])}  # noqa: E731
    assert names() == {"mail", "w", "s"}

    foreign = show(context, mail, f'<a href="{ours}/x">away</a>')
    foreign.locator("a").click()
    foreign.wait_for_url(away)
    assert names() == {"mail", "w", "s"}, "a link of another site ends nothing"

    page.locator(".quick-exit a:not(.skip)").click()
    page.wait_for_url(away)
    assert names() == {"mail", "w"}
