"""What engines answer with, as the kind of thing that a test knows it to be."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.query import ResultRow
from werkzeug.test import TestResponse

from kgapp.question import Results


def as_rows(results: Results) -> ox.QuerySolutions:
    """The rows that answer a SELECT."""
    assert isinstance(results, ox.QuerySolutions)
    return results


def text_of(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """What a term says: its IRI, its text, its label."""
    assert not isinstance(term, ox.Triple)
    return term.value


def selected(graph: Graph, query: str) -> list[ResultRow]:
    """The rows that answer a SELECT, as another library (rdflib) evaluates it."""
    found = []
    for row in graph.query(query):
        assert isinstance(row, ResultRow)
        found.append(row)
    return found


def as_iri(node: object) -> URIRef:
    """A node that is a name."""
    assert isinstance(node, URIRef)
    return node


def as_literal(node: object) -> Literal:
    """A node that is a literal."""
    assert isinstance(node, Literal)
    return node


def as_json(reply: TestResponse) -> dict[str, Any]:
    """A reply that is an object of JSON."""
    found = reply.json
    assert isinstance(found, dict)
    return found
