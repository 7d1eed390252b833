"""Keywords of a query, told apart from strings, IRIs and comments (SPARQL 1.1 Query, 19.8)."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgapp.sparqltext import keywords, may_change_from_run_to_run, may_name_graphs

QUOTED = st.text(st.characters(exclude_characters="\"'\\\n\r", codec="utf-8"), max_size=20)
HIDDEN = st.one_of(
    QUOTED.map('"{} SERVICE ((( "'.format),
    QUOTED.map("'{} SERVICE ((( '".format),
    QUOTED.map('"""{} " SERVICE \n ((( """'.format),
    QUOTED.map("'''{} ' SERVICE \n ((( '''".format),
    QUOTED.map("# {} SERVICE (((\n".format),
    st.just('"\\" SERVICE ((("'),
    st.just("<http://example.org/SERVICE>"),
    st.just("?SERVICE"),
    st.just("$service"),
    st.just("ex:SERVICE"),
    st.just("PREFIX service: <http://x/> service:x"),
    st.just("SELECT"),
)


@given(st.lists(HIDDEN, max_size=12))
def test_no_word_inside_a_token_is_a_keyword(tokens: list[str]) -> None:
    found = keywords(" ".join(tokens))
    assert not found.calls_service
    assert found.depth == 0


@given(
    st.lists(HIDDEN, max_size=6),
    st.lists(HIDDEN, max_size=6),
    st.sampled_from(["SERVICE", "service", "Service"]),
)
def test_the_word_itself_is_seen_behind_anything(before: list[str], after: list[str], word: str) -> None:
    assert keywords(" ".join([*before, word, "<http://x>", *after])).calls_service


@given(st.integers(0, 200), st.sampled_from(["()", "{}", "[]"]), st.lists(HIDDEN, max_size=4))
def test_depth_is_counted(depth: int, pair: str, inside: list[str]) -> None:
    assert keywords(pair[0] * depth + " ".join(inside) + "\n" + pair[1] * depth).depth == depth


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_any_text_is_read(text: str) -> None:
    keywords(text)


@pytest.mark.parametrize(
    "text",
    [
        ".",
        '\\"""',
        "'",
        '"\\',
        "<a",
        "a:",
        "a-",
        "<",
        "\\'''",
        '"""' + '""\\',
        "x",
        "?",
        "\\",
        "%",
        ":",
        "é",
        "#\n",
        "@",
        "_:",
    ],
)
def test_no_text_takes_long(text: str) -> None:
    long = text * (250_000 // len(text))
    began = time.process_time()
    keywords(long)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "text",
    [
        *("SELECT * FROM <x> {}", "from:", "fRoMx:", "GRAPH ?g {}", "graph<x>{}", "ASKFROM:x{}"),
        *("{ ?s ?p 1GRAPH ?g {} }", "{ FILTER(?a<'x>y') GRAPH ?g {} }", "{ ?s ?p <o'b> } # '\nFROM"),
        "{ ?s ?p 'x' GRAPH ?g {} }",
    ],
)
def test_graphs_may_be_named(text: str) -> None:
    assert may_name_graphs(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s ?p ?o FILTER(?o > 1) }",
        "SELECT ?s { ?s prov:wasQuotedFrom ?o }",
        "SELECT ?graph { ?graph ?p <https://w3id.org/x/graph/inferred> }",
        'SELECT ?s { ?s ?p \'from\', """GRAPH\n"""@fromage } # FROM',
    ],
)
def test_an_ordinary_query_names_no_graph(text: str) -> None:
    assert not may_name_graphs(text)


GAPS = st.sampled_from(["", " ", "\n", "#from\n"])
TERMS = ["?g", "<urn:x:graph>", "ex:from", "ex:a.graph", "'from'", "1", "true", "'x>y'", "'a'@en", "_:graph"]
PATTERNS = ["GRAPH", "graph", "?s", "?p", "?o", ".", "{", "}", "FILTER", "(", ")", "<", ">", "&&", "EXISTS"]


@st.composite
def query_texts(draw: st.DrawFn) -> str:
    """Queries with graphs named in odd places, words glued together where the engine lets them."""
    inner = st.lists(st.sampled_from([*PATTERNS, *TERMS]), max_size=4).map(tuple)
    graph = st.tuples(
        *map(st.just, ("GRAPH",)), st.sampled_from(TERMS), *map(st.just, ("{", "?s", "?p", "?o", "}"))
    )
    compare = st.tuples(
        st.just("FILTER"),
        st.just("("),
        st.sampled_from(TERMS),
        st.sampled_from("<>"),
        st.sampled_from(TERMS),
        st.just(")"),
    )
    triple = st.tuples(
        st.just("?s"), st.sampled_from(["?p", "ex:from", "<urn:x:graph>"]), st.sampled_from(TERMS)
    )
    body = draw(st.lists(st.one_of(graph, compare, triple, inner), min_size=1, max_size=4))
    source = draw(st.sampled_from([(), ("FROM", "<urn:x:graph>"), ("FROM", "NAMED", "ex:from")]))
    words = ["ASK", *source, "{", *(word for part in body for word in part), "}"]
    return "PREFIX ex: <urn:x:> " + "".join(word + draw(GAPS) for word in words)


DATA = ox.Quad(
    ox.NamedNode("urn:x:s"), ox.NamedNode("urn:x:from"), ox.Literal(1), ox.NamedNode("urn:x:graph")
)


@given(query_texts())
def test_no_graph_is_named_that_is_not_seen(text: str) -> None:
    apart, together = ox.Store(), ox.Store()
    apart.extend([DATA, ox.Quad(*DATA.triple)])
    together.add(ox.Quad(*DATA.triple))
    try:
        answer = bool(apart.query(text))
    except SyntaxError:
        return
    assert may_name_graphs(text) or answer == bool(together.query(text))


@pytest.mark.parametrize("word", ["NOW()", "rand()", "UUID()", "StrUUID()"])
def test_what_changes_from_run_to_run(word: str) -> None:
    assert may_change_from_run_to_run(f"SELECT ({word} AS ?x) {{}}")
    assert not may_change_from_run_to_run("SELECT ?x { ?x ?p ?o }")
