"""Graphs in memory: merged as RDF says (SPARQL 1.1 Query, 13.2), with and without conclusions."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kgapp.dataset import read_dataset, read_graphs
from kgapp.graphs import CONCLUDED, Graphs, Serialized
from kgapp.home import Home
from kgapp.store import Store, open_dataset

BASE = "http://example.org/"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def count(store: Store, text: str = COUNT, **how: object) -> int:
    """The number that a query answers."""
    results = store.query(text, **how)  # type: ignore[arg-type]
    assert isinstance(results, ox.QuerySolutions)
    return int(next(results)["n"].value)


@pytest.fixture(scope="module")
def lines(built_home: Home) -> dict[str, set[bytes]]:
    """The built dataset's triples, by graph, as the dump has them."""
    _, content = read_graphs(read_dataset(built_home.build))
    return {name: set(data.splitlines()) for name, data in content.items()}


@pytest.fixture(scope="module")
def store(built_home: Home) -> Store:
    return open_dataset(read_dataset(built_home.build))


def test_a_merge_has_each_triple_once(store: Store, lines: dict[str, set[bytes]]) -> None:
    stated = [graph for name, graph in lines.items() if not name.endswith(CONCLUDED)]
    assert sum(map(len, lines.values())) > len(set().union(*lines.values())), "some are in two graphs"
    assert len(store) == sum(map(len, lines.values()))
    for text in (COUNT, f"{COUNT} # or GRAPH", COUNT.replace("?s", "?from")):
        assert count(store, text) == len(set().union(*lines.values()))
    assert count(store, stated=True) == len(set().union(*stated))
    beside = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert count(store, beside) == len(lines)
    assert count(store, beside, stated=True) == len(stated)


def test_what_is_stated_and_concluded_is_stated() -> None:
    """A triple that two graphs have, one of conclusions and one of statements."""
    parts = [
        Serialized("a", b"<x:s> <x:p> <x:1> .", ox.RdfFormat.N_TRIPLES, f"{BASE}a{CONCLUDED}"),
        Serialized(
            "b", b"<x:s> <x:p> <x:1> .\n<x:s> <x:p> <x:2> .", ox.RdfFormat.N_TRIPLES, f"{BASE}b{CONCLUDED}"
        ),
        Serialized(
            "c",
            b"<x:s> <x:p> <x:1> .\n<x:s> <x:p> <x:3> .",
            ox.RdfFormat.N_TRIPLES,
            f"{BASE}c/graph/asserted",
        ),
    ]
    assert count(Store(parts, BASE)) == 3
    assert count(Store(parts, BASE), stated=True) == 2
    assert len(Graphs(parts)) == 5


def test_a_blank_node_is_one_in_all_graphs() -> None:
    data = b"_:a <x:p> _:b <x:g> .\n_:b <x:q> _:a <x:h> .\n_:a <x:r> <x:o> ."
    store = Store([Serialized("nq", data, ox.RdfFormat.N_QUADS)], BASE)
    joined = "SELECT (COUNT(*) AS ?n) WHERE { ?a <x:p> ?b . ?b <x:q> ?a . ?a <x:r> <x:o> . GRAPH <x:g> { ?a ?p ?b } }"
    assert count(store, joined) == 1
    assert count(store, joined.replace("GRAPH <x:g>", "")) == 1
