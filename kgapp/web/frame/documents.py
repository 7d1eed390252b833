"""Documents in several forms: which one is wanted, RDF in each, the headers that tell of the others.

A document has one address that negotiates (``/doc/fujisawa/actor/csw``) and one for each form
(``….ttl``). RFC 9110, 12.5.1; RFC 8288 for Link.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Response, make_response, request

from kgapp.jsonld import Context, compact
from kgapp.results import (
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    PREFIXES,
    RDF_XML,
    TRIG,
    TURTLE,
    MediaType,
    not_acceptable,
    preferred,
)
from kgapp.rights import LICENSE
from kgapp.web.http.answers import FRESH

HTML = MediaType("html", ("text/html", "application/xhtml+xml"), None)
RDF = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
OF_GRAPHS = (TRIG, N_QUADS)
"""Forms that tell in which graph each triple is. Clients that follow links (Comunica) ask for them before
all others and then look only into the graph without a name, where nothing is."""
EXTENSIONS: dict[str, MediaType] = {
    "html": HTML,
    "ttl": TURTLE,
    "jsonld": JSON_LD,
    "nt": N_TRIPLES,
    "rdf": RDF_XML,
    "trig": TRIG,
    "nq": N_QUADS,
}
EXPOSED = "Content-Location, ETag, Link, Location"
"""What a script of another site may read."""
EXTENSION = {form.name: extension for extension, form in EXTENSIONS.items()}


@dataclass(frozen=True)
class Asked:
    """A document as it is asked for: its path without extension, its form, and whether the address
    itself names the form."""

    path: str
    form: MediaType
    by_address: bool


def asked(path: str, forms: Iterable[MediaType] = (*RDF, HTML)) -> Asked:
    """Reads the path of a document (with or without an extension) and the Accept header. The first of
    ``forms`` is what a client gets that takes anything. Raises QueryRefused (406)."""
    forms = tuple(forms)
    stem, _, extension = path.rpartition(".")
    if stem and EXTENSIONS.get(extension) in forms:
        return Asked(stem, EXTENSIONS[extension], True)
    best = preferred(request.headers.get("Accept", ""), forms, OF_GRAPHS)
    if best is None:
        raise not_acceptable(forms)
    return Asked(path, best, False)


def serialized(
    quads: Iterable[ox.Quad], form: MediaType, context: Context, prefixes: Mapping[str, str] = PREFIXES
) -> bytes:
    """RDF in a form of ``RDF``; the graphs' names are kept in TriG and N-Quads where the statements
    have any, and each statement stands once in the others. So it does in JSON-LD: clients of one graph
    would find a thing empty of which only named graphs speak."""
    assert isinstance(form.format, ox.RdfFormat)
    if form.format.supports_datasets and form is not JSON_LD:
        body = ox.serialize(quads, format=form.format, prefixes=dict(prefixes))
    else:
        triples = _by_subject(quad.triple for quad in quads)
        body = ox.serialize(triples, format=form.format, prefixes=dict(prefixes))
    assert body is not None
    return compact(body, context) if form is JSON_LD else body


def _by_subject(triples: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    """Each triple once, those of a subject together, subjects in the order in which they came."""
    found: dict[object, dict[ox.Triple, None]] = {}
    for triple in triples:
        found.setdefault(triple.subject, {})[triple] = None
    return (triple for group in found.values() for triple in group)


def respond(
    body: bytes | str,
    document: Asked,
    address: str,
    forms: Iterable[MediaType] = (*RDF, HTML),
    links: Iterable[tuple[str, str]] = (),
    status: int = 200,
    query: str = "",
    ours: bool = True,
) -> Response:
    """A document at ``address`` (its path on this server, without an extension) with its validator,
    and links to its other forms, its canonical address, its licence and what else is given as
    (target, relation). ``query`` belongs to the address behind an extension (``?page=2``). ``ours`` is
    false where it tells of other data, which have no licence of ours. Answers 304 and HEAD by itself."""
    response = make_response(body, status)
    response.content_type = document.form.content_type
    others = [
        f'<{address}.{EXTENSION[form.name]}{query}>; rel="alternate"; type="{form.types[0]}"'
        for form in forms
        if form is not document.form
    ]
    licence = [(str(LICENSE), "license")] if ours else []
    own = [(address + query, "canonical"), *licence, *links]
    response.headers["Link"] = ", ".join([*(f'<{target}>; rel="{name}"' for target, name in own), *others])
    response.vary.update(["Accept", "Accept-Language"] if document.form is HTML else ["Accept"])
    response.headers["Cache-Control"] = FRESH
    if not document.by_address:
        response.headers["Content-Location"] = f"{address}.{EXTENSION[document.form.name]}{query}"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    response.set_etag(hashlib.blake2b(response.get_data(), digest_size=16).hexdigest())
    response.make_conditional(request)
    return response
