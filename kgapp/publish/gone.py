"""Which names an earlier version had and the new one has not, so that they can be told as gone.

Only what changed is held in memory: a graph that both versions have loses no name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kgapp.publish.lines import subject_of


def gone_names(
    left: Iterable[Path], arrived: Iterable[Path], stayed: Iterable[Path], within: str, version: str
) -> dict[bytes, bytes]:
    """Names below ``within`` that stand in the files that ``left`` and in no other, each with the
    version that had it last. Raises OSError where a file cannot be read."""
    lost = {name for path in left for name in names_in(path, within)}
    for path in (*arrived, *stayed):
        if not lost:
            break
        lost.difference_update(names_in(path, within))
    return dict.fromkeys(lost, version.encode())


def names_in(path: Path, within: str) -> Iterator[bytes]:
    """The IRIs below ``within`` that a sorted file says something of."""
    begin = f"<{within}".encode()
    with path.open("rb") as file:
        for subject, _ in groupby(file, subject_of):
            if subject.startswith(begin):
                yield subject[1:-1]


def write_gone(path: Path, before: Path | None, added: dict[bytes, bytes], back: set[bytes]) -> None:
    """The file of gone names: those of the version before, without what is back, and those added."""
    lines = {name + b"\t" + version + b"\n" for name, version in added.items()}
    if before is not None:
        with before.open("rb") as file:
            for line in file:
                name = line.partition(b"\t")[0]
                if name not in back and name not in added:
                    lines.add(line)
    path.write_bytes(b"".join(sorted(lines)))
