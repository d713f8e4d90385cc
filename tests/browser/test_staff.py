"""The pages of staff in Chromium: from the first link to the recovery codes."""

import pytest
from playwright.sync_api import Browser

from tests.browser.admin import Admin
from tests.browser.examine import axe_faults, html_faults, keep, sticking_out

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "width", "colours"),
    [("vi", 320, "light"), ("en", 1280, "dark")],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, browser_context_args, staff_site, language, width, colours
):
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": width, "height": 740}},
        color_scheme=colours,
        reduced_motion="reduce",
    )
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for name in Admin(page, staff_site, language).states():
        faults += [*axe_faults(page, name), *sticking_out(page, name)]
    context.close()
    assert faults == []


def test_the_html_checker_finds_nothing(
    browser: Browser, browser_context_args, staff_site, tmp_path
):
    """The HTML of every page that was opened, with no script."""
    folder = tmp_path / "pages"
    folder.mkdir()
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    names = {
        keep(page.content().encode(), folder): name
        for name in Admin(page, staff_site, "en").states()
    }
    context.close()
    assert html_faults(folder, names) == []
