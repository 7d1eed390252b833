"""Files to download, from a real server: the bytes that were published, in whole and in part."""

from __future__ import annotations

import base64
import hashlib
import socket
import time
from collections import Counter
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kgapp.dataset import Dataset
from kgapp.publication import WHOLE, Publication, Release, read_publication
from tests.endpoints import oxigraph
from tests.server import Running
from tests.terms import text_of

DCAT = "http://www.w3.org/ns/dcat#"
CHECKSUM = "http://spdx.org/rdf/terms#checksum"
CHECKSUM_VALUE = "http://spdx.org/rdf/terms#checksumValue"


@pytest.fixture(scope="module")
def publication(dataset: Dataset) -> Publication:
    return read_publication(dataset)


@pytest.fixture(scope="module")
def whole(publication: Publication) -> Release:
    release = publication.release(WHOLE)
    assert release is not None
    return release


def nquads(release: Release) -> str:
    return f"/dump/all/{release.version}/care-roadmap.nq"


def test_every_file_of_the_catalogue_is_served_as_it_says(
    server: Running, dataset: Dataset, publication: Publication
) -> None:
    catalogue = ox.Store()
    catalogue.bulk_load(server.get("/catalogue.nt").body, format=ox.RdfFormat.N_TRIPLES)

    def value(thing: object, predicate: str) -> ox.NamedNode | ox.Literal:
        assert isinstance(thing, ox.NamedNode | ox.BlankNode)
        (quad,) = catalogue.quads_for_pattern(thing, ox.NamedNode(predicate), None)
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        return quad.object

    seen = 0
    for quad in catalogue.quads_for_pattern(None, ox.NamedNode(f"{DCAT}downloadURL"), None):
        address = text_of(quad.object)
        assert address.startswith(f"{dataset.base}dump/")
        reply = server.get("/" + address.removeprefix(dataset.base))
        assert reply.status == 200, address
        assert (
            str(len(reply.body))
            == value(quad.subject, f"{DCAT}byteSize").value
            == reply.headers["content-length"]
        )
        digest = hashlib.sha256(reply.body).hexdigest()
        assert digest == value(value(quad.subject, CHECKSUM), CHECKSUM_VALUE).value
        assert reply.headers["etag"] == f'"{digest}"'
        encoded = base64.b64encode(bytes.fromhex(digest)).decode()
        assert reply.headers["repr-digest"] == f"sha-256=:{encoded}:"
        assert "content-encoding" not in reply.headers
        seen += 1
    assert seen == sum(len(release.distributions) for release in publication.releases) > 20


def test_a_program_that_undoes_encodings_gets_the_bytes_of_the_catalogue(
    server: Running, whole: Release
) -> None:
    for name in ("care-roadmap.nq", "care-roadmap.nq.gz"):
        about = whole.distribution(name)
        assert about is not None
        reply = httpx.get(f"http://127.0.0.1:{server.port}/dump/all/latest/{name}", follow_redirects=True)
        assert reply.request.headers["accept-encoding"].startswith("gzip")
        assert hashlib.sha256(reply.content).hexdigest() == about.sha256


def test_what_a_file_says_of_itself(server: Running, publication: Publication, whole: Release) -> None:
    head = server.request("HEAD", nquads(whole))
    got = server.get(nquads(whole))
    for headers in (head.headers, got.headers):
        assert headers["content-type"] == "application/n-quads"
        assert headers["cache-control"] == "public, max-age=3600"
        assert headers["content-disposition"] == 'attachment; filename="care-roadmap.nq"'
        assert headers["accept-ranges"] == "bytes"
        assert headers["access-control-allow-origin"] == "*"
        assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in headers["link"]
        assert '</catalogue>; rel="describedby"' in headers["link"]
        assert '</doc/dataset>; rel="collection"' in headers["link"]
    assert head.body == b""
    assert head.headers["content-length"] == str(len(got.body))
    assert server.request("HEAD", f"{nquads(whole)}.gz").headers["content-type"] == "application/gzip"
    edition = publication.release("fujisawa/2020-02")
    assert edition is not None
    table = server.get(f"/dump/fujisawa/2020-02/{edition.version}/fujisawa-2020-02-statements.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'csv-metadata.json>; rel="describedby"; type="application/csvm+json"' in table.headers["link"]


def test_latest_leads_to_the_version_that_is_served(server: Running, publication: Publication) -> None:
    for release in publication.releases:
        below = f"/dump/{release.path or 'all'}"
        for file in release.distributions:
            reply = server.get(f"{below}/latest/{file.name}")
            assert (reply.status, reply.headers["cache-control"]) == (307, "no-cache")
            assert reply.headers["location"] == f"{below}/{release.version}/{file.name}"


def test_conditions_and_ranges(server: Running, whole: Release, dataset: Dataset) -> None:
    about = whole.distribution("care-roadmap.nq")
    assert about is not None
    address, tag, size = nquads(whole), f'"{about.sha256}"', about.size
    content = (dataset.folder / about.file).read_bytes()
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        reply = server.get(address, If_None_Match=known, Range="bytes=0-9")
        assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)
    assert server.get(address, If_None_Match='"other"').status == 200
    assert server.get(address, If_Match='"other"').status == 412
    assert server.get(address, If_Match=tag).status == 200
    for asked, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=100-999999", 100, 1_000_000),
        (f"bytes={size - 1}-", size - 1, size),
        (f"bytes=5-{size + 5}", 5, size),
        ("bytes=-7", size - 7, size),
    ):
        for headers in ({"Range": asked}, {"Range": asked, "If_Range": tag}):
            reply = server.get(address, **headers)
            assert (reply.status, reply.body) == (206, content[start:end]), asked
            assert reply.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
    whole_again = (
        "items=0-1",
        "bytes=5-2",
        "bytes=0-1,5-6",
        "bytes=",
        "bytes=x-",
        f"bytes=-{size + 1}",
        "bytes=-0x",
    )
    for ignored in whole_again:
        reply = server.get(address, Range=ignored)
        assert (reply.status, len(reply.body)) == (200, size), ignored
    assert server.get(address, Range="bytes=0-9", If_Range='"other"').status == 200
    assert server.request("HEAD", address, Range="bytes=0-9").status == 200
    for past in (f"bytes={size}-", "bytes=-0"):
        reply = server.get(address, Range=past)
        assert (reply.status, reply.headers["content-range"]) == (416, f"bytes */{size}"), past


def test_scripts_of_other_hosts_may_ask_for_parts(server: Running, whole: Release) -> None:
    reply = server.request(
        "OPTIONS", nquads(whole), Origin="https://example.org", Access_Control_Request_Headers="range"
    )
    assert reply.status == 200
    assert "Range" in reply.headers["access-control-allow-headers"]
    assert "GET" in reply.headers["access-control-allow-methods"]
    assert "Content-Range" in server.get(nquads(whole)).headers["access-control-expose-headers"]


def test_any_file_matches_a_star_and_a_weak_tag_no_range(server: Running, whole: Release) -> None:
    """RFC 9110, 13.1.1 and 13.1.5."""
    plain = server.get(nquads(whole))
    assert server.get(nquads(whole), If_Match="*").body == plain.body
    weak = server.get(nquads(whole), Range="bytes=0-9", If_Range=f"W/{plain.headers['etag']}")
    assert (weak.status, weak.body) == (200, plain.body)
    strong = server.get(nquads(whole), Range="bytes=0-9", If_Range=plain.headers["etag"])
    assert (strong.status, strong.body) == (206, plain.body[:10])


def test_what_is_not_kept_is_told_in_words(server: Running, whole: Release) -> None:
    reply = server.get("/dump/all/000000000000/care-roadmap.nq", Accept="application/json")
    assert reply.status == 404
    assert "000000000000" in reply.json["error"]["ja"]
    assert whole.version in reply.json["remedy"]["ja"] and whole.version in reply.json["remedy"]["en"]
    reply = server.get(f"/dump/all/{whole.version}/nothing.nq", Accept="application/json")
    assert (reply.status, "care-roadmap.nq.gz" in reply.json["remedy"]["en"]) == (404, True)
    assert server.get("/dump/nowhere/2020-02/latest/x.nq").status == 404
    assert server.request("POST", nquads(whole)).status == 405


@given(
    st.lists(
        st.sampled_from(
            ["..", ".", "", "dump", "all", "latest", "fujisawa", "2020-02", "dataset.json", "hashes.json"]
        )
        | st.sampled_from(
            ["%2e%2e", "..%2f..", "\\..", "care-roadmap.nq", "release.json", "units", "/etc/passwd", "\0"]
        )
        | st.text(max_size=12),
        min_size=1,
        max_size=6,
    )
)
def test_no_path_opens_what_was_not_published(
    client: FlaskClient, publication: Publication, parts: list[str]
) -> None:
    with client.get("/dump/" + "/".join(parts), headers={"Accept": "text/plain"}) as response:
        assert response.status_code in (307, 308, 404)
        if response.status_code == 307:
            name = response.headers["Location"].rpartition("/")[2]
            assert any(release.distribution(name) for release in publication.releases)


@pytest.mark.parametrize(
    "path",
    [
        "/dump/all/latest/../../../dataset.json",
        "/dump/all/latest/..%2f..%2f..%2fdataset.json",
        "/dump/all/{version}/..%2frelease.json",
        "/dump/all/{version}/%2e%2e/{version}/release.json",
        "/dump/all/{version}/hashes.json",
        "/dump/all/{version}/care-roadmap.nq%00.txt",
        "/dump/..%2f..%2f..%2f..%2f..%2fetc/passwd/x/y",
        "/dump//etc/passwd",
    ],
)
def test_hostile_addresses_open_nothing(server: Running, whole: Release, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 10) as line:
        asked = path.format(version=whole.version)
        line.sendall(f"GET {asked} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        reply = line.makefile("rb").read()
    assert reply.startswith((b"HTTP/1.1 404", b"HTTP/1.1 308")), reply[:200]
    assert b"root:" not in reply and b'"digest"' not in reply


def test_the_dump_is_what_the_endpoint_answers_from(server: Running, whole: Release) -> None:
    dumped = ox.parse(server.get(nquads(whole)).body, format=ox.RdfFormat.N_QUADS)
    rows = server.ask("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }").body
    answered = ox.parse_query_results(rows, ox.QueryResultsFormat.JSON)
    assert isinstance(answered, ox.QuerySolutions)
    served = ox.Dataset(ox.Quad(row["s"], row["p"], row["o"], row["g"]) for row in answered)
    here = ox.Dataset(dumped)
    for content in (served, here):
        content.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert served == here
    assert len(here) > 20_000


def test_another_server_takes_the_dump_and_counts_the_same(server: Running, whole: Release) -> None:
    counts = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    ours = [
        (row["g"]["value"], int(row["n"]["value"])) for row in server.ask(counts).json["results"]["bindings"]
    ]
    with oxigraph() as other:
        dump = server.get(nquads(whole)).body
        httpx.post(
            other.graph_store, content=dump, headers={"Content-Type": "application/n-quads"}, timeout=60
        ).raise_for_status()
        reply = httpx.get(other.address, params={"query": counts}, headers={"Accept": "application/json"})
    theirs = [(row["g"]["value"], int(row["n"]["value"])) for row in reply.json()["results"]["bindings"]]
    assert ours == theirs
    assert Counter(dict(ours)).total() == len(dump.splitlines()) - dump.count(b"\n#") - dump.startswith(b"#")


def test_slow_readers_hold_up_nobody(server: Running, whole: Release) -> None:
    about = whole.distribution("care-roadmap.nq")
    assert about is not None
    _, front = server.keeper_and_front()
    server.get(nquads(whole))
    before = resident(front)
    lines = []
    for _ in range(10):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", server.port))
        line.settimeout(30)
        line.sendall(f"GET {nquads(whole)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        lines.append(line)
    for line in lines:
        assert line.recv(64).startswith(b"HTTP/1.1 200")
    for number in range(20):
        began = time.monotonic()
        assert server.ask(f"SELECT (COUNT(*) + {number} AS ?n) WHERE {{ ?s ?p ?o }}").status == 200
        assert server.get("/robots.txt").status == 200
        assert time.monotonic() - began < 2
    assert resident(front) - before < 5 * about.size, "ten files are not held in memory"
    for line in lines[1:]:
        line.close()
    digest, rest = hashlib.sha256(), bytearray()
    while part := lines[0].recv(1 << 16):
        rest += part
    lines[0].close()
    digest.update(rest[-about.size :])
    assert digest.hexdigest() == about.sha256


def resident(pid: int) -> int:
    """Bytes of memory that a process has (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
