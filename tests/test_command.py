"""The command as a person runs it, and the production server as a client meets it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

from hatch_build import is_current
from kgapp.home import Home
from kgapp.queryfile import read_query
from tests.conftest import ROOT, absent
from tests.server import Running, serving
from tests.test_sources import ACTORS, CLAIMS, add_row, set_cell


def run(
    home: Home, *arguments: str, check: bool = True, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    where = {"KGAPP_HOME": str(home.root), "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **where, **(settings or {})}
    return subprocess.run(
        [sys.executable, "-m", "kgapp", *arguments],
        env=environment, cwd="/", capture_output=True, text=True, check=check, timeout=120,
    )  # fmt: skip


def test_build_tells_steps_and_a_summary(light_home: Home) -> None:
    told = run(light_home, "build").stdout
    for word in ("annotate", "infer", "validate", "158", "interpreted", "digest", "built anew: 1 of 1"):
        assert word in told
    again = run(light_home, "build", "--trace").stdout
    assert "built anew: 0 of 1" in again
    assert "5-direction-1" in again


def test_check_writes_nothing_and_says_so(small_home: Home) -> None:
    told = run(small_home, "check").stdout
    assert "問題ありません" in told
    assert not small_home.build.exists()


def test_check_speaks_where_there_is_no_japanese(small_home: Home) -> None:
    assert "no problems" in run(small_home, "check", settings={"PYTHONIOENCODING": "ascii"}).stdout


def test_broken_sources_end_in_status_1_with_every_place(home: Home) -> None:
    set_cell(ACTORS, "csw", "よみ", "")(home)
    add_row(CLAIMS, "5-direction-1", "hasLead", "actor/nobody", "原文どおり", "充実")(home)
    for command in ("build", "check"):
        done = run(home, command, check=False)
        assert done.returncode == 1
        assert f"{ACTORS}:" in done.stderr
        assert f"{CLAIMS}:" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.fixture
def older_home(built_copy: Home) -> Home:
    """A home with a good dataset whose sources were broken since."""
    home = built_copy
    set_cell(ACTORS, "csw", "よみ", "")(home)
    add_row(CLAIMS, "5-direction-1", "hasLead", "actor/nobody", "原文どおり", "充実")(home)
    return home


def assert_told_as_older(stderr: str) -> None:
    assert f"{ACTORS}:" in stderr
    assert f"{CLAIMS}:" in stderr
    assert "入力より古い" in stderr
    assert "older than its sources" in stderr
    assert "Traceback" not in stderr


def test_a_query_goes_on_with_a_dataset_whose_sources_broke(older_home: Home) -> None:
    done = run(
        older_home, "query", "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/care-roadmap/ns#Theme> }"
    )
    assert done.stdout.split() == ["n", "6"]
    assert_told_as_older(done.stderr)
    assert run(older_home, "build", check=False).returncode == 1


def test_another_base_or_a_damaged_dataset_is_nothing_to_go_on_with(older_home: Home) -> None:
    done = run(older_home, "query", "ASK {}", "--base", "https://data.example.org/", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    (older_home.build / "dataset.json").write_text("{", encoding="utf-8")
    done = run(older_home, "query", "ASK {}", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{CLAIMS}:" in done.stderr
    assert "older than its sources" not in done.stderr


def test_a_server_goes_on_with_a_dataset_whose_sources_broke(older_home: Home, tmp_path: Path) -> None:
    with serving(tmp_path, home=older_home) as server:
        assert server.get("/").status == 200
    assert_told_as_older(server.log.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C", "LANG": "C"},
    ],
    ids=["ascii", "C without UTF-8", "C"],
)
def test_a_terminal_without_japanese_is_no_reason_to_fail(built_copy: Home, settings: dict[str, str]) -> None:
    home = built_copy
    done = run(home, "build", settings=settings)
    assert "fujisawa/2020-02" in done.stdout
    asked = "SELECT (COUNT(*) AS ?n) { ?s <https://w3id.org/care-roadmap/ns#text> ?t FILTER(CONTAINS(?t, '協議体')) }"
    counted = run(home, "query", asked).stdout
    assert counted.split()[1] != "0"
    assert run(home, "query", asked, settings=settings).stdout == counted
    shutil.rmtree(home.build)
    ontology = home.root / "ontology" / "shapes.ttl"
    ontology.write_text("this is no Turtle", encoding="utf-8")
    for arguments in (("check",), ("build",), ("query", "ASK {}")):
        done = run(home, *arguments, check=False, settings=settings)
        assert done.returncode == 1
        assert "ontology/shapes.ttl:1" in done.stderr
        assert "This is not Turtle" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_message_in_a_pipe_is_one_line(home: Home) -> None:
    add_row(CLAIMS, "5-direction-1", "hasLead", "actor/nobody", "原文どおり", "充実")(home)
    told = run(home, "check", check=False, settings={"COLUMNS": "40"}).stderr.splitlines()
    assert len(told) == 6
    assert "Give a statement's notation or a path of the register such as actor/csw." in told[-1]


def test_query_by_text_and_by_file(built_home: Home) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/care-roadmap/ns#Statement> }"
    assert run(built_home, "query", count).stdout.split() == ["n", "158"]
    file = str(ROOT / "queries/questions/cq-c03-led-by.rq")
    assert "2-status-3" in run(built_home, "query", file).stdout
    other = run(built_home, "query", file, "--param", "actor=fujisawa/actor/csw", "--format", "tsv").stdout
    assert "5-direction-1" in other


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "SELECT"),
        ("query", "nowhere.rq"),
        ("build", "--base", "x"),
        ("query", "ASK {}", "--param", "a=b"),
    ],
)
def test_mistakes_end_in_a_message(built_home: Home, arguments: tuple[str, ...]) -> None:
    done = run(built_home, *arguments, check=False)
    assert done.returncode in (1, 2)
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_query_keeps_the_base_of_the_dataset(small_home: Home) -> None:
    run(small_home, "build", "--base", "https://data.example.org/")
    asked = "ASK { ?s a <https://w3id.org/care-roadmap/ns#Theme> FILTER(STRSTARTS(STR(?s), 'https://data.example.org/')) }"
    assert '"boolean":true' in run(small_home, "query", asked, "--format", "json").stdout


def test_a_plain_query_file_is_answered(built_home: Home, tmp_path: Path) -> None:
    file = tmp_path / "plain.rq"
    file.write_text("ASK {}", encoding="utf-8")
    assert "true" in run(built_home, "query", str(file)).stdout


def test_a_real_client_gets_right_answers(server: Running) -> None:
    client = SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery(read_query(ROOT / "queries/questions/cq-r01-statements-by-section.rq").text)
    client.setReturnFormat(JSON)
    answer = client.queryAndConvert()
    assert isinstance(answer, dict)
    rows = answer["results"]["bindings"]
    assert sum(int(row["statements"]["value"]) for row in rows) == 158


def test_ten_clients_at_once_get_whole_answers(server: Running) -> None:
    def ask(_: int) -> int:
        client = SPARQLWrapper(f"{server.address}/sparql")
        client.setMethod("POST")
        client.setQuery("SELECT ?s ?t { ?s <https://w3id.org/care-roadmap/ns#text> ?t }")
        client.setReturnFormat(JSON)
        answer = client.queryAndConvert()
        assert isinstance(answer, dict)
        return len(answer["results"]["bindings"])

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(ask, range(40))) == [158] * 40


def test_an_installed_wheel_serves_from_any_folder(tmp_path: Path) -> None:
    """The wheel carries ontology, data, queries and the frontend, and builds into the user's data folder."""
    if not is_current():
        absent("no wheel without the frontend: `pip install -e .` builds it where npm can be reached")
    wheels = tmp_path / "wheels"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)]
    subprocess.run(build, check=True)
    target = tmp_path / "site"
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(target), *map(str, wheels.glob("*.whl"))], check=True
    )
    assert (target / "kgapp/home/ontology/ccr.ttl").exists()
    assert (target / "kgapp/web/static/built/tokens.css").exists()
    assert not (target / "kgapp/web/frontend").exists()
    environment = {**os.environ, "PYTHONPATH": str(target), "XDG_DATA_HOME": str(tmp_path / "share")}
    environment.pop("KGAPP_HOME", None)
    asked = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/care-roadmap/ns#Statement> }"
    done = subprocess.run(
        [sys.executable, "-m", "kgapp", "query", asked],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["n", "158"], done.stderr
    assert (tmp_path / "share/kgapp/build/dataset.json").exists()


def test_a_parameter_that_names_nothing_is_told(built_home: Home) -> None:
    question = str(built_home.queries / "questions" / "cq-c01-where-is-an-actor.rq")
    done = run(built_home, "query", question, "--param", "actor=fujisawa/actor/nobody")
    assert len(done.stdout.splitlines()) == 1
    assert "nobody はデータにありません" in done.stderr
    assert "is not in the data" in done.stderr
    assert run(built_home, "query", question).stderr == ""


@pytest.mark.parametrize("host", ["localhost", "::1"])
def test_a_server_listens_where_it_is_told(built_home: Home, tmp_path: Path, host: str) -> None:
    if host == "::1" and not has_ipv6():
        pytest.skip("this machine has no IPv6 on its loopback")
    with serving(tmp_path, "--host", host, home=built_home, ready_at=host) as server:
        shown = f"[{host}]" if ":" in host else host
        assert f"http://{shown}:{server.port}/" in server.log.read_text(encoding="utf-8")


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_a_port_that_is_taken_is_told(built_home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run(built_home, "serve", "--port", port, check=False)
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr
    assert "http://" not in done.stdout
    assert "Traceback" not in done.stderr
