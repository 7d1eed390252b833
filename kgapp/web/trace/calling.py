"""Which things somebody means by a few letters: their names as the search folds and reads them, so that
しゃきょう finds 社協 (``search.folding``, ``search.readings``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from kgapp.errors import Message
from kgapp.search import gather
from kgapp.search.folding import folded
from kgapp.search.gather import Kind, Role, Words
from kgapp.search.readings import Readings


class Named(Protocol):
    """What is known of a thing's names."""

    @property
    def iri(self) -> str: ...

    @property
    def label(self) -> Message: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def reading(self) -> str: ...


class Calling:
    """The names of a register's things, under which they are looked for."""

    def __init__(self, things: Iterable[Named]) -> None:
        """Learns from names and readings how aliases and parts of names are read."""
        own = list(things)
        readings = Readings()
        self._names: dict[str, set[str]] = {}
        for number, thing in enumerate(own):
            readings.learn(number, _as_searched(thing))
            every = (*thing.names, thing.reading, thing.label.en)
            self._names[thing.iri] = {folded(name) for name in every if name}
        for number, reading in readings.of_aliases():
            self._names[own[number].iri].add(reading)
        self._spelt: dict[str, set[str]] = defaultdict(set)
        for reading, word in readings.of_words():
            self._spelt[reading].add(word)

    def meant(self, typed: str) -> frozenset[str]:
        """The things, by IRI, of which a name, an alias or a reading contains what was typed, or a word
        that is read so; all of them where nothing can be looked for in it."""
        words = folded(typed)
        wanted = {words, *self._spelt.get(words, ())}
        return frozenset(
            iri for iri, names in self._names.items() if any(one in name for one in wanted for name in names)
        )


def _as_searched(thing: Named) -> gather.Thing:
    ja, *others = thing.names
    words = [Words(Role.NAME, "ja", ja), *(Words(Role.ALIAS, "ja", name) for name in others)]
    if thing.reading:
        words.append(Words(Role.READING, "ja-hrkt", thing.reading))
    return gather.Thing(thing.iri, Kind.ACTOR, tuple(words))
