"""What strangers may send: every limit holds, is named, and costs nobody else anything."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import pytest

from kgapp.home import Home
from kgapp.service.pool import GRACE
from tests.load import CARTESIAN, PROBE, call, direct, metric
from tests.server import Reply, Running, serving
from tests.waiting import until

TIMEOUT = 1.5
SLACK = 1.5
"""Seconds beyond a deadline in which a refusal must be there, on a busy machine."""
BODY = 2.5
"""Seconds in which the body of a request must come."""


@pytest.fixture(scope="module")
def server(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("limits")
    flags = ("--query-timeout", str(TIMEOUT), "--query-memory", "256", "--result-size", "4")
    with serving(folder, *flags, home=built_home) as running:
        yield running


@pytest.fixture(scope="module")
def patient(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that lets queries run long, and bounds their memory."""
    flags = ("--query-timeout", "60", "--query-memory", "128", "--body-timeout", str(BODY))
    with serving(tmp_path_factory.mktemp("patient"), *flags, home=built_home) as running:
        yield running


RUNAWAYS = {
    "cartesian product": CARTESIAN,
    "ordered product": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a",
    "exponential path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^!<x:a>)+/(!<x:a>|^!<x:a>)+/(!<x:a>|^!<x:a>)+ ?b }",
    "regex": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '(a|b|ab)*c.{50}(x+x+)+y')) }",
    "concatenation": "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f)); separator='') AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "planning": "SELECT * { " + "?s ?p (1 " * 95 + ")" * 95 + " }",
    "negation": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?y . ?d ?x ?z } FILTER NOT EXISTS { ?c ?f ?q } }",
}


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_runaway_ends_at_a_limit_that_is_named(server: Running, name: str) -> None:
    began = time.monotonic()
    reply = direct(server, RUNAWAYS[name], Accept="application/json")
    assert time.monotonic() - began < TIMEOUT + SLACK
    if reply.status != 200:
        assert reply.status == 503
        assert reply.json["limit"] in ("query_timeout", "query_memory")
        assert reply.json["limit"] in reply.json["error"]["ja"]
        assert reply.json["limit"] in reply.json["error"]["en"]
    else:
        assert name in ("planning", "exponential path"), "an answer in time is no fault"


def test_ten_runaways_leave_others_their_speed_and_then_free_everything(server: Running) -> None:
    quiet = median_wait(server, "quiet")
    with ThreadPoolExecutor(10) as threads:
        runaways = [threads.submit(direct, server, f"{CARTESIAN} # {n}") for n in range(10)]
        until(lambda: metric(server, "kgapp_queries_running") == 10)
        assert median_wait(server, "beside") < max(0.3, 10 * quiet), "a busy machine is slow by itself"
        replies = [runaway.result() for runaway in runaways]
    assert {reply.status for reply in replies} == {503}
    assert {"query_timeout" in reply.text for reply in replies} == {True}
    until(lambda: metric(server, "kgapp_queries_running") == 0)
    until(lambda: metric(server, "kgapp_workers") == 18)
    assert processor_seconds(server, 1.0) < 0.5


def median_wait(server: Running, what: str) -> float:
    """Seconds that one of twenty short questions takes."""

    def _wait(number: int) -> float:
        began = time.monotonic()
        assert direct(server, f"{PROBE} # {what} {number}").status == 200
        return time.monotonic() - began

    return median(_wait(number) for number in range(20))


def processor_seconds(server: Running, seconds: float) -> float:
    """Processor time that the server's processes take in a while."""

    def taken() -> float:
        total = 0
        for pid in server.tree():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    before = taken()
    time.sleep(seconds)
    return taken() - before


def test_when_every_worker_is_taken_the_rest_still_answers(built_home: Home, tmp_path: Path) -> None:
    flags = ("--workers", "2", "--query-timeout", "60", "--queue-timeout", "0.5", "--queue", "3")
    with serving(tmp_path, *flags, home=built_home) as server:
        kept = server.ask(PROBE)
        assert kept.status == 200
        with ThreadPoolExecutor(8) as threads:
            taken = [call(server, f"{CARTESIAN} # {n}") for n in range(2)]
            until(lambda: metric(server, "kgapp_queries_running") == 2)
            assert server.ask(PROBE).body == kept.body
            assert server.get("/").status == 200
            assert server.get("/?lang=en").status == 200
            assert server.get("/sparql").status == 200
            assert server.get("/sparql", Accept="text/html").status == 200
            assert server.get("/readyz").status == 200
            waiting = [threads.submit(direct, server, f"{PROBE} # {n}") for n in range(3)]
            until(lambda: metric(server, "kgapp_queries_waiting") == 3)
            full = direct(server, f"{PROBE} # one too many", Accept="application/json")
            assert (full.status, full.json["limit"]) == (503, "queue")
            assert int(full.headers["retry-after"]) >= 1
            replies = [one.result() for one in waiting]
            assert {reply.status for reply in replies} == {503}
            assert all("queue_timeout" in reply.text for reply in replies)
            assert all(int(reply.headers["retry-after"]) >= 1 for reply in replies)
            for caller in taken:
                caller.close()
            until(lambda: metric(server, "kgapp_queries_running") == 0)
        assert direct(server, f"{PROBE} # free").status == 200


def test_one_client_has_so_many_queries_and_no_more(built_home: Home, tmp_path: Path) -> None:
    flags = ("--client-workers", "2", "--client-queue", "4", "--query-timeout", "60")
    trusted = ("--trusted-proxies", "127.0.0.0/8")
    with serving(tmp_path, *flags, *trusted, home=built_home) as server:

        def asked(client: str, query: str) -> Reply:
            return direct(server, query, X_Forwarded_For=client, Accept="application/json")

        held = [call(server, f"{CARTESIAN} # {n}", X_Forwarded_For="192.0.2.1") for n in range(4)]
        until(lambda: metric(server, "kgapp_queries_waiting") == 2)
        assert metric(server, "kgapp_queries_running") == 2
        refused = asked("192.0.2.1", PROBE)
        assert (refused.status, refused.json["limit"]) == (429, "client_queue")
        assert refused.headers["retry-after"] == "1"
        assert asked("192.0.2.2", PROBE).status == 200
        assert asked("198.51.100.9, 192.0.2.3", f"{PROBE} # 2").status == 200
        # What a client writes before the proxy's word does not make it another client.
        assert asked("203.0.113.7, 192.0.2.1", f"{PROBE} # 3").status == 429
        for caller in held:
            caller.close()


def test_eight_at_once_from_one_client_are_never_refused(server: Running) -> None:
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(direct, server, f"{PROBE} # eight {n}") for n in range(200)]
        assert {one.result().status for one in asked} == {200}


def test_an_answer_is_whole_or_an_error(server: Running) -> None:
    reply = direct(server, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000", Accept="application/json")
    assert (reply.status, reply.json["limit"]) == (413, "result_size")
    assert "4 MiB" in reply.json["error"]["en"]


def test_memory_is_bounded(patient: Running) -> None:
    growing = "SELECT (GROUP_CONCAT(?t; separator='') AS ?x) { ?a ?b ?c . BIND(CONCAT(STR(?c), STR(?c)) AS ?t0) BIND(CONCAT(?t0, ?t0, ?t0, ?t0, ?t0, ?t0, ?t0, ?t0) AS ?t1) BIND(CONCAT(?t1, ?t1, ?t1, ?t1, ?t1, ?t1, ?t1, ?t1) AS ?t2) BIND(CONCAT(?t2, ?t2, ?t2, ?t2, ?t2, ?t2, ?t2, ?t2) AS ?t) }"
    reply = direct(patient, growing, Accept="application/json")
    assert (reply.status, reply.json["limit"]) == (503, "query_memory")
    assert direct(patient, PROBE).status == 200


GROWING = "SELECT * { { SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } } { SELECT ?a ?d { ?d ?e ?c . ?a ?b ?f } } }"
LONG_AND_SMALL = (
    "SELECT (COUNT(*) AS ?n) {"
    + "".join(f" {{ SELECT * {{ ?a{n} ?b{n} ?c{n} }} LIMIT 100 }}" for n in range(6))
    + " }"
)
TOGETHER = 200


def test_all_together_are_bounded_and_who_grew_most_is_told(built_home: Home, tmp_path: Path) -> None:
    flags = ("--workers-memory", str(TOGETHER), "--query-timeout", "60")
    with serving(tmp_path, *flags, home=built_home) as server:
        keeper, _ = server.keeper_and_front()
        with ThreadPoolExecutor(3) as threads:
            small = call(server, LONG_AND_SMALL)
            until(lambda: metric(server, "kgapp_queries_running") == 1)
            hogs = [
                threads.submit(direct, server, f"{GROWING} # {n}", Accept="application/json")
                for n in range(2)
            ]
            most = 0
            while not all(hog.done() for hog in hogs):
                most = max(most, sum(map(private, server.tree()[keeper])))
                assert direct(server, PROBE).status == 200
            for hog in hogs:
                assert (hog.result().status, hog.result().json["limit"]) == (503, "workers_memory")
                assert int(hog.result().headers["retry-after"]) >= 1
            assert most < 3 * TOGETHER * 1024, "kB; what grows between two looks comes to it"
            assert metric(server, "kgapp_queries_running") == 1, "who needs little goes on"
            small.close()
        until(lambda: metric(server, "kgapp_workers") == 18)
        until(lambda: sum(map(private, server.tree()[keeper])) < TOGETHER * 1024)


def private(pid: int) -> int:
    """Memory that a process has for itself, in kB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:"))


def test_the_system_would_end_a_worker_before_what_all_need(server: Running) -> None:
    def score(pid: int) -> int:
        return int(Path(f"/proc/{pid}/oom_score_adj").read_text())

    keeper, front = server.keeper_and_front()
    direct(server, f"{PROBE} # some worker has begun")
    others = max(score(pid) for pid in (keeper, front, server.process.pid))
    until(lambda: all(score(pid) > others for pid in server.tree()[keeper]))


def test_a_query_that_is_too_long_is_told(server: Running) -> None:
    reply = direct(server, "ASK {} #" + "x" * 300_000, Accept="application/json")
    assert (reply.status, reply.json["limit"]) == (413, "query_length")
    form = urlencode({"query": "ASK {} #" + "x" * 900_000}).encode()
    told = server.request("POST", "/sparql", form, Content_Type="application/x-www-form-urlencoded")
    assert told.status == 413


@pytest.mark.parametrize("opening", ["{", "FILTER EXISTS {", "FILTER (", "?s ?p [ ?p ", "?s ?p ("])
def test_deep_nesting_is_refused_before_the_engine_sees_it(server: Running, opening: str) -> None:
    closing = {"{": "}", "(": ")", "[": "]"}[next(c for c in reversed(opening) if c in "{([")]
    reply = direct(server, "ASK {" + opening * 10_000 + closing * 10_000 + "}", Accept="application/json")
    assert (reply.status, reply.json["limit"]) == (400, "query_nesting")
    assert direct(server, "ASK " + "{" * 90 + "}" * 90).status == 200


FLAT = {
    "not": "ASK { FILTER(" + "!" * 60_000 + "true) }",
    "or": "ASK { FILTER(" + "true||" * 20_000 + "true) }",
    "union": "ASK { {}" + " UNION {}" * 15_000 + " }",
    "sum": "ASK { FILTER(" + "1+" * 40_000 + "1) }",
    "path": "ASK { ?s " + "<x:a>|" * 20_000 + "<x:a> ?o }",
    "sequence": "ASK { ?s " + "<x:a>/" * 20_000 + "<x:a> ?o }",
    "optional": "ASK { " + "OPTIONAL {} " * 15_000 + "}",
    "minus": "ASK { " + "MINUS {} " * 15_000 + "}",
    "bind": "ASK { " + "".join(f"BIND({n} AS ?v{n}) " for n in range(9_000)) + "}",
    "filters": "ASK { " + "FILTER(true) " * 15_000 + "}",
    "triples": "ASK { " + "?s ?p ?o . " * 20_000 + "}",
    "subselects": "ASK { " + "{SELECT * {}} " * 12_000 + "}",
    "list": "ASK { ?s ?p (" + "1 " * 20_000 + ") }",
    "hidden brackets": "ASK { FILTER(1<" + "(" * 30_000 + "1" + ")" * 30_000 + ">2) }",
}


@pytest.mark.parametrize("name", FLAT)
def test_no_query_brings_the_service_down(server: Running, name: str) -> None:
    before = server.keeper_and_front()
    reply = direct(server, FLAT[name], Accept="application/json")
    assert reply.status in (200, 400, 503), reply.text
    if reply.status != 200:
        assert reply.json["error"]["ja"]
    assert server.keeper_and_front() == before
    assert direct(server, f"{PROBE} # {name}").status == 200


def test_a_query_whose_client_has_gone_stops(patient: Running) -> None:
    sockets = [call(patient, f"{CARTESIAN} # {number}") for number in range(4)]
    until(lambda: metric(patient, "kgapp_queries_running") == 4)
    for caller in sockets:
        caller.close()
    until(lambda: metric(patient, "kgapp_queries_running") == 0)
    until(lambda: metric(patient, "kgapp_workers") == 18)


def test_the_same_question_asked_by_many_at_once_is_answered_once(built_home: Home, tmp_path: Path) -> None:
    flags = ("--workers", "1", "--query-timeout", "2", "--client-queue", "3")
    with serving(tmp_path, *flags, home=built_home) as server, ThreadPoolExecutor(16) as threads:
        slow = [threads.submit(direct, server, CARTESIAN) for _ in range(8)]
        until(lambda: metric(server, "kgapp_queries_running") == 1)
        quick = [threads.submit(direct, server, PROBE) for _ in range(6)]
        until(lambda: metric(server, "kgapp_queries_waiting") == 1)
        refusals = [one.result() for one in slow]
        assert {reply.status for reply in refusals} == {503}
        assert all("query_timeout" in reply.text for reply in refusals)
        answers = [one.result() for one in quick]
        assert {reply.status for reply in answers} == {200}
        assert len({reply.body for reply in answers}) == 1


def test_a_shared_question_ends_when_the_last_client_has_gone(patient: Running) -> None:
    callers = [call(patient, CARTESIAN) for _ in range(3)]
    until(lambda: metric(patient, "kgapp_queries_running") == 1)
    for caller in callers[:2]:
        caller.close()
    time.sleep(2 * GRACE)
    assert metric(patient, "kgapp_queries_running") == 1
    callers[2].close()
    until(lambda: metric(patient, "kgapp_queries_running") == 0)


def test_a_query_that_waits_leaves_with_its_client(built_home: Home, tmp_path: Path) -> None:
    flags = ("--workers", "1", "--query-timeout", "60", "--queue-timeout", "60")
    with serving(tmp_path, *flags, home=built_home) as server:
        running = call(server, f"{CARTESIAN} # 0")
        until(lambda: metric(server, "kgapp_queries_running") == 1)
        waiting = [call(server, f"{CARTESIAN} # {number}") for number in range(1, 4)]
        until(lambda: metric(server, "kgapp_queries_waiting") == 3)
        for caller in waiting:
            caller.close()
        until(lambda: metric(server, "kgapp_queries_waiting") == 0, 5)
        assert metric(server, "kgapp_queries_running") == 1
        running.close()


SOME_TIME = """SELECT (COUNT(*) AS ?n)
{ { SELECT * { ?a ?b ?c } LIMIT %d } { SELECT * { ?d ?e ?f } LIMIT 1000 } }"""


def test_a_client_who_goes_costs_nobody_else_an_answer(patient: Running) -> None:
    began = time.perf_counter()
    assert direct(patient, SOME_TIME % 1000).status == 200
    rows = int(1000 * 2 * GRACE / (time.perf_counter() - began))
    keeper, _ = patient.keeper_and_front()
    os.kill(keeper, signal.SIGSTOP)  # what ends the query comes too late
    try:
        caller = call(patient, f"{SOME_TIME % rows} # left")
        until(lambda: metric(patient, "kgapp_queries_running") == 1)
        caller.close()
        until(lambda: metric(patient, "kgapp_queries_running") == 0)
        with ThreadPoolExecutor(1) as threads:
            other = threads.submit(direct, patient, f"{SOME_TIME % rows} # stays")
            until(lambda: metric(patient, "kgapp_queries_running") == 1)
            os.kill(keeper, signal.SIGCONT)
            assert other.result().status == 200
    finally:
        os.kill(keeper, signal.SIGCONT)


def test_half_sent_bodies_hold_up_nobody(patient: Running) -> None:
    callers = []
    for _ in range(300):
        caller = socket.create_connection(("127.0.0.1", patient.port))
        caller.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 100\r\n\r\nSELECT"
        )
        callers.append(caller)
    began = time.monotonic()
    assert direct(patient, f"{PROBE} # bodies").status == 200
    assert patient.get("/").status == 200
    assert time.monotonic() - began < 0.8 * BODY
    for caller in callers:
        caller.settimeout(30)
        assert b" 408 " in caller.recv(200)
        caller.close()


def test_half_sent_heads_hold_up_nobody(server: Running) -> None:
    callers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for caller in callers:
        caller.sendall(b"GET /sparql?query=ASK HTTP/1.1\r\nHost:")
    assert direct(server, f"{PROBE} # heads").status == 200
    for caller in callers:
        caller.close()
