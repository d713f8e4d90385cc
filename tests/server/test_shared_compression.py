"""Compression that all listeners of a channel share."""

import zlib
from random import Random

from quiz.server.shared_compression import GZIP_HEADER, ClientState, Frame, SharedCompressor
from quiz.web.live_updates import HEARTBEAT_EVENT


class Client:
    """A phone that decompresses what it is sent."""

    def __init__(self) -> None:
        self.state = ClientState()
        self.unpack = zlib.decompressobj(wbits=31)
        self.unpack.decompress(GZIP_HEADER + Frame.of(HEARTBEAT_EVENT).standalone)
        self.bytes = 0

    def read(self, frame: Frame) -> str:
        piece = self.state.compressed(frame)
        self.bytes += len(piece)
        return self.unpack.decompress(piece).decode()


def test_every_phone_understands_every_update_whenever_it_came_and_whatever_it_missed():
    compressor = SharedCompressor()
    words = Random(1).choices(["div", "class", "câu", "chọn", "trả lời", "đáp án", "vì sao"], k=400)
    faithful, late, slow = Client(), Client(), Client()
    alone = 0
    for number in range(60):
        text = HEARTBEAT_EVENT if number % 7 == 3 else f"id: {number}\ndata: {' '.join(words)}\n\n"
        frame = compressor.add(text)
        alone += len(frame.standalone)
        assert faithful.read(frame) == text
        if number >= 5:
            assert late.read(frame) == text
        if number % 11:
            assert slow.read(frame) == text
    assert faithful.bytes < late.bytes < alone
    assert faithful.bytes < alone / 2
