"""What strangers may send: every limit holds, is named, and costs nobody else anything."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kgapp.build import build
from kgapp.dataset import read_dataset
from kgapp.home import Home
from kgapp.service.pool import GRACE
from kgapp.vocab import DEFAULT_BASE
from tests.homes import copy_of, set_gloss
from tests.server import Reply, Running, serving
from tests.waiting import until

TIMEOUT = 1.5
SLACK = 1.5
"""Seconds beyond a deadline in which a refusal must be there, on a busy machine."""
DIRECT = "application/sparql-query"
PROBE = "SELECT (COUNT(*) AS ?n) WHERE { ?s a ?class }"


@pytest.fixture(scope="module")
def server(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("limits")
    flags = ("--query-timeout", str(TIMEOUT), "--query-memory", "256", "--result-size", "4")
    with serving(folder, *flags, home=built_home) as running:
        yield running


def direct(server: Running, query: str, **headers: str) -> Reply:
    return server.request("POST", "/sparql", query.encode(), Content_Type=DIRECT, **headers)


def metric(server: Running, name: str) -> float:
    lines = server.get("/metrics").text.splitlines()
    return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} ")), 0.0)


CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
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
    with ThreadPoolExecutor(10) as threads:
        runaways = [threads.submit(direct, server, f"{CARTESIAN} # {n}") for n in range(10)]
        until(lambda: metric(server, "kgapp_queries_running") == 10)
        waits = []
        for number in range(20):
            began = time.monotonic()
            assert direct(server, f"{PROBE} # {number}").status == 200
            waits.append(time.monotonic() - began)
        assert sorted(waits)[len(waits) // 2] < 0.3
        replies = [runaway.result() for runaway in runaways]
    assert {reply.status for reply in replies} == {503}
    assert {"query_timeout" in reply.text for reply in replies} == {True}
    until(lambda: metric(server, "kgapp_queries_running") == 0)
    until(lambda: metric(server, "kgapp_workers") == 18)
    assert processor_seconds(server, 1.0) < 0.5


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
    flags = ("--workers", "2", "--query-timeout", "8", "--queue-timeout", "0.5", "--queue", "3")
    with serving(tmp_path, *flags, home=built_home) as server:
        kept = server.ask(PROBE)
        assert kept.status == 200
        with ThreadPoolExecutor(8) as threads:
            taken = [threads.submit(direct, server, f"{CARTESIAN} # {n}") for n in range(2)]
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
            assert {one.result().status for one in taken} == {503}
        assert direct(server, PROBE).status == 200


def test_one_client_has_so_many_queries_and_no_more(built_home: Home, tmp_path: Path) -> None:
    flags = ("--client-workers", "2", "--client-queue", "4", "--query-timeout", "2")
    trusted = ("--trusted-proxies", "127.0.0.0/8")
    with serving(tmp_path, *flags, *trusted, home=built_home) as server, ThreadPoolExecutor(8) as threads:

        def asked(client: str, query: str) -> Reply:
            return direct(server, query, X_Forwarded_For=client, Accept="application/json")

        held = [threads.submit(asked, "192.0.2.1", f"{CARTESIAN} # {n}") for n in range(4)]
        until(lambda: metric(server, "kgapp_queries_waiting") == 2)
        assert metric(server, "kgapp_queries_running") == 2
        refused = asked("192.0.2.1", PROBE)
        assert (refused.status, refused.json["limit"]) == (429, "client_queue")
        assert refused.headers["retry-after"] == "1"
        assert asked("192.0.2.2", PROBE).status == 200
        assert asked("198.51.100.9, 192.0.2.3", f"{PROBE} # 2").status == 200
        # What a client writes before the proxy's word does not make it another client.
        assert asked("203.0.113.7, 192.0.2.1", f"{PROBE} # 3").status == 429
        assert {one.result().status for one in held} == {503}


def test_eight_at_once_from_one_client_are_never_refused(server: Running) -> None:
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(direct, server, f"{PROBE} # eight {n}") for n in range(200)]
        assert {one.result().status for one in asked} == {200}


def test_an_answer_is_whole_or_an_error(server: Running) -> None:
    reply = direct(server, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000", Accept="application/json")
    assert (reply.status, reply.json["limit"]) == (413, "result_size")
    assert "4 MiB" in reply.json["error"]["en"]


def test_memory_is_bounded(built_home: Home, tmp_path: Path) -> None:
    growing = "SELECT (GROUP_CONCAT(?t; separator='') AS ?x) { ?a ?b ?c . BIND(CONCAT(STR(?c), STR(?c)) AS ?t0) BIND(CONCAT(?t0, ?t0, ?t0, ?t0, ?t0, ?t0, ?t0, ?t0) AS ?t1) BIND(CONCAT(?t1, ?t1, ?t1, ?t1, ?t1, ?t1, ?t1, ?t1) AS ?t2) BIND(CONCAT(?t2, ?t2, ?t2, ?t2, ?t2, ?t2, ?t2, ?t2) AS ?t) }"
    with serving(tmp_path, "--query-memory", "128", "--query-timeout", "60", home=built_home) as server:
        reply = direct(server, growing, Accept="application/json")
        assert (reply.status, reply.json["limit"]) == (503, "query_memory")
        assert direct(server, PROBE).status == 200


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


def test_a_query_whose_client_has_gone_stops(built_home: Home, tmp_path: Path) -> None:
    with serving(tmp_path, "--query-timeout", "60", home=built_home) as server:
        sockets = [call(server, f"{CARTESIAN} # {number}") for number in range(4)]
        until(lambda: metric(server, "kgapp_queries_running") == 4)
        for caller in sockets:
            caller.close()
        until(lambda: metric(server, "kgapp_queries_running") == 0, 5)
        until(lambda: metric(server, "kgapp_workers") == 18)


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


def test_a_shared_question_ends_when_the_last_client_has_gone(built_home: Home, tmp_path: Path) -> None:
    with serving(tmp_path, "--query-timeout", "60", home=built_home) as server:
        callers = [call(server, CARTESIAN) for _ in range(3)]
        until(lambda: metric(server, "kgapp_queries_running") == 1)
        for caller in callers[:2]:
            caller.close()
        time.sleep(0.5)
        assert metric(server, "kgapp_queries_running") == 1
        callers[2].close()
        until(lambda: metric(server, "kgapp_queries_running") == 0, 5)


def call(server: Running, query: str) -> socket.socket:
    """A connection on which a query has been asked and nothing read."""
    caller = socket.create_connection(("127.0.0.1", server.port))
    address = "/sparql?" + urlencode({"query": query})
    caller.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return caller


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


def test_a_client_who_goes_costs_nobody_else_an_answer(built_home: Home, tmp_path: Path) -> None:
    with serving(tmp_path, "--query-timeout", "60", home=built_home) as server:
        began = time.perf_counter()
        assert direct(server, SOME_TIME % 1000).status == 200
        rows = int(1000 * 2 * GRACE / (time.perf_counter() - began))
        keeper, _ = server.keeper_and_front()
        os.kill(keeper, signal.SIGSTOP)  # what ends the query comes too late
        try:
            caller = call(server, f"{SOME_TIME % rows} # left")
            until(lambda: metric(server, "kgapp_queries_running") == 1)
            caller.close()
            until(lambda: metric(server, "kgapp_queries_running") == 0)
            with ThreadPoolExecutor(1) as threads:
                other = threads.submit(direct, server, f"{SOME_TIME % rows} # stays")
                until(lambda: metric(server, "kgapp_queries_running") == 1)
                os.kill(keeper, signal.SIGCONT)
                assert other.result().status == 200
        finally:
            os.kill(keeper, signal.SIGCONT)


def test_half_sent_bodies_hold_up_nobody(built_home: Home, tmp_path: Path) -> None:
    with serving(tmp_path, "--body-timeout", "2", home=built_home) as server:
        callers = []
        for _ in range(300):
            caller = socket.create_connection(("127.0.0.1", server.port))
            caller.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                b"Content-Length: 100\r\n\r\nSELECT"
            )
            callers.append(caller)
        began = time.monotonic()
        assert direct(server, PROBE).status == 200
        assert server.get("/").status == 200
        assert time.monotonic() - began < 1.5
        for caller in callers:
            caller.settimeout(10)
            assert b" 408 " in caller.recv(200)
            caller.close()


def test_half_sent_heads_hold_up_nobody(server: Running) -> None:
    callers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for caller in callers:
        caller.sendall(b"GET /sparql?query=ASK HTTP/1.1\r\nHost:")
    assert direct(server, f"{PROBE} # heads").status == 200
    for caller in callers:
        caller.close()


class Load:
    """Ordinary queries, one after another in several threads, until it is ended."""

    def __init__(self, server: Running, threads: int = 4) -> None:
        self.server = server
        self.replies: list[int] = []
        self.lost: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=[n]) for n in range(threads)]

    def _run(self, thread: int) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            try:
                self.replies.append(direct(self.server, f"{PROBE} # {thread} {number}").status)
            except OSError as error:
                self.lost.append(repr(error))

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def test_killed_workers_are_replaced_and_no_request_is_lost(server: Running) -> None:
    keeper, _ = server.keeper_and_front()
    with Load(server) as load:
        for _ in range(15):
            workers = server.tree()[keeper]
            os.kill(workers[-1], signal.SIGKILL)
            os.kill(workers[0], signal.SIGKILL)
            time.sleep(0.1)
    assert set(load.replies) == {200}
    assert load.lost == []
    until(lambda: metric(server, "kgapp_workers") == 18, 1)


def test_a_killed_keeper_is_replaced_within_a_second(server: Running) -> None:
    keeper, front = server.keeper_and_front()
    workers = server.tree()[keeper]
    with Load(server) as load:
        time.sleep(0.3)
        os.kill(keeper, signal.SIGKILL)
        time.sleep(2)
    assert set(load.replies) == {200}
    assert load.lost == []
    assert server.keeper_and_front()[1] == front
    assert keeper not in server.tree()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), 2 * TIMEOUT)


def test_a_killed_front_is_replaced_and_connections_wait_for_it(server: Running) -> None:
    keeper, front = server.keeper_and_front()
    workers = server.tree()[keeper]
    os.kill(front, signal.SIGKILL)
    began = time.monotonic()
    assert direct(server, f"{PROBE} # after").status == 200
    assert time.monotonic() - began < 2
    assert server.keeper_and_front()[1] != front
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), 2 * TIMEOUT)
    until(lambda: metric(server, "kgapp_workers") == 18)


def test_killing_everything_again_and_again_leaves_a_server(server: Running) -> None:
    for _ in range(3):
        for pid in server.tree()[server.process.pid]:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.4)
    until(lambda: answers(server), 10)


def answers(server: Running) -> bool:
    try:
        return direct(server, PROBE).status == 200
    except OSError:
        return False


def test_a_rebuilt_dataset_comes_in_without_a_dropped_request(small_copy: Home, tmp_path: Path) -> None:
    home = small_copy
    old = read_dataset(home.build).digest
    asked = "SELECT ?t { ?s ?p ?t FILTER(STR(?t) = 'Mended gloss.') }"
    with serving(tmp_path, home=home) as server:
        assert server.ask(asked).json["results"]["bindings"] == []
        with Load(server, 2) as load:
            set_gloss(home, {"theme-1": "Mended gloss."})
            build(home, DEFAULT_BASE)
            assert read_dataset(home.build).digest != old
            until(lambda: len(server.ask(asked).json["results"]["bindings"]) == 1, 15)
            time.sleep(0.5)
        assert set(load.replies) == {200}
        assert load.lost == []
        assert read_dataset(home.build).digest in server.get("/").text
        until(lambda: metric(server, "kgapp_workers") == 18)


def test_a_server_ends_what_it_has_begun(built_home: Home, tmp_path: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?c < ?f) }"
    with serving(tmp_path, "--query-timeout", "3", home=built_home) as server:
        with ThreadPoolExecutor(1) as threads:
            begun = threads.submit(direct, server, slow)
            until(lambda: metric(server, "kgapp_queries_running") == 1)
            tree = list(server.tree())
            server.process.send_signal(signal.SIGTERM)
            assert begun.result().status in (200, 503)
        assert server.process.wait(10) == 0
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in tree))


def test_nothing_outlives_a_killed_supervisor(built_home: Home, tmp_path: Path) -> None:
    with serving(tmp_path, "--query-timeout", "2", home=built_home) as server:
        until(lambda: metric(server, "kgapp_workers") == 18)
        tree = list(server.tree())
        server.process.kill()
        server.process.wait(5)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in tree), 5)


def test_the_access_log_tells_of_queries_and_of_nobody(built_home: Home, tmp_path: Path) -> None:
    import json

    log = tmp_path / "access.log"
    with serving(tmp_path, "--access-log", str(log), home=built_home) as server:
        server.ask("SELECT ('secret\\nword' AS ?x) {}")
        server.get("/sparql?query=" + "x%0A%22%7D")
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    asked = [entry for entry in entries if entry["path"] == "/sparql"]
    assert [entry["status"] for entry in asked] == [200, 400]
    assert len({entry["query"] for entry in asked}) == 2
    assert "127.0.0.1" not in log.read_text(encoding="utf-8")
    assert "secret" not in log.read_text(encoding="utf-8")


def test_a_fault_of_the_program_is_logged_and_told_and_costs_nobody_else(
    built_home: Home, tmp_path: Path
) -> None:
    home = copy_of(built_home, tmp_path / "home")
    (home.queries / "pages" / "void-counts.rq").unlink()
    with serving(tmp_path, home=home) as server:
        reply = server.get("/sparql", Accept="text/turtle")
        assert reply.status == 500
        assert "不具合" in reply.text
        assert "void-counts" not in reply.text, "nothing of the inside is told"
        assert "KeyError: 'void-counts'" in server.log.read_text(encoding="utf-8")
        assert direct(server, PROBE).status == 200


def test_a_stopped_worker_holds_nobody_for_good(server: Running) -> None:
    keeper, _ = server.keeper_and_front()
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(direct, server, f"{CARTESIAN} # stopped")
        until(lambda: metric(server, "kgapp_queries_running") == 1)
        workers = server.tree()[keeper]
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        reply = asked.result(timeout=15)
    assert reply.status == 503
    for pid in server.tree()[keeper]:
        os.kill(pid, signal.SIGCONT)
    until(lambda: answers(server))


def test_a_damaged_manifest_changes_nothing_that_is_served(built_home: Home, tmp_path: Path) -> None:
    home = copy_of(built_home, tmp_path / "home")
    with serving(tmp_path, home=home) as server:
        before = server.get("/").text
        (home.build / "dataset.json").write_text("{broken", encoding="utf-8")
        time.sleep(1.5)
        assert server.get("/").text == before
        assert direct(server, PROBE).status == 200
        (home.build / "dataset.json").unlink()
        assert server.get("/").text == before
        assert server.get("/sparql").status == 200
        assert server.get("/readyz").status == 200
