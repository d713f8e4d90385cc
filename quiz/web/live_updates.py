"""Event streams of rooms, as views use them: who may listen, and that a room has changed.

The server around Flask (``quiz.server``) keeps the responses open and sends what has changed. It
registers its broadcaster with the application; without that server there is none, and pages
connect anew every two seconds.
"""

from __future__ import annotations

from flask import Response, current_app, request

from quiz.store.rooms import RoomVersion
from quiz.store.tables import Room
from quiz.web import security

HEADER = "Quiz-Updates"
"""Header of a response that the server is to keep open: room, version, audience and browser."""

STAFF = "staff"
"""The first word of an audience of console or projector, such as ``staff-wall-vi``. Every other
audience is a language."""

RETRY = 2000
"""Milliseconds after which a page that has lost its stream connects anew."""

HEARTBEAT_EVENT = "event: beat\ndata\n\n"
"""A heartbeat. It has no id, so that it does not change which event was the last."""


def response(room: Room | RoomVersion, audience: str) -> Response:
    """Return the beginning of a stream, for a screen of staff or participants in a language.

    It says whether the page has missed anything.
    """
    seen = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
    first = HEARTBEAT_EVENT if seen == str(room.version) else event(room.version, "refresh")
    wanted = f"{room.id} {room.version} {audience} {security.binding()}"
    headers = {HEADER: wanted, "X-Accel-Buffering": "no"}
    return Response(f"retry: {RETRY}\n\n{first}", mimetype="text/event-stream", headers=headers)


def notify_now() -> None:
    """Send a room that has just changed to its listeners, before another page is rendered here."""
    if broadcaster := current_app.extensions.get("broadcaster"):
        broadcaster.notify_now()


def anybody_listens() -> bool:
    """Whether event streams are open in this process, as while a class is led."""
    broadcaster = current_app.extensions.get("broadcaster")
    return broadcaster is not None and bool(broadcaster.channels)


def staff_audience(screen: str, language: str) -> str:
    """Return the audience of consoles, or of projectors, in a language."""
    return f"{STAFF}-{screen}-{language}"


def screen_of(audience: str) -> tuple[str, str] | None:
    """Return the screen and the language of an audience of staff; None for participants."""
    first, _, rest = audience.partition("-")
    screen, _, language = rest.partition("-")
    return (screen, language) if first == STAFF else None


def is_open(room: int) -> bool:
    """Whether a room is known to be open, without asking the database: somebody listens to it."""
    broadcaster = current_app.extensions.get("broadcaster")
    return broadcaster is not None and room in broadcaster.open_rooms


def event(version: int, name: str, data: str = "") -> str:
    """Return one event in the form of the HTML standard, section 9.2."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines()) or "data\n"
    return f"id: {version}\nevent: {name}\n{lines}\n"
