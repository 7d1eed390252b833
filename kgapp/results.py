"""Media types of answers: which are offered, and which of them a client prefers
(SPARQL 1.1 Protocol 2.1.5; RFC 9110, 12.5.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox
from werkzeug.http import parse_options_header

from kgapp.errors import Message, QueryRefused
from kgapp.vocab import ONTOLOGY


@dataclass(frozen=True)
class MediaType:
    """A form of answer: its name in ``format=``, its media types, the engine's format."""

    name: str
    types: tuple[str, ...]
    format: ox.QueryResultsFormat | ox.RdfFormat | None
    """None for what no engine writes: pages."""
    aliases: tuple[str, ...] = ()
    """Other names that clients put into ``format=`` or ``output=``."""

    @property
    def content_type(self) -> str:
        text = self.types[0].startswith("text/")
        return f"{self.types[0]}; charset=utf-8" if text else self.types[0]


JSON = MediaType("json", ("application/sparql-results+json", "application/json"), ox.QueryResultsFormat.JSON)
XML = MediaType(
    "xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ox.QueryResultsFormat.XML
)
CSV = MediaType("csv", ("text/csv",), ox.QueryResultsFormat.CSV)
TSV = MediaType("tsv", ("text/tab-separated-values",), ox.QueryResultsFormat.TSV)
TURTLE = MediaType("turtle", ("text/turtle", "application/x-turtle"), ox.RdfFormat.TURTLE, ("ttl", "n3"))
N_TRIPLES = MediaType(
    "ntriples", ("application/n-triples", "text/plain"), ox.RdfFormat.N_TRIPLES, ("nt", "n-triples")
)
JSON_LD = MediaType(
    "jsonld", ("application/ld+json", "application/json"), ox.RdfFormat.JSON_LD, ("json-ld", "json")
)
RDF_XML = MediaType(
    "rdfxml", ("application/rdf+xml", "application/xml"), ox.RdfFormat.RDF_XML, ("rdf+xml", "rdf", "xml")
)
TRIG = MediaType("trig", ("application/trig",), ox.RdfFormat.TRIG)
N_QUADS = MediaType("nquads", ("application/n-quads",), ox.RdfFormat.N_QUADS, ("nq", "n-quads"))
EXCEL = MediaType("excel", ("text/csv",), ox.QueryResultsFormat.CSV)
"""CSV for spreadsheets (``kgapp.excel``): had by its name only, never by Accept."""
EXCERPT = MediaType("excerpt", ("application/json",), None)
"""What a page shows of an answer (``kgapp.excerpt``): no client can name it."""

TABLE, BOOLEAN, GRAPH = "table", "boolean", "graph"
OFFERED: dict[str, tuple[MediaType, ...]] = {
    TABLE: (JSON, XML, CSV, TSV),
    BOOLEAN: (JSON, XML),
    GRAPH: (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS),
}
"""The forms in which each kind of answer can be given, the preferred first."""
BY_NAME = {form.name: form for forms in OFFERED.values() for form in (*forms, EXCEL, EXCERPT)}

PREFIXES = {
    "ccr": f"{ONTOLOGY}#",
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


RANGE = re.compile(r"\*/\*|[\w!#$&^.+-]+/(?:\*|[\w!#$&^.+-]+)", re.ASCII)
"""A media range (RFC 9110, 12.5.1)."""
LONGEST = 4096
"""Characters of an Accept header that are read: no client needs more."""


@lru_cache(maxsize=1024)
def preferred(
    accept: str, forms: tuple[MediaType, ...], lesser: tuple[MediaType, ...] = ()
) -> MediaType | None:
    """The form that an Accept header prefers, where those that are ``lesser`` for us count half; the
    first where it tells nothing, none where it takes none of them. What is no media range in it is
    passed over, as RFC 9110, 12.5.1 lets a server do; a lone ``*``, as old Java sends, is ``*/*``."""
    if not accept.strip() or len(accept) > LONGEST:
        return forms[0]
    ranges = list(_ranges(accept))
    if not ranges:
        return forms[0]
    named = {name for name, _ in ranges}
    offers = [(form, name) for form in forms for name in form.types[:1]]
    # What is said of a form's own type is not undone by a range that holds another name of it.
    others = [(form, name) for form in forms for name in form.types[1:]]
    offers += [(form, name) for form, name in others if name in named or form.types[0] not in named]
    weighed = [(_quality(name, ranges) * (0.5 if form in lesser else 1), form) for form, name in offers]
    quality, best = max(weighed, key=lambda pair: pair[0])
    return best if quality > 0 else None


def named(name: str, kind: str) -> MediaType | None:
    """The form that ``format=`` names, by a short name or a media type."""
    if kind == TABLE and name == EXCEL.name:
        return EXCEL
    return next((form for form in OFFERED[kind] if name in (form.name, *form.types, *form.aliases)), None)


def not_acceptable(forms: Iterable[MediaType]) -> QueryRefused:
    """The refusal of an answer in a form that is not offered, naming those that are."""
    names = ", ".join(form.types[0] for form in forms)
    return QueryRefused(
        Message("求められた形式では答えられません。", "There is no answer in the form asked for."),
        Message(f"Acceptに次のどれかを書いてください: {names}", f"Accept one of: {names}"),
        status=406,
    )


def quality_of(name: str, accept: str, named: bool = False) -> float:
    """The q-value of a media type in an Accept header; ``named`` counts no range that would hold
    others too (``text/*``)."""
    ranges = list(_ranges(accept))
    if named:
        return max((quality for given, quality in ranges if given == name), default=0.0)
    return _quality(name, ranges)


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    """Media ranges with their q-values; other parameters do not change what is served here."""
    for part in accept.split(","):
        name, options = parse_options_header(part)
        try:
            quality = float(options.get("q", 1))
        except ValueError:
            quality = 0.0
        name = "*/*" if name == "*" else name.lower()
        if RANGE.fullmatch(name):
            yield name, quality if 0 <= quality <= 1 else 0.0


def _quality(name: str, ranges: list[tuple[str, float]]) -> float:
    """The q-value of the most specific range that holds a media type."""
    main = name.partition("/")[0]
    for candidate in (name, f"{main}/*", "*/*"):
        found = [quality for given, quality in ranges if given == candidate]
        if found:
            return max(found)
    return 0.0
