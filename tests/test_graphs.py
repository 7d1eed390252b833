"""Graphs in memory: merged as RDF says (SPARQL 1.1 Query, 13.2), with and without conclusions."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kgapp.dataset import read_dataset, read_graphs
from kgapp.errors import QueryRefused
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


A, B, C = (f"{BASE}{name}" for name in "abc")
SHARED = "<x:s> <x:p> <x:1>"
CHOSEN = [
    Serialized("a", f"{SHARED} .\n<x:s> <x:p> <x:2> .".encode(), ox.RdfFormat.N_TRIPLES, A),
    Serialized("b", f"{SHARED} .\n<x:s> <x:p> <x:3> .".encode(), ox.RdfFormat.N_TRIPLES, B),
    Serialized("c", f"{SHARED} .".encode(), ox.RdfFormat.N_TRIPLES, C),
]


@pytest.mark.parametrize(
    ("text", "triples"),
    [
        (f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{B}> {{ ?s ?p ?o }}", 3),
        (f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{A}> {{ ?s ?p ?o }}", 2),
        ("PREFIX e: <http://example.org/> SELECT (COUNT(*) AS ?n) FROM e:a FROM # two\n e:b { ?s ?p ?o }", 3),
        ("BASE <http://example.org/> SELECT (COUNT(*) AS ?n) from <a> From <b> from<c>{ ?s ?p ?o }", 3),
        (f"SELECT(COUNT(*) AS ?n)FROM<{A}>FROM<{B}>WHERE{{?s?p?o}}", 3),
        (f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{BASE}none> {{ ?s ?p ?o }}", 2),
        (f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{B}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", 0),
        (f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{B}> FROM NAMED <{C}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", 1),
        (f"SELECT (COUNT(*) AS ?n) FROM NAMED <{A}> FROM NAMED <{C}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", 3),
        (f'SELECT (COUNT(*) AS ?n) FROM <{A}> {{ ?s ?p ?o FILTER("FROM <{B}> FROM <{C}>" != "") }}', 2),
    ],
)
def test_graphs_that_a_query_chooses_are_merged(text: str, triples: int) -> None:
    """SPARQL 1.1 Query, 13.2.1: the default graph is the RDF merge of the graphs of FROM."""
    store = Store(CHOSEN, BASE)
    assert count(store, text) == triples
    assert count(store, text) == triples


def test_graphs_that_the_protocol_chooses_are_merged() -> None:
    """SPARQL 1.1 Protocol, 2.1.4; what it chooses overrules FROM."""
    store = Store(CHOSEN, BASE)
    assert count(store, default_graphs=[A, B]) == 3
    assert count(store, default_graphs=[A, A]) == 2
    overruled = f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{C}> {{ ?s ?p ?o }}"
    assert count(store, overruled, default_graphs=[B]) == 2
    assert count(store, overruled, default_graphs=[A, B, C]) == 3
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(store, named, default_graphs=[A, B], named_graphs=[A, C, C]) == 3


def test_a_choice_in_a_query_that_is_none_is_refused_as_such() -> None:
    store = Store(CHOSEN, BASE)
    with pytest.raises(QueryRefused, match="1:"):
        count(store, "SELECT * FROM e:a FROM e:b { ?s ?p ?o }")
