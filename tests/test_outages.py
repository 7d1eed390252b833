"""What ends, stops or changes under a server that runs: nobody loses an answer by it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kgapp.build import build
from kgapp.dataset import read_dataset
from kgapp.home import Home
from kgapp.service.pool import ATTEMPTS
from kgapp.vocab import DEFAULT_BASE
from tests.homes import copy_of, set_gloss
from tests.load import CARTESIAN, PROBE, Load, direct, metric
from tests.server import Running, free_port, is_ready, serving
from tests.waiting import until

TIMEOUT = 1.5
WORKERS = 18
SOON = 5
"""Seconds in which a process has another in its place, on a busy machine."""


@pytest.fixture(scope="module")
def server(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose processes tests may end."""
    folder = tmp_path_factory.mktemp("outages")
    with serving(folder, "--query-timeout", str(TIMEOUT), home=built_home) as running:
        yield running


def test_killed_workers_are_replaced_and_no_request_is_lost(server: Running) -> None:
    """A question that loses its worker is given to another, so often as the service says; so between two
    rounds each question under way comes to an end, however slow the machine is."""
    keeper, _ = server.keeper_and_front()
    with Load(server) as load:
        for _ in range(15):
            workers = server.tree()[keeper]
            for pid in (workers[-1], workers[0])[: ATTEMPTS - 1]:
                os.kill(pid, signal.SIGKILL)
            load.go_on()
    assert set(load.replies) == {200}
    assert load.lost == []
    until(lambda: metric(server, "kgapp_workers") == WORKERS)


def test_a_killed_keeper_is_replaced_and_no_request_is_lost(server: Running) -> None:
    keeper, front = server.keeper_and_front()
    workers = server.tree()[keeper]
    with Load(server) as load:
        load.go_on()
        os.kill(keeper, signal.SIGKILL)
        until(lambda: keeper not in server.tree() and metric(server, "kgapp_workers") == WORKERS)
        load.go_on()
    assert set(load.replies) == {200}
    assert load.lost == []
    assert server.keeper_and_front()[1] == front
    assert keeper not in server.tree()
    until(lambda: not any_alive(workers))


def any_alive(pids: Iterable[int]) -> bool:
    return any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_killed_front_is_replaced_and_connections_wait_for_it(server: Running) -> None:
    keeper, front = server.keeper_and_front()
    workers = server.tree()[keeper]
    os.kill(front, signal.SIGKILL)
    began = time.monotonic()
    assert direct(server, f"{PROBE} # after").status == 200
    assert time.monotonic() - began < SOON
    assert server.keeper_and_front()[1] != front
    until(lambda: not any_alive(workers))
    until(lambda: metric(server, "kgapp_workers") == WORKERS)


def test_killing_everything_again_and_again_leaves_a_server(server: Running) -> None:
    for _ in range(3):
        for pid in server.tree()[server.process.pid]:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.4)
    until(lambda: answers(server))


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
            until(lambda: len(server.ask(asked).json["results"]["bindings"]) == 1)
            load.go_on()
        assert set(load.replies) == {200}
        assert load.lost == []
        assert read_dataset(home.build).digest in server.get("/").text
        until(lambda: metric(server, "kgapp_workers") == WORKERS)


def test_a_server_ends_what_it_has_begun(built_home: Home, tmp_path: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?c < ?f) }"
    with serving(tmp_path, "--query-timeout", "3", home=built_home) as server:
        with ThreadPoolExecutor(1) as threads:
            begun = threads.submit(direct, server, slow)
            until(lambda: metric(server, "kgapp_queries_running") == 1)
            tree = list(server.tree())
            server.process.send_signal(signal.SIGTERM)
            assert begun.result().status in (200, 503)
        assert server.process.wait(30) == 0
        until(lambda: not any_alive(tree))


def test_nothing_outlives_a_killed_supervisor(built_home: Home, tmp_path: Path) -> None:
    with serving(tmp_path, "--query-timeout", "2", home=built_home) as server:
        until(lambda: metric(server, "kgapp_workers") == WORKERS)
        tree = list(server.tree())
        server.process.kill()
        server.process.wait(30)
        until(lambda: not any_alive(tree))


def test_the_access_log_tells_of_queries_and_of_nobody(built_home: Home, tmp_path: Path) -> None:
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


def serve_with_files(folder: Path, home: Home, most: int) -> Running:
    """A server that may open so many files."""
    port, log = free_port(), folder / "files.log"
    limited = ["sh", "-c", f'ulimit -n {most}; exec "$@"', "sh"]
    command = [sys.executable, "-m", "kgapp", "serve", "--port", str(port), "--query-timeout", "1"]
    with log.open("wb") as out:
        environment = {**os.environ, "KGAPP_HOME": str(home.root)}
        process = subprocess.Popen([*limited, *command], env=environment, stdout=out, stderr=out)
    return Running(port, process, log)


def test_connections_leave_files_for_workers(built_home: Home, tmp_path: Path) -> None:
    server = serve_with_files(tmp_path, built_home, 160)
    try:
        until(lambda: is_ready(server), 60)
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
        keeper, _ = server.keeper_and_front()
        for pid in server.tree()[keeper]:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)
        for caller in idle:
            caller.close()
        assert direct(server, PROBE).status == 200
        until(lambda: metric(server, "kgapp_workers") == WORKERS)
        assert "Traceback" not in server.log.read_text(encoding="utf-8")
    finally:
        server.process.terminate()
        server.process.wait(30)


def test_too_few_files_are_told_at_the_start(built_home: Home, tmp_path: Path) -> None:
    server = serve_with_files(tmp_path, built_home, 64)
    assert server.process.wait(60) == 1
    told = server.log.read_text(encoding="utf-8")
    assert "64 open files are too few" in told
    assert "ulimit -n" in told
    assert "Traceback" not in told


def test_a_stopped_worker_holds_nobody_for_good(server: Running) -> None:
    keeper, _ = server.keeper_and_front()
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(direct, server, f"{CARTESIAN} # stopped")
        until(lambda: metric(server, "kgapp_queries_running") == 1)
        workers = server.tree()[keeper]
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        reply = asked.result(timeout=30)
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
