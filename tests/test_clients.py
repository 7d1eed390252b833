"""Real clients against the real server, each used as its own documentation says."""

from __future__ import annotations

import json
import shutil
import subprocess
from xml.dom.minidom import Document, Text

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, RDFXML, TURTLE, URLENCODED, XML, SPARQLWrapper

from kgapp.vocab import DEFAULT_BASE
from tests.server import Running
from tests.terms import selected

PREFIX = (
    "PREFIX ccr: <https://w3id.org/care-roadmap/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
CSW = PREFIX + (
    "SELECT ?n WHERE { ?s skos:notation ?n ; ccr:hasLead|ccr:hasPartner|ccr:hasSubject|ccr:hasParticipant ?a . "
    "?a skos:altLabel 'CSW'@ja } ORDER BY ?n"
)
STATEMENTS = ["1-direction-4", "5-direction-1", "5-measure-1", "5-status-1"]
"""Where CSW stands, as MODEL.md (C1) read it off the paper."""


@pytest.mark.parametrize("how", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper(server: Running, how: str) -> None:
    client = SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql")
    client.setMethod(POST)
    client.setRequestMethod(how)
    client.setQuery(CSW)
    client.setReturnFormat(JSON)
    found = client.queryAndConvert()
    assert isinstance(found, dict)
    assert [row["n"]["value"] for row in found["results"]["bindings"]] == STATEMENTS
    client.setReturnFormat(XML)
    document = client.queryAndConvert()
    assert isinstance(document, Document)
    inside = [node.firstChild for node in document.getElementsByTagName("literal")]
    assert [node.data for node in inside if isinstance(node, Text)] == STATEMENTS
    client.setReturnFormat(CSV)
    table = client.queryAndConvert()
    assert isinstance(table, bytes)
    assert table.decode().split() == ["n", *STATEMENTS]


@pytest.mark.parametrize("form", [TURTLE, RDFXML])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sparqlwrapper_reads_graphs(server: Running, form: str) -> None:
    client = SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql")
    client.setQuery(
        PREFIX + "CONSTRUCT { ?s skos:notation ?n } WHERE { ?s skos:notation ?n ; a ccr:Measure }"
    )
    client.setReturnFormat(form)
    answer = client.queryAndConvert()
    assert isinstance(answer, Graph | bytes)
    graph = answer if isinstance(answer, Graph) else Graph().parse(data=answer, format="turtle")
    assert "5-measure-1" in {str(value) for value in graph.objects()}


def test_rdflibs_store(server: Running) -> None:
    store = SPARQLStore(f"http://127.0.0.1:{server.port}/sparql", returnFormat="json")
    assert [str(row.n) for row in selected(Graph(store), CSW)] == STATEMENTS
    one = Graph(store, identifier=URIRef(f"{DEFAULT_BASE}id/fujisawa/2020-02/graph/asserted"))
    assert len(list(one.query(CSW))) == 0, "names of actors stand in the register's graph"
    assert [str(row[0]) for row in selected(one, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")] != ["0"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_curl(server: Running) -> None:
    address = f"http://127.0.0.1:{server.port}/sparql"
    got = subprocess.run(
        ["curl", "-sf", "-H", "Accept: text/csv", "--data-urlencode", f"query={CSW}", address],
        capture_output=True,
        check=True,
    )
    assert got.stdout.decode().split() == ["n", *STATEMENTS]
    got = subprocess.run(
        ["curl", "-sf", "--compressed", "--get", "--data-urlencode", f"query={CSW}", address],
        capture_output=True,
        check=True,
    )
    rows = json.loads(got.stdout)["results"]["bindings"]
    assert [row["n"]["value"] for row in rows] == STATEMENTS
