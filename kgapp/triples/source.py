"""Describes the source text and the spans that tile it, so that it can be rebuilt from the graph."""

from __future__ import annotations

from rdflib import RDF, XSD, Graph, Literal
from rdflib.namespace import DCTERMS, PROV

from kgapp.model import Paper
from kgapp.rights import SOURCE_RIGHTS
from kgapp.vocab import CCR, OA, SCHEMA, EditionIris


def describe_source(paper: Paper, iris: EditionIris) -> Graph:
    """The graph ``source``: the whole text with its checksum, and every span with its kind."""
    graph = Graph()
    add = graph.add
    source = iris.source
    add((source, RDF.type, CCR.SourceText))
    add((source, SCHEMA.text, Literal(paper.text, lang="ja")))
    add((source, SCHEMA.sha256, Literal(paper.description.sha256)))
    add((source, CCR.length, Literal(len(paper.text), datatype=XSD.integer)))
    add((source, PROV.wasDerivedFrom, iris.document))
    for language, words in SOURCE_RIGHTS.items():
        add((source, DCTERMS.rights, Literal(words, lang=language)))
    for span in paper.spans:
        iri = iris.within("source", "span", f"{span.start}-{span.end}")
        add((iri, RDF.type, CCR.Span))
        add((iri, CCR.spanKind, CCR[f"span-{span.kind}"]))
        add((iri, OA.start, Literal(span.start, datatype=XSD.integer)))
        add((iri, OA.end, Literal(span.end, datatype=XSD.integer)))
        add((iri, OA.exact, Literal(paper.text[span.start : span.end], lang="ja")))
        add((iri, DCTERMS.isPartOf, source))
    return graph
