"""Updates compressed once for all who listen, each the shorter for what came before it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import count

from quiz.web.live_updates import LIFE

LONGEST_CHAIN = 48 * 1024
"""Bytes of text in a chain of updates, some eight questions: who comes late has to wait for the
next chain before her pieces are the short ones, too."""

NUMBERS = count(1)
"""Every update in a chain has a number of its own."""

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"


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
