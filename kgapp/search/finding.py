"""Finds what a query asks for, marks the words where they stand, and counts what narrows the results."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from kgapp.search.expansion import Expanded, expand
from kgapp.search.folding import fold
from kgapp.search.found import Choice, Found, Group, Hit, Marked
from kgapp.search.gather import PASSAGES, Kind, Role, Words, iri_of, key_of
from kgapp.search.index import Index, words_of
from kgapp.search.ranking import BOUND, MOST_NAMED, Ranking
from kgapp.search.terms import RELATIONS, Filters, Query

MOST_CHOICES = 40
"""Values that a filter offers, the most frequent."""

_folded = lru_cache(maxsize=8192)(fold)


def find(index: Index, query: Query, filters: Filters, limit: int, offset: int = 0) -> Found:
    """The results of a query, ``limit`` of each kind from the ``offset``-th on."""
    with index.reader() as reader:
        return _Search(reader, index, query, filters).found(limit, offset)


class _Search:
    def __init__(self, reader: sqlite3.Connection, index: Index, query: Query, filters: Filters) -> None:
        self._reader, self._index, self._query, self._filters = reader, index, query, filters
        self._expanded: Expanded = expand(reader, query)
        self._marked = self._expanded.all_words()

    def found(self, limit: int, offset: int) -> Found:
        """Everything that is to be told."""
        groups: tuple[Group, ...] = ()
        choices: dict[str, tuple[Choice, ...]] = {}
        if self._query.terms or self._filters.links():
            groups = tuple(self._groups(limit, offset))
            choices = {name: tuple(found) for name, found in self._choices()}
        named = tuple(self._hits(self._expanded.things[:MOST_NAMED]))
        chosen = {name: self._name(self._filters.key(name)) for name in RELATIONS}
        return Found(self._query, self._filters, groups, choices, chosen, named, self._expanded.spelt)

    def _ranking(self, filters: Filters) -> Ranking:
        return Ranking(self._reader, self._index.base, self._expanded, filters)

    def _groups(self, limit: int, offset: int) -> Iterator[Group]:
        ranking = self._ranking(self._filters)
        for kind in Kind:
            total = ranking.count(kind)
            if not total:
                continue
            shown: tuple[Hit, ...] = ()
            if self._filters.kind in ("", kind):
                shown = tuple(self._hits(ranking.ranked(kind, offset + limit)[offset:]))
            yield Group(kind, min(total, BOUND), total > BOUND, shown)

    def _hits(self, numbers: Sequence[int]) -> Iterator[Hit]:
        given = [json.dumps(numbers)]
        asked = "SELECT id, iri, kind, words FROM thing WHERE id IN (SELECT value FROM json_each(?))"
        rows = {row[0]: row for row in self._reader.execute(asked, given)}
        asked = (
            "SELECT thing, relation, key.key FROM link JOIN key ON key.id = link.key "
            "WHERE relation IN ('inTheme', 'inSection') AND thing IN (SELECT value FROM json_each(?))"
        )
        links: dict[int, dict[str, str]] = defaultdict(dict)
        for number, relation, key in self._reader.execute(asked, given):
            links[number][relation] = key
        for number in numbers:
            _, iri, kind, stored = rows[number]
            names = {relation: self._name(key) for relation, key in links[number].items()}
            marked = tuple(Marked(words, self._marks(words.text)) for words in words_of(stored))
            yield Hit(iri, key_of(iri, self._index.base), Kind(kind), marked, links[number], names)

    def _marks(self, text: str) -> tuple[tuple[int, int], ...]:
        folded = _folded(text)
        return merged(stretch for words in self._marked for stretch in folded.occurrences(words))

    def _choices(self) -> Iterator[tuple[str, Iterator[Choice]]]:
        """What each filter may be set to, with the others as they are."""
        counted: dict[Filters, dict[str, list[tuple[str, int]]]] = {}
        for name, relation in RELATIONS.items():
            filters = replace(self._filters, **{name: ""})
            if filters not in counted:
                counted[filters] = self._counted(filters)
            found = counted[filters].get(relation, [])[:MOST_CHOICES]
            yield name, (Choice(key, self._name(key), many) for key, many in found)

    def _counted(self, filters: Filters) -> dict[str, list[tuple[str, int]]]:
        """By relation, the things that matching passages are linked to, the most frequent first."""
        kinds = [kind for kind in PASSAGES if filters.kind in ("", kind)]
        if not kinds or not (self._query.terms or filters.links()):
            return {}
        asked = (
            "SELECT relation, key.key, many FROM (SELECT relation, link.key AS number, count(*) AS many "
            "FROM (SELECT rowid FROM bigram WHERE bigram MATCH ? LIMIT ?) AS found "
            "JOIN link ON link.thing = found.rowid "
            "WHERE relation IN (SELECT value FROM json_each(?)) GROUP BY relation, link.key) "
            "JOIN key ON key.id = number ORDER BY many DESC, key.key"
        )
        given = [self._ranking(filters).match(kinds), BOUND, json.dumps([*RELATIONS.values()])]
        counted: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for relation, key, many in self._reader.execute(asked, given):
            counted[relation].append((key, many))
        return counted

    def _name(self, key: str) -> tuple[Words, ...]:
        """The names of a thing by its key, and our translation of them; none where it is not here."""
        known = self._index.names
        if key not in known:
            asked = "SELECT words FROM thing WHERE iri = ?"
            row = self._reader.execute(asked, [iri_of(key, self._index.base)]).fetchone()
            if row is None:
                return ()
            known[key] = _naming(words_of(row[0]))
        return known[key]


def _naming(spelt: tuple[Words, ...]) -> tuple[Words, ...]:
    """Names, and translations of names: those of a text say what it says, not what it is called."""
    roles = {words.role for words in spelt}
    wanted = (Role.NAME,) if Role.TEXT in roles else (Role.NAME, Role.GLOSS)
    return tuple(words for role in wanted for words in spelt if words.role is role)


def merged(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Stretches in order, those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
