"""From names to addresses: where one of our IRIs is answered on the host that was asked.

IRIs are minted under the base of the build and under that of the vocabulary; the server may stand
behind any host and path prefix (``request.script_root``), so a page links to itself by path only.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask import request
from werkzeug.urls import iri_to_uri

from kgapp.vocab import DEFAULT_BASE, ONTOLOGY

VOCABULARY = ("ns", "shapes")
"""Paths below the vocabulary's base that are answered here."""
SERVED = ("catalogue", "changes", "doc", "dump", "quality", "sparql")
"""Paths below the data's base that are answered here, beside names."""
IN_PAPER = re.compile(
    r"(?P<paper>[^/]+/[^/]+)/(?:(?:quote|source/span)/(?P<place>[0-9]+-[0-9]+)(?:/words|/place)?"
    r"|chart/theme-(?P<chart>[0-9]+)/(?P<line>[0-9]+)|theme-(?P<theme>[0-9]+)(?:/(?P<section>[A-Za-z]+-[0-9]+))?)\Z"
)
"""The path of what stands in a source text (MODEL.md, "IRIs")."""
SEGMENT = re.compile(r"[/?#.]")
PLAIN_PATH = re.compile(r"(?!id/)[A-Za-z0-9][A-Za-z0-9._~/-]*")
LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
"""What is written short reads back as it was: no colon, no sign that means something else."""


def address_of(iri: str, base: str) -> str | None:
    """The path of one of our IRIs on this server, with its fragment; nothing for any other IRI."""
    if iri.startswith(f"{base}id/"):
        return f"{request.script_root}/{iri_to_uri(iri.removeprefix(base))}"
    if iri.startswith(base) and SEGMENT.split(iri.removeprefix(base), maxsplit=1)[0] in SERVED:
        return f"{request.script_root}/{iri_to_uri(iri.removeprefix(base))}"
    if iri.startswith(DEFAULT_BASE):
        path = iri.removeprefix(DEFAULT_BASE)
        if path.partition("#")[0].partition("/")[0] in VOCABULARY:
            return f"{request.script_root}/{iri_to_uri(path)}"
    return None


def document_of(iri: str, base: str) -> str | None:
    """The path of the document about one of our things: what its name redirects to."""
    address = address_of(iri, base)
    if address is None or not iri.startswith(f"{base}id/"):
        return address
    return f"{request.script_root}/doc/" + address.removeprefix(f"{request.script_root}/id/")


def iri_at(path: str, base: str) -> str:
    """The IRI of the thing whose name or document is asked at a path below ``id/`` or ``doc/``, as
    the server hands it on: percent-encoding is read once, and once only."""
    return f"{base}id/{path}"


def reading_of(iri: str, base: str) -> str | None:
    """Where the reader shows what one of our names stands for in a source text: a quote, a span, a
    statement, a chart line or a theme; nothing for any other IRI. (A paper itself is at ``read/`` and
    its path: no IRI alone tells that it is one.)"""
    if not iri.startswith(f"{base}id/") or not (found := IN_PAPER.match(iri, len(base) + 3)):
        return None
    start = f"{request.script_root}/read/{iri_to_uri(found['paper'])}?"
    if found["place"]:
        return f"{start}quote={found['place']}#c{found['place'].partition('-')[0]}"
    if found["chart"]:
        notation = f"chart-{found['chart']}-{found['line']}"
        return f"{start}at={notation}#s-{notation}"
    if found["section"]:
        notation = f"{found['theme']}-{found['section']}"
        return f"{start}at={notation}#s-{notation}"
    return f"{start}part={found['theme']}"


def notation_of(iri: str, base: str) -> str:
    """The notation of a statement or a chart line, as its IRI has it (``5-direction-1``, ``chart-4-2``);
    empty for any other IRI."""
    found = IN_PAPER.match(iri, len(base) + 3) if iri.startswith(f"{base}id/") else None
    if found and found["chart"]:
        return f"chart-{found['chart']}-{found['line']}"
    return f"{found['theme']}-{found['section']}" if found and found["section"] else ""


def why_address(subject: str, predicate: str, obj: str, base: str) -> str:
    """Where it is told why a triple holds."""
    return f"{request.script_root}/why?{why_parameters(subject, predicate, obj, base)}"


def why_parameters(subject: str, predicate: str, obj: str, base: str) -> str:
    """The parameters of that address, always the same for a triple: names of ours are written short, an
    object that is no IRI as N-Triples write it."""
    given = {"s": _short(subject, base), "p": _short(predicate, base), "o": _short(obj, base)}
    return urlencode(given, safe="/:")


def _short(iri: str, base: str) -> str:
    if iri.startswith(f"{base}id/") and PLAIN_PATH.fullmatch(path := iri.removeprefix(f"{base}id/")):
        return path
    if iri.startswith(f"{ONTOLOGY}#") and LOCAL_NAME.fullmatch(name := iri.removeprefix(f"{ONTOLOGY}#")):
        return f"ccr:{name}"
    return iri
