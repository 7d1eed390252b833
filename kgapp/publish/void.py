"""Describes what a dataset holds in numbers (VoID): counts, partitions, named graphs, links elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from rdflib import RDF, XSD, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS, VOID

from kgapp.publish.statements import Statements
from kgapp.publish.statistics import Counts
from kgapp.vocab import ESTAT

Prefixes = Mapping[str, str]
LINKS = {
    "ja": "市町村からe-Statの統計に用いる標準地域コードへのリンク",
    "en": "Links from municipalities to e-Stat's standard area codes",
}


def describe_counts(graph: Statements, dataset: URIRef, counts: Counts, prefixes: Prefixes) -> None:
    """The counts of a dataset, by class and by property, and its example."""
    graph.add((dataset, RDF.type, VOID.Dataset))
    for term, number in (
        (VOID.triples, counts.triples),
        (VOID.distinctSubjects, counts.subjects),
        (VOID.distinctObjects, counts.objects),
        (VOID.properties, len(counts.properties)),
        (VOID.classes, len(counts.classes)),
    ):
        graph.add((dataset, term, _number(number)))
    for name, number in counts.classes.items():
        part = URIRef(f"{dataset}/class/{_short(name, prefixes)}")
        graph.add((dataset, VOID.classPartition, part))
        graph.add((part, RDF.type, VOID.Dataset))
        graph.add((part, VOID["class"], URIRef(name)))
        graph.add((part, VOID.entities, _number(number)))
    for name, number in counts.properties.items():
        part = URIRef(f"{dataset}/property/{_short(name, prefixes)}")
        graph.add((dataset, VOID.propertyPartition, part))
        graph.add((part, RDF.type, VOID.Dataset))
        graph.add((part, VOID.property, URIRef(name)))
        graph.add((part, VOID.triples, _number(number)))
    for namespace in _vocabularies(counts, prefixes):
        graph.add((dataset, VOID.vocabulary, URIRef(namespace)))
    if counts.example:
        graph.add((dataset, VOID.exampleResource, URIRef(counts.example)))


def describe_graphs(graph: Statements, dataset: URIRef, graphs: Mapping[str, Counts]) -> None:
    """Each named graph of a dataset as a subset of its own name."""
    for name, counts in graphs.items():
        subset = URIRef(name)
        graph.add((dataset, VOID.subset, subset))
        graph.add((subset, RDF.type, VOID.Dataset))
        graph.add((subset, VOID.triples, _number(counts.triples)))
        graph.add((subset, VOID.distinctSubjects, _number(counts.subjects)))


def describe_links(graph: Statements, dataset: URIRef, counts: Counts) -> None:
    """The links of a dataset to e-Stat's codes, where it has any (VoID, 5)."""
    if not counts.links:
        return
    linkset = URIRef(f"{dataset}/linkset/e-stat")
    target = URIRef(str(ESTAT))
    graph.add((dataset, VOID.subset, linkset))
    graph.add((linkset, RDF.type, VOID.Linkset))
    graph.add((linkset, VOID.linkPredicate, SKOS.exactMatch))
    graph.add((linkset, VOID.subjectsTarget, dataset))
    graph.add((linkset, VOID.objectsTarget, target))
    graph.add((linkset, VOID.triples, _number(counts.links)))
    graph.add((target, RDF.type, VOID.Dataset))
    graph.add((target, VOID.uriSpace, Literal(str(ESTAT))))
    graph.say(linkset, DCTERMS.title, LINKS)


def _number(value: int) -> Literal:
    return Literal(value, datatype=XSD.integer)


def _vocabularies(counts: Counts, prefixes: Prefixes) -> set[str]:
    """Namespaces of the context that the data use."""
    used = (*counts.properties, *counts.classes)
    return {namespace for namespace in prefixes.values() if any(name.startswith(namespace) for name in used)}


def _short(name: str, prefixes: Prefixes) -> str:
    """A term as a part of a path: ``ccr-Statement``; a hash where no prefix is known."""
    for prefix, namespace in prefixes.items():
        local = name.removeprefix(namespace)
        if name.startswith(namespace) and local and local.replace("_", "a").isalnum():
            return f"{prefix}-{local}"
    return hashlib.sha256(name.encode()).hexdigest()[:16]
