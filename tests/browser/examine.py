"""What axe, the Nu HTML checker, a ruler and the browser itself find wrong with a page."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Response

ROOT = Path(__file__).parents[2]
VNU = os.environ.get("QUIZ_TEST_VNU", str(ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"))
JAVA = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss2m"]
"""Compiles quickly rather than well, as it ends soon, which takes half of the time."""
CHECK = [*JAVA, "-jar", VNU, "--also-check-css", "--format", "json", "--exit-zero-always"]
AXE = Axe().axe_script
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

LISTEN = """
  addEventListener("securitypolicyviolation", (event) => {
    violated(`${location.pathname} ${event.violatedDirective} ${event.blockedURI}`);
  });
"""


def axe_faults(page: Page, name: str, *, rules: Sequence[str] = RULES) -> list[str]:
    """Return what axe finds on a page by these rules, each fault with the name of the page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate(
        """async (rules) => {
          const { violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
          return violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
        }""",
        list(rules),
    )
    return [f"{name}: {id_}: {nodes}" for id_, nodes in violations]


def axe_faults_in_both(page: Page, name: str) -> list[str]:
    """Return what axe finds on a page in light, and in dark, which differs in colours alone."""
    faults = axe_faults(page, name)
    page.emulate_media(color_scheme="dark")
    faults += axe_faults(page, f"{name} in the dark", rules=["color-contrast"])
    page.emulate_media(color_scheme="light")
    return faults


def sticking_out(page: Page, name: str) -> list[str]:
    """Return by how much a page is wider than its window, if it is."""
    out = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{name}: {out} px stick out"] if out > 0 else []


def listen(context: BrowserContext) -> list[str]:
    """Return what pages of this browser will have tried against the policy."""
    violations: list[str] = []

    def note(_source: Any, words: str) -> None:
        violations.append(words)

    context.expose_binding("violated", note)
    context.add_init_script(LISTEN)
    return violations


def out_of_sight(page: Page, name: str) -> list[str]:
    """Return what the back row cannot read on the wall, by size, contrast, or because it is below.

    Colours are those that are drawn. A bar differs from its ground by how light it is, as in grey.
    """
    faults = page.evaluate(
        """() => {
          const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
          const light = (colour) => {
            const [r, g, b] = parts(colour).slice(0, 3).map((each) => each / 255)
              .map((each) => each <= .04045 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          const contrast = (...colours) => {
            const [dark, bright] = colours.map(light).sort((a, b) => a - b);
            return (bright + .05) / (dark + .05);
          };
          const ground = (element) => {
            const colour = getComputedStyle(element).backgroundColor;
            return parts(colour)[3] === 0 ? ground(element.parentElement) : colour;
          };
          const faults = [];
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const element = texts.currentNode.parentElement;
            const words = texts.currentNode.data.trim();
            if (!words || !element.checkVisibility()) continue;
            if (element.closest(".visually-hidden, .skip")) continue;
            const { color, fontSize } = getComputedStyle(element);
            if (parseFloat(fontSize) < 24) faults.push(`${fontSize}: ${words}`);
            const ratio = contrast(color, ground(element));
            if (ratio < 7) faults.push(`${ratio.toFixed(1)}: ${words}`);
          }
          for (const bars of document.querySelectorAll(".bars")) {
            const [track, value] = [...bars.children].map((each) => getComputedStyle(each).fill);
            if (contrast(track, value) < 3) faults.push(`a bar of ${value} on ${track}`);
          }
          const below = document.documentElement.scrollHeight - innerHeight;
          return below > 0 ? [...faults, `${below} px are below the wall`] : faults;
        }"""
    )
    return [f"{name}: {fault}" for fault in faults]


def keep(content: bytes, folder: Path, ending: str = "html") -> str:
    """Keep a page or a style sheet for the HTML checker, and return the name of its file."""
    name = f"{len(list(folder.iterdir()))}.{ending}"
    (folder / name).write_bytes(content)
    return name


def documents(page: Page) -> list[Response]:
    """Return the list of documents that a page has received: opened, or fetched by a script."""
    received: list[Response] = []

    def note(response: Response) -> None:
        is_html = response.headers.get("content-type", "").startswith("text/html")
        if is_html and response.request.method != "HEAD" and not 300 <= response.status < 400:
            received.append(response)

    page.on("response", note)
    return received


def html_faults(folder: Path, names: Mapping[str, str]) -> list[str]:
    """Return what the HTML checker finds in the files of a folder; ``names`` says what each is."""
    checked = subprocess.run(
        [*CHECK, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        f"{names[Path(each['url']).name]}: {each['message']}: {each.get('extract')}"
        for each in json.loads(checked.stderr)["messages"]
    ]


def check_fits(page: Page, name: str) -> None:
    """Check that a page of a participant is not too wide, and that its exit can be hit."""
    too_wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert too_wide <= 0, f"{name} is {too_wide} px too wide"
    seen = page.evaluate(
        """() => {
          const exit = [...document.querySelectorAll(".quick-exit a:not(.skip)")].pop();
          const box = exit.getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return exit.contains(top) && box.width >= 44 && box.height >= 44;
        }"""
    )
    assert seen, f"the exit is covered or too small on {name}"
