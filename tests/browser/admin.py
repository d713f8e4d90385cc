"""An admin who goes through all pages of staff."""

from collections.abc import Iterator

import pyotp
from playwright.sync_api import Page

from tests.classes import EMAIL, PASSWORD


class Admin:
    """Somebody with a browser, who has just been given her first link."""

    def __init__(self, page: Page, site: tuple[str, str], language: str) -> None:
        self.page = page
        self.address, self.invitation = site
        self.prefix = "" if language == "vi" else f"/{language}"

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.address}{self.prefix}{path}")

    def send(self, button: str, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"#{name}", value)
        with self.page.expect_navigation():
            self.page.locator(f"button[value={button}]").click()

    def states(self) -> Iterator[str]:
        """Open every page of staff, and yield its name."""
        yield from self.accept()
        yield from self.set_up()
        recovery = self.page.locator("main li code").first.inner_text()
        yield from self.manage()
        self.send("sign-out")
        self.visit("/account")
        self.send("sign-in", email=EMAIL, password=PASSWORD)
        yield "the code"
        self.send("code", code=recovery)
        yield "signed in with a recovery code"

    def accept(self) -> Iterator[str]:
        self.visit(self.invitation)
        yield "invitation"
        self.send("accept", new="ngắn")
        yield "a password that cannot be taken"
        self.send("accept", new=PASSWORD)
        yield "password kept"
        self.visit(self.invitation)
        yield "a link that was used"

    def set_up(self) -> Iterator[str]:
        self.visit("/people")
        yield "signing in"
        self.send("sign-in")
        yield "signing in with nothing"
        self.send("sign-in", email=EMAIL, password=PASSWORD)
        yield "the second factor is wanted"
        self.send("begin")
        yield "no password"
        self.send("begin", current=PASSWORD)
        yield "a square to scan"
        self.send("confirm")
        yield "no code"
        totp = pyotp.TOTP(self.page.locator("main code").inner_text().replace(" ", ""))
        self.send("confirm", code=totp.now())
        yield "recovery codes"

    def manage(self) -> Iterator[str]:
        for path in ("/account", "/account/second-factor", "/guide", "/people", "/people/1"):
            self.visit(path)
            yield path
        self.send("disable")
        yield "the last admin"
        self.visit("/people")
        self.send("invite")
        yield "nobody invited"
        self.send("invite", email="mai@example.org")
        yield "a link to pass on"
