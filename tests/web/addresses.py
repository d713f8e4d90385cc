"""Every address of the application, the fields of its forms, and their tokens."""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from quiz.web import security
from tests.people import Phone
from tests.sources import TEMPLATES

TEXTS = [file.read_text(encoding="utf-8") for file in sorted(TEMPLATES.rglob("*.html"))]


def written(pattern: str) -> set[str]:
    """Return what stands in the templates, but for what is filled in."""
    return {found for text in TEXTS for found in re.findall(pattern, text) if "{" not in found}


NAMES = sorted(
    written(r'\bname="([^"]+)"')
    | {*"do a q version view key email password code next seen sort role first last".split()}
    | {*"questions name length mode phase projector province chapter expected".split()}
    | {"told_optional", "told_parents", "knows_disclosure", "id", "csrf_token", "__class__"}
)


def paths(app: Flask, rule: Rule, hostile: str = "1") -> list[str]:
    """Return the addresses of a rule: with values that there are, and with hostile ones."""
    address = app.url_map.bind("localhost")
    found = []
    for number in ("1", "2", "3", "99999999999999999999"):
        given = {
            name: int(number) if isinstance(converter, IntegerConverter) else hostile or "x"
            for name, converter in rule._converters.items()
        }
        found.append(address.build(rule.endpoint, given, method=method_of(rule)))
    return list(dict.fromkeys(found))


def method_of(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or ()) else "GET"


def token_for(app: Flask, person: Phone, path: str) -> str:
    """Return a form token as the page at this address would hold it for this person."""
    cookies = "; ".join(f"{each.key}={each.value}" for each in person.client._cookies.values())
    with app.test_request_context(path, method="POST", headers={"Cookie": cookies}):
        return security.signer().dumps(security.form_owner())
