"""From the first start to the first answer that is revealed: in the browser, in ten actions."""

import re
import subprocess
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.examine import axe_faults_in_both, listen, sticking_out
from tests.cli.commands import QUIZ, environment

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "lan@example.org", "năm con cá bơi ngược dòng"
LINK = re.compile(r"http://127\.0\.0\.1:\d+/begin/\S+")


@contextmanager
def first_start(data, away):
    """Start the quiz where nobody leads classes; yield the link that is opened in the browser."""
    command = [*QUIZ, "serve", "--port", "0", "--data", str(data)]
    variables = environment(QUIZ_LEAVE_TO=away)
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield next(found[0] for line in process.stdout if (found := LINK.search(line)))
        finally:
            process.terminate()


def show_password(page):
    """Show the password, look at the page, and hide it again."""
    page.locator("[data-show]").click()
    assert page.locator("#new").get_attribute("type") == "text"
    faults = axe_faults_in_both(page, "the first account") + sticking_out(page, "the same")
    page.locator("[data-show]").click()
    assert page.locator("#new").get_attribute("type") == "password"
    return faults


# Each starts an installation of its own: the page is there only while there is no staff.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "width", "script"), [("vi", 320, True), ("en", 1280, True), ("vi", 360, False)]
)
def test_the_first_class_takes_at_most_ten_actions(
    browser, away, tmp_path, language, width, script
):
    actions = 0

    def act(do, *words):
        nonlocal actions
        actions += 1
        do(*words)

    with first_start(tmp_path, away) as link:
        context = browser.new_context(
            viewport={"width": width, "height": 740}, java_script_enabled=script
        )
        page, faults = context.new_page(), []
        page.on("pageerror", lambda error: faults.append(str(error)))
        violations = listen(context) if script else []
        begun = link.replace("/begin/", "/en/begin/") if language == "en" else link
        page.goto(begun)
        page.locator("button[value=begin]").click()
        expect(page.locator(".errors a")).to_have_count(2)
        faults += sticking_out(page, "what is missing")
        if script:
            faults += axe_faults_in_both(page, "what is missing")
        page.goto(begun)

        act(page.fill, "#email", EMAIL)
        act(page.fill, "#new", PASSWORD)
        if script:
            expect(page.locator("#again")).to_be_hidden()
            faults += show_password(page)
        else:
            expect(page.locator("[data-show]")).to_be_hidden()
            page.fill("#again", PASSWORD)  # without script it is typed twice
        act(page.locator("button[value=begin]").click)
        page.wait_for_url("**/rooms/new")
        for name in ("told_optional", "told_parents", "knows_disclosure"):
            act(page.locator(f"label[for={name}]").click)
        act(page.locator("button[value=open]").last.click)
        act(page.locator("button[value=next]").click)
        act(page.locator("button[value=reveal]").click)
        expect(page.locator("button[value=next]")).to_be_visible()
        assert actions <= 10
        page.goto(link)
        page.wait_for_url("**/rooms")
        context.close()
    assert [*faults, *violations] == []
