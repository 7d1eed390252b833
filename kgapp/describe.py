"""What a description of a thing holds, as RDF: what is said of it, what points to it, the claims
about it with their quotes, and the names of all these; each in the graph that says it.

Nothing here knows of HTTP or of pages. The queries are ``queries/pages/thing-*.rq``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.queryfile import QueryFile
from kgapp.question import Source
from kgapp.results import PREFIXES
from kgapp.sortedlines import SortedLines
from kgapp.vocab import ONTOLOGY

PAGE = 100
"""References that one page of a description holds: the LIMIT of ``thing-references``."""
OWN = 200
"""Statements of the catalogue about a thing that one page holds: a catalogue lists all its datasets."""
AT_ONCE = 2000
"""References up to which the claims and names around a thing are asked for in one query each."""
CCR = f"{ONTOLOGY}#"
SUBJECT, PREDICATE, OBJECT = (PREFIXES["rdf"] + name for name in ("subject", "predicate", "object"))
TYPE = PREFIXES["rdf"] + "type"
SELECTOR = PREFIXES["oa"] + "hasSelector"
GROUNDS = (PREFIXES["prov"] + "wasQuotedFrom", f"{CCR}objectQuotedFrom", f"{CCR}inferredFrom", SELECTOR)
"""What leads from a claim to what it rests on."""
ABOUT = (SUBJECT, OBJECT, *GROUNDS)
"""The properties by which evidence points to a thing."""


@dataclass(frozen=True)
class Description:
    """What is told of one thing: a page of it, where much points to it."""

    thing: str
    own: tuple[ox.Quad, ...]
    """The thing is their subject."""
    counts: Mapping[str, int]
    """How many triples point to it, by property."""
    references: tuple[ox.Quad, ...]
    """Those of this page."""
    evidence: tuple[ox.Quad, ...]
    """Claims about it, their premises, quotes and selectors."""
    names: tuple[ox.Quad, ...]
    """Names and wordings of everything that is mentioned."""
    page: int = 1
    own_pages: int = 1
    """Pages over which the statements of the catalogue are spread."""

    @property
    def total(self) -> int:
        """How many triples point to it."""
        return sum(self.counts.values())

    @property
    def pages(self) -> int:
        return max(self.own_pages, -(-self.total // PAGE))

    def __len__(self) -> int:
        return len(self.own) + len(self.references) + len(self.evidence) + len(self.names)

    def quads(self) -> list[ox.Quad]:
        """All of it, each quad once: graph by graph, the thing itself first in each."""
        return ordered({*self.own, *self.references, *self.evidence, *self.names}, self.thing)


@dataclass(frozen=True)
class Catalogue:
    """What was published, as statements of a graph: lines of N-Triples that are searched where they
    lie, and those that lead to a thing of ours with object and subject in each other's place."""

    graph: ox.NamedNode
    lines: SortedLines
    turned: SortedLines

    def about(self, thing: str) -> list[ox.Quad]:
        """The thing is their subject."""
        found = _triples(self.lines, thing)
        return [ox.Quad(subject, term, value, self.graph) for subject, term, value in found]

    def pointing_to(self, thing: str) -> list[ox.Quad]:
        """The thing is their object."""
        found = _triples(self.turned, thing)
        return [ox.Quad(other, term, node, self.graph) for node, term, other in found]


def _triples(lines: SortedLines, thing: str) -> Iterator[ox.Triple]:
    """Not from the engine's store, which would turn ``xsd:nonNegativeInteger`` into ``xsd:integer``."""
    found = b"".join(lines.starting(f"<{thing}> ".encode()))
    return (quad.triple for quad in ox.parse(found, format=ox.RdfFormat.N_TRIPLES))


class Describer:
    """Describes things from a source of answers, and from the catalogue of what was published."""

    def __init__(
        self, source: Source, queries: Mapping[str, QueryFile], catalogue: Catalogue | None = None
    ) -> None:
        self._source, self._queries, self._catalogue = source, queries, catalogue

    def knows(self, thing: str) -> bool:
        """Whether anything is said of a thing or with it."""
        return bool(self._own(thing) or self._pointing(thing, 1)[0])

    def describe(self, thing: str, page: int = 1) -> Description | None:
        """The description of a thing; none where nothing is said of it or with it, and none where
        it has no such page."""
        catalogued = _rare_first(self._about(thing))
        own = self._stored(thing) + catalogued[(page - 1) * OWN : page * OWN]
        references, counts = self._pointing(thing, page)
        total, own_pages = sum(counts.values()), max(1, -(-len(catalogued) // OWN))
        if not (own or counts) or not 0 < page <= max(own_pages, -(-total // PAGE)):
            return None
        evidence: list[ox.Quad] = []
        if total > AT_ONCE:
            evidence, names = self._one_by_one(thing, own, references)
        else:
            names = self._rows("thing-labels", thing)
            if _leads_to_evidence(own, references):
                evidence = self._rows("thing-evidence", thing)
        evidence = _reached(evidence, own, references)
        mentioned = {str(term) for quad in (*own, *references, *evidence) for term in (quad[0], quad[2])}
        names += self._names_beside(own, references)
        names = [quad for quad in names if str(quad.subject) in mentioned]
        told = (tuple(own), counts, tuple(references), tuple(evidence), tuple(dict.fromkeys(names)))
        return Description(thing, *told, page, own_pages)

    def _own(self, thing: str) -> list[ox.Quad]:
        return self._stored(thing) + self._about(thing)

    def _stored(self, thing: str) -> list[ox.Quad]:
        """What the source says of a thing."""
        rows = self._ask("thing-statements", thing)
        node = ox.NamedNode(thing)
        return [ox.Quad(node, row["property"], row["value"], row["graph"]) for row in rows]

    def _about(self, thing: str) -> list[ox.Quad]:
        """What the catalogue says of it."""
        return self._catalogue.about(thing) if self._catalogue else []

    def _pointing(self, thing: str, page: int) -> tuple[list[ox.Quad], dict[str, int]]:
        """A page of what points to a thing, the store's first and then the catalogue's, and how much
        there is in all, by property."""
        node, first = ox.NamedNode(thing), (page - 1) * PAGE
        rows = self._ask("thing-references", thing, first)
        found = [ox.Quad(row["other"], row["property"], node, row["graph"]) for row in rows]
        if page == 1 and len(found) < PAGE:
            counts = Counter(quad.predicate.value for quad in found)
        else:
            counted = self._ask("thing-references-count", thing)
            counts = Counter({row["property"].value: int(row["references"].value) for row in counted})
        listed = self._catalogue.pointing_to(thing) if self._catalogue else []
        listed.sort(key=str)
        stored = counts.total()
        counts.update(quad.predicate.value for quad in listed)
        return found + listed[max(0, first - stored) : max(0, first + PAGE - stored)], dict(counts)

    def _one_by_one(
        self, thing: str, own: Iterable[ox.Quad], references: Iterable[ox.Quad]
    ) -> tuple[list[ox.Quad], list[ox.Quad]]:
        """Claims and names of one page of a thing to which very much points."""
        evidence: list[ox.Quad] = []
        names: list[ox.Quad] = []
        about = {iri_of(quad.subject) for quad in references if quad.predicate.value in ABOUT}
        near = {iri_of(quad.subject) for quad in references} | {iri_of(quad.object) for quad in own}
        for other in sorted(near - {thing, ""}):
            said = self._own(other)
            if other in about:
                evidence += [*said, *self._rows("thing-evidence", other)]
                names += self._rows("thing-labels", other)
            names += [quad for quad in said if quad.predicate.value in NAMING]
        return evidence, names

    def _names_beside(self, own: Iterable[ox.Quad], references: Iterable[ox.Quad]) -> list[ox.Quad]:
        """Names of what the store and the catalogue mention of each other."""
        near = {iri_of(quad.object) for quad in own} | {iri_of(quad.subject) for quad in references}
        catalogued = [quad for iri in sorted(near) for quad in self._about(iri)]
        names = [quad for quad in catalogued if quad.predicate.value in NAMING]
        listed = {iri_of(quad.object) for quad in own if self._is_catalogued(quad)}
        for iri in sorted(listed):
            if iri.startswith(self._source.base) and not self._about(iri):
                said = self._own(iri)
                names += [quad for quad in said if quad.predicate.value in NAMING]
        return names

    def _is_catalogued(self, quad: ox.Quad) -> bool:
        return self._catalogue is not None and quad.graph_name == self._catalogue.graph

    def _rows(self, query: str, thing: str) -> list[ox.Quad]:
        rows = self._ask(query, thing)
        return [ox.Quad(row["subject"], row["property"], row["value"], row["graph"]) for row in rows]

    def _ask(self, query: str, thing: str, first: int = 0) -> ox.QuerySolutions:
        asked = self._queries[query].from_row(first) if first else self._queries[query]
        results = asked.run(self._source, {"thing": thing})
        assert isinstance(results, ox.QuerySolutions)
        return results


NAMING = frozenset(
    [
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["skos"] + "notation",
        PREFIXES["rdfs"] + "label",
        PREFIXES["dcterms"] + "title",
        f"{CCR}text",
        f"{CCR}gloss",
        PREFIXES["oa"] + "exact",
        "http://xmlns.com/foaf/0.1/name",
        "http://www.w3.org/2006/time#inXSDDate",
    ]
)
"""The properties whose values name a thing: those that ``thing-labels`` asks for, and the catalogue's."""


def _rare_first(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Properties with few values before those with many: a title before a list of a thousand."""
    values = Counter(quad.predicate for quad in quads)
    return sorted(quads, key=lambda quad: values[quad.predicate])


def ordered(quads: Iterable[ox.Quad], thing: str) -> list[ox.Quad]:
    """Quads graph by graph, and within a graph what is said of a thing before all else."""

    def _place(quad: ox.Quad) -> tuple[str, bool, str, str, str]:
        subject, predicate, value, graph = map(str, quad)
        return graph, subject != f"<{thing}>", subject, predicate, value

    return sorted(quads, key=_place)


def _leads_to_evidence(own: Iterable[ox.Quad], references: Iterable[ox.Quad]) -> bool:
    return any(quad.predicate.value in GROUNDS for quad in own) or any(
        quad.predicate.value in ABOUT for quad in references
    )


def _reached(
    evidence: Iterable[ox.Quad], own: Iterable[ox.Quad], references: Iterable[ox.Quad]
) -> list[ox.Quad]:
    """The evidence that this page leads to, step by step from the claims on it."""
    by_subject: dict[str, list[ox.Quad]] = {}
    for quad in dict.fromkeys(evidence):
        by_subject.setdefault(iri_of(quad.subject), []).append(quad)
    todo = [iri_of(quad.subject) for quad in references if quad.predicate.value in ABOUT]
    todo += [iri_of(quad.object) for quad in own if quad.predicate.value in GROUNDS]
    found: list[ox.Quad] = []
    while todo:
        quads = by_subject.pop(todo.pop(), [])
        found += quads
        todo += [iri_of(quad.object) for quad in quads if quad.predicate.value in GROUNDS]
    return found


def iri_of(term: object) -> str:
    """The IRI that a term is; empty where it is none."""
    return term.value if isinstance(term, ox.NamedNode) else ""
