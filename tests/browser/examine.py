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
    out = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [f"{name}: {out} px stick out"] if out > 0 else []


def listen(context: BrowserContext, heard: list[str] | None = None) -> list[str]:
    """Return the list of what pages of this browser will have tried against the policy."""
    violations = [] if heard is None else heard

    def note(_source: Any, words: str) -> None:
        violations.append(words)

    context.expose_binding("violated", note)
    context.add_init_script(LISTEN)
    return violations


def provoke(page: Page, violations: list[str]) -> None:
    """Check that a violation of the policy would have been heard of; forget it."""
    page.evaluate(
        """() => new Promise((done) => {
          addEventListener("securitypolicyviolation", () => setTimeout(done));
          document.body.setAttribute("style", "color: red");
        })"""
    )
    assert len(violations) == 1
    assert "style-src" in violations[0]
    violations.clear()


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


def covered_exit(page: Page, name: str) -> list[str]:
    """Return a fault if the exit of a page of a participant is covered or too small to hit."""
    seen = page.evaluate(
        """() => {
          const exit = [...document.querySelectorAll(".quick-exit a:not(.skip)")].pop();
          const box = exit.getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return exit.contains(top) && box.width >= 44 && box.height >= 44;
        }"""
    )
    return [] if seen else [f"{name}: the exit is covered or too small"]


TARGETS = """() => {
  const small = [...document.querySelectorAll(
      ".choice label, .flag label, .choice-button, .btn, select")]
    .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44)
    .map((each) => `too small to hit: ${each.textContent.trim()}`);
  const targets = [...document.querySelectorAll(
      "main :is(.choice label, .flag label, .choice-button, .btn, select)")]
    .filter((each) => each.checkVisibility());
  const areClose = (a, b) => {
    const [one, other] = [a, b].map((each) => each.getBoundingClientRect());
    return Math.max(other.left - one.right, one.left - other.right,
      other.top - one.bottom, one.top - other.bottom) < 7.5;
  };
  const close = targets.flatMap((each, place) =>
    targets.slice(place + 1).filter((other) => areClose(each, other)).map((other) =>
      `too close to each other: ${each.textContent.trim()} | ${other.textContent.trim()}`));
  return [...small, ...close];
}"""
"""Finds less than 44 pixels of height, and less than 8 between two, give or take a rounding."""

FOCUS = """() => {
  const focus = document.activeElement;
  if (focused.has(focus)) return ["again"];
  focused.add(focus);
  if (focus === document.body || focus.closest(".quick-exit, .skip, .site-header")) return [];
  const shown = focus.matches("input") ? focus.closest("div, li") : focus;
  const box = shown.getBoundingClientRect();
  const exit = document.querySelector(".quick-exit").getBoundingClientRect();
  const bar = document.querySelector(".site-header").getBoundingClientRect();
  const isPhone = innerWidth < 768;
  const isHidden = isPhone ? box.top >= exit.top : box.bottom <= bar.bottom;
  return isHidden ? [`the focus is hidden on ${focus.outerHTML}`] : [];
}"""
"""Looks at what has the focus now, and says when it has had it before."""


def hard_to_hit(page: Page, name: str) -> list[str]:
    """Return what can be tapped and is too small or too close to the next, or hides its focus.

    On a low phone, where the exit lies below, and on a low laptop, where the header lies above.
    """
    size = page.viewport_size
    assert size
    faults = []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 480})
        page.evaluate("window.focused = new Set()")
        found = page.evaluate(TARGETS)
        while "again" not in found:
            page.keyboard.press("Tab")
            found += page.evaluate(FOCUS)
        faults += [f"{name}, {width} px wide: {fault}" for fault in found if fault != "again"]
    page.set_viewport_size(size)
    return faults


LARGE = "html { font-size: 200%; }"
SPACED = """
  * { line-height: 1.5 !important; letter-spacing: .12em !important; }
  * { word-spacing: .16em !important; }
  p { margin-block-end: 2em !important; }
"""


def lost_with(page: Page, name: str, style: str) -> list[str]:
    """Return what is cut off, and what sticks out, when a style is added to a page."""
    faults = page.evaluate(
        """(style) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(style);
          document.adoptedStyleSheets = [sheet];
          const root = document.documentElement;
          const cut = [...document.querySelectorAll("main *")].filter((each) =>
            getComputedStyle(each).overflow === "hidden"
            && !each.matches(".visually-hidden, .chat, .bubble")
            && each.scrollHeight > each.clientHeight + 1);
          const lost = cut.map((each) => `cut off: ${each.outerHTML}`);
          const out = root.scrollWidth - root.clientWidth;
          document.adoptedStyleSheets = [];
          return out > 0 ? [...lost, `${out} px stick out`] : lost;
        }""",
        style,
    )
    return [f"{name} with {style.strip()[:30]}: {fault}" for fault in faults]


def cut_letters(page: Page, name: str) -> list[str]:
    """Append letters with stacked marks to every text, and return where they are cut off."""
    cut = page.evaluate(
        """() => {
          const letters = "ỄẪỘẦỮỂỰỴ ễẫộầữểựỵ ";
          const tags = "h1, h2, p, dt, dd, label, li, button, a";
          const texts = [...document.querySelectorAll(tags)]
            .filter((each) => each.offsetParent && !each.closest(".visually-hidden, .skip"));
          const added = texts.map((each) => {
            const text = document.createTextNode(letters);
            each.append(text);
            return text;
          });
          const cut = texts.filter((each) => each.scrollHeight > each.clientHeight + 2
            && getComputedStyle(each).overflowY !== "visible").map((each) => each.outerHTML);
          added.forEach((text) => text.remove());
          return cut;
        }"""
    )
    return [f"{name}: letters are cut in {each}" for each in cut]


def shut_out(page: Page, name: str) -> list[str]:
    """Return what is lost of a page of a participant.

    With larger and with wider text, on screens of every width, and with letters that are higher
    than any other.
    """
    size = page.viewport_size
    assert size
    faults = [fault for style in (LARGE, SPACED) for fault in lost_with(page, name, style)]
    for width in (320, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 480})
        where = f"{name}, {width} px wide"
        faults += [*sticking_out(page, where), *covered_exit(page, where)]
        if width == 320:
            faults += cut_letters(page, where)
    page.set_viewport_size(size)
    return faults
