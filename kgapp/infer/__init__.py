"""What follows: the OWL 2 RL closure of an edition, and on which claims each link rests."""

from __future__ import annotations

from rdflib import Graph

from kgapp.infer.closure import entailed
from kgapp.infer.derivations import Derivations, inferred_claims
from kgapp.vocab import EditionIris


def infer_edition(asserted: Graph, claims: Graph, city: Graph, ontology: Graph, iris: EditionIris) -> Graph:
    """The edition's inferred graph; ``city`` is the union of the city's graphs.

    Raises Inconsistent where the edition contradicts the ontology or the register.
    """
    inferred = entailed([asserted, city], ontology, iris.minter.base)
    derivations = Derivations(ontology, asserted + city, inferred)
    return inferred + inferred_claims(derivations, inferred, claims, iris)
