"""Somebody whose address, code and answers must be found nowhere."""

from __future__ import annotations

import hashlib
from http.cookiejar import CookieJar
from ipaddress import ip_address
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from bs4 import BeautifulSoup

CANARY = "canary-7f3a"
ADDRESSES = ("203.0.113.77", "2001:db8:77::4d")


def traces(address: str) -> set[bytes]:
    """Return how an address might have been written down."""
    known = ip_address(address)
    shapes = {address.encode(), known.exploded.encode(), known.packed.hex().encode(), known.packed}
    shapes |= {str(int(known)).encode()} | {hashlib.sha256(each).digest()[:8] for each in shapes}
    return shapes | {hashlib.sha256(address.encode()).hexdigest()[:16].encode()}


class Visitor:
    """A browser without script, at some address behind a proxy of ours."""

    def __init__(self, site: str, address: str) -> None:
        self.site = site
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("User-Agent", CANARY), ("X-Forwarded-For", address)]

    def open(self, path: str, **fields: str) -> BeautifulSoup:
        data = urlencode(fields).encode() if fields else None
        try:
            with self.opener.open(Request(f"{self.site}{path}", data), timeout=20) as response:  # noqa: S310 - our own address
                text = response.read()
        except HTTPError as refused:
            text = refused.read()
        return BeautifulSoup(text, "lxml")

    def send(self, page: BeautifulSoup, **fields: str) -> BeautifulSoup:
        [form, *_] = page.select("main form")
        hidden = {str(each["name"]): str(each["value"]) for each in form.select("[type=hidden]")}
        return self.open(str(form["action"]), **{**hidden, **fields})
