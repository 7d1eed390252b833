"""Graphs as sorted lines of N-Triples: read together, each triple once, without holding them all."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path
from typing import IO

HELD = 200_000
"""Lines that are sorted in memory at once."""
AT_ONCE = 128
"""Files that are open together: well below what a process may have."""


def merged(paths: Sequence[Path]) -> Iterator[bytes]:
    """Every line of sorted files once, in order; however many files there are."""
    with ExitStack() as stack:
        streams: list[IO[bytes]] = []
        if len(paths) <= AT_ONCE:
            streams += [stack.enter_context(path.open("rb")) for path in paths]
        else:
            for some in _groups(paths):
                spilled = stack.enter_context(tempfile.TemporaryFile())
                spilled.writelines(merged(some))
                spilled.seek(0)
                streams.append(spilled)
        yield from (line for line, _ in groupby(heapq.merge(*streams)))


def _groups(paths: Sequence[Path]) -> Iterable[Sequence[Path]]:
    size = max(AT_ONCE, -(-len(paths) // AT_ONCE))
    return (paths[start : start + size] for start in range(0, len(paths), size))


def write_sorted(lines: Iterable[bytes], place: Path, held: int = HELD) -> None:
    """Writes lines in order, each once; so many of them are in memory at once."""
    rest = iter(lines)
    with tempfile.TemporaryDirectory() as folder:
        spilled: list[Path] = []
        while some := list(islice(rest, held)):
            spilled.append(Path(folder, str(len(spilled))))
            spilled[-1].write_bytes(b"".join(sorted(set(some))))
        with place.open("wb") as file:
            file.writelines(merged(spilled))


def turned(lines: Iterable[bytes], within: str) -> Iterator[bytes]:
    """Triples whose object is an IRI below ``within``, object and subject in each other's place: what
    points to a thing is found in them, sorted, as what is said of it is in the lines themselves."""
    begin = f"<{within}".encode()
    for line in lines:
        subject, predicate, target = parts_of(line)
        if target.startswith(begin):
            yield b" ".join((target, predicate, subject, b".\n"))


def subject_of(line: bytes) -> bytes:
    """The subject of a line as it stands there: ``<…>`` or a blank node."""
    return line[: line.index(b" ")]


def parts_of(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Subject, predicate and object of a line as they stand there."""
    subject, predicate, rest = line.split(b" ", 2)
    return subject, predicate, rest[: rest.rindex(b" .")]
