"""Messages between processes: a length in four bytes, then as many bytes."""

from __future__ import annotations

import struct
from typing import BinaryIO

LENGTH = struct.Struct("!I")


def frame(*parts: bytes) -> bytes:
    """One message made of parts."""
    return b"".join((LENGTH.pack(sum(map(len, parts))), *parts))


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next message, or none at the end of the stream."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    body = stream.read(size)
    return body if len(body) == size else None


class Frames:
    """Messages out of a stream that comes in pieces."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> bytes | None:
        """The message that is complete with this piece, if one is; the other side sends the next
        only when it is asked."""
        if not self._waiting and data[: LENGTH.size] == LENGTH.pack(max(0, len(data) - LENGTH.size)):
            return data[LENGTH.size :]
        self._waiting += data
        if len(self._waiting) < LENGTH.size:
            return None
        if len(self._waiting) < LENGTH.size + LENGTH.unpack_from(self._waiting)[0]:
            return None
        whole = bytes(self._waiting[LENGTH.size :])
        self._waiting.clear()
        return whole
