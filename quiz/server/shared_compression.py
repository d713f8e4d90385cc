"""Server-sent events compressed once for all listeners of a channel, each using those before it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import count

from quiz.web.live_updates import HEARTBEAT_EVENT

MAX_SERIES_BYTES = 48 * 1024
"""Bytes of text in a series of frames, some eight questions. Whoever comes late gets the longer
form of each frame until the next series begins."""

FRAME_NUMBERS = count(1)
"""Every frame of a series has a number of its own in this process."""

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"


@dataclass(frozen=True)
class Frame:
    """One event in three forms: plain, compressed by itself, and compressed as part of a series."""

    plain: bytes
    standalone: bytes
    """A part of a gzip stream that can follow any other: it refers to nothing before it."""

    continued: bytes = b""
    """The same for a client that has every frame of the series up to the previous one."""

    number: int = 0
    previous: int = -1

    @property
    def begins_series(self) -> bool:
        """Whether a series begins here, so that both compressed forms are the same."""
        return self.continued == self.standalone

    @property
    def is_heartbeat(self) -> bool:
        """Whether the event says nothing but that the connection is alive."""
        return self.plain == HEARTBEAT_EVENT.encode()

    @classmethod
    def of(cls, text: str) -> Frame:
        """Return a frame outside any series."""
        plain = text.encode()
        compressor = create_compressor()
        return cls(plain, compressor.compress(plain) + compressor.flush(zlib.Z_FULL_FLUSH))


def create_compressor() -> zlib._Compress:
    """Return a compressor that makes parts of a gzip stream, without its header."""
    return zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)


class SharedCompressor:
    """Compresses the events of a channel as one stream that all its listeners share.

    The pages of a class have most of their markup in common. Eight questions with their answers
    are 48 KiB; 19 KiB if each page is compressed by itself, and 9 KiB as a series. Whoever comes
    late, or missed a frame, gets standalone frames until the next series begins.
    """

    def __init__(self) -> None:
        self.compressor = create_compressor()
        self.length = MAX_SERIES_BYTES
        self.last = 0

    def add(self, text: str) -> Frame:
        """Return the next frame."""
        plain = text.encode()
        begins = self.length + len(plain) > MAX_SERIES_BYTES
        if begins:
            self.compressor, self.length = create_compressor(), 0
        self.length += len(plain)
        continued = self.compressor.compress(plain) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
        standalone = continued if begins else Frame.of(text).standalone
        previous, self.last = self.last, next(FRAME_NUMBERS)
        return Frame(plain, standalone, continued, self.last, previous)


@dataclass
class ClientState:
    """The last frame of a series that a client has received."""

    last: int = 0

    def compressed(self, frame: Frame) -> bytes:
        """Return the shortest form of a frame that the client can read; it has received it then."""
        in_series = frame.previous == self.last
        self.last = frame.number if in_series or frame.begins_series else 0
        return frame.continued if in_series else frame.standalone
