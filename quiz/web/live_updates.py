"""Live updates of rooms, as views see them: who may listen, and that a room has changed.

An update is the state of now, not a log: its id is the version of the room. The server around
Flask keeps the responses open, and sends them what has changed.
"""

from __future__ import annotations

from flask import Response, current_app, request

from quiz.store.rooms import RoomVersion
from quiz.store.tables import Room
from quiz.web import security

HEADER = "Quiz-Updates"
"""By this header a page of Flask asks the outermost application to keep the response open."""

STAFF = "staff"
"""The audience of console and wall. Every other audience is a language."""

RETRY = 2000
"""Milliseconds after which a phone that has lost the line tries again."""

HEARTBEAT_EVENT = "event: beat\ndata\n\n"
"""A sign of life. It has no id, so that it changes nothing about what was seen last."""


def response(room: Room | RoomVersion, audience: str) -> Response:
    """Return the beginning of a stream, for STAFF or for participants in a language.

    It says whether the page has missed anything. Where nobody keeps it open the page connects
    anew every two seconds, which works as well.
    """
    seen = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
    first = HEARTBEAT_EVENT if seen == str(room.version) else event(room.version, "look")
    wanted = f"{room.id} {room.version} {audience} {security.binding()}"
    headers = {HEADER: wanted, "X-Accel-Buffering": "no"}
    return Response(f"retry: {RETRY}\n\n{first}", mimetype="text/event-stream", headers=headers)


def tell_first() -> None:
    """Send the pages of a room that has just changed before the next one is rendered here.

    Without the server around it, the application keeps no stream open, and tells nobody.
    """
    if watcher := current_app.extensions.get("watcher"):
        watcher.tell_first()


def anybody_listens() -> bool:
    """Whether streams are open in this process, as while a class is led."""
    watcher = current_app.extensions.get("watcher")
    return watcher is not None and bool(watcher.channels)


def event(version: int, name: str, data: str = "") -> str:
    """Return one event in the form of the HTML standard, section 9.2."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines()) or "data\n"
    return f"id: {version}\nevent: {name}\n{lines}\n"
