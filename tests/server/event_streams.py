"""A class that another process moves, and the event streams of its phones."""

from __future__ import annotations

import socket
import zlib
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from quiz.domain.room import Move
from quiz.service.live import moves
from quiz.store.attempts import new_token
from quiz.store.tables import Room
from tests.classes import join, open_class
from tests.conftest import Opener
from tests.shipped import shipped_bank

NOW = datetime.now(UTC)
TODAY: date = NOW.date()


class Hall:
    """A room that another process moves than the one which serves the phones."""

    def __init__(self, opener: Opener) -> None:
        self.bank = shipped_bank()
        self.database = opener()
        self.token = new_token()
        with self.database.writing() as db:
            room = open_class(db, self.bank, list(self.bank.questions)[:2], NOW)
            join(db, room, self.token)
            db.commit()

    def join_all(self) -> str:
        """Let one more phone in, and return its token."""
        token = new_token()
        with self.database.writing() as db:
            join(db, db.get_one(Room, 1), token)
            db.commit()
        return token

    def move(self, move: Move) -> int:
        with self.database.writing() as db:
            room = db.get_one(Room, 1)
            moves.move(db, self.bank, room, move, version=room.version, today=TODAY)
            db.commit()
            return room.version


class Line:
    """One open response."""

    def __init__(
        self, address: str, token: str | None, path: str = "/r/e", extra: str = ""
    ) -> None:
        parts = urlsplit(address)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        cookie = f"Cookie: s={token}\r\n" if token else ""
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}{extra}\r\n".encode()
        )
        self.file = self.socket.makefile("rb")
        self.head = b"".join(iter(self.file.readline, b"\r\n")).decode().lower()
        self.unpack = zlib.decompressobj(wbits=31) if "encoding: gzip" in self.head else None

    def read(self) -> str:
        """Return the next piece that says something; nothing at the end."""
        while size := int(self.file.readline(), 16):
            piece = self.file.read(size + 2)[:-2]
            text = (self.unpack.decompress(piece) if self.unpack else piece).decode()
            if text.strip(":\n"):
                return text
        return ""

    def read_through_a_filter(self) -> bytes:
        """Return the next piece through a filter that holds each back until another one comes."""
        size = int(self.file.readline(), 16)
        held = self.file.read(size + 2)[:-2]
        pushed = int(self.file.readline(), 16)
        self.file.read(pushed + 2)
        return held

    def close(self) -> None:
        self.file.close()
        self.socket.close()
