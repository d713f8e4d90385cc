"""Class codes with our signature: what a QR code and the page before joining carry.

Nobody can guess one, so guesses never slow them down.
"""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, Signer

from quiz.domain.join_code import SIGNED, in_address


def sign(code: str) -> str:
    """Return a code with our signature: ``482913~…``."""
    return signer().sign(code).decode()


def signed_code(typed: str) -> str | None:
    """Return the code that carries our signature, also in the address of a QR code; or None."""
    try:
        return signer().unsign(in_address(typed)).decode()
    except (BadSignature, UnicodeEncodeError):
        return None


def signer() -> Signer:
    """Return what signs codes."""
    return Signer(current_app.config["SECRET_KEY"], salt="class code", sep=SIGNED)
