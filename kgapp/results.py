"""Media types of answers, chosen from what a client accepts, written by the engine's serializers."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.errors import Message, QueryRefused
from kgapp.store import Results
from kgapp.vocab import ONTOLOGY


@dataclass(frozen=True)
class MediaType:
    """A form of answer: its name in ``format=``, its media types, the engine's format."""

    name: str
    types: tuple[str, ...]
    format: ox.QueryResultsFormat | ox.RdfFormat

    @property
    def content_type(self) -> str:
        text = self.types[0].startswith("text/")
        return f"{self.types[0]}; charset=utf-8" if text else self.types[0]


TABLES = (
    MediaType("json", ("application/sparql-results+json", "application/json"), ox.QueryResultsFormat.JSON),
    MediaType(
        "xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ox.QueryResultsFormat.XML
    ),
    MediaType("csv", ("text/csv",), ox.QueryResultsFormat.CSV),
    MediaType("tsv", ("text/tab-separated-values",), ox.QueryResultsFormat.TSV),
)
GRAPHS = (
    MediaType("turtle", ("text/turtle", "application/x-turtle"), ox.RdfFormat.TURTLE),
    MediaType("ntriples", ("application/n-triples", "text/plain"), ox.RdfFormat.N_TRIPLES),
    MediaType("jsonld", ("application/ld+json", "application/json"), ox.RdfFormat.JSON_LD),
    MediaType("rdfxml", ("application/rdf+xml", "application/xml"), ox.RdfFormat.RDF_XML),
)
BOOLEAN_NAMES = ("json", "xml")
PREFIXES = {
    "ccr": f"{ONTOLOGY}#",
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def offered(results: Results) -> tuple[MediaType, ...]:
    """The forms in which this kind of answer can be given, the preferred first."""
    if isinstance(results, ox.QueryTriples):
        return GRAPHS
    if isinstance(results, ox.QueryBoolean):
        return tuple(form for form in TABLES if form.name in BOOLEAN_NAMES)
    return TABLES


def by_name(results: Results, name: str) -> MediaType:
    """The form that ``format=`` names; raises QueryRefused (406) where there is no such form."""
    for form in offered(results):
        if name == form.name or name in form.types:
            return form
    raise not_acceptable(results)


def not_acceptable(results: Results) -> QueryRefused:
    """The refusal of an answer in a form that is not offered, naming those that are."""
    names = ", ".join(form.types[0] for form in offered(results))
    return QueryRefused(
        Message("求められた形式では答えられません。", "There is no answer in the form asked for."),
        Message(f"Acceptに次のどれかを書いてください: {names}", f"Accept one of: {names}"),
        status=406,
    )


def serialize(results: Results, form: MediaType) -> bytes:
    """The whole answer; where it cannot be completed, an error and never half an answer."""
    if isinstance(results, ox.QueryTriples):
        assert isinstance(form.format, ox.RdfFormat)
        body = ox.serialize(results, format=form.format, prefixes=PREFIXES)
    else:
        assert isinstance(form.format, ox.QueryResultsFormat)
        body = results.serialize(format=form.format)
    assert body is not None
    return body
