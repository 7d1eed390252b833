"""The endpoint and the landing page, over the real dataset: forms, graphs, refusals, languages."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from werkzeug.test import TestResponse

from kgapp.home import Home
from kgapp.store import Store
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app

PREFIX = (
    "PREFIX ccr: <https://w3id.org/care-roadmap/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
STATEMENTS = PREFIX + "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ccr:Statement }"
ONE = PREFIX + "SELECT ?text WHERE { ?s skos:notation '5-direction-1' ; ccr:text ?text }"
TEXT = "１３地区を支援できるコミュニティソーシャルワーカーによる相談支援体制の充実。"
DESCRIBE = PREFIX + "CONSTRUCT { ?s ccr:text ?t } WHERE { ?s skos:notation '5-direction-1' ; ccr:text ?t }"


@pytest.fixture
def client(store: Store, built_home: Home) -> FlaskClient:
    return create_app(store, built_home).test_client()


def get(client: FlaskClient, query: str, accept: str = "", **more: str) -> TestResponse:
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql?" + urlencode({"query": query, **more}), headers=headers)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/sparql-results+json"),
    ],
)
def test_select_in_the_form_asked_for(client: FlaskClient, accept: str, kind: str) -> None:
    response = get(client, ONE, accept)
    assert response.status_code == 200
    assert response.content_type == kind
    assert TEXT in response.text
    assert "Accept" in response.vary


@pytest.mark.parametrize(
    ("accept", "form"),
    [("", "turtle"), ("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml"),
     ("application/ld+json", "json-ld")],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_construct_in_the_form_asked_for(client: FlaskClient, accept: str, form: str) -> None:
    response = get(client, DESCRIBE, accept)
    assert response.status_code == 200
    graph = Graph()
    graph.parse(data=response.data, format=form)
    assert [str(text) for text in graph.objects()] == [TEXT]


def test_ask(client: FlaskClient) -> None:
    asked = PREFIX + "ASK { ?s skos:notation '9-direction-1' }"
    assert get(client, asked).json == {"head": {}, "boolean": False}
    assert "<boolean>false</boolean>" in get(client, asked, "application/sparql-results+xml").text


def test_post_as_form_and_direct(client: FlaskClient) -> None:
    by_form = client.post("/sparql", data={"query": ONE}, headers={"Accept": "text/csv"})
    direct = client.post(
        "/sparql", data=ONE.encode(), content_type="application/sparql-query", headers={"Accept": "text/csv"}
    )
    rows = [list(csv.reader(io.StringIO(response.text))) for response in (by_form, direct)]
    assert rows == [[["text"], [TEXT]]] * 2


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_format_parameter_for_people(client: FlaskClient, form: str) -> None:
    assert form in get(client, ONE, format=form).content_type.replace("tab-separated-values", "tsv")


def count(client: FlaskClient, query: str, **more: str) -> int:
    bindings = json.loads(get(client, query, **more).data)["results"]["bindings"]
    return int(bindings[0]["n"]["value"])


ALL = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
GRAPH = f"{DEFAULT_BASE}id/fujisawa/2020-02/graph/"


def test_the_union_is_the_default_and_each_graph_can_be_asked(client: FlaskClient, store: Store) -> None:
    sizes = {graph.iri: graph.triples for graph in store.dataset.graphs}
    assert count(client, STATEMENTS) == 158
    asserted, inferred = GRAPH + "asserted", GRAPH + "inferred"
    assert count(client, ALL, **{"default-graph-uri": asserted}) == sizes[asserted]
    assert count(client, f"SELECT (COUNT(*) AS ?n) FROM <{inferred}> WHERE {{ ?s ?p ?o }}") == sizes[inferred]
    assert (
        count(client, f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{inferred}> {{ ?s ?p ?o }} }}")
        == sizes[inferred]
    )
    assert count(client, STATEMENTS, **{"default-graph-uri": asserted}) == 0


def test_a_graph_that_is_not_there_is_empty_and_never_fetched(client: FlaskClient) -> None:
    for name in ("file:///etc/passwd", "http://127.0.0.1:9/", GRAPH + "nothing"):
        assert count(client, f"SELECT (COUNT(*) AS ?n) FROM <{name}> WHERE {{ ?s ?p ?o }}") == 0
        assert count(client, ALL, **{"default-graph-uri": name}) == 0


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that notes whether anybody calls."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        yield listening


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT ?a { SERVICESILENT <URL> { ?a ?b ?c } }",
        "PREFIX x: <URL> SELECT ?a { SERVICEx: { ?a ?b ?c } }",
        "SELECT ?a { ?s <x:a>* trueSERVICE <URL> { ?a ?b ?c } }",
        "SELECT * { service silent <URL> { ?s ?p ?o } }",
        "SELECT * { SERV\\u0049CE <URL> { ?s ?p ?o } }",
        "SELECT * { # x\nSERVICE#y\n<URL> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
        "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
        'SELECT * { ?s ?p "\\"" . SERVICE <URL> { ?s ?p ?o } }',
        'SELECT * { FILTER("\\u0022" != "x") SERVICE <URL> {?s ?p ?o} FILTER("y" != "\\u0022") }',
        "SELECT * { FILTER('\\u0027' != 'x') SERVICE <URL> {?s ?p ?o} FILTER('y' != '\\u0027') }",
        "SELECT * { BIND(<URL> AS ?x) FILTER(1<2)SERVICE?x#>\n{ ?s ?p ?o } }",
        "SELECT * { BIND(<URL> AS ?x) FILTER(1<2)SERVICE?x{ ?s ?p ?o } }",
    ],
)
def test_service_in_any_disguise_calls_nobody(
    client: FlaskClient, listener: socket.socket, query: str
) -> None:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert get(client, query.replace("URL", address)).status_code == 400
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ("SERVICE" AS ?x) {}',
        "SELECT ('''SERVICE \" ''' AS ?x) {}",
        "SELECT * { ?s <http://x/SERVICE> ?o }",
        "# SERVICE\nSELECT * { ?SERVICE ?p ?o } LIMIT 1",
        "PREFIX SERVICE: <http://x/> SELECT * { ?s SERVICE:SERVICE ?o }",
        'SELECT ("x"@service AS ?x) {}',
        'SELECT ("\\u0022 SERVICE" AS ?x) {}',
        "SELECT * { ?s <http://x/(a)/services> ?o }",
    ],
)
def test_the_letters_of_service_are_refused_anywhere(client: FlaskClient, query: str) -> None:
    assert get(client, query).status_code == 400


@pytest.mark.parametrize("opening", ["{", "FILTER EXISTS {", "FILTER (", "?s ?p [ ?p ", "?s ?p ("])
def test_deep_nesting_is_refused_before_the_engine_sees_it(client: FlaskClient, opening: str) -> None:
    closing = {"{": "}", "(": ")", "[": "]"}[opening.strip()[-1] if opening.strip()[-1] in "{([" else "["]
    query = "ASK {" + opening * 10_000 + closing * 10_000 + "}"
    response = client.post("/sparql", data={"query": query})
    assert response.status_code == 400
    assert "100" in response.text
    nested = "ASK " + "{" * 90 + "}" * 90
    assert get(client, nested).status_code == 200


@pytest.mark.parametrize(
    "update",
    ["DELETE WHERE { ?s ?p ?o }", "LOAD <http://127.0.0.1:9/>", "CLEAR ALL",
     "INSERT DATA { <http://a> <http://b> <http://c> }"],
)  # fmt: skip
def test_updates_are_refused_and_nothing_changes(client: FlaskClient, store: Store, update: str) -> None:
    before = len(store)
    assert get(client, update).status_code == 400
    assert client.post("/sparql", data={"update": update}).status_code == 403
    direct = client.post("/sparql", data=update, content_type="application/sparql-update")
    assert direct.status_code == 403
    assert len(store) == before


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sparql", 400),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("/sparql?query=SELECT", 400),
        ("/sparql?query=%FF%FE", 400),
        ("/sparql?query=ASK%7B%7D&format=png", 406),
        ("/nothing", 404),
    ],
)
def test_wrong_requests_are_told_in_both_languages(client: FlaskClient, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.content_type == "text/plain; charset=utf-8"
    assert len([line for line in response.text.splitlines() if line.strip()]) >= 4


def test_a_syntax_error_names_its_place(client: FlaskClient) -> None:
    response = get(client, "SELECT ?s WHERE { ?s ?p }", "application/json")
    assert response.status_code == 400
    assert response.json is not None
    assert "1:26" in response.json["error"]["en"]


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("value", ["", "foo bar", "x"])
def test_a_graph_that_is_no_iri_is_told(client: FlaskClient, name: str, value: str) -> None:
    assert get(client, ALL, **{name: value}).status_code == 400


def test_wrong_media_types(client: FlaskClient) -> None:
    assert get(client, ONE, "image/png").status_code == 406
    assert client.post("/sparql", data="x", content_type="text/plain").status_code == 415
    assert client.put("/sparql").status_code == 405
    assert "GET" in client.put("/sparql").headers["Allow"]
    big = client.post("/sparql", data="x" * 1_100_000, content_type="application/sparql-query")
    assert big.status_code == 413


def test_every_answer_may_be_read_from_other_sites(client: FlaskClient) -> None:
    for response in (client.get("/"), get(client, ONE), client.get("/sparql")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_nothing_sent_reaches_a_page_unescaped(client: FlaskClient) -> None:
    response = client.get(
        "/sparql?query=" + quote("<script>alert(1)</script>"), headers={"Accept": "text/html"}
    )
    assert response.status_code == 400
    assert "<script>" not in response.text


def test_the_landing_page_says_what_the_dataset_holds(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "ja"}).text
    assert '<html lang="ja">' in page
    assert "<dd>158</dd>" in page
    assert page.count("<section") == 3
    for answer in ("5-measure-1", "障がい福祉サービス提供事業所", "5-nextIssue-4"):
        assert answer in page
    assert "市町村が作成または承認したものではない" in page


def test_the_landing_page_in_english(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="en">' in page
    assert "neither made nor endorsed by the City" in page
    assert client.get("/?lang=ja", headers={"Accept-Language": "en"}).text.startswith(
        '<!doctype html>\n<html lang="ja">'
    )
