"""The SPARQL 1.1 Protocol, clause by clause, over HTTP against a real server with the real dataset."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import re
import socket
import time
from collections.abc import Iterator
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Dataset as RdfDataset
from rdflib import Graph, URIRef

from kgapp.config import LIMITS
from kgapp.dataset import Dataset, read_graphs
from kgapp.vocab import DEFAULT_BASE
from tests.conftest import ROOT
from tests.server import Reply, Running

PREFIX = (
    "PREFIX ccr: <https://w3id.org/care-roadmap/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
ONE = PREFIX + "SELECT ?text WHERE { ?s skos:notation '5-direction-1' ; ccr:text ?text }"
TEXT = "１３地区を支援できるコミュニティソーシャルワーカーによる相談支援体制の充実。"
BY_TEXT = (
    PREFIX
    + f"SELECT ?notation WHERE {{ ?s ccr:text ?t ; skos:notation ?notation FILTER(STR(?t) = '{TEXT}') }}"
)
DESCRIBE = PREFIX + "CONSTRUCT { ?s ccr:text ?t } WHERE { ?s skos:notation '5-direction-1' ; ccr:text ?t }"
ALL = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
GRAPH = f"{DEFAULT_BASE}id/fujisawa/2020-02/graph/"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"


def number(reply: Reply) -> int:
    assert reply.status == 200, reply.text
    return int(reply.json["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        ("application/json", JSON),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/csv;charset=utf-8", "text/csv; charset=utf-8"),
        ("TEXT/CSV", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/csv;q=0.4, */*;q=0.1", "text/csv; charset=utf-8"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("text/html;q=0.5, application/sparql-results+json", JSON),
        ("text/html, application/sparql-results+json", JSON),
        ("text/html;q=0, */*", JSON),
        ("image/png, text/csv;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_a_table_in_the_form_that_the_client_prefers(server: Running, accept: str, kind: str) -> None:
    reply = server.ask(ONE, accept)
    assert reply.status == 200
    assert reply.headers["content-type"] == kind
    assert TEXT in reply.text
    assert {"accept", "accept-encoding"} <= {
        name.strip().lower() for name in reply.headers["vary"].split(",")
    }


@pytest.mark.parametrize(
    ("accept", "kind", "form"),
    [
        ("", "text/turtle; charset=utf-8", "turtle"),
        ("text/turtle", "text/turtle; charset=utf-8", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/n-quads", "application/n-quads", "nquads"),
        ("application/trig", "application/trig", "trig"),
        ("application/trig;q=0.5, text/turtle;q=0.2", "application/trig", "trig"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_graph_in_the_form_that_the_client_prefers(
    server: Running, accept: str, kind: str, form: str
) -> None:
    reply = server.ask(DESCRIBE, accept)
    assert reply.status == 200
    assert reply.headers["content-type"] == kind
    graph = RdfDataset(default_union=True) if form in ("nquads", "trig") else Graph()
    graph.parse(data=reply.body, format=form)
    assert [str(text) for text in graph.objects()] == [TEXT]


def test_json_ld_speaks_in_the_projects_terms(server: Running) -> None:
    query = PREFIX + "DESCRIBE ?s { ?s skos:notation '5-direction-1' }"
    answer = server.ask(query, "application/ld+json").json
    own = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert answer["@context"] == own
    (thing,) = [node for node in answer["@graph"] if node.get("notation") == "5-direction-1"]
    assert thing["text"] == TEXT
    assert {"Direction", "Statement"} & set(
        thing["type"] if isinstance(thing["type"], list) else [thing["type"]]
    )


def test_relative_iris_are_below_the_datas_base(server: Running) -> None:
    assert server.ask("ASK { <id/fujisawa/actor/csw> ?p ?o }").json["boolean"] is True
    assert (
        server.ask("BASE <http://example.org/> ASK { <id/fujisawa/actor/csw> ?p ?o }").json["boolean"]
        is False
    )


def test_a_truth_value(server: Running) -> None:
    asked = PREFIX + "ASK { ?s skos:notation '9-direction-1' }"
    assert server.ask(asked).json == {"head": {}, "boolean": False}
    assert "<boolean>false</boolean>" in server.ask(asked, "application/sparql-results+xml").text
    assert server.ask(asked, "text/*").status == 200
    assert server.ask(asked, "text/csv").status == 406


def test_a_query_by_form_and_directly_with_words_in_japanese(server: Running) -> None:
    form = urlencode({"query": BY_TEXT}).encode()
    replies = [
        server.ask(BY_TEXT, "text/csv"),
        server.request("POST", "/sparql", form, Accept="text/csv", Content_Type=FORM),
        server.request("POST", "/sparql", form, Accept="text/csv", Content_Type=f"{FORM}; charset=UTF-8"),
        server.request("POST", "/sparql", BY_TEXT.encode(), Accept="text/csv", Content_Type=DIRECT),
        server.request(
            "POST", "/sparql", BY_TEXT.encode(), Accept="text/csv", Content_Type=f"{DIRECT};charset=utf-8"
        ),
    ]
    rows = [list(csv.reader(io.StringIO(reply.text))) for reply in replies]
    assert rows == [[["notation"], ["5-direction-1"]]] * len(replies)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("name", ["format", "output"])
def test_a_parameter_for_people_names_the_form(server: Running, name: str, form: str) -> None:
    kind = server.ask(ONE, "image/png", **{name: form}).headers["content-type"]
    assert form in kind.replace("tab-separated-values", "tsv")


def test_graphs_are_chosen_by_parameter_by_query_and_both(server: Running, dataset: Dataset) -> None:
    sizes = {graph.iri: graph.triples for graph in dataset.graphs}
    asserted, inferred = GRAPH + "asserted", GRAPH + "inferred"

    def asked(query: str, **chosen: list[str]) -> int:
        given = urlencode(
            [
                ("query", query),
                *[(name.replace("_", "-"), one) for name, many in chosen.items() for one in many],
            ]
        )
        return number(server.get(f"/sparql?{given}"))

    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    both = sizes[asserted] + sizes[inferred]
    assert asked(ALL, default_graph_uri=[asserted]) == sizes[asserted]
    assert asked(ALL, default_graph_uri=[asserted, inferred]) == both
    assert asked(named, named_graph_uri=[asserted, inferred]) == both
    assert asked(named, default_graph_uri=[asserted]) == 0
    assert asked(ALL, named_graph_uri=[asserted]) == 0
    assert asked(named) == sum(sizes.values())
    assert asked(f"SELECT (COUNT(*) AS ?n) FROM <{inferred}> WHERE {{ ?s ?p ?o }}") == sizes[inferred]
    # The protocol's dataset overrules the query's (2.1.4).
    overruled = f"SELECT (COUNT(*) AS ?n) FROM <{inferred}> WHERE {{ ?s ?p ?o }}"
    assert asked(overruled, default_graph_uri=[asserted]) == sizes[asserted]
    form = urlencode([("query", ALL), ("default-graph-uri", asserted)]).encode()
    assert number(server.request("POST", "/sparql", form, Content_Type=FORM)) == sizes[asserted]
    direct = server.request(
        "POST", f"/sparql?{urlencode({'default-graph-uri': asserted})}", ALL.encode(), Content_Type=DIRECT
    )
    assert number(direct) == sizes[asserted]


ONTOLOGY = "https://w3id.org/care-roadmap/ns"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (COUNT(*) AS ?n) FROM <{ONTOLOGY}> WHERE {{ ?s ?p ?o }}",
        f"SELECT (COUNT(*) AS ?n)FROM<{ONTOLOGY}>WHERE{{?s ?p ?o}}",
        f"PREFIX : <{ONTOLOGY}> SELECT (COUNT(*) AS ?n) FROM: {{ ?s ?p ?o }}",
        f"PREFIX x: <{ONTOLOGY}> SELECT (COUNT(*) AS ?n) FROMx: {{ ?s ?p ?o }}",
        f"PREFIX x: <{ONTOLOGY}> SELECT (COUNT(*) AS ?n) fRoM x: # FROM\n {{ ?s ?p ?o }}",
    ],
)
def test_from_is_seen_however_it_is_written(server: Running, dataset: Dataset, query: str) -> None:
    (size,) = [graph.triples for graph in dataset.graphs if graph.iri == ONTOLOGY]
    assert number(server.ask(query)) == size


def test_a_triple_of_two_graphs_is_one_in_their_union(server: Running) -> None:
    distinct = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
    named = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    assert number(server.ask(ALL)) == number(server.ask(distinct)) == number(server.ask(named))


def test_chosen_graphs_are_merged(server: Running, dataset: Dataset) -> None:
    """SPARQL 1.1 Protocol, 2.1.4, and Query, 13.2.1: what the paper says and the register too counts once."""
    _, content = read_graphs(dataset)
    names = [f"{GRAPH}asserted", f"{DEFAULT_BASE}id/fujisawa/graph/register"]
    graphs = [set(content[name].splitlines()) for name in names]
    assert graphs[0] & graphs[1]
    given = urlencode([("query", ALL), *(("default-graph-uri", name) for name in names)])
    assert number(server.get(f"/sparql?{given}")) == len(graphs[0] | graphs[1])
    chosen = " ".join(f"FROM <{name}>" for name in names)
    asked = f"SELECT (COUNT(*) AS ?n) {chosen} WHERE {{ ?s ?p ?o }}"
    assert number(server.ask(asked)) == len(graphs[0] | graphs[1])


def test_the_letters_of_from_and_graph_change_nothing(server: Running) -> None:
    whole = number(server.ask(ALL))
    assert number(server.ask("SELECT (COUNT(*) AS ?n) WHERE { ?graph ?p ?o }")) == whole
    assert number(server.ask("SELECT (COUNT(*) AS ?n) WHERE { ?from ?p ?o } # FROM <x>")) == whole


@pytest.mark.parametrize("name", ["file:///etc/passwd", "http://127.0.0.1:9/", GRAPH + "nothing"])
def test_a_graph_that_is_not_there_is_empty(server: Running, name: str) -> None:
    assert number(server.ask(f"SELECT (COUNT(*) AS ?n) FROM <{name}> WHERE {{ ?s ?p ?o }}")) == 0
    assert number(server.ask(ALL, **{"default-graph-uri": name})) == 0


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that notes whether anybody calls."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        yield listening


PLAIN = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "SELECT * { # x\nSERVICE#y\n<URL> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    'SELECT * { ?s ?p "\\"" . SERVICE <URL> { ?s ?p ?o } }',
    "SELECT ?a { SERVICESILENT <URL> { ?a ?b ?c } }",
    "SELECT ?a { ?s <x:a>* trueSERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { BIND(<URL> AS ?x) FILTER(1<2)SERVICE?x{ ?s ?p ?o } }",
]
DISGUISED = [
    "PREFIX x: <URL> SELECT ?a { SERVICEx: { ?a ?b ?c } }",
    "PREFIX : <URL> SELECT ?a { SERVICE: { ?a ?b ?c } }",
    "PREFIX : <URL> SELECT ?a { SERVICE SILENT: { ?a ?b ?c } }",
    "PREFIX x: <urn:x> SELECT ?a { ?s ?p x:.SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { SERV\\u0049CE <URL> { ?s ?p ?o } }",
    'SELECT * { FILTER("\\u0022" != "x") SERVICE <URL> {?s ?p ?o} FILTER("y" != "\\u0022") }',
    "SELECT * { FILTER('\\u0027' != 'x') SERVICE <URL> {?s ?p ?o} FILTER('y' != '\\u0027') }",
    "SELECT * { BIND(<URL> AS ?x) FILTER(1<2)SERVICE?x#>\n{ ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * { FILTER(1<2)SERVICEx:#>\n{ ?s ?p ?o } }",
    "PREFIX U: <URL> SELECT * { FILTER(1<2)#>'''\n SERVICE U: { ?s ?p ?o } #'''\n}",
    "LOAD <URL>",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
]


@pytest.mark.parametrize("query", PLAIN + DISGUISED)
def test_nobody_is_called_in_any_disguise(server: Running, listener: socket.socket, query: str) -> None:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    reply = server.ask(query.replace("URL", address))
    with pytest.raises(TimeoutError):
        listener.accept()
    assert reply.status == (200 if reply.status == 200 and query in DISGUISED else 400)


@pytest.mark.parametrize("query", PLAIN)
def test_service_is_refused_by_name(server: Running, query: str) -> None:
    assert "SERVICE" in server.ask(query.replace("URL", "http://127.0.0.1:9/")).text


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
        'SELECT * { FILTER(CONTAINS("service", "a")) }',
    ],
)
def test_the_word_service_is_no_reason_to_refuse(server: Running, query: str) -> None:
    assert server.ask(query).status == 200


@pytest.mark.parametrize(
    "update",
    ["DELETE WHERE { ?s ?p ?o }", "LOAD <http://127.0.0.1:9/>", "CLEAR ALL", "DROP ALL",
     "INSERT DATA { <http://a> <http://b> <http://c> }"],
)  # fmt: skip
def test_updates_are_refused_and_nothing_changes(server: Running, update: str) -> None:
    before = number(server.ask(ALL, "", nocache="1"))
    assert server.ask(update).status == 400
    form = urlencode({"update": update}).encode()
    assert server.request("POST", "/sparql", form, Content_Type=FORM).status == 403
    direct = server.request("POST", "/sparql", update.encode(), Content_Type="application/sparql-update")
    assert direct.status == 403
    assert number(server.ask(ALL + "#" + update)) == before


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sparql?default-graph-uri=http%3A%2F%2Fx%2F", 400),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("/sparql?query=", 400),
        ("/sparql?query=SELECT", 400),
        ("/sparql?query=%FF%FE", 400),
        ("/sparql?query=ASK%7B%7D%C3", 400),
        ("/sparql?query=ASK%7B%7D&format=png", 406),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=x", 400),
        ("/sparql?query=ASK%7B%7D&named-graph-uri=foo%20bar", 400),
        ("/sparql?" + "a=1&" * 2000 + "query=ASK%7B%7D", 400),
    ],
)
def test_wrong_requests_are_told_in_both_languages(server: Running, address: str, status: int) -> None:
    reply = server.get(address)
    assert reply.status == status
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert len([line for line in reply.text.splitlines() if line.strip()]) >= 4
    assert reply.headers["cache-control"] == "no-store"


def test_a_function_that_nobody_knows_is_named(server: Running) -> None:
    reply = server.ask("SELECT (<urn:x:f>(1) AS ?y) {}", "text/plain")
    assert reply.status == 400
    assert "There is no function urn:x:f here." in reply.text


def test_a_syntax_error_names_its_place_and_what_was_expected(server: Running) -> None:
    reply = server.ask("SELECT ?s WHERE {\n ?s ?p }", "application/json")
    assert reply.status == 400
    for language in ("ja", "en"):
        assert re.search(r"\b2:\d+: expected", reply.json["error"][language])


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"ASK {}", 415),
        ("", b"ASK {}", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        (f"{DIRECT}; charset=shift_jis", "ASK { ?s ?p '協議体' }".encode("shift_jis"), 415),
        (DIRECT, b"ASK { ?s ?p '\xff' }", 400),
        (DIRECT, "ASK { ?s ?p '協議体' }".encode("shift_jis"), 400),
        (FORM, b"query=ASK%7B%7D%FF", 400),
        (FORM, b"", 400),
        (DIRECT, b"", 400),
        (FORM, b"query=ASK{}&query=ASK{}", 400),
    ],
)
def test_bodies_that_cannot_be_read(server: Running, kind: str, body: bytes, status: int) -> None:
    reply = server.request("POST", "/sparql", body, **({"Content_Type": kind} if kind else {}))
    assert reply.status == status, reply.text


def test_a_query_in_address_and_body_is_one_too_many(server: Running) -> None:
    reply = server.request("POST", "/sparql?query=ASK%7B%7D", b"ASK {}", Content_Type=DIRECT)
    assert reply.status == 400


def test_a_compressed_body_is_refused(server: Running) -> None:
    reply = server.request(
        "POST", "/sparql", gzip.compress(b"ASK {}"), Content_Type=DIRECT, Content_Encoding="gzip"
    )
    assert reply.status == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_told_which_there_are(server: Running, method: str) -> None:
    reply = server.request(method, "/sparql?query=ASK%7B%7D")
    assert reply.status == 405
    assert {"GET", "POST"} <= {name.strip() for name in reply.headers["allow"].split(",")}


def test_head_is_get_without_its_body(server: Running) -> None:
    path = "/sparql?" + urlencode({"query": ONE})
    head, get = server.request("HEAD", path), server.request("GET", path)
    assert head.status == 200
    assert head.body == b""
    same = ("content-type", "etag", "vary", "content-length", "cache-control")
    assert [head.headers[name] for name in same] == [get.headers[name] for name in same]


def test_a_preflight_is_answered(server: Running) -> None:
    reply = server.request(
        "OPTIONS",
        "/sparql",
        Origin="https://example.org",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )
    assert reply.status == 204
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert "content-type" in reply.headers["access-control-allow-headers"].lower()
    assert reply.headers["access-control-allow-origin"] == "*"


def test_every_answer_may_be_read_from_other_sites(server: Running) -> None:
    replies = [
        server.get("/"),
        server.ask(ONE),
        server.ask("nonsense"),
        server.get("/sparql"),
        server.get("/nothing"),
        server.request("PUT", "/sparql"),
    ]
    for reply in replies:
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_nothing_sent_reaches_a_page_unescaped(server: Running) -> None:
    reply = server.get("/sparql?query=" + quote("<script>alert(1)</script>"), Accept="text/html")
    assert reply.status == 400
    assert reply.headers["content-type"].startswith("text/html")
    assert "<script>" not in reply.text


def test_validators_and_not_modified(server: Running) -> None:
    first = server.ask(ONE)
    path = "/sparql?" + urlencode({"query": ONE})
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert server.get(path, Accept=JSON).headers["etag"] == tag
    for sent in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        known = server.get(path, Accept=JSON, If_None_Match=sent)
        assert (known.status, known.body, known.headers["etag"]) == (304, b"", tag)
    assert server.get(path, Accept=JSON, If_None_Match='"x"').status == 200
    assert server.get(path, Accept="text/csv").headers["etag"] != tag
    assert "max-age" in first.headers["cache-control"]


def test_a_validator_is_of_one_representation(server: Running) -> None:
    path = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100"})
    plain = server.get(path, Accept=JSON).headers["etag"]
    zipped = server.get(path, Accept=JSON, Accept_Encoding="x-gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["etag"] != plain
    for tag, encoding, status in [
        (plain, "identity", 304),
        (plain, "gzip", 200),
        (zipped.headers["etag"], "gzip", 304),
        (zipped.headers["etag"], "identity", 200),
    ]:
        asked = {"Accept": JSON, "Accept_Encoding": encoding, "If_None_Match": tag}
        assert server.get(path, **asked).status == status


def test_pages_are_compressed_for_those_who_take_it(server: Running) -> None:
    plain = server.get("/docs/operations?lang=ja")
    zipped = server.get("/docs/operations?lang=ja", Accept_Encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert "Accept-Encoding" in zipped.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]
    thing = "/doc/fujisawa/actor/csw.ttl"
    plain, zipped = server.get(thing), server.get(thing, Accept_Encoding="gzip")
    assert gzip.decompress(zipped.body) == plain.body
    assert plain.headers["etag"] != zipped.headers["etag"]
    known = server.get(thing, Accept_Encoding="gzip", If_None_Match=zipped.headers["etag"])
    assert (known.status, known.body, known.headers["etag"]) == (304, b"", zipped.headers["etag"])
    assert server.get(thing, If_None_Match=plain.headers["etag"]).status == 304
    assert server.get("/healthz", Accept_Encoding="gzip").body == b"ok\n"
    sheet = (ROOT / "kgapp/web/static/base.css").read_bytes()
    assert server.get("/static/base.css").body == sheet
    assert gzip.decompress(server.get("/static/base.css", Accept_Encoding="gzip").body) == sheet


def test_what_changes_from_run_to_run_is_not_kept(server: Running) -> None:
    query = "SELECT (STRUUID() AS ?x) (RAND() AS ?y) {}"
    first, second = server.ask(query), server.ask(query)
    assert first.body != second.body
    assert first.headers["cache-control"] == "no-store"


def test_answers_are_compressed_for_those_who_take_it(server: Running) -> None:
    path = "/sparql?" + urlencode({"query": "SELECT * { ?s a ?class } ORDER BY ?s ?class LIMIT 500"})
    plain, zipped = server.get(path), server.get(path, Accept_Encoding="br, gzip;q=0.5")
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in server.get(path, Accept_Encoding="gzip;q=0, identity").headers


SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"


@pytest.mark.parametrize(
    ("accept", "form"),
    [("", "turtle"), ("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld"),
     ("application/n-triples", "nt")],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_service_description_tells_what_is_served(
    server: Running, dataset: Dataset, accept: str, form: str
) -> None:
    reply = server.get("/sparql", **({"Accept": accept} if accept else {}))
    assert reply.status == 200
    graph = Graph()
    graph.parse(data=reply.body, format=form)
    service = URIRef(f"http://127.0.0.1:{server.port}/sparql")
    assert graph.value(service, URIRef(SD + "endpoint")) == service
    assert URIRef(SD + "UnionDefaultGraph") in graph.objects(service, URIRef(SD + "feature"))
    (union,) = graph.objects(None, URIRef(SD + "defaultGraph"))
    assert int(str(graph.value(union, URIRef(VOID + "triples")))) == number(server.ask(ALL))
    named = {str(name) for name in graph.objects(None, URIRef(SD + "name"))}
    assert named == {entry.iri for entry in dataset.graphs}
    limits = {str(name) for name in graph.objects(None, URIRef("https://schema.org/propertyID"))}
    assert limits == set(LIMITS)


def test_the_partitions_of_the_description_are_those_of_the_data(server: Running) -> None:
    graph = Graph()
    graph.parse(data=server.get("/sparql").body, format="turtle")
    for part in graph.objects(None, URIRef(VOID + "classPartition")):
        name = graph.value(part, URIRef(VOID + "class"))
        counted = number(server.ask(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{name}> }}"))
        assert int(str(graph.value(part, URIRef(VOID + "entities")))) == counted


def test_a_person_gets_a_page_at_the_same_address(server: Running) -> None:
    reply = server.get("/sparql", Accept="text/html,application/xhtml+xml,*/*;q=0.8", Accept_Language="ja")
    assert reply.headers["content-type"].startswith("text/html")
    assert "<form" in reply.text
    assert server.get("/sparql", Accept="image/png").status == 406


def test_controls_in_data_and_names_reach_xml_well_formed(server: Running) -> None:
    reply = server.ask("SELECT ?s ?p ?o { ?s ?p ?o }", "application/sparql-results+xml")
    ElementTree.fromstring(reply.body)


def test_ordinary_use_is_never_refused(server: Running) -> None:
    padding = " " * 7000
    by_get = server.get("/sparql?" + urlencode({"query": "ASK {}" + padding}))
    assert by_get.status == 200
    long = ("ASK {} #" + "あ" * 45_000).encode()
    assert len(long) > 128 * 1024
    assert server.request("POST", "/sparql", long, Content_Type=DIRECT).status == 200
    form = urlencode({"query": long.decode()}).encode()
    assert server.request("POST", "/sparql", form, Content_Type=FORM).status == 200
    rows = server.ask("SELECT ?a ?b { ?a a ?x . ?b a ?y } LIMIT 40000", "text/csv")
    assert rows.status == 200
    assert rows.text.count("\n") == 40_001


def test_a_length_that_is_none_is_told(server: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.putrequest("POST", "/sparql")
    connection.putheader("Content-Type", DIRECT)
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    connection.send(b"6\r\nASK {}\r\n0\r\n\r\n")
    answer = connection.getresponse()
    assert answer.status == 200
    assert json.loads(answer.read())["boolean"] is True
    connection.close()


def test_pages_health_and_metrics(server: Running) -> None:
    assert server.get("/healthz").text == "ok\n"
    assert server.get("/readyz").status == 200
    server.ask("SELECT ?once { ?once a ?thing } LIMIT 7")
    server.ask("SELECT ?once { ?once a ?thing } LIMIT 7")
    lines = server.get("/metrics").text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert float(values['kgapp_requests_total{place="sparql",status="200"}']) >= 2
    assert float(values['kgapp_cache_total{result="hit"}']) >= 1
    assert float(values["kgapp_workers"]) == 18
    assert values["kgapp_ready"] == "1.0"


WORD = st.sampled_from(
    ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "*", "?s", "{", "}", "(", ")", "FILTER", "GRAPH", "FROM", "NAMED",
     "<http://x>", "<", ">", "'a'", '"""', "\\u0000", "\\", "#", "\n", "協議体", "ex:a", "PREFIX ex: <http://x/>",
     "SERVICE", "SILENT", "VALUES", "UNION", "OPTIONAL", "BIND", "AS", "1e9", ";", ".", ",", "|", "^", "+", "EXISTS",
     "GROUP BY", "ORDER BY", "LIMIT 1", "OFFSET -1", "INSERT DATA", "\x00", "\ud7ff", "\U0010ffff", "@ja", "^^"]
)  # fmt: skip
PAIR = st.tuples(
    st.sampled_from(
        ["query", "update", "default-graph-uri", "named-graph-uri", "format", "output", "lang", "x"]
    ),
    st.one_of(st.text(max_size=30), st.lists(WORD, max_size=12).map(" ".join)),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    st.lists(PAIR, max_size=4),
    st.sampled_from(["GET", "POST", "HEAD"]),
    st.sampled_from(["", FORM, DIRECT, "application/sparql-update", "text/plain; charset=x", "a/b;c"]),
    st.binary(max_size=60),
    st.sampled_from(["", "*/*", "text/html", "application/json", ";;q=", "a/b;q=-1, text/csv", JSON]),
)
def test_whatever_is_sent_is_answered_or_told(
    server: Running, pairs: list[tuple[str, str]], method: str, kind: str, body: bytes, accept: str
) -> None:
    path = "/sparql?" + urlencode(pairs, errors="surrogatepass")
    headers = {"Accept": accept, **({"Content_Type": kind} if kind else {})}
    sent = urlencode(pairs).encode() if kind == FORM else body
    reply = server.request(method, path, sent if method == "POST" else None, **headers)
    assert reply.status < 500
    assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "host", ["a b", "x/../y", "<script>", "é.example", "a" * 300, "[::1", "user@host", "x:99999999"]
)
@pytest.mark.parametrize("path", ["/sparql", "/", "/nothing", "/sparql?lang=ja"])
def test_a_hostile_name_of_the_host_reaches_nothing(server: Running, host: str, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as caller:
        caller.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := caller.recv(65_536):
            answer += part
    assert int(answer.split()[1]) < 500
    assert host.encode() not in answer


@pytest.mark.parametrize("lines", ["", "Host: a\r\nHost: b\r\n"])
def test_a_request_has_one_host(server: Running, lines: str) -> None:
    """RFC 9112, 3.2."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as caller:
        caller.sendall(f"GET / HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
        assert caller.recv(65_536).split()[1] == b"400"


def test_a_slash_at_the_end_is_the_endpoint_too(server: Running) -> None:
    """W3C's protocol tests ask so."""
    reply = server.request(
        "POST", "/sparql/", b"query=ASK%20%7B%7D", Content_Type="application/x-www-form-urlencoded"
    )
    assert (reply.status, reply.json["boolean"]) == (200, True)


def test_the_host_that_was_asked_is_the_endpoints(server: Running) -> None:
    reply = server.get("/sparql", Host="kg.example.org:8443")
    assert "<http://kg.example.org:8443/sparql>" in reply.text


def test_an_absurd_accept_header_costs_nobody_time(server: Running) -> None:
    began = time.monotonic()
    for number_ in range(8):
        ranges = ",".join(f"x/{number_}{n};q=0.1" for n in range(15_000))
        assert server.ask("ASK {}", ranges).status in (200, 431)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_the_servers_own_addresses_are_for_reading(server: Running, path: str) -> None:
    reply = server.request("POST", path, b"x")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")


def test_service_glued_to_a_name_that_is_none_is_refused(server: Running) -> None:
    glued = "PREFIX x: <http://127.0.0.1:9/> SELECT * { SERVICESILENTx:a { ?s ?p ?o } }"
    assert server.ask(glued).status == 400
    declared = "PREFIX services: <http://x/> SELECT * { ?s services:a ?o }"
    assert server.ask(declared).status == 200
