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
        self._pieces: list[bytes] = []
        self._missing = 0
        """Bytes that the message still lacks; of its length, where less than that has come."""

    def feed(self, data: bytes) -> bytes | None:
        """The message that is complete with this piece, if one is; the other side sends the next
        only when it is asked."""
        if not self._pieces or self._missing < 0:
            data = b"".join((*self._pieces, data))
            self._pieces.clear()
            self._missing = LENGTH.unpack_from(data)[0] + LENGTH.size if len(data) >= LENGTH.size else -1
        self._pieces.append(data)
        if self._missing < 0:
            return None
        self._missing -= len(data)
        if self._missing > 0:
            return None
        whole = b"".join((memoryview(self._pieces[0])[LENGTH.size :], *self._pieces[1:]))
        self._pieces.clear()
        return whole
