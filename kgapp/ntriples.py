"""Writes a graph as sorted N-Triples, so that the same graph is always the same bytes."""

from __future__ import annotations

from rdflib import BNode, Graph
from rdflib.compare import to_canonical_graph


def sorted_ntriples(graph: Graph) -> bytes:
    """The graph's triples, one a line, sorted; blank nodes get names that depend on the graph."""
    if any(isinstance(term, BNode) for triple in graph for term in triple):
        graph = to_canonical_graph(graph)
    lines = sorted(line for line in graph.serialize(format="nt").splitlines() if line)
    return ("\n".join(lines) + "\n").encode() if lines else b""
