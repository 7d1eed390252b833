"""Finds and ranks: exact name, name, reading, text, and what is found under another name, in this order.

Nothing is scored over all matches: each step asks FTS5 for so many rows in the order of the papers, so
that a word that stands everywhere costs no more than another (DESIGN.md, "What it stands on").
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from kgapp.search.expansion import Expanded, expand
from kgapp.search.folding import fold
from kgapp.search.found import Choice, Found, Group, Hit, Marked
from kgapp.search.gather import PASSAGES, Kind, Role, Words, iri_of, key_of
from kgapp.search.index import Index, phrase, tag, words_of
from kgapp.search.terms import RELATIONS, Filters, Query

BOUND = 1000
"""Matches of a kind that are counted; where there are more, that is said."""
SORTED = 64
"""Matches by name that are put in order of their names; those after them stay in the papers' order."""
MOST_CHOICES = 60
MOST_NAMED = 12
ALL = "names readings texts"
LINKS = ("involves", "coversDistrict", "targets", "usesFacility", "usesProgramme", "basedOn")

_folded = lru_cache(maxsize=8192)(fold)


def find(index: Index, query: Query, filters: Filters, limit: int, offset: int = 0) -> Found:
    """The results of a query, ``limit`` of each kind from the ``offset``-th on."""
    with index.reader() as reader:
        return _Search(reader, index.base, query, filters).found(limit, offset)


class _Search:
    def __init__(self, reader: sqlite3.Connection, base: str, query: Query, filters: Filters) -> None:
        self._reader, self._base, self._query, self._filters = reader, base, query, filters
        self._expanded: Expanded = expand(reader, query)
        self._marked = self._expanded.all_words()
        self._names: dict[str, tuple[Words, ...]] = {}

    def found(self, limit: int, offset: int) -> Found:
        """Everything that is to be told."""
        groups = tuple(self._groups(limit, offset)) if self._asks() else ()
        choices = (
            {name: tuple(self._choices(name)) for name in RELATIONS}
            if groups or self._filters.links()
            else {}
        )
        named = tuple(self._hit(number) for number in self._expanded.things[:MOST_NAMED])
        chosen = {name: self._name(self._filters.key(name)) for name in RELATIONS}
        return Found(self._query, self._filters, groups, choices, chosen, named, self._expanded.spelt)

    def _asks(self) -> bool:
        return bool(self._query.terms or self._filters.links())

    def _groups(self, limit: int, offset: int) -> Iterator[Group]:
        for kind in Kind:
            total = self._count(self._match(kind, self._filters))
            if not total:
                continue
            shown: tuple[Hit, ...] = ()
            if self._filters.kind in ("", kind):
                numbers = self._ranked(kind, offset + limit)[offset : offset + limit]
                shown = tuple(self._hit(number) for number in numbers)
            yield Group(kind, min(total, BOUND), total > BOUND, shown)

    def _count(self, match: str) -> int:
        asked = "SELECT count(*) FROM (SELECT 1 FROM bigram WHERE bigram MATCH ? LIMIT ?)"
        return int(self._reader.execute(asked, [match, BOUND + 1]).fetchone()[0])

    def _match(
        self, kind: Kind, filters: Filters, columns: str = ALL, extra: str = "", literal: bool = False
    ) -> str:
        """The FTS5 expression for one kind of thing."""
        tags = [tag("kind", kind), *(tag(*link) for link in filters.links().items())]
        parts = ["tags : (" + " AND ".join(tags) + (f" AND ({extra})" if extra else "") + ")"]
        if self._query.terms:
            parts.append(f"{{{columns}}} : ({self._words(literal)})")
        return " AND ".join(parts)

    def _words(self, literal: bool) -> str:
        terms = self._query.terms
        if literal:
            return " AND ".join(phrase(term.words) for term in terms)
        each = [_any(self._expanded.alternatives(term.words)) for term in terms]
        together = " AND ".join(each)
        whole = self._expanded.named.get(self._query.whole) if len(terms) > 1 else None
        if whole is not None:
            return f"({together}) OR {_any(self._expanded.alternatives(self._query.whole))}"
        return together

    def _ranked(self, kind: Kind, most: int) -> list[int]:
        ranked: dict[int, None] = {}
        for step in self._steps(kind, most):
            ranked.update(dict.fromkeys(step))
            if len(ranked) >= most:
                break
        return list(ranked)

    def _steps(self, kind: Kind, most: int) -> Iterator[Iterable[int]]:
        filters, most = self._filters, max(most, SORTED)
        if self._query.terms:
            if not filters.links():
                yield self._exact(kind)
                yield self._beginning(kind)
            yield self._by_name(self._rows(self._match(kind, filters, "names", literal=True), most))
            yield self._rows(self._match(kind, filters, "names readings", literal=True), most)
            if kind in PASSAGES and self._expanded.things:
                linked = " OR ".join(self._linked())
                yield self._rows(self._match(kind, filters, extra=linked, literal=True), most)
                yield self._rows(self._match(kind, filters, extra=linked), most)
            yield self._rows(self._match(kind, filters, literal=True), most)
        yield self._rows(self._match(kind, filters), most)

    def _rows(self, match: str, most: int) -> list[int]:
        asked = "SELECT rowid FROM bigram WHERE bigram MATCH ? ORDER BY rowid LIMIT ?"
        return [row[0] for row in self._reader.execute(asked, [match, most])]

    def _exact(self, kind: Kind) -> list[int]:
        """Things that are called, or else read, exactly so."""
        asked = (
            "SELECT thing FROM name JOIN thing ON thing.id = name.thing WHERE folded = ? AND kind = ? "
            "GROUP BY thing "
            "ORDER BY min(CASE role WHEN 'name' THEN 0 WHEN 'reading' THEN 2 ELSE 1 END), thing LIMIT ?"
        )
        return [row[0] for row in self._reader.execute(asked, [self._query.whole, kind, SORTED])]

    def _beginning(self, kind: Kind) -> list[int]:
        """Things whose name, or else reading, begins so; the shortest first."""
        whole = self._query.whole
        asked = (
            "SELECT thing FROM (SELECT * FROM name WHERE folded >= ? AND folded < ? LIMIT ?) AS name "
            "JOIN thing ON thing.id = name.thing WHERE kind = ? GROUP BY thing "
            "ORDER BY min(role = 'reading'), min(length(folded)), thing LIMIT ?"
        )
        given = [whole, f"{whole}\U0010ffff", BOUND, kind, SORTED]
        return [row[0] for row in self._reader.execute(asked, given)]

    def _by_name(self, numbers: list[int]) -> list[int]:
        """Matches by name, the shortest name first."""
        first = numbers[:SORTED]
        asked = (
            f"SELECT thing, min(length(folded)) FROM name WHERE thing IN ({_places(first)}) GROUP BY thing"  # noqa: S608
        )
        lengths = dict(self._reader.execute(asked, first).fetchall())
        return sorted(first, key=lambda number: (lengths.get(number, 0), number)) + numbers[SORTED:]

    def _linked(self) -> list[str]:
        """The marks of passages that are linked to what the query names."""
        things = self._expanded.things[:MOST_NAMED]
        rows = self._reader.execute(f"SELECT iri FROM thing WHERE id IN ({_places(things)})", things)  # noqa: S608
        return [tag(relation, key_of(row[0], self._base)) for row in rows for relation in LINKS]

    def _hit(self, number: int) -> Hit:
        iri, kind, stored = self._reader.execute(
            "SELECT iri, kind, words FROM thing WHERE id = ?", [number]
        ).fetchone()
        links: list[tuple[str, str]] = []
        if kind in PASSAGES:
            asked = "SELECT relation, key FROM link WHERE thing = ? AND relation IN ('inTheme', 'inSection')"
            links = self._reader.execute(asked, [number]).fetchall()
        names = {relation: self._name(key) for relation, key in links}
        marked = tuple(Marked(words, self._marks(words.text)) for words in words_of(stored))
        return Hit(iri, key_of(iri, self._base), Kind(kind), marked, dict(links), names)

    def _marks(self, text: str) -> tuple[tuple[int, int], ...]:
        if not self._marked:
            return ()
        return merged(stretch for words in self._marked for stretch in _folded(text).occurrences(words))

    def _choices(self, name: str) -> Iterator[Choice]:
        """What one filter may be set to, with the others as they are."""
        filters = replace(self._filters, **{name: ""})
        kinds = [kind for kind in PASSAGES if filters.kind in ("", kind)]
        matches = [self._match(kind, filters) for kind in kinds]
        any_kind = " UNION ALL ".join(
            "SELECT rowid FROM (SELECT rowid FROM bigram WHERE bigram MATCH ? LIMIT ?)" for _ in matches
        )
        if not matches:
            return
        asked = (
            f"SELECT key, count(*) AS many FROM ({any_kind}) AS found JOIN link ON link.thing = found.rowid "  # noqa: S608
            "WHERE relation = ? GROUP BY key ORDER BY many DESC, key LIMIT ?"
        )
        given = [part for match in matches for part in (match, BOUND)]
        for key, count in self._reader.execute(asked, [*given, RELATIONS[name], MOST_CHOICES]).fetchall():
            yield Choice(key, self._name(key), count)

    def _name(self, key: str) -> tuple[Words, ...]:
        """The names of a thing by its key; none where it is not here."""
        if key not in self._names:
            asked = "SELECT words FROM thing WHERE iri = ?"
            row = self._reader.execute(asked, [iri_of(key, self._base)]).fetchone()
            self._names[key] = tuple(w for w in words_of(row[0]) if w.role is Role.NAME) if row else ()
        return self._names[key]


def merged(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Stretches in order, those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def _any(alternatives: Iterable[str]) -> str:
    return "(" + " OR ".join(map(phrase, alternatives)) + ")"


def _places(values: Iterable[object]) -> str:
    return ",".join("?" for _ in values)
