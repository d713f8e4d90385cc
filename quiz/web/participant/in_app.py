"""Whether a page is shown by an app for messages, which keeps more of it than a browser does."""

from __future__ import annotations

import re

from flask import Flask, request

APPS = re.compile(r"Zalo|Messenger|FBAN|FBAV|FB_IAB")
"""What Zalo, Facebook and Messenger add to the name of their browser."""


def init(app: Flask) -> None:
    """Let pages say so. The name of the browser is looked at for this one page, and not kept."""
    app.add_template_global(is_in_app, "is_in_app")


def is_in_app() -> bool:
    """Whether the browser that asks belongs to such an app."""
    return APPS.search(request.headers.get("User-Agent", "")) is not None
