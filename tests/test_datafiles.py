"""Other data than ours: any RDF syntax, through the same endpoint."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgapp.datafiles import open_files
from kgapp.errors import KgappError
from tests.server import free_port, serving

TURTLE = "@prefix : <http://example.org/> . :a :p :b , <#here> ."
FILES = {
    "a.ttl": TURTLE.encode(),
    "b.nt": b"<http://example.org/a> <http://example.org/p> <http://example.org/nt> .\n",
    "c.nq": b"<http://example.org/a> <http://example.org/p> <http://example.org/nq> <http://example.org/g> .\n",
    "d.trig": b"@prefix : <http://example.org/> . :g { :a :p :nq , :trig } :a :p :default .",
    "e.rdf": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://example.org/">'
    b'<rdf:Description rdf:about="http://example.org/a"><p rdf:resource="http://example.org/rdf"/>'
    b"</rdf:Description></rdf:RDF>",
    "f.jsonld": b'{"@id": "http://example.org/a", "http://example.org/p": {"@id": "http://example.org/json"}}',
    "g.nt.gz": gzip.compress(b"<http://example.org/a> <http://example.org/p> <http://example.org/gz> .\n"),
}
OBJECTS = ["b", "default", "gz", "json", "nq", "nt", "rdf", "trig"]


def test_files_in_any_syntax_are_served(tmp_path: Path) -> None:
    flags = []
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
        flags += ["--data", str(tmp_path / name)]
    with serving(tmp_path, *flags, "--query-timeout", "2") as server:
        every = "SELECT ?o { <http://example.org/a> <http://example.org/p> ?o FILTER(!CONTAINS(STR(?o), '#')) } ORDER BY ?o"
        found = [row["o"]["value"] for row in server.ask(every).json["results"]["bindings"]]
        assert found == [f"http://example.org/{name}" for name in OBJECTS]
        here = server.ask("SELECT ?o { ?s ?p ?o FILTER(CONTAINS(STR(?o), '#')) }")
        assert str(tmp_path) not in here.text
        named = "SELECT ?o { GRAPH <http://example.org/g> { ?s ?p ?o } } ORDER BY ?o"
        found = [row["o"]["value"] for row in server.ask(named).json["results"]["bindings"]]
        assert found == ["http://example.org/nq", "http://example.org/trig"]
        assert "from files that were named" in server.get("/?lang=en").text
        assert server.get("/sparql").status == 200
        assert "query_timeout" in server.get("/sparql?lang=ja", Accept="text/html").text
        slow = (
            "SELECT (COUNT(*) AS ?n) { "
            + "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?q ?r ?t ."
            + " ?u ?v ?w . ?x ?y ?z }"
        )
        assert server.ask(slow).status == 503


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.ttl", b"<a> <b>", "a.ttl"),
        ("a.png", b"", "a.png"),
        ("a.nt.gz", b"not gzip", "a.nt.gz"),
        ("absent.ttl", None, "absent.ttl"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ended = subprocess.run(
        [sys.executable, "-m", "kgapp", "serve", "--port", str(free_port()), "--data", str(tmp_path / name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_cannot_be_unpacked_or_never_ends_is_told(tmp_path: Path) -> None:
    whole = gzip.compress(b"<http://example.org/a> <http://example.org/p> <http://example.org/b> .\n" * 50)
    (tmp_path / "cut.nt.gz").write_bytes(whole[:-20])
    (tmp_path / "broken.nt.gz").write_bytes(whole[:20] + b"\xff" * 10 + whole[30:])
    (tmp_path / "none.nt.gz").write_bytes(b"no gzip")
    os.mkfifo(tmp_path / "pipe.nt")
    (tmp_path / "folder.nt").mkdir()
    for name in ("cut.nt.gz", "broken.nt.gz", "none.nt.gz", "pipe.nt", "folder.nt"):
        with pytest.raises(KgappError) as caught:
            open_files([tmp_path / name], "http://example.org/", 100, {})
        assert name in caught.value.what.en
        assert name in caught.value.what.ja
