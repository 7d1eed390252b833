"""Describes quotes and claims: on whose words a link stands (MODEL.md, "Evidence")."""

from __future__ import annotations

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV

from kgapp.model import Mode, Place
from kgapp.vocab import CCR, OA, EditionIris

CONTEXT = 20
"""Code points of the source given before and after a quote, so that it can be found again."""

MODES = {Mode.STATED: CCR.stated, Mode.INTERPRETED: CCR.interpreted}


class Evidence:
    """Writes quotes and claims of one edition into its claims graph, each quote once."""

    def __init__(self, graph: Graph, iris: EditionIris, text: str) -> None:
        self.graph = graph
        self.iris = iris
        self.text = text
        self._quoted: set[Place] = set()

    def quote(self, place: Place) -> URIRef:
        """The quote at these offsets of the source, described on first use."""
        iri = self.iris.quote(place.start, place.end)
        if place in self._quoted:
            return iri
        self._quoted.add(place)
        words, position = URIRef(f"{iri}/words"), URIRef(f"{iri}/place")
        before = self.text[max(0, place.start - CONTEXT) : place.start]
        after = self.text[place.end : place.end + CONTEXT]
        add = self.graph.add
        add((iri, RDF.type, CCR.Quote))
        add((iri, OA.hasSource, self.iris.source))
        add((iri, OA.hasSelector, words))
        add((iri, OA.hasSelector, position))
        add((words, RDF.type, OA.TextQuoteSelector))
        add((words, OA.exact, Literal(self.text[place.start : place.end], lang="ja")))
        add((words, OA.prefix, Literal(before, lang="ja")))
        add((words, OA.suffix, Literal(after, lang="ja")))
        add((position, RDF.type, OA.TextPositionSelector))
        add((position, OA.start, Literal(place.start, datatype=XSD.integer)))
        add((position, OA.end, Literal(place.end, datatype=XSD.integer)))
        return iri

    def claim(
        self,
        triple: tuple[URIRef, URIRef, URIRef],
        mode: Mode,
        place: Place,
        rationale: str = "",
        object_place: Place | None = None,
        outcome: str = "",
    ) -> URIRef:
        """A claim of ``triple`` with its mode and quote; returns the claim's IRI."""
        subject, predicate, obj = triple
        iri = self.iris.claim(subject, predicate, obj)
        add = self.graph.add
        add((iri, RDF.type, CCR.Claim))
        add((iri, RDF.subject, subject))
        add((iri, RDF.predicate, predicate))
        add((iri, RDF.object, obj))
        add((iri, CCR.mode, MODES[mode]))
        add((iri, PROV.wasQuotedFrom, self.quote(place)))
        add((iri, DCTERMS.isPartOf, self.iris.document))
        if rationale:
            add((iri, CCR.rationale, Literal(rationale, lang="ja")))
        if object_place:
            add((iri, CCR.objectQuotedFrom, self.quote(object_place)))
        if outcome:
            add((iri, CCR.readingOutcome, CCR[outcome]))
        return iri
