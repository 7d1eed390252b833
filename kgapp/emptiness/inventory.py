"""What the data have: properties, classes and graphs with their use, and what the vocabulary says of them.

Asked of the source by the project's own queries. What it does not answer (data too large, no
vocabulary) stays unknown, and nothing is concluded from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kgapp.errors import KgappError
from kgapp.queryfile import QueryFile
from kgapp.question import Source, Term

Queries = Mapping[str, QueryFile]


@dataclass
class Inventory:
    """The data's own terms. Where ``known`` is false the counts are nobody's answer."""

    source: Source
    queries: Queries
    known: bool = True
    properties: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    graphs: dict[str, int] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    declared: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Each declared term, and what it is declared as."""
    domains: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ranges: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    supers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    disjoint: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def label(self, iri: str, lang: str) -> str:
        """A term's name in a language, else in another; empty where it has none."""
        own = self.labels.get(iri, {})
        return own.get(lang) or own.get("ja") or own.get("en") or next(iter(own.values()), "")

    def is_declared(self, iri: str, as_class: bool) -> bool:
        """Whether the vocabulary declares a class or a property of that name."""
        kinds = self.declared.get(iri, set())
        return any(kind.endswith("Class") == as_class for kind in kinds)

    def apart(self, one: str, other: str) -> bool:
        """Whether the vocabulary says that nothing is of both classes."""
        uppers = {other, *self.supers.get(other, ())}
        return any(self.disjoint.get(mine, set()) & uppers for mine in {one, *self.supers.get(one, ())})

    def related(self, one: str, other: str) -> bool:
        """Whether one class is the other or stands below it."""
        return one == other or one in self.supers.get(other, ()) or other in self.supers.get(one, ())

    def values(self, prop: str) -> list[tuple[Term, int]]:
        """The values of a property with their use; empty where the source does not tell."""
        rows = self._rows("emptiness-values", property=prop)
        return [(row["value"], _number(row["uses"])) for row in rows if not _is_blank(row["value"])]

    def names_of_values(self, prop: str) -> list[tuple[str, str]]:
        """What a property leads to, by name: IRI and name."""
        rows = self._rows("emptiness-names", property=prop)
        return [(_text(row["thing"]), _text(row["name"])) for row in rows]

    def things(self, start: str) -> list[str]:
        """IRIs of things that begin so."""
        return [_text(row["thing"]) for row in self._rows("emptiness-things", start=start)]

    def endings(self, ending: str) -> list[str]:
        """IRIs of things that end so."""
        return [_text(row["thing"]) for row in self._rows("emptiness-endings", ending=ending)]

    def names_of(self, iri: str) -> dict[str, str]:
        """A thing's names by language."""
        found: dict[str, str] = {}
        for row in self._rows("names-of", thing=iri):
            name = row["name"]
            if isinstance(name, ox.Literal):
                found.setdefault(name.language or "", name.value)
        return found

    def _rows(self, name: str, **values: str) -> list[ox.QuerySolution]:
        try:
            results = self.queries[name].run(self.source, values)
        except KgappError:
            return []
        assert isinstance(results, ox.QuerySolutions)
        return list(results)


def take_inventory(source: Source, queries: Queries) -> Inventory:
    """What the source has now."""
    found = Inventory(source, queries)
    try:
        found.properties = _counts(source, queries["void-properties"], "property", "triples")
        found.classes = _counts(source, queries["void-classes"], "class", "things")
        found.graphs = _counts(source, queries["void-graphs"], "graph", "triples")
        _add_vocabulary(found, _table(source, queries["emptiness-vocabulary"]))
    except KgappError:
        found.known = False
    return found


def _add_vocabulary(found: Inventory, rows: Iterable[ox.QuerySolution]) -> None:
    sets = {
        "kind": found.declared,
        "domain": found.domains,
        "range": found.ranges,
        "super": found.supers,
        "disjoint": found.disjoint,
    }
    for row in rows:
        term, relation, value = _text(row["term"]), _text(row["relation"]), row["value"]
        if relation == "label" and isinstance(value, ox.Literal):
            found.labels.setdefault(term, {}).setdefault(value.language or "", value.value)
        elif relation in sets:
            sets[relation][term].add(_text(value))
    _close(found.supers)


def _close(supers: dict[str, set[str]]) -> None:
    """Adds what stands above what stands above, to the top."""
    for term in list(supers):
        above: set[str] = set()
        left = list(supers[term])
        while left:
            upper = left.pop()
            if upper not in above:
                above.add(upper)
                left += supers.get(upper, ())
        supers[term] = above - {term}


def _counts(source: Source, query: QueryFile, name: str, count: str) -> dict[str, int]:
    rows = _table(source, query)
    return {row[name].value: _number(row[count]) for row in rows if isinstance(row[name], ox.NamedNode)}


def _table(source: Source, query: QueryFile) -> ox.QuerySolutions:
    results = query.run(source)
    assert isinstance(results, ox.QuerySolutions)
    return results


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""


def _number(term: object) -> int:
    return int(_text(term) or 0)


def _is_blank(term: object) -> bool:
    return not isinstance(term, ox.Literal | ox.NamedNode)
