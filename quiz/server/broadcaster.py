"""Live updates of rooms: sends server-sent events to every page that listens in this process.

An event is the state of now, not a log: its id is the version of the room. Participants get the
part of the page that has changed, rendered once for each language and sent to every phone as the
same bytes. Pages of staff are sent how many have joined and answered, and are told to request the
page themselves when the room moves; so is whoever missed something.

Each process watches the database for changes, and is woken after a change of its own; so any
process may serve any phone, and no message broker is needed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from threading import Event, Lock, Thread
from time import monotonic, sleep

from flask import Flask

from quiz.server.shared_compression import Frame, SharedCompressor
from quiz.store import rooms
from quiz.store.database import Database
from quiz.store.watch import Watch
from quiz.web.live_updates import HEARTBEAT_EVENT, event, screen_of

Render = Callable[[int, str], tuple[int, str]]

TICK = 1.0
"""Seconds after which a heartbeat may be due, or nobody listens any more."""

COUNT_INTERVAL = 1.0
"""Seconds between two counts of a room: staff need not see each answer. Each screen is counted from
when it began to listen, so that many rooms are not counted at the same moment."""

NOTIFY_TIMEOUT = 0.25
"""Seconds for which whoever moved a room waits until its listeners have been sent the page."""

ERROR_BACKOFF = 1.0
"""Seconds to wait after the database could not be read."""

HEARTBEAT = 14.0
"""Seconds of silence after which a heartbeat is due; it is sent within another second.

Proxies close silent connections, and pages notice dead ones.
"""


@dataclass(eq=False)
class Channel:
    """Listeners that get the same events: those of one room in one language, or its staff."""

    room: int
    audience: str
    version: int
    listeners: set[Callable[[Frame], None]] = field(default_factory=set)
    compressor: SharedCompressor = field(default_factory=SharedCompressor)
    last_sent: float = field(default_factory=monotonic)
    counted_at: float = field(default_factory=monotonic)
    counted: int = 0
    """How often anything may have changed until people and answers were counted last."""
    last_counts: str = ""

    @property
    def for_staff(self) -> bool:
        """Whether console or projector listen here, which are sent the counts as well."""
        return screen_of(self.audience) is not None

    def until_count(self, changes: int) -> float:
        """Return after how many seconds to count for this channel, after so many changes."""
        if not self.for_staff or self.counted == changes:
            return inf
        return max(self.counted_at + COUNT_INTERVAL - monotonic(), 0.0)


class Broadcaster:
    """Watches the database in a thread of its own, and publishes what has changed."""

    def __init__(self, app: Flask, render: Render, render_counts: Render) -> None:
        """``render`` returns the version of a room and its page for participants in a language.

        ``render_counts`` returns the version and the counts for an audience of staff.
        """
        self.app = app
        self.render = render
        self.render_counts = render_counts
        self.channels: dict[tuple[int, str], Channel] = {}
        self.open_rooms: Collection[int] = ()
        """Rooms that were open at the last look, of those whose screens or phones listen here."""
        self.lock = Lock()
        self.notifying: deque[Event] = deque()
        self.thread: Thread | None = None
        self.watch: Watch | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    def subscribe(
        self, room: int, audience: str, version: int, listener: Callable[[Frame], None]
    ) -> Callable[[], None]:
        """Call ``listener``, in the running loop, whenever a room moves on from a version.

        Returns what unsubscribes it. All listeners share one loop, and are called together.
        """
        self.loop = asyncio.get_running_loop()
        with self.lock:
            first = (room, audience) not in self.channels
            channel = self.channels.setdefault((room, audience), Channel(room, audience, version))
            channel.listeners.add(listener)
            missed = channel.version != version
            if self.thread is None:
                database: Database = self.app.extensions["database"]
                self.watch = database.watch()
                self.thread = Thread(
                    target=self.poll, args=(database, self.watch), name="broadcaster", daemon=True
                )
                self.thread.start()
            if first and self.watch is not None:
                self.watch.wake()  # the room may have moved since the version was read
        if missed:
            listener(Frame.of(event(channel.version, "refresh")))

        def unsubscribe() -> None:
            with self.lock:
                channel.listeners.discard(listener)
                if not channel.listeners:
                    self.channels.pop((room, audience), None)

        return unsubscribe

    def notify_now(self) -> None:
        """Publish what this process has just changed, and wait for a moment until that is done.

        Thirty phones would wait for the console, if its page were rendered meanwhile.
        """
        done = Event()
        with self.lock:
            if self.watch is None:
                return
            self.notifying.append(done)
            self.watch.wake()
        done.wait(NOTIFY_TIMEOUT)

    def poll(self, database: Database, watch: Watch) -> None:
        """Publish what changes in the database as long as anybody listens."""
        changes = 0
        while self.has_listeners():
            self.publish_heartbeats()
            try:
                changed = watch.wait(self.until_next_count(changes))
                notifying = [self.notifying.popleft() for _ in range(len(self.notifying))]
                if changed or notifying:
                    changes += 1
                    self.publish_moves(database)
                for done in notifying:
                    done.set()
                self.publish_counts(changes)
            except Exception as error:  # the next attempt may well succeed
                self.app.logger.error("updates are late: %s", type(error).__name__)
                sleep(ERROR_BACKOFF)
                watch.wake()  # what could not be published is published then
        watch.close()

    def has_listeners(self) -> bool:
        """Whether anybody listens. If not, this thread ends; the next subscriber starts another."""
        with self.lock:
            if not self.channels:
                self.thread, self.watch, self.open_rooms = None, None, ()
            return bool(self.channels)

    def publish_moves(self, database: Database) -> None:
        """Publish the pages of rooms that have moved.

        Where a page cannot be rendered, phones are told to request it themselves. That is logged,
        and the other rooms do not wait for it.
        """
        with self.lock:
            channels = list(self.channels.values())
        with database.reading() as db:
            versions = rooms.versions(db, {channel.room for channel in channels})
        self.open_rooms = versions.keys()
        for channel in channels:
            version = versions.get(channel.room, 0)
            if version == channel.version:
                continue
            page = ""
            if not channel.for_staff:
                version, page = self.rendered(self.render, channel) or (version, "")
            text = event(version, "page", page) if page else event(version, "refresh")
            self.publish(channel, text, version)

    def until_next_count(self, changes: int) -> float:
        """Return after how many seconds a count is due, or the thread has to look around."""
        due = (channel.until_count(changes) for channel in list(self.channels.values()))
        return min([TICK, *due])

    def publish_counts(self, changes: int) -> None:
        """Send staff how many have joined and answered, if that is due and has changed.

        ``changes`` is how often anything may have changed in the database until now.
        """
        for channel in list(self.channels.values()):
            if channel.until_count(changes) > 0:
                continue
            version, counts = self.rendered(self.render_counts, channel) or (0, "")
            channel.counted_at, channel.counted = monotonic(), changes
            text = event(version, "counts", counts)
            if version == channel.version and text != channel.last_counts:
                channel.last_counts = text
                self.publish(channel, text, version)

    def rendered(self, render: Render, channel: Channel) -> tuple[int, str] | None:
        """Return what is rendered for a channel, or None if it cannot be; that is logged."""
        try:
            return render(channel.room, channel.audience)
        except Exception as error:  # of whatever kind: it is that of one room
            self.app.logger.error(
                "room %d cannot be rendered for %s: %s",
                channel.room,
                channel.audience,
                type(error).__name__,
            )
            return None

    def publish_heartbeats(self) -> None:
        """Send a heartbeat to every channel that was silent for a while."""
        for channel in list(self.channels.values()):
            if monotonic() - channel.last_sent >= HEARTBEAT:
                self.publish(channel, HEARTBEAT_EVENT, channel.version)

    def publish(self, channel: Channel, text: str, version: int) -> None:
        """Send an event to all listeners of a channel."""
        frame = channel.compressor.add(text)
        with self.lock:
            channel.version, channel.last_sent = version, monotonic()
            listeners = list(channel.listeners)
        if self.loop is not None:
            with suppress(RuntimeError):  # the loop has ended: the server stops
                self.loop.call_soon_threadsafe(call_all, listeners, frame)


def call_all(listeners: Collection[Callable[[Frame], None]], frame: Frame) -> None:
    """Call every listener with a frame."""
    for listener in listeners:
        listener(frame)
