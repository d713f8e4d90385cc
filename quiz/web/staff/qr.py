"""QR codes, drawn into a page."""

from __future__ import annotations

import segno
from markupsafe import Markup


def drawing(text: str, *, fills: bool = False) -> Markup:
    """Return a QR code as SVG. Screen readers skip it, so the same stands beside it in words.

    It has a size of its own, or ``fills`` what it stands in.
    """
    code = segno.make(text, micro=False)
    svg = code.svg_inline(
        scale=6, omitsize=fills, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - drawn by us
