"""Help for empty answers and the measures of a query, over HTTP: in words, as JSON, behind limits."""

from __future__ import annotations

import http.client
import re
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from kgapp.config import Settings
from kgapp.emptiness.diagnosis import Verdict
from kgapp.emptiness.faults import Kind
from kgapp.graphs import Serialized
from kgapp.home import Home
from kgapp.store import Store
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.workbench import emptiness
from kgapp.web.workbench import emptiness_words as words
from tests.emptiness_seeds import ID, PROLOGUE
from tests.server import Reply, Running, serving
from tests.terms import as_json
from tests.test_emptiness import CASES
from tests.test_home_page import main_of

MISSPELT = f"{PROLOGUE}SELECT ?s {{ ?s a ccr:Statement ; ccr:hasLeed ?x }}"
UNRECORDED = f"{PROLOGUE}SELECT ?s {{ ?s a ccr:Goal ; ccr:hasLead ?x }}"
CROSS = (
    f"{PROLOGUE}SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(CONCAT(STR(?c), STR(?f)) = STR(?i)) }}"
)
"""A query that no engine answers in the time of a page."""


def address(path: str, **asked: str) -> str:
    return f"/workbench/{path}?{urlencode(asked)}"


@pytest.mark.parametrize(
    ("lang", "says", "nearest", "mended"),
    [
        ("ja", "この書き方では，このデータのどれにも当たりません。", "近いもの:", "こう直せば答えがあります"),
        ("en", "Written so, it can match nothing in these data.", "Nearest:", "Mended so, it has an answer"),
    ],
)
def test_a_misspelt_name_in_words(
    client: FlaskClient, lang: str, says: str, nearest: str, mended: str
) -> None:
    reply = client.get(address("empty", query=MISSPELT, lang=lang))
    page = main_of(reply.text)
    assert (reply.status_code, reply.content_type) == (200, "text/html; charset=utf-8")
    assert {"Accept", "Accept-Language"} <= set(reply.vary)
    for told in (says, nearest, mended, "ccr:hasLead", "?s ccr:hasLeed ?x ."):
        assert told in unescape(page)
    assert len(reply.data) < 100_000
    assert "<script" not in page
    link = re.search(r'href="/sparql\?(query=[^"]*)"', page)
    assert link
    assert "hasLead" in link[1]


def test_a_query_may_end_in_a_comment(client: FlaskClient) -> None:
    told = client.get(address("empty", query=f"{MISSPELT} # whose?", format="json")).get_json()
    assert (told["verdict"], len(told["mended"])) == ("cannot", 1)


@pytest.mark.parametrize(
    ("lang", "says"),
    [("ja", "「ない」という意味ではありません。"), ("en", "does not say that there is none")],
)
def test_what_is_not_recorded_is_never_told_as_no(client: FlaskClient, lang: str, says: str) -> None:
    page = unescape(main_of(client.get(address("empty", query=UNRECORDED, lang=lang)).text))
    assert says in page
    assert ("目標" if lang == "ja" else "Goal") in page


def test_every_kind_of_fault_has_words_in_both_languages(client: FlaskClient) -> None:
    kinds = set()
    for query, _, _ in CASES:
        for finding in as_json(client.get(address("empty", query=PROLOGUE + query, format="json")))["parts"]:
            for fault in finding["faults"]:
                kinds.add(Kind(fault["kind"]))
                assert fault["says"]["ja"].endswith("。")
                assert fault["says"]["en"].endswith((".", "”."))
                assert "%s" not in fault["says"]["ja"] + fault["says"]["en"]
    assert kinds >= set(Kind) - {Kind.IRI, Kind.UNUSED, Kind.NO_VALUE, Kind.OTHER_GRAPHS}


def test_programs_get_json(client: FlaskClient) -> None:
    reply = client.get(address("empty", query=MISSPELT), headers={"Accept": "application/json"})
    told = as_json(reply)
    assert told["verdict"] == "cannot"
    assert told["complete"] is True
    (part,) = told["parts"]
    assert part["minimal"] is True
    assert part["faults"][0]["nearest"][0] == {
        "text": "ccr:hasLead",
        "name": {"ja": "中心", "en": "has lead"},
        "count": 15,
    }
    assert told["mended"][0]["query"] == MISSPELT.replace("hasLeed", "hasLead")
    assert reply.headers["ETag"]
    again = client.get(
        address("empty", query=MISSPELT),
        headers={"Accept": "application/json", "If-None-Match": reply.headers["ETag"]},
    )
    assert again.status_code == 304


def test_a_form_may_be_posted(client: FlaskClient) -> None:
    reply = client.post("/workbench/empty", data={"query": MISSPELT.replace("\n", "\r\n"), "format": "json"})
    assert as_json(reply)["parts"][0]["faults"][0]["term"] == "ccr:hasLeed"
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_form_alone(client: FlaskClient) -> None:
    for path in ("empty", "plan"):
        reply = client.get(f"/workbench/{path}")
        assert reply.status_code == 200
        assert "<textarea" in reply.text
        assert (
            client.get(f"/workbench/{path}?format=json", headers={"Accept": "application/json"}).status_code
            == 400
        )


@pytest.mark.parametrize("path", ["empty", "plan"])
@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("SELECT * {", 400, "SPARQL"),
        ("SELECT ?s { ?s foo:bar ?x }", 400, "SPARQL"),
        ("INSERT DATA { <a> <b> <c> }", 400, "read-only"),
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT ?x {} GROUP BY ?y", 400, "SPARQL"),
        ("SELECT (SUM(?x) AS ?n) ?y {}", 400, "SPARQL"),
        ("CONSTRUCT WHERE { ?s ?p ?o FILTER(?o) }", 400, "SPARQL"),
        ("SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", 400, "SPARQL"),
        ("SELECT * {" + "{" * 200 + "}" * 201, 400, "query_nesting"),
        ("#" * 300_000, 413, "query_length"),
    ],
)
def test_what_is_no_query_is_refused_with_the_reason(
    client: FlaskClient, path: str, query: str, status: int, says: str
) -> None:
    reply = client.post(f"/workbench/{path}", data={"query": query}, headers={"Accept": "application/json"})
    assert reply.status_code == status
    assert says in as_json(reply)["error"]["en"]


def test_two_queries_or_no_graph(client: FlaskClient) -> None:
    accept = {"Accept": "application/json"}
    assert client.get("/workbench/empty?query=ASK{}&query=ASK{}", headers=accept).status_code == 400
    bad = client.get(address("empty", query=MISSPELT, **{"default-graph-uri": "> {}"}), headers=accept)
    assert bad.status_code == 400


def test_what_a_client_sends_stays_text(client: FlaskClient) -> None:
    hostile = '"</textarea><script>alert(1)</script>&amp;\'"'
    for lang in ("ja", "en"):
        query = f"{PROLOGUE}SELECT ?s {{ ?s skos:altLabel {hostile} }}"
        for path in ("empty", "plan"):
            page = client.get(address(path, query=query, lang=lang)).text
            assert "<script>alert" not in page
            assert "&lt;/textarea&gt;&lt;script&gt;" in page
    odd = 'SELECT * { ?s <http://x/%00\\u0000> "\ud7ff\U0010ffff\u202e" }'
    assert client.get(address("empty", query=odd)).status_code in (200, 400)


def test_the_dataset_of_the_protocol_counts(client: FlaskClient) -> None:
    """Classes of statements are recorded, what reaches a district through all of them is concluded."""
    graph = f"{ID}fujisawa/2020-02/graph/asserted"
    query = f"{PROLOGUE}SELECT * {{ ?s a ccr:Passage }}"
    told = as_json(client.get(address("empty", query=query, format="json", **{"default-graph-uri": graph})))
    assert told["verdict"] != "rows"
    assert as_json(client.get(address("empty", query=query, format="json")))["verdict"] == "rows"
    told = as_json(client.get(address("empty", query=query, format="json", graphs="asserted")))
    assert told["verdict"] == "unrecorded"
    assert told["parts"][0]["faults"][0]["kind"] == "other-graphs"
    none = as_json(
        client.get(address("empty", query=query, format="json", **{"default-graph-uri": "http://no/graph"}))
    )
    assert none["verdict"] in ("cannot", "unrecorded")


def test_another_page_may_show_it(app: Flask) -> None:
    for query, told in ((MISSPELT, "ccr:hasLead</code>"), ("SELECT * {", None), ("#" * 20_000, None)):
        with app.test_request_context("/sparql?lang=ja"):
            page = render_template("empty_help.html", lang="ja", query=query)
        assert (told is None) == ("近いもの" not in page)
        assert told is None or told in page
        assert ("/workbench/empty?query=" in page) == (len(query) < 6000)


def test_the_measures_in_words(client: FlaskClient) -> None:
    query = f"{PROLOGUE}SELECT * {{ ?s a ccr:Statement ; ccr:hasLead ?x FILTER(ISIRI(?x)) }}"
    told = as_json(client.get(address("plan", query=query, format="json")))
    assert [step["words"]["ja"] for step in told["steps"][:2]] == ["?sは「記述」である", "?sの「中心」は?x"]
    assert [step["alone"]["en"] for step in told["steps"]] == ["158", "15", "needs ?x"]
    assert [step["together"]["en"] for step in told["steps"]] == ["158", "15", "15"]
    for lang, said in (("ja", "このサーバには教えません"), ("en", "does not tell this server")):
        page = unescape(main_of(client.get(address("plan", query=query, lang=lang)).text))
        assert said in page
        assert "158" in page


def test_other_data_have_the_help_too(built_home: Home) -> None:
    data = b'<http://x/a> <http://x/knows> <http://x/b> .\n<http://x/b> <http://x/name> "Bob"@en .\n'
    store = Store([Serialized("other", data, ox.RdfFormat.N_TRIPLES)], DEFAULT_BASE)
    client = create_app(store, lambda: None, built_home, Settings()).test_client()
    for lang in ("ja", "en"):
        page = client.get(address("empty", query='SELECT * { ?s <http://x/nmae> "Bob" }', lang=lang)).text
        assert "&lt;http://x/name&gt;" in page
    told = as_json(client.get(address("empty", query='SELECT * { ?s <http://x/name> "Bob" }', format="json")))
    assert told["mended"][0]["query"] == 'SELECT * { ?s <http://x/name> "Bob"@en }'


@pytest.fixture(scope="module")
def server(built_small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("empty"), home=built_small_home) as running:
        yield running


def test_a_query_without_end_is_ended_and_pages_go_on(server: Running) -> None:
    """It runs among the strangers' queries, and no longer than an explanation may."""
    replies: list[tuple[float, Reply]] = []

    def ask() -> None:
        began = time.monotonic()
        reply = server.get(address("empty", query=CROSS, format="json"))
        replies.append((time.monotonic() - began, reply))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    assert server.get("/questions?lang=ja", Accept="text/html").status == 200
    page = time.monotonic() - began
    for thread in threads:
        thread.join()
    assert page < 2
    assert len(replies) == 3
    for took, reply in replies:
        assert (reply.status, reply.json["verdict"], reply.json["complete"]) == (200, "unknown", False)
        assert reply.headers["cache-control"] == "no-store"
        assert took < emptiness.SECONDS + 5


@pytest.mark.skipif(sys.platform != "linux", reason="only there every 127.x.y.z is this machine's")
def test_explanations_from_many_addresses_hold_up_no_page(server: Running) -> None:
    """They wait among themselves: more of them than there are threads, each as long as it may take."""

    def ask(number: int) -> int:
        where = f"127.0.0.{2 + number % 5}", 0
        connection = http.client.HTTPConnection(server.host, server.port, timeout=60, source_address=where)
        connection.request("GET", address("empty", query=f"{CROSS} # {number}", format="json"))
        status = connection.getresponse().status
        connection.close()
        return status

    server.get("/questions?lang=ja", Accept="text/html")
    with ThreadPoolExecutor(10) as threads:
        asked = [threads.submit(ask, number) for number in range(10)]
        time.sleep(0.5)
        began = time.monotonic()
        assert server.get("/questions?lang=ja", Accept="text/html").status == 200
        page = time.monotonic() - began
        assert {one.result() for one in asked} == {200}
    assert page < 1.5


def test_the_server_explains_as_the_application_does(server: Running) -> None:
    told = server.get(address("empty", query=MISSPELT, format="json")).json
    assert told["verdict"] == "cannot"
    assert words.VERDICTS[Verdict.CANNOT][0].en == told["says"]["en"]
