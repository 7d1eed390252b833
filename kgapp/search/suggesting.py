"""Suggests, while somebody types, what they may mean: names and readings that begin so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kgapp.search.folding import folded
from kgapp.search.gather import Kind, Role, Words, key_of
from kgapp.search.index import Index, phrase, words_of
from kgapp.search.terms import LONGEST, Query

MOST = 10
NEAR = 0.3
"""How much of their pairs of characters a name and a query share, at least, to be near (Dice)."""
LOOKED_AT = 400
"""Names that begin so that are looked at: one letter may begin thousands."""
NOT_SUGGESTED = ("chart", "phase", "observation", "statement", "paper")


@dataclass(frozen=True)
class Suggestion:
    """A thing, the name of it that begins with what was typed, as it is written, and its names."""

    iri: str
    key: str
    kind: Kind
    matched: str
    names: tuple[Words, ...]


def suggest(index: Index, typed: str, most: int = MOST) -> tuple[Suggestion, ...]:
    """Things of which a name, an alias or a reading begins with what was typed; the shortest first."""
    beginning = folded(typed[:LONGEST])
    if not beginning:
        return ()
    asked = (
        "SELECT thing, iri, kind, words FROM (SELECT * FROM name WHERE folded >= ? AND folded < ? LIMIT ?) "
        "AS name JOIN thing ON thing.id = name.thing "
        "WHERE kind NOT IN (SELECT value FROM json_each(?)) GROUP BY thing "
        "ORDER BY registered DESC, min(role = 'reading'), min(length(folded)), thing LIMIT ?"
    )
    given = [beginning, f"{beginning}\U0010ffff", LOOKED_AT, json.dumps(NOT_SUGGESTED), most]
    with index.reader() as reader:
        rows = reader.execute(asked, given).fetchall()
    return tuple(
        _suggestion(iri, kind, words_of(stored), beginning, index.base) for _, iri, kind, stored in rows
    )


def _suggestion(iri: str, kind: str, words: tuple[Words, ...], beginning: str, base: str) -> Suggestion:
    names = tuple(word for word in words if word.role is Role.NAME)
    spelt = [w for w in words if w.role is not Role.READING and folded(w.text).startswith(beginning)]
    matched = next(iter([*spelt, *(word for word in names if word.language == "ja"), *names])).text
    return Suggestion(iri, key_of(iri, base), Kind(kind), matched, names)


def nearest(index: Index, query: Query, most: int = MOST) -> tuple[Suggestion, ...]:
    """Things that are called something like what was looked for and not found: by the share of their
    pairs of characters that they have in common (Dice 1945)."""
    words = query.whole
    if len(words) < 2:
        return ()
    pairs = _pairs(words)
    asked = "{names readings} : (" + " OR ".join(map(phrase, sorted(pairs))) + ")"
    with index.reader() as reader:
        rows = reader.execute(
            "SELECT iri, kind, words FROM (SELECT rowid FROM bigram WHERE bigram MATCH ? LIMIT ?) AS found "
            "JOIN thing ON thing.id = found.rowid",
            [asked, LOOKED_AT],
        ).fetchall()
    near: list[tuple[float, str, Suggestion]] = []
    for iri, kind, stored in rows:
        if kind in NOT_SUGGESTED:
            continue
        spelt = words_of(stored)
        share, best = max(_shares(pairs, spelt))
        if share >= NEAR:
            names = tuple(word for word in spelt if word.role is Role.NAME)
            near.append((-share, iri, Suggestion(iri, key_of(iri, index.base), Kind(kind), best, names)))
    return tuple(suggestion for _, _, suggestion in sorted(near, key=lambda entry: entry[:2])[:most])


def _pairs(words: str) -> set[str]:
    return set(map("".join, pairwise(words)))


def _shares(pairs: set[str], spelt: tuple[Words, ...]) -> Iterator[tuple[float, str]]:
    for word in spelt:
        if word.role in (Role.NAME, Role.ALIAS, Role.READING, Role.NOTATION):
            own = _pairs(folded(word.text))
            yield 2 * len(pairs & own) / (len(pairs) + len(own) or 1), word.text
