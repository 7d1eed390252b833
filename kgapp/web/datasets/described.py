"""What the catalogue says, out of its file: of one thing, of one edition, or page by page.

The pages together say all of it, and each once but for the links between them (a city's series stands
on every page that has one of its editions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kgapp.dataset import damaged
from kgapp.sortedlines import SortedLines

OF_ALL = ("catalogue> ", "dataset> ", "dataset/", "graph/", "project> ", "service> ", "software/")
"""How the names go on, below the base, of what is of no edition and no city."""


class Description:
    """What a catalogue says: a file of sorted N-Triples that is searched where it lies, however long."""

    def __init__(self, place: Path) -> None:
        """Raises DatasetMissing where it is not there as it was written."""
        self._place = place
        try:
            self._lines = SortedLines(place)
        except OSError as error:
            raise damaged(place.name, error) from error

    def values(self, thing: str, predicate: str, lang: str = "") -> list[str]:
        """The values of a property as text: those in a language first, where one is given."""
        terms: list[Any] = [quad.object for quad in self._read(f"<{thing}> <{predicate}> ")]
        terms.sort(key=lambda term: (getattr(term, "language", None) != (lang or None), term.value))
        return [term.value for term in terms]

    def value(self, thing: str, predicate: str, lang: str = "") -> str:
        """The first of them, or nothing."""
        return next(iter(self.values(thing, predicate, lang)), "")

    def things(self, start: str) -> list[str]:
        """The things whose names begin so and of which anything is said, in order."""
        lines = self._lines.starting(f"<{start}".encode())
        return list(dict.fromkeys(line[1 : line.index(b">")].decode() for line in lines))

    def page(self, base: str, paths: Sequence[str], others: Iterable[str], first: bool) -> list[ox.Quad]:
        """What is said of the editions at ``paths`` and of their cities, what of all datasets leads to
        them, and on the ``first`` page everything that is of none of the ``others`` either."""
        own = _begins(base, paths)
        elsewhere = _begins(base, others) - own
        lines = [line for start in sorted(own) for line in self._lines.starting(start)]
        for start in OF_ALL:
            for line in self._lines.starting(f"<{base}id/{start}".encode()):
                target = line.split(b" ", 2)[2]
                if _begin(target, base) in own or (first and _begin(target, base) not in elsewhere):
                    lines.append(line)
        if first:
            lines += self._lines.besides(f"<{base}id/".encode())
        return self._parsed(b"".join(lines))

    def edition(self, base: str, path: str) -> list[ox.Quad]:
        """What is said of an edition and all that is its own."""
        return self._read(f"<{base}id/{path}/")

    def _read(self, start: str) -> list[ox.Quad]:
        return self._parsed(b"".join(self._lines.starting(start.encode())))

    def _parsed(self, lines: bytes) -> list[ox.Quad]:
        try:
            return list(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
        except SyntaxError as error:
            raise damaged(self._place.name, error) from error


def _begins(base: str, paths: Iterable[str]) -> set[bytes]:
    """How lines begin that are about editions, or about what their cities have."""
    return {begin for path in paths for begin in _of_edition(base, path)}


def _of_edition(base: str, path: str) -> Iterator[bytes]:
    city = path.partition("/")[0]
    for own in (f"{path}/", f"{city}/dataset>", f"{city}/graph/"):
        yield f"<{base}id/{own}".encode()


def _begin(term: bytes, base: str) -> bytes:
    """As much of a name of ours as tells whose it is: two parts of its path."""
    start = f"<{base}id/".encode()
    if not term.startswith(start):
        return b""
    city, _, rest = term.removeprefix(start).partition(b"/")
    own, slash, _ = rest.partition(b"/")
    return start + city + b"/" + (own + slash if slash else own[: own.find(b">") + 1])
