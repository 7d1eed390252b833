"""Errors as RDF, for clients that read nothing else: a graph that says which response it is, so
that a failure never looks like a thing without data (HTTP Vocabulary in RDF 1.0, Response).
"""

from __future__ import annotations

from http import HTTPStatus

import pyoxigraph as ox

from kgapp.errors import KgappError
from kgapp.results import GRAPH, OFFERED, PREFIXES, named

HTTP = "http://www.w3.org/2011/http#"
STATUS_CODES = "http://www.w3.org/2011/http-statusCodes#"
RDF_TYPES = {form.types[0]: form for form in OFFERED[GRAPH]}
"""The forms in which RDF is offered, by media type."""
SUFFIXES = {
    suffix: form.types[0]
    for suffix in ("ttl", "jsonld", "nt", "rdf", "trig", "nq")
    if (form := named(suffix, GRAPH))
}
"""The media types that extensions of addresses name."""


def as_rdf(error: KgappError, media_type: str) -> bytes:
    """The response that an error is: its status, and what went wrong and how to mend it, in ja and en."""
    response, status = ox.BlankNode("response"), HTTPStatus(error.status)
    code = ox.NamedNode(STATUS_CODES + status.phrase.title().replace(" ", "").replace("-", ""))
    comment = ox.NamedNode(PREFIXES["rdfs"] + "comment")
    triples = [
        ox.Triple(response, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(f"{HTTP}Response")),
        ox.Triple(response, ox.NamedNode(f"{HTTP}sc"), code),
        ox.Triple(response, ox.NamedNode(f"{HTTP}reasonPhrase"), ox.Literal(status.phrase)),
        ox.Triple(code, ox.NamedNode(f"{HTTP}statusCodeNumber"), ox.Literal(str(status.value))),
    ]
    for language, what, remedy in (
        ("ja", error.what.ja, error.remedy.ja),
        ("en", error.what.en, error.remedy.en),
    ):
        separator = "" if language == "ja" else " "
        text = ox.Literal(f"{what}{separator}{remedy}", language=language)
        triples.append(ox.Triple(response, comment, text))
    target = RDF_TYPES[media_type].format
    assert isinstance(target, ox.RdfFormat)
    body = ox.serialize(triples, format=target, prefixes={**PREFIXES, "http": HTTP})
    assert body is not None
    return body
