"""Describes a city's register: its things and what they are to each other, in two graphs.

What comes from outside the paper goes into the external graph, with a note on where from.
"""

from __future__ import annotations

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SKOS

from kgapp.model import Entry, Register
from kgapp.vocab import CCR, ESTAT, Minter


def describe_register(register: Register, minter: Minter) -> dict[str, Graph]:
    """The graphs ``register`` and ``external`` of a city."""
    graphs = {"register": Graph(), "external": Graph()}
    iris = {path: minter.id(register.city, *path.split("/")) for path in register.entries}
    municipality = next(iter(register.of_kind("Municipality")), None)
    for path, entry in register.entries.items():
        iri = iris[path]
        _describe_entry(graphs["external" if entry.external else "register"], iri, entry)
        for prop, target in entry.relations:
            graphs["register"].add((iri, CCR[prop], iris[target]))
        if municipality and entry.kind == "District":
            graphs["external"].add((iris[municipality.path], CCR.hasDistrict, iri))
        if municipality and entry.kind == "Body" and entry.label_ja == municipality.label_ja:
            graphs["register"].add((iri, CCR.governs, iris[municipality.path]))
        if entry.code:
            graphs["external"].add((iri, SKOS.exactMatch, ESTAT[f"C{entry.code}"]))
    return graphs


def _describe_entry(graph: Graph, iri: URIRef, entry: Entry) -> None:
    graph.add((iri, RDF.type, CCR[entry.kind]))
    graph.add((iri, SKOS.prefLabel, Literal(entry.label_ja, lang="ja")))
    graph.add((iri, SKOS.prefLabel, Literal(entry.label_en, lang="en")))
    graph.add((iri, CCR.reading, Literal(entry.reading, lang="ja-Hrkt")))
    for name in (*entry.aliases, *entry.abbreviations):
        graph.add((iri, SKOS.altLabel, Literal(name, lang="ja")))
    for name in entry.abbreviations:
        graph.add((iri, CCR.abbreviation, Literal(name, lang="ja")))
    for note, language in ((entry.note_ja, "ja"), (entry.note_en, "en")):
        if note:
            graph.add((iri, SKOS.editorialNote, Literal(note, lang=language)))
