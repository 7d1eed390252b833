"""The measuring instruments: generated data of the dataset's form, the mix, the load, the table."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter, deque

import pyoxigraph as ox
import pytest

from kgapp.dataset import Dataset
from kgapp.graphs import Serialized
from kgapp.queryfile import read_queries
from kgapp.store import Store
from kgapp.vocab import ONTOLOGY
from tests.bench.compare import Comparison, Measured
from tests.bench.generate import Pattern, generate, read_pattern
from tests.bench.load import LAST_CHUNK, Run, Target, ask_in_turn, ceiling
from tests.bench.mix import ACCEPT, bound, read_mix, rows
from tests.bench.report import How, goals, write_report
from tests.conftest import ROOT
from tests.server import free_port

FEW = 12
QUESTIONS = read_queries(ROOT / "queries" / "questions") | read_queries(ROOT / "queries" / "pages")


@pytest.fixture(scope="module")
def pattern(dataset: Dataset) -> Pattern:
    return read_pattern(dataset)


@pytest.fixture(scope="module")
def few(pattern: Pattern) -> bytes:
    return b"".join(generate(pattern, FEW))


@pytest.fixture(scope="module")
def generated(few: bytes, dataset: Dataset) -> Store:
    return Store([Serialized("generated", few, ox.RdfFormat.N_QUADS)], dataset.base)


def test_the_same_seed_gives_the_same_bytes(pattern: Pattern, few: bytes) -> None:
    assert b"".join(generate(pattern, FEW)) == few
    assert b"".join(generate(pattern, FEW, seed=1)) != few
    assert few.startswith(b"".join(generate(pattern, 3)))


def test_what_is_generated_is_rdf_without_blank_nodes(few: bytes, dataset: Dataset) -> None:
    quads = list(ox.parse(few, ox.RdfFormat.N_QUADS))
    assert len(quads) == len(set(quads)) == few.count(b"\n")
    # The ontology's own graph has lists; no municipality's has any.
    nameless = {
        quad.graph_name.value
        for quad in quads
        if isinstance(quad.graph_name, ox.NamedNode)
        and ox.BlankNode in (type(quad.subject), type(quad.object))
    }
    assert nameless <= {str(ONTOLOGY)}
    assert {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)} >= {
        graph.iri for graph in dataset.graphs
    }


def test_the_first_municipality_is_the_dataset(pattern: Pattern, dataset: Dataset) -> None:
    assert b"".join(generate(pattern, 1)).count(b"\n") == dataset.triples


def test_it_grows_by_as_much_for_each_municipality(pattern: Pattern) -> None:
    sizes = {count: _triples(pattern, count) for count in (1, 31, 61)}
    first, second = sizes[31] - sizes[1], sizes[61] - sizes[31]
    assert 0.8 < first / second < 1.25
    assert 2800 < (first + second) / 60 < 3800


def test_it_streams(pattern: Pattern) -> None:
    peaks = []
    for count in (2, 20):
        tracemalloc.start()
        deque(generate(pattern, count), maxlen=0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


def test_classes_and_properties_are_those_of_the_dataset(pattern: Pattern, generated: Store) -> None:
    """Within a few draws all but what the dataset has once or twice."""

    def names(where: str) -> set[str]:
        found = generated.query(f"SELECT DISTINCT ?name WHERE {{ {where} }}")
        assert isinstance(found, ox.QuerySolutions)
        return {str(row["name"]) for row in found}

    drawn = 'FILTER(CONTAINS(STR(?s), "/id/m0"))'
    city = f'FILTER(CONTAINS(STR(?s), "/id/{pattern.city}/"))'
    for where in ("?s ?name ?o", "?s a ?name"):
        some, every = names(f"{where} {drawn}"), names(f"{where} {city}")
        assert some <= every
        assert len(every - some) <= 3


def test_claims_and_quotes_are_whole(generated: Store) -> None:
    prefixes = "".join(
        f"PREFIX {name}: <{iri}> "
        for name, iri in (
            ("ccr", "https://w3id.org/care-roadmap/ns#"),
            ("oa", "http://www.w3.org/ns/oa#"),
            ("prov", "http://www.w3.org/ns/prov#"),
            ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
        )
    )
    broken = (
        "?x a ccr:Claim FILTER NOT EXISTS { ?x rdf:subject ?s ; rdf:object ?o ; rdf:predicate ?p }",
        "?x prov:wasQuotedFrom ?q FILTER NOT EXISTS { ?q oa:hasSelector/oa:exact ?words }",
        "?x rdf:object ?o FILTER(isIRI(?o)) FILTER NOT EXISTS { ?o ?p ?q }",
        "?x ccr:text ?text ; prov:wasQuotedFrom/oa:hasSelector/oa:exact ?words "
        'BIND(REPLACE(?words, "[ \\u3000\\t]*\\n[ \\u3000\\t\\n]*", "") AS ?flat) FILTER(?flat != ?text)',
    )
    for where in broken:
        assert not generated.query(f"{prefixes} ASK {{ {where} }}"), where


NOTHING_RECORDED = ("district-venues",)
"""Queries of pages that find nothing in the paper: no register records where a venue stands."""


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_finds_more_than_in_the_dataset_or_as_much(
    name: str, generated: Store, store: Store
) -> None:
    text = bound(QUESTIONS[name], store.base)
    many, one = _rows(generated, text), _rows(store, text)
    assert many.total() >= one.total() >= (name not in NOTHING_RECORDED)


def test_bound_queries_answer_as_the_project_asks_them(store: Store) -> None:
    """But for the columns of the parameters, which hold what is known."""
    for name, query in QUESTIONS.items():
        asked = query.run(store)
        if not isinstance(asked, ox.QueryTriples):
            answer = json.loads(_json(asked))
            for row in answer.get("results", {}).get("bindings", ()):
                for parameter in query.parameters:
                    row.pop(parameter.name, None)
            assert _rows(store, bound(query, store.base)) == rows(json.dumps(answer).encode()), name


def test_the_load_is_measured_and_the_mix_is_whole(store: Store) -> None:
    mix = read_mix(ROOT / "queries", store.base)
    assert [query.name for query in mix] == list(QUESTIONS)
    paths = [query.path("/sparql") for query in mix]
    assert all(len(path) < 8000 for path in paths)
    assert ceiling("python", paths, ACCEPT, 0.2) > 1000


def test_a_refused_port_is_no_measurement() -> None:
    with pytest.raises(ConnectionRefusedError):
        ask_in_turn(Target(free_port(), ("/",), ACCEPT), 0.1)
    assert LAST_CHUNK.endswith(b"\r\n\r\n")


def test_the_table_tells_ratios_and_goals() -> None:
    def measured(mode: str, rate: int, p99: float = 5.0) -> Measured:
        return Measured(mode, 1.0, 2**20, 2**20, [Run(rate, 1.0, 1.0, p99)])

    found = [measured("kgapp uncached", 80), measured("kgapp cached", 150), measured("oxigraph memory", 100)]
    comparison = Comparison("real dataset", 10, 2, [], [], {one.mode: one for one in found})
    assert [(round(goal.found, 2), goal.kept) for goal in goals(comparison)] == [
        (0.8, True),
        (1.5, False),
        (5.0, True),
        (5.0, True),
    ]
    page = write_report([comparison], How(1, 5, 3, 8, "wrk", 50_000))
    assert "| kgapp uncached | 0.80 |" in page
    assert "not kept" in page


def _triples(pattern: Pattern, count: int) -> int:
    return sum(part.count(b"\n") for part in generate(pattern, count))


def _json(results: ox.QuerySolutions | ox.QueryBoolean) -> bytes:
    answer = results.serialize(format=ox.QueryResultsFormat.JSON)
    assert isinstance(answer, bytes)
    return answer


def _rows(store: Store, text: str) -> Counter[str]:
    results = store.query(text)
    assert not isinstance(results, ox.QueryTriples)
    return rows(_json(results))
