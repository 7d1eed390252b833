"""The triples around a question, asked for as they are needed and kept for as long as it takes.

Only triples between names are facts here: none with a literal or a node without a name entails
anything (``kgapp.infer.closure``). What only a graph of conclusions holds is no recorded fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kgapp.explain.axioms import TwoLegs
from kgapp.queryfile import QueryFile
from kgapp.question import Source, Term

Link = tuple[str, str, str]
"""Subject, property and object, each an IRI."""
Graphs = tuple[str, ...]
INFERRED = "/graph/inferred"
"""How the name of a graph of conclusions ends (MODEL.md, "IRIs")."""
MOST = 500
"""Triples that lead to a thing, up to which they are looked at: the LIMIT of ``why-pointing``."""
MOST_MIDDLES = 1000
"""The LIMIT of ``why-middles``."""
_SIDES = {"s-m": ("s", "m"), "m-s": ("m", "s"), "m-o": ("m", "o"), "o-m": ("o", "m")}


def is_recorded(graphs: Graphs) -> bool:
    """Whether a graph other than those of conclusions holds it."""
    return any(not graph.endswith(INFERRED) for graph in graphs)


class Facts:
    """What a source says around a question."""

    def __init__(self, source: Source, queries: Mapping[str, QueryFile]) -> None:
        self._source, self._queries = source, queries
        self._between: dict[frozenset[str], dict[Link, Graphs]] = {}
        self._of: dict[str, dict[Link, Graphs]] = {}
        self._to: dict[str, dict[Link, Graphs]] = {}
        self._many: set[str] = set()
        self.asked = 0
        """Queries so far."""
        self.cut = False
        """Whether a bound left something out."""

    def graphs_of(self, triple: ox.Triple) -> tuple[bool, Graphs]:
        """Whether a triple is there, and the named graphs that hold it."""
        terms = {"s": triple.subject, "p": triple.predicate, "o": triple.object}
        rows = self._ask("why-triple", terms)
        return bool(rows), tuple(row["graph"].value for row in rows if row["graph"] is not None)

    def mentions(self, term: ox.NamedNode) -> bool:
        """Whether any triple has it, as subject, property or object."""
        return bool(self._ask("why-mentioned", {"term": term}))

    def between(self, one: str, other: str) -> Mapping[Link, Graphs]:
        """The links between two things, in either direction."""
        pair = frozenset((one, other))
        if pair not in self._between:
            found = self._between.setdefault(pair, {})
            for row in self._ask("why-between", {"one": ox.NamedNode(one), "other": ox.NamedNode(other)}):
                there = row["direction"].value == "there"
                ends = (one, other) if there else (other, one)
                _add(found, (ends[0], row["property"].value, ends[1]), row["graph"].value)
        return self._between[pair]

    def middles(self, subject: str, legs: TwoLegs, obj: str) -> list[str]:
        """What lies between two things by two legs, in order."""
        terms = {"s": subject, "first": legs.first, "second": legs.second, "o": obj}
        rows = self._ask("why-middles", {name: ox.NamedNode(iri) for name, iri in terms.items()})
        found: dict[str, dict[Link, Graphs]] = {}
        for row in rows:
            if not isinstance(row["middle"], ox.NamedNode):
                continue
            middle = row["middle"].value
            ends = {"s": subject, "m": middle, "o": obj}
            start, end = (ends[part] for part in _SIDES[row["side"].value])
            links = found.setdefault(middle, {})
            _add(links, (start, row["property"].value, end), row["graph"].value)
        if len(rows) >= MOST_MIDDLES:
            self.cut = True
            found.popitem()  # its links may be cut off
        for middle, links in found.items():
            for end in (subject, obj):
                own = {link: graphs for link, graphs in links.items() if {link[0], link[2]} == {end, middle}}
                self._between.setdefault(frozenset((end, middle)), own)
        return list(found)

    def of(self, thing: str) -> Mapping[Link, Graphs]:
        """The links from a thing."""
        if thing not in self._of:
            found = self._of.setdefault(thing, {})
            for row in self._ask("thing-statements", {"thing": ox.NamedNode(thing)}):
                if isinstance(row["value"], ox.NamedNode):
                    _add(found, (thing, row["property"].value, row["value"].value), row["graph"].value)
        return self._of[thing]

    def pointing_to(self, thing: str, any_of_many: bool = False) -> Mapping[Link, Graphs]:
        """The links to a thing. Where there are very many, none: or else some of them, not always the
        same ones, for where there is nothing else to go by."""
        if thing not in self._to:
            found = self._to.setdefault(thing, {})
            rows = self._ask("why-pointing", {"thing": ox.NamedNode(thing)})
            named = [row for row in rows if isinstance(row["other"], ox.NamedNode)]
            named.sort(key=lambda row: (row["property"].value, row["other"].value, row["graph"].value))
            for row in named:
                _add(found, (row["other"].value, row["property"].value, thing), row["graph"].value)
            if len(rows) >= MOST:
                self.cut = True
                self._many.add(thing)
        return {} if thing in self._many and not any_of_many else self._to[thing]

    def _ask(self, name: str, terms: Mapping[str, object]) -> list[ox.QuerySolution]:
        bound: dict[str, Term] = {
            key: term for key, term in terms.items() if isinstance(term, ox.NamedNode | ox.Literal)
        }
        assert len(bound) == len(terms)
        self.asked += 1
        results = self._source.query(self._queries[name].text, bound)
        assert isinstance(results, ox.QuerySolutions)
        return list(results)


def _add(found: dict[Link, Graphs], link: Link, graph: str) -> None:
    graphs: Iterable[str] = found.get(link, ())
    found[link] = tuple(dict.fromkeys((*graphs, graph)))
