"""Ranks matches: exact name, name, reading, text, and what is found under another name, in this order.

Nothing is scored over all matches: each step asks FTS5 for so many rows in the order of the papers, so
that a word that stands everywhere costs no more than another (DESIGN.md, "What it stands on").
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kgapp.search.expansion import Expanded
from kgapp.search.gather import PASSAGES, Kind, key_of
from kgapp.search.index import phrase, tag
from kgapp.search.terms import Filters

BOUND = 500
"""Matches of a kind that are counted; where there are more, that is said."""
SORTED = 64
"""Matches by name that are put in order of their names; those after them stay in the papers' order."""
MOST_NAMED = 12
"""Things that a query may name whose links count."""
ALL, NAMES, READINGS = "names readings texts", "names", "names readings"
LINKS = ("involves", "coversDistrict", "targets", "usesFacility", "usesProgramme", "basedOn")

ByKind = dict[str, list[int]]


class Ranking:
    """The matches of one query within one set of filters."""

    def __init__(self, reader: sqlite3.Connection, base: str, expanded: Expanded, filters: Filters) -> None:
        self._reader, self._base = reader, base
        self._expanded, self._query, self._filters = expanded, expanded.query, filters
        self._asked: dict[str, ByKind] = {}
        self._linked = self._links_to_named()
        self._words = {literal: self._expression(literal) for literal in (True, False)}

    def count(self, kind: Kind) -> int:
        """How many things of a kind match; of more than ``BOUND`` one more than that."""
        return len(self._of(kind, BOUND + 1))

    def ranked(self, kind: Kind, most: int) -> list[int]:
        """The first matches of a kind, as numbers of things."""
        ranked: dict[int, None] = {}
        for step in self._steps(kind, max(most, SORTED)):
            ranked.update(dict.fromkeys(step))
            if len(ranked) >= most:
                break
        return list(ranked)[:most]

    def match(
        self, kinds: Sequence[Kind] = (), columns: str = ALL, literal: bool = False, linked: bool = False
    ) -> str:
        """The FTS5 expression for things of these kinds (of any, where none is given) in whose columns
        the words stand, by themselves (``literal``) or under any name."""
        tags = ["(" + " OR ".join(tag("kind", kind) for kind in kinds) + ")"] if kinds else []
        tags += [tag(*link) for link in self._filters.links().items()]
        if linked:
            tags.append("(" + " OR ".join(self._linked) + ")")
        parts = ["tags : (" + " AND ".join(tags) + ")"] if tags else []
        if self._query.terms:
            parts.append(f"{{{columns}}} : ({self._words[literal]})")
        return " AND ".join(parts)

    def _expression(self, literal: bool) -> str:
        terms, expanded = self._query.terms, self._expanded
        if literal:
            return " AND ".join(phrase(term.words) for term in terms)
        together = " AND ".join(_any(expanded.alternatives(term.words)) for term in terms)
        if len(terms) > 1 and self._query.whole in expanded.named:
            return f"({together}) OR {_any(expanded.alternatives(self._query.whole))}"
        return together

    def _steps(self, kind: Kind, most: int) -> Iterator[Iterable[int]]:
        if self._query.terms:
            if not self._filters.links():
                yield self._exact().get(kind, [])
                yield self._beginning().get(kind, [])
            yield self._shortest(self._of(kind, most, NAMES, literal=True))
            yield self._of(kind, most, READINGS, literal=True)
            if kind in PASSAGES and self._linked:
                yield self._of(kind, most, literal=True, linked=True)
                yield self._of(kind, most, linked=True)
            yield self._of(kind, most, literal=True)
        yield self._of(kind, most)

    def _of(self, kind: Kind, most: int, columns: str = ALL, **how: bool) -> list[int]:
        """The first matches of a kind, in the papers' order. All kinds are asked for at once; only
        where that meets the bound, this one by itself."""
        found = self._rows(self.match((), columns, **how), BOUND + 1)
        if sum(map(len, found.values())) > BOUND:
            found = self._rows(self.match([kind], columns, **how), most)
        return found.get(kind, [])

    def _rows(self, match: str, most: int) -> ByKind:
        asked = (
            "SELECT thing.id, kind "
            "FROM (SELECT rowid FROM bigram WHERE bigram MATCH ? ORDER BY rowid LIMIT ?) AS found "
            "JOIN thing ON thing.id = found.rowid"
        )
        return self._once(f"{most} {match}", asked, [match, most])

    def _once(self, name: str, asked: str, given: list[str | int]) -> ByKind:
        if name not in self._asked:
            found: ByKind = defaultdict(list)
            for number, kind in self._reader.execute(asked, given):
                found[kind].append(number)
            self._asked[name] = found
        return self._asked[name]

    def _exact(self) -> ByKind:
        """Things that are called, or else read, exactly so."""
        asked = (
            "SELECT thing, kind FROM name JOIN thing ON thing.id = name.thing WHERE folded = ? "
            "GROUP BY thing "
            "ORDER BY min(CASE role WHEN 'name' THEN 0 WHEN 'reading' THEN 2 ELSE 1 END), thing LIMIT ?"
        )
        return self._once("exact", asked, [self._query.whole, BOUND])

    def _beginning(self) -> ByKind:
        """Things whose name, or else reading, begins so; the shortest first."""
        whole = self._query.whole
        asked = (
            "SELECT thing, kind FROM (SELECT * FROM name WHERE folded >= ? AND folded < ? LIMIT ?) AS name "
            "JOIN thing ON thing.id = name.thing GROUP BY thing "
            "ORDER BY min(role = 'reading'), min(length(folded)), thing"
        )
        return self._once("beginning", asked, [whole, f"{whole}\U0010ffff", BOUND])

    def _shortest(self, numbers: list[int]) -> list[int]:
        """Matches by name, the shortest name first."""
        first = numbers[:SORTED]
        if len(first) < 2:
            return numbers
        asked = (
            "SELECT thing, min(length(folded)) FROM name "
            "WHERE thing IN (SELECT value FROM json_each(?)) GROUP BY thing"
        )
        lengths = dict(self._reader.execute(asked, [json.dumps(first)]).fetchall())
        return sorted(first, key=lambda number: (lengths.get(number, 0), number)) + numbers[SORTED:]

    def _links_to_named(self) -> list[str]:
        """The tags of passages that are linked to what the query names."""
        asked = "SELECT iri FROM thing WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        rows = self._reader.execute(asked, [json.dumps(self._expanded.things[:MOST_NAMED])])
        return [tag(relation, key_of(row[0], self._base)) for row in rows for relation in LINKS]


def _any(alternatives: Iterable[str]) -> str:
    return "(" + " OR ".join(map(phrase, alternatives)) + ")"
