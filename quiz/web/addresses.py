"""Addresses of pages as others open them: in links that are handed over, and on the wall."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, request, url_for

from quiz.web import network


def public(endpoint: str, **values: object) -> str:
    """Return the whole address of a page, under the name by which others reach this site."""
    return f"{site()}{url_for(endpoint, **values)}"  # type: ignore[arg-type]


def site() -> str:
    """Return how others reach this site: ``https://quiz.example``, without a slash.

    QUIZ_URL says it. Without it, whoever asks has found a name that works; but who sits at the
    machine itself may call it by a name that works nowhere else.
    """
    config = current_app.config
    if config["URL"]:
        return str(config["URL"])
    if config["LAN_PORT"] and is_here(request.host_url):
        return f"http://{config['LAN_HOST'] or network.host()}:{config['LAN_PORT']}"
    return request.host_url.rstrip("/")


def reaches_others() -> bool:
    """Whether other machines, such as phones, can open the addresses of ``public``."""
    return not is_here(site())


def is_here(address: str) -> bool:
    """Whether an address leads to the very machine on which it is opened."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
