"""RFC 9110 on every kind of page, over HTTP: HEAD, validators, conditions, methods, negotiation."""

from __future__ import annotations

import gzip
import http.client
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest
from rdflib import Dataset

from kgapp.home import Home
from tests.server import Reply, Running, serving

PAGES = (
    "/",
    "/sparql",
    "/docs/operations",
    "/ns",
    "/ns.ttl",
    "/ns/context.jsonld",
    "/shapes/advice",
    "/catalogue",
    "/catalogue.nq",
    "/changes",
    "/quality",
    "/doc/fujisawa/actor/csw",
    "/doc/fujisawa/actor/csw.jsonld",
    "/matrix",
    "/answers",
    "/search?q=csw",
    "/search.json?q=csw",
    "/questions",
    "/between?from=fujisawa/actor/csw&to=fujisawa/district/tsujido",
    "/around?thing=fujisawa/actor/csw",
    "/districts",
    "/roadmap",
    "/read/fujisawa/2020-02",
    "/sitemap.xml",
    "/robots.txt",
    "/llms.txt",
    "/static/style.css",
    "/sparql?query=ASK%7B%7D",
)
REPEATED = ("etag", "vary", "cache-control", "content-location", "expires")
"""What a 304 says as the 200 would (RFC 9110, 15.4.5)."""
HTML = "text/html,*/*;q=0.5"
RDFLIB = {"ntriples": "nt", "rdfxml": "xml"}
"""What rdflib calls a form otherwise than raptor."""


@pytest.fixture(scope="module")
def server(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("representations"), home=built_home) as running:
        yield running


def raw(server: Running, head: str) -> Reply:
    """The answer to a request that is written by hand."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as caller:
        caller.sendall(head.encode("latin-1"))
        answer = http.client.HTTPResponse(caller)
        answer.begin()
        return Reply(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        )


def lines(server: Running, path: str, *headers: str) -> Reply:
    """The answer to a GET with these lines of headers."""
    given = "".join(f"{line}\r\n" for line in ("Host: localhost", "Connection: close", *headers))
    return raw(server, f"GET {path} HTTP/1.1\r\n{given}\r\n")


@pytest.mark.parametrize("encoding", ["identity", "gzip", "gzip;q=0, identity"])
@pytest.mark.parametrize("path", PAGES)
def test_head_and_not_modified_tell_of_the_representation_of_get(
    server: Running, path: str, encoding: str
) -> None:
    asked = {"Accept": HTML, "Accept_Encoding": encoding}
    get, head = server.get(path, **asked), server.request("HEAD", path, **asked)
    assert (get.status, head.status, head.body) == (200, 200, b"")
    assert {**head.headers, "date": ""} == {**get.headers, "date": ""}
    assert get.headers["content-length"] == str(len(get.body))
    if "gzip" in get.headers.get("content-encoding", ""):
        assert encoding == "gzip" and gzip.decompress(get.body)
        assert get.headers["etag"] != server.get(path, Accept=HTML).headers["etag"]
    for method in ("GET", "HEAD"):
        known = server.request(method, path, **asked, If_None_Match=f'"x", W/{get.headers["etag"]}')
        assert (known.status, known.body) == (304, b"")
        assert [known.headers.get(name) for name in REPEATED] == [get.headers.get(name) for name in REPEATED]
        assert server.request(method, path, **asked, If_None_Match='"x"').status == 200


@pytest.mark.parametrize("path", ["/", "/doc/fujisawa/actor/csw.ttl", "/static/style.css"])
def test_who_wants_one_representation_only_gets_it_or_is_told(server: Running, path: str) -> None:
    """RFC 9110, 13.1.1."""
    tag = server.get(path, Accept_Encoding="gzip").headers["etag"]
    assert server.get(path, Accept_Encoding="gzip", If_Match=tag).status == 200
    assert server.get(path, Accept_Encoding="gzip", If_Match="*").status == 200
    other = server.get(path, If_Match=tag, Accept="text/plain")
    assert other.status == 412
    assert "If-Match" in other.text


def test_a_style_sheet_is_known_by_its_date_too(server: Running) -> None:
    first = server.get("/static/style.css")
    date = first.headers["last-modified"]
    assert server.get("/static/style.css", If_Modified_Since=date).status == 304
    assert server.get("/static/style.css", If_Modified_Since="Sat, 01 Jan 2000 00:00:00 GMT").status == 200
    both = server.get("/static/style.css", If_Modified_Since=date, If_None_Match='"x"')
    assert both.status == 200, "a date says nothing beside a tag (RFC 9110, 13.1.3)"


@pytest.mark.parametrize("path", [path for path in PAGES if "?" not in path])
def test_options_tell_scripts_the_methods_that_there_are(server: Running, path: str) -> None:
    reply = server.request("OPTIONS", path, Origin="https://example.org")
    assert reply.status in (200, 204)
    allowed = {name.strip() for name in reply.headers["allow"].split(",")}
    methods = {name.strip() for name in reply.headers["access-control-allow-methods"].split(",")}
    assert methods == allowed >= {"GET", "HEAD", "OPTIONS"}
    assert "POST" in allowed or server.request("POST", path).status == 405
    assert "accept" in reply.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize("path", ["/", "/sparql", "/ns", "/nowhere", "/healthz"])
def test_methods_are_told_apart_by_case(server: Running, path: str) -> None:
    """RFC 9110, 9.1: a method that nobody knows is not implemented (15.6.2), a known one not allowed."""
    for method in ("get", "Get", "head", "PROPFIND", "BREW"):
        reply = server.request(method, path, Accept="text/plain")
        assert reply.status == 501, method
    assert server.request("DELETE", path).status == (404 if path == "/nowhere" else 405)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle;q=0, */*", "application/ld+json"),
        ("text/turtle;q=0, application/x-turtle;q=0, */*", "application/ld+json"),
        ("*/*, text/turtle;q=0.000", "application/ld+json"),
        ("text/turtle;q=0, text/*, application/*;q=0", "text/html"),
        ("*", "text/turtle"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"),
        ("turtle", "text/turtle"),
        (",,;q=1,", "text/turtle"),
        ("nonsense, application/n-triples", "application/n-triples"),
    ],
)
def test_what_is_refused_is_never_given_and_what_is_no_range_is_passed_over(
    server: Running, accept: str, kind: str
) -> None:
    reply = server.get("/doc/fujisawa/actor/csw", Accept=accept)
    assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, kind)


@pytest.mark.parametrize("path", ["/doc/fujisawa/actor/nobody", "/nowhere", "/dump/all/x/y"])
@pytest.mark.parametrize("refused", ["text/plain", "text/html", "application/json", "text/turtle"])
def test_an_error_is_not_told_in_a_form_that_is_refused(server: Running, path: str, refused: str) -> None:
    reply = server.get(path, Accept=f"{refused};q=0, */*")
    assert reply.status == 404
    assert not reply.headers["content-type"].startswith(refused)


def test_a_list_may_come_in_several_lines(server: Running) -> None:
    """RFC 9110, 5.3."""
    thing = "/doc/fujisawa/actor/csw"
    reply = lines(server, thing, "Accept: image/png", "Accept: application/n-triples")
    assert reply.headers["content-type"] == "application/n-triples"
    query = "/sparql?query=ASK%7B%7D"
    reply = lines(server, query, "Accept: image/png", "Accept: application/sparql-results+xml")
    assert reply.headers["content-type"] == "application/sparql-results+xml"
    reply = lines(server, "/sparql", "Accept: image/png", "Accept: text/html")
    assert reply.headers["content-type"].startswith("text/html")
    refusal = lines(server, "/sparql?query=x", "Accept: image/png", "Accept: application/json")
    assert (refusal.status, refusal.headers["content-type"]) == (400, "application/json")
    for path in (thing, query, "/"):
        zipped = lines(server, path, "Accept-Encoding: br", "Accept-Encoding: gzip")
        tag = zipped.headers["etag"]
        assert (zipped.headers.get("content-encoding") == "gzip") == (path != query)
        known = (
            'If-None-Match: "x"',
            f"If-None-Match: {tag}",
            "Accept-Encoding: br",
            "Accept-Encoding: gzip",
        )
        assert lines(server, path, *known).status == 304


@pytest.mark.parametrize(
    ("path", "status", "ja", "en"),
    [
        ("/nowhere", 404, "見つかりません", "Not found"),
        ("/doc/fujisawa/actor/nobody", 404, "見つかりません", "Not found"),
        ("/doc/fujisawa/actor/csw?page=x", 400, "読めない求め", "cannot be read"),
        ("/sparql?query=x", 400, "答えられません", "no answer"),
    ],
)
def test_the_page_of_an_error_is_titled_in_words(
    server: Running, path: str, status: int, ja: str, en: str
) -> None:
    for lang, words in (("ja", ja), ("en", en)):
        reply = server.get(path, Accept="text/html", Accept_Language=lang)
        title = re.search(r"<title>(.*?)</title>", reply.text)
        assert reply.status == status and title
        assert words in title[1] and str(status) in title[1]
        assert f"<h1>{title[1]}" in reply.text or words in reply.text


def test_the_entrance_of_a_prefix_answers_without_its_slash(
    built_small_home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("prefix")
    for prefix, expected in (("/kg", 308), ("/roadmap", 200)):
        flags = ("--public-url", f"https://city.example{prefix}/")
        with serving(folder, *flags, home=built_small_home) as running:
            reply = running.get(prefix, Accept="text/html")
            assert reply.status == expected
            if expected == 308:
                assert reply.headers["location"] == f"https://city.example{prefix}/"
            for path in (f"{prefix}/", "/"):
                assert running.get(path, Accept="text/html").status == 200
            assert running.get(f"{prefix}x").status == 404


CSW = "fujisawa/actor/csw"
HOSTILE = {
    f"/doc/../doc/{CSW}": 404,
    f"/doc/%2e%2e/{CSW}": 404,
    "/doc/%2e%2e%2fetc/passwd": 404,
    f"/doc/./{CSW}": 404,
    f"/doc//{CSW}": 404,
    f"//doc/{CSW}": 404,
    f"/doc/{CSW}/": 404,
    f"/doc/{CSW}.": 404,
    f"/doc/{CSW}%20": 404,
    f"/doc/{CSW}%00": 404,
    f"/doc/{CSW}%ff": 404,
    f"/doc/{CSW};type=ttl": 404,
    f"/doc/{CSW}%3Ftype": 404,
    f"/doc/{CSW}%23x": 404,
    f"/doc/{CSW}%0d%0aX-Sent:%20x": 404,
    f"/doc/{CSW}.TTL": 404,
    f"/doc/{CSW}.ttl.ttl": 404,
    "/doc/fujisawa%5cactor%5ccsw": 404,
    "/doc/fujisawa\\actor\\csw": 404,
    "/doc/%e3%81%8b%e3%82%99": 404,
    "/doc/%e3%81%8c": 404,
    "/doc/\xe3\x81\x8c": 404,
    "/doc/%2566ujisawa/actor/csw": 404,
    f"/doc/{'a/' * 2000}": 404,
    "/ns/%3Cscript%3Ealert(1)%3C%2Fscript%3E": 404,
    "/ns/../ns": 404,
    "/shapes/%2e%2e": 404,
    "/catalogue/fujisawa/%00": 404,
    "/catalogue?page=0": 400,
    "/catalogue?page=99": 404,
    "/dump/all/latest/%2e%2e%2f%2e%2e%2fdataset.json": 404,
    "/static/..%2fserver.py": 404,
    "/%": 404,
    "/%zz": 404,
    "doc/x": 400,
    f"/doc/{CSW}?{'a' * 60_000}": 200,
    "/doc/%66ujisawa/actor/%63sw": 200,
}
"""Addresses that no link of ours has, by the status that RFC 3986 and 9110 give them: percent-encoding is
read once, and nothing else is made of a path."""


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path[:40].encode("unicode_escape").decode())
def test_a_path_is_read_once_and_means_one_thing(server: Running, path: str) -> None:
    reply = lines(server, path, "Accept: text/html")
    assert reply.status == HOSTILE[path]
    assert "x-sent" not in reply.headers
    assert b"<script>alert" not in reply.body and b"root:" not in reply.body


def test_the_server_as_a_whole_tells_its_methods(server: Running) -> None:
    """RFC 9110, 9.3.7."""
    reply = raw(server, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert reply.status == 204
    assert "GET" in reply.headers["allow"]


@pytest.mark.filterwarnings("ignore:.* is deprecated, use Dataset:DeprecationWarning")
@pytest.mark.skipif(shutil.which("rapper") is None, reason="needs rapper (raptor2-utils)")
@pytest.mark.parametrize(
    ("extension", "parser"),
    [("ttl", "turtle"), ("nt", "ntriples"), ("rdf", "rdfxml"), ("trig", "trig"), ("nq", "nquads")],
)
def test_raptor_reads_every_form(server: Running, extension: str, parser: str) -> None:
    """Another implementation finds as many triples as rdflib, and follows the name's redirect."""
    here = f"http://127.0.0.1:{server.port}"
    document = Dataset()
    document.parse(data=server.get(f"/doc/{CSW}.{extension}").text, format=RDFLIB.get(parser, parser))
    told = {quad[:3] if parser not in ("trig", "nquads") else quad for quad in document.quads()}
    for address in (f"{here}/doc/{CSW}.{extension}", *([f"{here}/id/{CSW}"] if parser == "turtle" else [])):
        done = subprocess.run(
            ["rapper", "--count", "--input", parser, address], capture_output=True, text=True, check=True
        )
        assert f"returned {len(told)} triples" in done.stderr
        assert "Error" not in done.stderr and "Warning" not in done.stderr
