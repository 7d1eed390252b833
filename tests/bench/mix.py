"""The mix: every page query and competency question as a request, with its default parameters."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from kgapp.queryfile import QueryFile, read_queries
from kgapp.service.binding import bind_text

ACCEPT = "application/sparql-results+json"
STRING = "http://www.w3.org/2001/XMLSchema#string"
FOLDERS = ("questions", "pages")


@dataclass(frozen=True)
class Query:
    """A query of the mix: its name and its text, parameters bound."""

    name: str
    text: str

    def path(self, endpoint: str) -> str:
        """The address to GET at an endpoint's path."""
        return f"{endpoint}?{urlencode({'query': self.text})}"


def read_mix(folder: Path, base: str) -> list[Query]:
    """The mix below a folder of queries, in order."""
    return [
        Query(name, bound(query, base))
        for kind in FOLDERS
        for name, query in read_queries(folder / kind).items()
    ]


def bound(query: QueryFile, base: str) -> str:
    """Its text with its default parameters in it, as a page's query is sent to another server, and with
    the base of its relative names, which that server does not know."""
    terms = query.terms(base)
    text = bind_text(query.text, {ox.Variable(name): term for name, term in terms.items()})
    return f"BASE <{base}>\n{text}"


def rows(body: bytes) -> Counter[str]:
    """The rows of an answer in SPARQL JSON as a multiset; a boolean is one row."""
    answer = json.loads(body)
    if "boolean" in answer:
        return Counter([str(answer["boolean"])])
    return Counter(_row(row) for row in answer["results"]["bindings"])


def _row(row: dict[str, dict[str, str]]) -> str:
    # Servers may leave xsd:string out and may write a language tag in small letters.
    terms = {
        name: [term["type"], term["value"], term.get("xml:lang", "").lower(), term.get("datatype", STRING)]
        for name, term in row.items()
    }
    return json.dumps(terms, sort_keys=True, ensure_ascii=False)
