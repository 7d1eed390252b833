"""Another SPARQL server answers as the embedded store does: Oxigraph's and Virtuoso, for real."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.compare import isomorphic

from kgapp.build import build
from kgapp.config import Limits
from kgapp.dataset import Dataset, read_dataset
from kgapp.endpoint import Names
from kgapp.errors import KgappError, Message, QueryRefused
from kgapp.explain import Explainer
from kgapp.home import Home
from kgapp.launch import READERS
from kgapp.load import Loader, Refused
from kgapp.queryfile import QueryFile, read_queries
from kgapp.question import Question
from kgapp.service.answerer import PAGE_WORKERS
from kgapp.service.binding import bind_text
from kgapp.service.gate import checked, has_dataset, without_dataset
from kgapp.service.remote import Remote
from kgapp.store import Store
from kgapp.vocab import DEFAULT_BASE
from kgapp.web.http.fingerprint import FORMS, MOST, fingerprint
from kgapp.web.http.permalink import read_code
from kgapp.web.http.source import PageSource
from tests.conftest import ROOT
from tests.endpoints import PASSWORD, Endpoint, oxigraph, virtuoso
from tests.homes import copy_of, set_gloss
from tests.server import Running, free_port, serving
from tests.terms import as_rows
from tests.test_editing import DOUBTS, FAULTS, FILES, HOSTILE
from tests.waiting import until

OURS = {**read_queries(ROOT / "queries" / "questions"), **read_queries(ROOT / "queries" / "pages")}
ALL = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
COMMAND = [sys.executable, "-m", "kgapp"]
CSV, JSON = "text/csv", "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def endpoint(
    request: pytest.FixtureRequest, built_home: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Endpoint]:
    folder = tmp_path_factory.mktemp(request.param)
    with oxigraph() if request.param == "oxigraph" else virtuoso(folder / "db") as running:
        done = running.load(built_home.root)
        assert done.returncode == 0, done.stderr
        yield running


@pytest.fixture(scope="module")
def source(endpoint: Endpoint, dataset: Dataset) -> Iterator[PageSource]:
    with remote_source(endpoint.address, dataset) as found:
        yield found


@pytest.fixture(scope="module")
def server(
    endpoint: Endpoint, built_home: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("front")
    with serving(folder, "--endpoint", endpoint.address, home=built_home) as running:
        yield running


@contextmanager
def remote_source(address: str, dataset: Dataset, limits: Limits | None = None) -> Iterator[PageSource]:
    """A source for threads over another server, with an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def make() -> tuple[Remote, PageSource]:
        remote = Remote(address, limits or Limits(), lambda: dataset)
        return remote, PageSource(remote, lambda: dataset.base)

    remote, source = asyncio.run_coroutine_threadsafe(make(), loop).result()
    try:
        until(lambda: remote.ready)
        yield source
    finally:
        asyncio.run_coroutine_threadsafe(remote.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


TRIPLES = ("vocabulary-graph", "why-axioms")
"""Queries whose rows are triples with blank nodes, which every engine names as it likes."""
ANY_ORDER = ("vocabulary-properties", "why-pointing")
"""Queries that are ordered by literals of several languages, whose order SPARQL leaves open (15.1), or
by nothing."""


def table(query: QueryFile, results: Any) -> list[list[str]]:
    """Columns and rows, every term with its language and datatype."""
    if isinstance(results, ox.QueryBoolean):
        return [[str(bool(results))]]
    columns = query.columns(results)
    return [columns, *([str(row[name]) for name in columns] for row in results)]


@pytest.mark.parametrize("name", OURS)
def test_every_question_and_page_query_is_answered_as_by_the_embedded_store(
    source: PageSource, store: Store, name: str
) -> None:
    query = OURS[name]
    theirs, ours = table(query, query.run(source)), table(query, query.run(store))
    if name in TRIPLES:
        assert isomorphic(graph_of(theirs), graph_of(ours))
    elif name in ANY_ORDER:
        assert sorted(theirs) == sorted(ours)
    else:
        assert theirs == ours


def graph_of(rows: list[list[str]]) -> Graph:
    """Rows of subject, property and value as a graph."""
    return Graph().parse(data="".join(f"{' '.join(row)} .\n" for row in rows[1:]), format="nt")


def test_conclusions_are_explained_as_from_the_embedded_store(source: PageSource, store: Store) -> None:
    explained = [Explainer(asked, read_queries(ROOT / "queries" / "pages")) for asked in (source, store)]
    query = "SELECT * WHERE { GRAPH <%sgraph/inferred> { ?s ?p ?o } } ORDER BY ?s ?p ?o"
    rows = list(as_rows(store.query(query % f"{store.base}id/fujisawa/2020-02/")))
    for row in rows[:: len(rows) // 40]:
        theirs, ours = (one.explain(ox.Triple(row["s"], row["p"], row["o"])) for one in explained)
        assert theirs == ours and ours.ways


def test_parameters_are_terms_whatever_they_hold(source: PageSource, store: Store) -> None:
    query = OURS["cq-r04-issues-that-mention"]
    for word in ("相談", 'a"b', "\\", "a\nb", '") } SERVICE <http://127.0.0.1:9/> {', "'", "#", "?word"):
        given = {"word": word}
        assert table(query, query.run(source, given)) == table(query, query.run(store, given)), word


def test_answers_are_pages_from_it_too(server: Running) -> None:
    query = (
        "PREFIX ccr: <https://w3id.org/care-roadmap/ns#> SELECT ?a (COUNT(?s) AS ?n) "
        "{ ?s ccr:involves ?a } GROUP BY ?a"
    )
    told = {}
    for graphs in ("all", "asserted"):
        address = f"/sparql?{urlencode({'query': query, 'graphs': graphs, 'view': 'chart'})}"
        page = server.get(address, Accept="text/html", Accept_Language="en")
        assert page.status == 200
        rows = len(server.ask(query, graphs=graphs).json["results"]["bindings"])
        assert f"({rows} rows, 2 columns)" in page.text
        told[graphs] = rows
    assert told["asserted"] < told["all"]


def test_pages_are_served_from_it(server: Running, dataset: Dataset) -> None:
    page = server.get("/", Accept="text/html", Accept_Language="en")
    assert page.status == 200
    assert dataset.digest in page.text
    described = server.get("/sparql", Accept="text/turtle")
    assert described.status == 200
    assert "void#" in described.text
    keeper, _ = server.keeper_and_front()
    assert len(server.tree()[keeper]) == READERS + PAGE_WORKERS, "few, and empty: they only read"


def test_another_server_is_not_asked_to_read_only(source: PageSource) -> None:
    """It would evaluate whatever it is sent."""
    with pytest.raises(QueryRefused) as refused:
        source.parse("ASK {}")
    assert refused.value.status == 501


def test_the_editor_is_told_what_the_embedded_service_tells(server: Running, client: FlaskClient) -> None:
    """Word for word, of what is faulty, doubtful and good."""
    asked = [faulty[0] for faulty in FAULTS.values()] + [doubtful[0] for doubtful in DOUBTS.values()]
    asked += [path.read_text(encoding="utf-8") for path in FILES[::6]]
    asked += [
        "SELECT * { ?s <relative> ?o }",
        "ASK { FILTER(<http://e/unknown>(1)) }",
        "SELECT * " + "{" * 101,
    ]
    for query in asked:
        told = check(server, query)
        assert told == client.post("/workbench/check", data={"query": query}).get_json(), query
        assert told["ok"] is not None, query


def check(server: Running, query: str) -> Any:
    """What the check of the editor tells."""
    reply = server.request(
        "POST", "/workbench/check", urlencode({"query": query}).encode(), Content_Type=FORM
    )
    assert reply.status == 200, reply.text
    return reply.json


def test_reading_brings_down_and_holds_up_nobody_else(server: Running) -> None:
    _, front = server.keeper_and_front()
    with ThreadPoolExecutor(8) as clients:
        told = list(clients.map(lambda query: check(server, query), HOSTILE.values()))
    assert {each["ok"] for each in told} <= {True, False, None}
    assert server.keeper_and_front()[1] == front
    assert server.ask("ASK {}").json["boolean"] is True
    assert check(server, "ASK {}") == {"ok": True, "expected": [], "findings": []}


def test_what_reads_is_replaced_when_it_is_killed(server: Running) -> None:
    keeper, front = server.keeper_and_front()
    for pid in (*server.tree()[keeper], keeper):
        os.kill(pid, signal.SIGKILL)
    assert server.ask("ASK {}").json["boolean"] is True
    until(lambda: check(server, "ASK {}")["ok"] is True)
    after, same = server.keeper_and_front()
    assert same == front and after != keeper


@pytest.mark.parametrize(
    ("form", "kind"), [("json", JSON), ("xml", "xml"), ("csv", CSV), ("tsv", "tab-separated-values")]
)
def test_tables_are_written_as_the_embedded_store_writes_them(
    server: Running, store: Store, form: str, kind: str
) -> None:
    from kgapp.question import Question

    asked = OURS["cq-p06-terms-of-use"].text
    reply = server.ask(asked, **{"format": form})
    assert kind in reply.headers["content-type"]
    assert reply.body == store.answer(Question(asked, {"table": form}), 10**7).body


@pytest.mark.parametrize("form", ["turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"])
def test_graphs_in_every_form(server: Running, form: str) -> None:
    asked = "CONSTRUCT { ?s ?p ?o . ?s <http://e/x> [] } WHERE { ?s ?p ?o FILTER(isIRI(?s)) } LIMIT 3"
    assert server.ask(asked, "", format=form).status == 200


def test_json_ld_and_relative_iris_are_as_of_the_embedded_store(server: Running, dataset: Dataset) -> None:
    asked = "CONSTRUCT WHERE { <id/fujisawa/actor/csw> <http://www.w3.org/2004/02/skos/core#prefLabel> ?x }"
    reply = server.ask(asked, "application/ld+json")
    assert "@context" in reply.json
    assert f"{dataset.base}id/fujisawa/actor/csw" in server.ask(asked, "application/n-triples").text


def test_blank_nodes_of_a_product_become_those_of_sparql(server: Running) -> None:
    asked = "SELECT ?s { ?s <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> ?x } LIMIT 2"
    rows = server.ask(asked).json["results"]["bindings"]
    assert [row["s"]["type"] for row in rows] == ["bnode", "bnode"]


def test_the_default_graph_is_the_union_and_datasets_are_as_asked(server: Running, store: Store) -> None:
    ontology = "https://w3id.org/care-roadmap/ns"
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    for query in (
        ALL,
        named,
        f"SELECT (COUNT(*) AS ?n) FROM <{ontology}> WHERE {{ ?s ?p ?o }}",
        f"PREFIX x: <{ontology}> SELECT (COUNT(*) AS ?n) FROM x: WHERE {{ ?s ?p ?o }}",
        "SELECT (COUNT(*) AS ?n) FROM <http://127.0.0.1:9/nothing> WHERE { ?s ?p ?o }",
    ):
        assert count(server, query) == int(next(as_rows(store.query(query)))["n"].value), query
    with_from = "SELECT (COUNT(*) AS ?n) FROM <http://127.0.0.1:9/nothing> WHERE { ?s ?p ?o }"
    assert count(server, with_from, **{"default-graph-uri": ontology}) == 1317
    assert count(server, named, **{"named-graph-uri": ontology}) == 1317


def count(server: Running, query: str, **more: str) -> int:
    reply = server.ask(query, **more)
    assert reply.status == 200, reply.text
    return int(reply.json["results"]["bindings"][0]["n"]["value"])


def test_what_it_finds_wrong_is_told_and_nothing_of_the_server_with_it(server: Running) -> None:
    reply = server.ask("SELECT * { ?s ?p")
    assert reply.status == 400
    assert "SPARQL" in reply.text
    assert "input:default-graph-uri" not in reply.text


REFUSED = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service<http://127.0.0.1:9/>{ ?s ?p ?o } }",
    "PREFIX x: <http://127.0.0.1:9/> SELECT * { SERVICEx: { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }",
    r"SELECT * { \u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    r"SELECT * { ?s ?p '\u0027 . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #' }",
    "SELECT * { ?s ?p 'a\n' . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #' \n }",
    "define get:soft 'soft' SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }",
    "SELECT (bif:http_get('http://127.0.0.1:9/') AS ?x) {}",
    "SELECT (<bif:http_get>('http://127.0.0.1:9/') AS ?x) {}",
    "PREFIX x: <BIF:> SELECT (x:http_get('http://127.0.0.1:9/') AS ?x) {}",
    "INSERT DATA { <a:b> <a:c> <a:d> }",
    "SELECT * { ?s ?p ?o } ; DROP ALL",
    "LOAD <http://127.0.0.1:9/>",
    "SELECT * " + "{" * 101 + "}" * 101,
]


@pytest.mark.parametrize("query", REFUSED)
def test_what_could_reach_out_or_change_is_refused_before_it_is_sent(query: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        checked(query, 100)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service <http://e/service> 'SERVICE' } # SERVICE",
        'SELECT * { ?s ?p """a "service" """@ja FILTER(REGEX(?o, "\\u3000")) }',
        *(query.text for query in OURS.values()),
    ],
)
def test_ordinary_words_are_not_refused(query: str) -> None:
    assert "#" not in checked(query, 100).replace("ns#", "").replace("schema#", "").replace("core#", "")[-12:]


def test_a_comment_is_not_sent_on() -> None:
    hidden = "SELECT * { <a b#> . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } \n ?x ?y ?z }"
    assert "SERVICE" not in checked(hidden, 100)


@pytest.mark.parametrize(
    ("query", "has"),
    [
        ("SELECT * FROM <a:b> { ?s ?p ?o }", True),
        ("SELECT *FROM<a:b>FROM NAMED <a:c>{ ?s ?p ?o }", True),
        ("PREFIX x: <a:> SELECT * FROMx:b { ?s ?p ?o }", True),
        ("PREFIX x: <a:> SELECT * FROM x:b{ ?s ?p ?o }", True),
        ("PREFIX from: <a:> SELECT * { ?from from:FROM 'FROM' } # FROM", False),
        ("SELECT * { ?s ?p ?o }", False),
    ],
)
def test_from_is_told_from_its_letters(query: str, has: bool) -> None:
    assert has_dataset(query) is has
    left = without_dataset(query)
    assert not has_dataset(left)
    ox.Store().query(left)
    assert left.endswith("{ ?s ?p ?o }") or not has


def test_terms_stand_where_their_variables_stood_but_in_lists() -> None:
    text = "SELECT ?a (MAX(?x) AS ?m) ?p { ?p <a:?p> ?x, '?p' } GROUP BY ?a ?p ORDER BY ?p ?a # ?p"
    bound = bind_text(text, {ox.Variable("p"): ox.NamedNode("e:p")})
    assert bound == "SELECT ?a (MAX(?x) AS ?m)  { <e:p> <a:?p> ?x, '?p' } GROUP BY ?a  ORDER BY  ?a # ?p"


class Slow(http.server.BaseHTTPRequestHandler):
    """Answers what the test sets, or not at all."""

    answers: ClassVar[list[tuple[int, dict[str, str], bytes]]] = []
    closed = threading.Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if b"ASK" in body:
            self.reply(200, {"Content-Type": JSON}, b'{"head":{},"boolean":true}')
        elif type(self).answers:
            self.reply(*type(self).answers[0])
        else:
            self.connection.settimeout(10)
            if self.connection.recv(1) == b"":
                type(self).closed.set()
            self.close_connection = True

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}/sparql"
    running.shutdown()
    thread.join()
    running.server_close()


def test_at_the_deadline_the_connection_is_closed_and_others_are_served(slow: str, dataset: Dataset) -> None:
    Slow.answers, Slow.closed = [], threading.Event()
    with remote_source(slow, dataset, Limits(query_timeout=0.5)) as source:
        began = time.monotonic()
        with pytest.raises(QueryRefused) as refused:
            source.query("SELECT ?x { ?x ?y ?z }")
        assert (refused.value.status, refused.value.limit) == (503, "query_timeout")
        assert time.monotonic() - began < 3
        assert Slow.closed.wait(5)


EMPTY = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ((400, {"Content-Type": "text/html"}, b"<h1>No <b>way</b></h1>"), 400, "No way"),
        ((500, {}, b"broken"), 502, "broken"),
        ((503, {}, b""), 503, "busy"),
        ((401, {"WWW-Authenticate": 'Basic realm="x"'}, b"secret"), 503, "let us in"),
        ((200, {"Content-Type": "text/html"}, b"<p>hello"), 502, "cannot be read"),
        ((200, {"Content-Type": JSON}, b'{"head":'), 502, "cannot be read"),
        ((200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "10"}, EMPTY), 413, "cut"),
        ((200, {"Content-Type": JSON}, EMPTY + b" " * 2**20), 413, "result_size"),
        ((302, {"Location": "http://127.0.0.2:9/"}, b""), 502, "redirects elsewhere"),
        ((307, {"Location": "/sparql"}, b""), 502, "redirects elsewhere"),
    ],
)
def test_what_a_server_says_amiss(
    slow: str, dataset: Dataset, answer: tuple[int, dict[str, str], bytes], status: int, words: str
) -> None:
    Slow.answers = [answer]
    with remote_source(slow, dataset, Limits(result_size=1)) as source:
        with pytest.raises(KgappError) as refused:
            source.query("SELECT ?x { ?x ?y ?z }")
        assert refused.value.status == status
        assert words in refused.value.what.en


@pytest.fixture(scope="module")
def bounded(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Virtuoso with the dataset, which gives 20 rows at the most."""
    with virtuoso(tmp_path_factory.mktemp("bounded") / "db", rows=20) as running:
        assert running.load(built_home.root).returncode == 0
        yield running


def test_rows_that_virtuoso_leaves_out_are_told(bounded: Endpoint, dataset: Dataset) -> None:
    with remote_source(bounded.address, dataset) as source:
        assert len(list(as_rows(source.query("SELECT ?s { ?s ?p ?o } LIMIT 10")))) == 10
        with pytest.raises(QueryRefused) as refused:
            source.query("SELECT ?s { ?s ?p ?o }")
        assert refused.value.status == 413


def test_a_server_that_is_down_says_so(built_home: Home, tmp_path: Path) -> None:
    down = f"http://127.0.0.1:{free_port()}/query"
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), "--endpoint", down],
            env={**os.environ, "KGAPP_HOME": str(built_home.root)},
            stdout=out,
            stderr=out,
        )
    running = Running(port, process, log)
    try:
        until(lambda: is_up(running.port))
        reply = running.ask(ALL)
        assert reply.status == 503
        until(lambda: "does not answer" in running.ask(ALL).text)
        assert running.get("/readyz").status == 503
        assert int(running.ask(ALL).headers["retry-after"]) > 0
        assert running.get("/", Accept="text/html").status == 503
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_readiness_follows_the_other_server(built_home: Home, tmp_path: Path) -> None:
    with ExitStack() as ends_early:
        endpoint = ends_early.enter_context(oxigraph())
        assert endpoint.load(built_home.root).returncode == 0
        with serving(tmp_path, "--endpoint", endpoint.address, home=built_home) as server:
            assert server.get("/readyz").status == 200
            ends_early.close()
            until(lambda: server.get("/readyz").status == 503)
            assert server.get("/healthz").status == 200


def is_up(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_a_new_dataset_is_asked_once_it_is_loaded(small_copy: Home, tmp_path: Path) -> None:
    home = small_copy
    asked = "SELECT (COUNT(*) AS ?n) { ?s ?p ?t FILTER(STR(?t) = 'Mended gloss.') }"
    with oxigraph() as endpoint:
        assert endpoint.load(home.root).returncode == 0
        with serving(tmp_path, "--endpoint", endpoint.address, home=home) as server:
            assert count(server, asked) == 0
            set_gloss(home, {"theme-1": "Mended gloss."})
            old = Names.of(read_dataset(home.build)).union
            build(home, DEFAULT_BASE)
            time.sleep(1.5)
            assert count(server, asked) == 0
            assert server.get("/readyz").status == 200
            done = endpoint.load(home.root, "--prune")
            assert f"{old}: 除きました / removed" in done.stdout
            until(lambda: count(server, asked) == 1)
            assert read_dataset(home.build).digest in server.get("/").text


def test_a_load_that_was_killed_is_resumed(built_home: Home, dataset: Dataset, tmp_path: Path) -> None:
    home = copy_of(built_home, tmp_path / "home")
    shutil.rmtree(home.build / "cache" / "load", ignore_errors=True)
    with oxigraph() as endpoint:
        memory = home.build / "cache" / "load"
        process = subprocess.Popen(
            [*COMMAND, "load", "--endpoint", endpoint.address, "--graph-store", endpoint.graph_store],
            env={**os.environ, "KGAPP_HOME": str(home.root)},
            stdout=subprocess.DEVNULL,
        )
        until(lambda: any(len(json.loads(file.read_bytes())) >= 2 for file in memory.glob("*.json")))
        process.kill()
        process.wait(10)
        done = endpoint.load(home.root)
        assert done.returncode == 0, done.stderr
        sent, kept = (
            int(word.rstrip(",")) for word in done.stdout.splitlines()[-1].split() if word[0].isdigit()
        )
        assert kept >= 2
        assert sent + kept == len(dataset.graphs) + 1
        assert endpoint.load(home.root).stdout.splitlines()[-1].startswith("sent 0, ")


def test_a_wrong_password_is_told_without_it(bounded: Endpoint, small_copy: Home) -> None:
    done = bounded.load(small_copy.root, KGAPP_ENDPOINT_PASSWORD="not-" + PASSWORD)
    assert done.returncode == 1
    assert "KGAPP_ENDPOINT_PASSWORD" in done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_load_to_nothing_is_told(built_home: Home) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/"
    done = Endpoint(nowhere, nowhere).load(built_home.root)
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_password_in_an_address_is_refused_unshown(built_home: Home) -> None:
    given = f"http://dba:{PASSWORD}@127.0.0.1:9/"
    done = Endpoint(given, given).load(built_home.root)
    assert done.returncode != 0
    assert PASSWORD not in done.stdout + done.stderr
    command = [sys.executable, "-m", "kgapp", "serve", "--endpoint", given]
    served = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert served.returncode != 0
    assert PASSWORD not in served.stdout + served.stderr


def test_queries_by_digest_several_at_once(
    bounded: Endpoint, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bounded.environment.items():
        monkeypatch.setenv(name, value)
    with remote_source(bounded.address + "-auth", dataset) as source, ThreadPoolExecutor(6) as threads:

        def ask(number: int) -> int:
            # The engine's results are for the thread that made them, and end the process in another.
            return int(next(as_rows(source.query(f"SELECT (({number}) AS ?n) {{}}")))["n"].value)

        assert list(threads.map(ask, range(30))) == list(range(30))


def test_what_is_too_large_for_a_server_is_sent_in_parts(dataset: Dataset) -> None:
    class Small(Loader):
        def _send(self, method: str, _: str, body: bytes) -> None:
            if len(body) > 300_000:
                raise Refused(413, KgappError(Message("", ""), Message("", "")))
            took.append((method, body))

    took: list[tuple[str, bytes]] = []
    graph = max(dataset.graphs, key=lambda graph: graph.triples)
    with Small(dataset, "http://127.0.0.1:9/", "http://127.0.0.1:9/", lambda *_: None) as loader:
        loader.put(graph.iri, [graph])
    assert [method for method, _ in took] == ["PUT", *["POST"] * (len(took) - 1)]
    assert len(took) > 3
    assert b"".join(body for _, body in took) == dataset.path(graph).read_bytes()


def test_an_answer_has_one_fingerprint_whoever_answers(
    server: Running, store: Store, built_home: Home
) -> None:
    """So an address that was cited is as good on a mirror that stands on another product."""
    for name, query in read_queries(built_home.queries / "questions").items():
        text = bind_text(
            query.text, {ox.Variable(key): term for key, term in query.terms(DEFAULT_BASE).items()}
        )
        made = server.request(
            "POST",
            "/q",
            urlencode({"query": text}).encode(),
            Content_Type=FORM,
        )
        found = read_code(made.headers["location"].removeprefix("/q/"), len(text.encode()) + 9).answer
        own = fingerprint(store.answer(Question(text, FORMS), MOST))
        assert found == own, name
