"""The browser of whoever started a command."""

from __future__ import annotations

import os
import sys
import webbrowser

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""What says on Linux that there is a screen, or which browser to take."""


def open_page(address: str) -> None:
    """Open a page, if there is a screen: one in the terminal would hide what is said there."""
    if sys.platform in {"win32", "darwin"} or any(map(os.environ.get, SCREENS)):
        webbrowser.open(address)
