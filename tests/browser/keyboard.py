"""Moving through a page by keyboard alone."""

from playwright.sync_api import Page


def enter(page: Page, selector: str) -> None:
    """Walk to a link or a button, and open what it leads to."""
    walk_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def walk_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and see that it shows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    else:
        raise AssertionError(f"Tab never reaches {selector}")
    marked = page.evaluate(
        """() => {
          const focus = document.activeElement;
          const rings = [focus, focus.nextElementSibling].filter(Boolean).map(getComputedStyle);
          return rings.some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none");
        }"""
    )
    assert marked, f"the focus on {selector} cannot be seen"
