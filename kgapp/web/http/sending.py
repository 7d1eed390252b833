"""Sends large answers as fast as their clients take them, in bounded memory.

The HTTP library queues a streamed body whole for a client that reads slowly, once for each client;
a file it reads piece by piece. So a large answer is a file without a name, in memory, that all who
want it read; the system frees it when the last of them has ended.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kgapp.web.http.conditions import Header

LARGE = 256 * 1024
"""Bytes from which an answer is sent so."""
MOST = 512 * 1024 * 1024
"""Bytes of large answers that may be on their way at once."""
OPENING = 10.0
"""Seconds in which the server has opened a file that it was given, however busy it is."""
NAME = "kgapp-answer"
DESCRIPTORS = Path("/proc/self/fd")


@dataclass
class _File:
    """An answer's file, until it is closed."""

    file: IO[bytes]
    closing: asyncio.TimerHandle


class LargeAnswers:
    """The large answers that are on their way."""

    def __init__(self) -> None:
        self._about = 0
        """Bytes on their way at most: what was when it was last looked at, and what came since."""
        self._files: dict[str, _File] = {}
        """Those of the last seconds by entity tag: who asks for the same reads the same."""

    def send(self, exchange: Any, headers: list[Header], body: bytes) -> bool:
        """Sends an answer (200); false where too much is on its way already."""
        tag = dict(headers)["ETag"]
        if tag in self._files:
            file = self._files[tag].file
            self._files[tag].closing.cancel()
        elif self._has_room(len(body)):
            file = _file(body)
            self._about += len(body)
        else:
            return False
        exchange.response_file(200, [*headers, ("Content-Length", str(len(body)))], _path(file))
        closing = asyncio.get_running_loop().call_later(OPENING, self._close, tag)
        self._files[tag] = _File(file, closing)
        return True

    def _has_room(self, size: int) -> bool:
        if self._about + size > MOST:
            self._about = sum(_sizes())
        return self._about + size <= MOST

    def _close(self, tag: str) -> None:
        self._files.pop(tag).file.close()


def _file(body: bytes) -> IO[bytes]:
    file: IO[bytes]
    if hasattr(os, "memfd_create"):
        file = os.fdopen(os.memfd_create(NAME), "w+b")
    else:
        file = tempfile.NamedTemporaryFile(prefix=NAME)  # noqa: SIM115  closed when it has been opened
    file.write(body)
    file.flush()
    return file


def _path(file: IO[bytes]) -> str:
    return f"{DESCRIPTORS}/{file.fileno()}" if isinstance(file.name, int) else file.name


def _sizes() -> Iterator[int]:
    """The sizes of the answers that somebody still has open; none are known where there is no /proc."""
    seen = set()
    for descriptor in DESCRIPTORS.glob("*"):
        try:
            if NAME not in str(descriptor.readlink()):
                continue
            about = descriptor.stat()
        except OSError:  # closed since
            continue
        if about.st_ino not in seen:
            seen.add(about.st_ino)
            yield about.st_size
