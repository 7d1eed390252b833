"""A file of sorted lines that is searched where it lies, however long: nothing of it is held in memory.

Reads only; knows nothing of what the lines say.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from pathlib import Path

BLOCK = 1024
"""Bytes that are read at once; a line may be longer."""
FURTHER = 64 * 1024
"""Bytes that are read at once where line follows line."""


class SortedLines:
    """Lines in the order of their bytes. The file is open as long as this is, so it may be unlinked."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where the file cannot be opened."""
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def starting(self, prefix: bytes) -> Iterator[bytes]:
        """The lines that begin so, in order, each with its end."""
        for line in self._lines(self._first_from(prefix)):
            if not line.startswith(prefix):
                return
            yield line

    def besides(self, prefix: bytes) -> Iterator[bytes]:
        """The lines that do not begin so, in order."""
        for line in self:
            if line.startswith(prefix):
                break
            yield line
        else:
            return
        after = self._first_from(prefix[:-1] + bytes([prefix[-1] + 1]))
        yield from self._lines(after)

    def __iter__(self) -> Iterator[bytes]:
        """All lines, in order."""
        return self._lines(0)

    def _first_from(self, wanted: bytes) -> int:
        """Where the first line begins that is not before the one wanted."""
        low, high = 0, os.fstat(self._file).st_size
        while low < high:
            middle = (low + high) // 2
            start = middle and middle - 1 + len(self._line(middle - 1))
            line = self._line(start) if start < high else b""
            if line and line < wanted:
                low = start + len(line)
            else:
                high = middle
        return low

    def _line(self, place: int) -> bytes:
        """What is left of the line at a place, with its end."""
        found = b""
        while block := os.pread(self._file, BLOCK, place + len(found)):
            end = block.find(b"\n") + 1
            found += block[:end] if end else block
            if end:
                break
        return found

    def _lines(self, place: int) -> Iterator[bytes]:
        rest, size = b"", BLOCK
        while block := os.pread(self._file, size, place):
            place, size = place + len(block), FURTHER
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                yield line + b"\n"
        if rest:
            yield rest
