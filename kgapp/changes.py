"""What differs between two versions of a dataset: triples added and removed, by graph and by subject.

The files of graphs are sorted, so they are compared line by line and never held in memory.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from kgapp.dataset import Dataset, GraphFile, damaged


@dataclass(frozen=True)
class Change:
    """What changed in one graph of what is said of one subject; lines of N-Triples without their end."""

    graph: str
    subject: str
    """As it stands in N-Triples: an IRI in ``<>``, or a blank node."""
    added: tuple[str, ...]
    removed: tuple[str, ...]


def changes(old: Dataset, new: Dataset) -> Iterator[Change]:
    """Every change from one version to another, in the order of graphs and subjects. A graph that only
    one of them has is all removed, or all added. Raises DatasetMissing where a file cannot be read."""
    before = {graph.iri: graph for graph in old.graphs}
    after = {graph.iri: graph for graph in new.graphs}
    for iri in sorted(before.keys() | after.keys()):
        one, other = before.get(iri), after.get(iri)
        if one is not None and other is not None and one.sha256 == other.sha256:
            continue
        for subject, added, removed in compared(_lines(old, one), _lines(new, other)):
            yield Change(iri, subject.decode(), _texts(added), _texts(removed))


def compared(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes], list[bytes]]]:
    """Subjects whose lines differ between two sorted files, with the lines added and removed."""
    sides = heapq.merge(((line, False) for line in old), ((line, True) for line in new))
    for subject, lines in groupby(sides, lambda pair: pair[0].partition(b" ")[0]):
        added: list[bytes] = []
        removed: list[bytes] = []
        for line, found in groupby(lines, lambda pair: pair[0]):
            where = {is_new for _, is_new in found}
            if len(where) == 1:
                (added if where == {True} else removed).append(line)
        if added or removed:
            yield subject, added, removed


def _lines(dataset: Dataset, graph: GraphFile | None) -> Iterator[bytes]:
    if graph is None:
        return
    path: Path = dataset.path(graph)
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise damaged(graph.file, error) from error


def _texts(lines: list[bytes]) -> tuple[str, ...]:
    return tuple(line.decode().rstrip("\n") for line in lines)
