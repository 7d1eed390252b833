"""Why an entailed link holds: the property chain that gives it, down to asserted claims.

For each link that a chain concludes of a passage an inferred Claim is made, with the claims it
was inferred from and their quotes (MODEL.md, "Evidence").
"""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, PROV
from rdflib.term import Node

from kgapp.vocab import CCR, EditionIris

CLAIMED = (CCR.involves, CCR.coversDistrict, CCR.heldAt, CCR.respondedToBy)
"""Chain conclusions that a passage makes about actors, districts and facilities."""


class Derivations:
    """Traces entailed triples back to asserted ones, over one edition's closed graph."""

    def __init__(self, ontology: Graph, given: Graph, inferred: Graph) -> None:
        self.given = given
        self.all = given + inferred
        self._narrower: dict[Node, list[Node]] = {}
        for narrow, broad in ontology.subject_objects(RDFS.subPropertyOf):
            self._narrower.setdefault(broad, []).append(narrow)
        self._inverse: dict[Node, list[Node]] = {}
        for one, other in ontology.subject_objects(OWL.inverseOf):
            self._inverse.setdefault(one, []).append(other)
            self._inverse.setdefault(other, []).append(one)
        self._chains: dict[Node, list[tuple[Node, Node]]] = {}
        for prop, head in ontology.subject_objects(OWL.propertyChainAxiom):
            first, second = Collection(ontology, head)
            self._chains.setdefault(prop, []).append((first, second))
        self._transitive = set(ontology.subjects(RDF.type, OWL.TransitiveProperty))

    def by_chain(self, triple: tuple[Node, Node, Node]) -> list[set[tuple[Node, Node, Node]]]:
        """The sets of asserted triples from which a chain concludes ``triple``."""
        subject, prop, obj = triple
        found: list[set[tuple[Node, Node, Node]]] = []
        for first, second in self._chains.get(prop, ()):
            for middle in self.all.objects(subject, first):
                if (middle, second, obj) not in self.all:
                    continue
                left = self.support((subject, first, middle))
                right = self.support((middle, second, obj))
                if left and right:
                    found.append(left | right)
        return found

    def support(self, triple: tuple[Node, Node, Node], depth: int = 8) -> set[tuple[Node, Node, Node]]:
        """Asserted triples that together entail ``triple``; empty where none are found.

        Follows subproperties, inverses, chains and transitivity, nearest first.
        """
        if triple in self.given:
            return {triple}
        if depth == 0 or triple not in self.all:
            return set()
        for premises in self._premises(triple):
            supports = [self.support(premise, depth - 1) for premise in premises]
            if all(supports):
                return set().union(*supports)
        return set()

    def _premises(self, triple: tuple[Node, Node, Node]) -> Iterator[list[tuple[Node, Node, Node]]]:
        subject, prop, obj = triple
        for narrow in sorted(self._narrower.get(prop, ()), key=str):
            yield [(subject, narrow, obj)]
        for inverse in sorted(self._inverse.get(prop, ()), key=str):
            yield [(obj, inverse, subject)]
        chains = list(self._chains.get(prop, ()))
        if prop in self._transitive:
            chains.append((prop, prop))
        for first, second in chains:
            for middle in sorted(self.all.objects(subject, first), key=str):
                if middle not in (subject, obj) and (middle, second, obj) in self.all:
                    yield [(subject, first, middle), (middle, second, obj)]


def inferred_claims(derivations: Derivations, inferred: Graph, claims: Graph, iris: EditionIris) -> Graph:
    """Claims for what chains conclude, each with the claims and quotes that it rests on.

    A link that the paper also makes directly (through a narrower property) needs none.
    """
    known = _claims_by_triple(claims)
    result = Graph()
    for prop in CLAIMED:
        for subject, obj in sorted(inferred.subject_objects(prop)):
            if _is_direct(derivations, (subject, prop, obj)):
                continue
            premises = {
                claim
                for support in derivations.by_chain((subject, prop, obj))
                for triple in support
                if (claim := known.get(triple))
            }
            if not premises or not isinstance(subject, URIRef) or not isinstance(obj, URIRef):
                continue
            claim = iris.claim(subject, prop, obj)
            result.add((claim, RDF.type, CCR.Claim))
            result.add((claim, RDF.subject, subject))
            result.add((claim, RDF.predicate, prop))
            result.add((claim, RDF.object, obj))
            result.add((claim, CCR.mode, CCR.inferred))
            result.add((claim, DCTERMS.isPartOf, iris.document))
            for premise in premises:
                result.add((claim, CCR.inferredFrom, premise))
                for quote in claims.objects(premise, PROV.wasQuotedFrom):
                    result.add((claim, PROV.wasQuotedFrom, quote))
    return result


def _is_direct(derivations: Derivations, triple: tuple[Node, Node, Node]) -> bool:
    """Whether one asserted triple of the same two things already entails it."""
    subject, _, obj = triple
    support = derivations.support(triple)
    return len(support) == 1 and all({s, o} == {subject, obj} for s, _, o in support)


def _claims_by_triple(claims: Graph) -> dict[tuple[Node, Node, Node], Node]:
    known: dict[tuple[Node, Node, Node], Node] = {}
    for claim, subject in claims.subject_objects(RDF.subject):
        predicate, obj = claims.value(claim, RDF.predicate), claims.value(claim, RDF.object)
        if predicate is not None and obj is not None:
            known[subject, predicate, obj] = claim
    return known
