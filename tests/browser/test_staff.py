"""The pages of staff in Chromium: from the first link to the recovery codes."""

import pytest
from playwright.sync_api import Browser

from tests.browser.admin import Admin
from tests.browser.examine import (
    axe_faults,
    documents,
    html_faults,
    keep,
    listen,
    provoke,
    sticking_out,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "width", "colours"),
    [("vi", 320, "light"), ("en", 1280, "dark")],
)
def test_nobody_is_shut_out(
    browser: Browser, browser_context_args, staff_site, tmp_path, language, width, colours
):
    folder = tmp_path / "pages"
    folder.mkdir()
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": width, "height": 740}},
        color_scheme=colours,
        reduced_motion="reduce",
    )
    violations = listen(context)
    page, faults, names = context.new_page(), [], {}
    page.on("pageerror", lambda error: faults.append(str(error)))
    received = documents(page)
    for name in Admin(page, staff_site, language).states():
        names[keep(received[-1].body(), folder)] = name
        assert violations == [], name
        faults += [*axe_faults(page, name), *sticking_out(page, name)]
    assert len(received) >= len(names)
    provoke(page, violations)
    context.close()
    assert [*faults, *html_faults(folder, names)] == []
