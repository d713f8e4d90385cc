"""Live updates of rooms: what a page that waits is told, over server-sent events.

An update is the state of now, not a log: its id is the version of the room. A participant's page
gets the part that has changed, drawn once for each language and handed to every phone as the
same bytes. Pages of staff, and whoever missed something, are told to look for themselves.

Each process looks whether the database has moved, and at once after a change of its own; so any
process may serve any phone, and there is nothing else to run.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic, sleep

from flask import Flask

from quiz.server.shared_compression import Frame, SharedCompressor
from quiz.store import rooms
from quiz.store.database import Database
from quiz.web.live_updates import HEARTBEAT_EVENT, STAFF, event

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


@dataclass(eq=False)
class Channel:
    """Everybody who is told the same: those in one room, in one language, or its staff."""

    room: int
    audience: str
    version: int
    listeners: set[Callable[[Frame], None]] = field(default_factory=set)
    compressor: SharedCompressor = field(default_factory=SharedCompressor)
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
        self, room: int, audience: str, version: int, tell: Callable[[Frame], None]
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
            tell(Frame.of(event(channel.version, "look")))

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
                self.publish(channel, HEARTBEAT_EVENT, channel.version)

    def publish(self, channel: Channel, text: str, version: int) -> None:
        """Hand an update to all who listen."""
        update = channel.compressor.add(text)
        with self.lock:
            channel.version, channel.told = version, monotonic()
            listeners = list(channel.listeners)
        if self.loop is not None:
            with suppress(RuntimeError):  # the loop has ended: the server stops
                self.loop.call_soon_threadsafe(tell_all, listeners, update)


def tell_all(listeners: Collection[Callable[[Frame], None]], update: Frame) -> None:
    """Hand an update to each."""
    for tell in listeners:
        tell(update)
