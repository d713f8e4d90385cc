"""Live updates of rooms: what a page that waits is told, over server-sent events.

An update is the state of now, not a log: its id is the version of the room. A participant's page
gets the part that has changed, drawn once for each language and handed to every phone as the
same bytes. Pages of staff, and whoever missed something, are told to look for themselves.

Each process looks whether the database has moved, and at once after a change of its own; so any
process may serve any phone, and there is nothing else to run.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import sleep

from flask import Flask, Response, current_app, request

from quiz.store import rooms
from quiz.store.database import Database
from quiz.store.tables import Room
from quiz.web import security

HEADER = "Quiz-Updates"
"""By this header a page of Flask asks the outermost application to keep the response open."""

STAFF = "staff"
"""The audience of console and wall. Every other audience is a language."""

LOOK_EVERY = 0.05
"""Seconds between two looks at the database while anybody waits for updates."""

COUNT_EVERY = 1.0
"""Seconds between two hints that figures may have changed: nobody needs to see each answer."""

REST = 1.0
"""Seconds to leave alone what could not be looked at or drawn."""

BEAT_EVERY = 15.0
"""Seconds between two signs of life: proxies end what is silent, and pages notice a dead line."""

RETRY = 2000
"""Milliseconds after which a phone that has lost the line tries again."""

LIFE = "event: beat\ndata\n\n"
"""A sign of life. It has no id, so that it changes nothing about what was seen last."""

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"


def response(room: Room, audience: str) -> Response:
    """Return the beginning of a stream, for STAFF or for participants in a language.

    It says whether the page has missed anything. Where nobody keeps it open the page connects
    anew every two seconds, which works as well.
    """
    seen = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
    first = LIFE if seen == str(room.version) else event(room.version, "look")
    wanted = f"{room.id} {room.version} {audience} {security.binding()}"
    headers = {HEADER: wanted, "X-Accel-Buffering": "no"}
    return Response(f"retry: {RETRY}\n\n{first}", mimetype="text/event-stream", headers=headers)


def watcher() -> Watcher:
    """Return what looks after the updates of this process."""
    found: Watcher = current_app.extensions["watcher"]
    return found


def event(version: int, name: str, data: str = "") -> str:
    """Return one event in the form of the HTML standard, section 9.2."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines()) or "data\n"
    return f"id: {version}\nevent: {name}\n{lines}\n"


def compressed(text: str) -> bytes:
    """Return a piece of a gzip stream that can follow any other such piece.

    It looks back at nothing before it and ends at a whole byte; so one piece serves all phones,
    whenever they came.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(text.encode()) + packer.flush(zlib.Z_FULL_FLUSH)


@dataclass(frozen=True)
class Update:
    """The same words twice: as they are, and compressed."""

    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, text: str) -> Update:
        """Return an update of a text."""
        return cls(text.encode(), compressed(text))


BEAT = Update.of(LIFE)


@dataclass(eq=False)
class Channel:
    """Everybody who is told the same: those in one room, in one language, or its staff."""

    room: int
    audience: str
    version: int
    listeners: set[Callable[[Update], None]] = field(default_factory=set)

    @property
    def for_staff(self) -> bool:
        """Whether console and wall listen here, who also want to know of new answers."""
        return self.audience == STAFF


class Watcher:
    """Looks at the database for all who listen, from a thread of its own."""

    def __init__(self, app: Flask, draw: Callable[[int, str], tuple[int, str]]) -> None:
        """``draw`` returns the version of a room and its page for participants in a language."""
        self.app = app
        self.draw = draw
        self.channels: dict[tuple[int, str], Channel] = {}
        self.lock = Lock()
        self.moved = Event()
        self.thread: Thread | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    def listen(
        self, room: int, audience: str, version: int, tell: Callable[[Update], None]
    ) -> Callable[[], None]:
        """Call ``tell``, in the loop that runs now, whenever a room moves on from a version.

        Returns what ends it. All who listen share one loop, and are told in one go.
        """
        self.loop = asyncio.get_running_loop()
        with self.lock:
            channel = self.channels.setdefault((room, audience), Channel(room, audience, version))
            channel.listeners.add(tell)
            missed = channel.version != version
            if self.thread is None:
                self.thread = Thread(target=self.watch, name="watcher", daemon=True)
                self.thread.start()
        self.wake()  # the room may have moved since the version was read
        if missed:
            tell(Update.of(event(channel.version, "look")))

        def end() -> None:
            with self.lock:
                channel.listeners.discard(tell)
                if not channel.listeners:
                    self.channels.pop((room, audience), None)

        return end

    def wake(self) -> None:
        """Look at once: this process has changed something, or somebody new listens."""
        self.moved.set()

    def watch(self) -> None:
        """Look again and again, as long as anybody listens."""
        database: Database = self.app.extensions["database"]
        seen: object = None
        counted: object = None
        ticks = 0
        while self.goes_on():
            woken = self.moved.wait(LOOK_EVERY)
            self.moved.clear()
            ticks += 1
            try:
                now = database.data_version()
                if woken or now != seen:
                    self.tell_of_moves(database)
                    seen = now
                if now != counted and ticks * LOOK_EVERY >= COUNT_EVERY:
                    self.tell_of_counts()
                    counted, ticks = now, 0
            except Exception as error:  # the next look may well succeed
                self.app.logger.error("updates are late: %s", type(error).__name__)
                sleep(REST)

    def goes_on(self) -> bool:
        """Whether anybody listens. If not, this thread ends, and who comes next starts another."""
        with self.lock:
            if not self.channels:
                self.thread = None
            return bool(self.channels)

    def tell_of_moves(self, database: Database) -> None:
        """Tell everybody in rooms that have moved."""
        with self.lock:
            channels = list(self.channels.values())
        with database.reading() as db:
            versions = rooms.versions(db, {channel.room for channel in channels})
        for channel in channels:
            version = versions.get(channel.room, 0)
            if version == channel.version:
                continue
            if channel.for_staff or not version:
                text = event(version, "look")
            else:
                version, page = self.draw(channel.room, channel.audience)
                text = event(version, "page", page)
            self.publish(channel, Update.of(text), version)

    def tell_of_counts(self) -> None:
        """Let console and wall look how many have joined and answered."""
        for channel in list(self.channels.values()):
            if channel.for_staff:
                self.publish(channel, Update.of(event(channel.version, "look")), channel.version)

    def publish(self, channel: Channel, update: Update, version: int) -> None:
        """Hand an update to all who listen."""
        with self.lock:
            channel.version = version
            listeners = list(channel.listeners)
        if self.loop is not None:
            with suppress(RuntimeError):  # the loop has ended: the server stops
                self.loop.call_soon_threadsafe(tell_all, listeners, update)


def tell_all(listeners: Collection[Callable[[Update], None]], update: Update) -> None:
    """Hand an update to each."""
    for tell in listeners:
        tell(update)
