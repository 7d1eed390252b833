"""Describes the dataset as a whole: title, rights, what it was made from. No counts, no dates."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, VOID

from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE, TITLE
from kgapp.vocab import ONTOLOGY, Minter


def describe_dataset(minter: Minter, documents: Iterable[URIRef]) -> Graph:
    """The graph ``id/graph/dataset``."""
    graph = Graph()
    dataset = minter.id("dataset")
    graph.add((dataset, RDF.type, VOID.Dataset))
    graph.add((dataset, DCTERMS.license, LICENSE))
    graph.add((dataset, VOID.vocabulary, ONTOLOGY))
    graph.add((dataset, VOID.uriSpace, Literal(f"{minter.base}id/")))
    for language in ("ja", "en"):
        graph.add((dataset, DCTERMS.title, Literal(TITLE[language], lang=language)))
        graph.add((dataset, DCTERMS.rights, Literal(DATASET_RIGHTS[language], lang=language)))
        graph.add((dataset, DCTERMS.description, Literal(DISCLAIMER[language], lang=language)))
    for document in documents:
        graph.add((dataset, DCTERMS.source, document))
    return graph
