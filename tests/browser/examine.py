"""What axe, the Nu HTML checker and a ruler find wrong with a page."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
VNU = os.environ.get("QUIZ_TEST_VNU", str(ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"))
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def axe_faults(page: Page, name: str) -> list[str]:
    """Return what axe finds on a page, each fault with the name of the page."""
    return [
        f"{name}: {violation['id']}: {[node['html'] for node in violation['nodes']]}"
        for violation in Axe().run(page, options=RULES).response["violations"]
    ]


def sticking_out(page: Page, name: str) -> list[str]:
    """Return by how much a page is wider than its window, if it is."""
    out = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{name}: {out} px stick out"] if out > 0 else []


def keep(html: bytes, folder: Path) -> str:
    """Keep a page for the HTML checker, and return the name of its file."""
    name = f"{len(list(folder.iterdir()))}.html"
    (folder / name).write_bytes(html)
    return name


def html_faults(folder: Path, names: Mapping[str, str]) -> list[str]:
    """Return what the HTML checker finds in the pages of a folder; ``names`` says what each is."""
    checked = subprocess.run(
        ["java", "-jar", VNU, "--format", "json", "--exit-zero-always", str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        f"{names[Path(each['url']).name]}: {each['message']}: {each.get('extract')}"
        for each in json.loads(checked.stderr)["messages"]
    ]
