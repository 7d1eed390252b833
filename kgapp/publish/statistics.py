"""Counts a dataset's triples, things, properties and classes for its description (VoID, 2.2 and 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgapp.publish.lines import parts_of
from kgapp.vocab import CCR, ESTAT

RDF_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
EXACT_MATCH = b"<http://www.w3.org/2004/02/skos/core#exactMatch>"
AREA = f"<{ESTAT}".encode()
IN_SECTION = f"<{CCR.inSection}>".encode()


@dataclass(frozen=True)
class Counts:
    """Of a set of triples in which each stands once: how many, and of what."""

    triples: int
    subjects: int
    objects: int
    properties: dict[str, int]
    """Triples by property."""
    classes: dict[str, int]
    """Things by class."""
    example: str
    """The first statement of a paper; empty where there is none."""
    links: int
    """Matches with e-Stat's codes of areas."""


class Counting:
    """Counts sorted lines of N-Triples on their way through."""

    def __init__(self) -> None:
        self._triples = self._subjects = self._links = 0
        self._last = self._example = b""
        # Hashes, not the objects themselves: there may be millions.
        self._objects: set[int] = set()
        self._properties: Counter[bytes] = Counter()
        self._classes: Counter[bytes] = Counter()

    def through(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, counted."""
        for line in lines:
            subject, predicate, target = parts_of(line)
            self._triples += 1
            if subject != self._last:
                self._subjects += 1
                self._last = subject
            if predicate == IN_SECTION and not self._example:
                self._example = subject
            if predicate == EXACT_MATCH and target.startswith(AREA):
                self._links += 1
            self._objects.add(hash(target))
            self._properties[predicate] += 1
            if predicate == RDF_TYPE:
                self._classes[target] += 1
            yield line

    def result(self) -> Counts:
        """What was counted."""
        return Counts(
            self._triples,
            self._subjects,
            len(self._objects),
            _by_iri(self._properties),
            _by_iri(self._classes),
            self._example.decode()[1:-1],
            self._links,
        )


def _by_iri(counted: Counter[bytes]) -> dict[str, int]:
    return {name.decode()[1:-1]: counted[name] for name in sorted(counted) if name.startswith(b"<")}
