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
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock, Thread
from time import monotonic, sleep

from flask import Flask, Response, current_app, request

from quiz.store import rooms
from quiz.store.database import Database
from quiz.store.rooms import RoomVersion
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

FIRST = 0.25
"""Seconds for which whoever moved a room waits until phones have been told."""

REST = 1.0
"""Seconds to leave alone what could not be looked at or drawn."""

BEAT_EVERY = 15.0
"""Seconds between two signs of life: proxies end what is silent, and pages notice a dead line."""

LONGEST_CHAIN = 48 * 1024
"""Bytes of text in a chain of updates, some eight questions: who comes late has to wait for the
next chain before her pieces are the short ones, too."""

NUMBERS = count(1)
"""Every update in a chain has a number of its own."""

RETRY = 2000
"""Milliseconds after which a phone that has lost the line tries again."""

LIFE = "event: beat\ndata\n\n"
"""A sign of life. It has no id, so that it changes nothing about what was seen last."""

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"


def response(room: Room | RoomVersion, audience: str) -> Response:
    """Return the beginning of a stream, for STAFF or for participants in a language.

    It says whether the page has missed anything. Where nobody keeps it open the page connects
    anew every two seconds, which works as well.
    """
    seen = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
    first = LIFE if seen == str(room.version) else event(room.version, "look")
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


@dataclass(frozen=True)
class Update:
    """The same words three times: as they are, and compressed for two kinds of listener."""

    plain: bytes
    packed: bytes
    """A piece of a gzip stream that can follow any other: it looks back at nothing before it."""

    shorter: bytes = b""
    """The same for whoever has had every update of a chain, up to the one that this follows."""

    number: int = 0
    follows: int = -1

    @property
    def begins(self) -> bool:
        """Whether a chain begins here: this is for everybody, and more can follow it."""
        return self.shorter == self.packed

    @property
    def is_life(self) -> bool:
        """Whether this says nothing but that the line is alive."""
        return self.plain == LIFE.encode()

    @classmethod
    def of(cls, text: str) -> Update:
        """Return an update outside of any chain."""
        packer = new_packer()
        return cls(text.encode(), packer.compress(text.encode()) + packer.flush(zlib.Z_FULL_FLUSH))


def new_packer() -> zlib._Compress:
    """Return what makes pieces of a gzip stream, without its header."""
    return zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)


class Chain:
    """Updates that all listeners of a channel get one after the other.

    The pages of a class have most of their markup in common. Compressed as what follows the
    others, one takes a third of the bytes; and still all phones get the same ones. Who comes
    late, or is too slow, gets pieces that stand for themselves until the next chain begins.
    """

    def __init__(self) -> None:
        self.packer = new_packer()
        self.length = LONGEST_CHAIN
        self.last = 0

    def add(self, text: str) -> Update:
        """Return the next update."""
        body = text.encode()
        begins = self.length + len(body) > LONGEST_CHAIN
        if begins:
            self.packer, self.length = new_packer(), 0
        self.length += len(body)
        shorter = self.packer.compress(body) + self.packer.flush(zlib.Z_SYNC_FLUSH)
        packed = shorter if begins else Update.of(text).packed
        follows, self.last = self.last, next(NUMBERS)
        return Update(body, packed, shorter, self.last, follows)


@dataclass
class Position:
    """How far a listener has come in the chain of a channel."""

    had: int = 0

    def piece(self, update: Update) -> bytes:
        """Return the shortest piece of an update for this listener, who has it from now on."""
        in_chain = update.follows == self.had
        self.had = update.number if in_chain or update.begins else 0
        return update.shorter if in_chain else update.packed


@dataclass(eq=False)
class Channel:
    """Everybody who is told the same: those in one room, in one language, or its staff."""

    room: int
    audience: str
    version: int
    listeners: set[Callable[[Update], None]] = field(default_factory=set)
    chain: Chain = field(default_factory=Chain)
    told: float = field(default_factory=monotonic)

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
        self.pressing: deque[Event] = deque()
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
            first = (room, audience) not in self.channels
            channel = self.channels.setdefault((room, audience), Channel(room, audience, version))
            channel.listeners.add(tell)
            missed = channel.version != version
            if self.thread is None:
                self.thread = Thread(target=self.watch, name="watcher", daemon=True)
                self.thread.start()
        if first:
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

    def tell_first(self) -> None:
        """Look at once, and wait for a moment until it is done.

        A console whose page is drawn meanwhile would keep thirty phones waiting.
        """
        if self.thread is not None:
            told = Event()
            self.pressing.append(told)
            self.wake()
            told.wait(FIRST)

    def watch(self) -> None:
        """Look again and again, as long as anybody listens."""
        database: Database = self.app.extensions["database"]
        seen: object = None
        counted: object = None
        ticks = 0
        while self.goes_on():
            woken = self.moved.wait(LOOK_EVERY)
            self.moved.clear()
            pressing = [self.pressing.popleft() for _ in range(len(self.pressing))]
            ticks += 1
            self.give_signs_of_life()
            try:
                now = database.data_version()
                if woken or now != seen:
                    self.tell_of_moves(database)
                    seen = now
                for told in pressing:
                    told.set()
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
        """Tell everybody in rooms that have moved.

        Where a page cannot be drawn, phones are told to ask for it themselves. That is logged, and
        the other rooms do not wait for it.
        """
        with self.lock:
            channels = list(self.channels.values())
        with database.reading() as db:
            versions = rooms.versions(db, {channel.room for channel in channels})
        for channel in channels:
            version = versions.get(channel.room, 0)
            if version == channel.version:
                continue
            page = ""
            if version and not channel.for_staff:
                try:
                    version, page = self.draw(channel.room, channel.audience)
                except Exception as error:  # of whatever kind: it is that of one room
                    self.app.logger.error(
                        "room %d cannot be drawn in %s: %s",
                        channel.room,
                        channel.audience,
                        type(error).__name__,
                    )
            text = event(version, "page", page) if page else event(version, "look")
            self.publish(channel, text, version)

    def tell_of_counts(self) -> None:
        """Let console and wall look how many have joined and answered."""
        for channel in list(self.channels.values()):
            if channel.for_staff:
                self.publish(channel, event(channel.version, "look"), channel.version)

    def give_signs_of_life(self) -> None:
        """Let everybody know who has heard nothing for a while that the line is alive."""
        for channel in list(self.channels.values()):
            if monotonic() - channel.told >= BEAT_EVERY:
                self.publish(channel, LIFE, channel.version)

    def publish(self, channel: Channel, text: str, version: int) -> None:
        """Hand an update to all who listen."""
        update = channel.chain.add(text)
        with self.lock:
            channel.version, channel.told = version, monotonic()
            listeners = list(channel.listeners)
        if self.loop is not None:
            with suppress(RuntimeError):  # the loop has ended: the server stops
                self.loop.call_soon_threadsafe(tell_all, listeners, update)


def tell_all(listeners: Collection[Callable[[Update], None]], update: Update) -> None:
    """Hand an update to each."""
    for tell in listeners:
        tell(update)
