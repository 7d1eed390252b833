"""Names over the wire: real clients of a real server, and addresses that nobody sends in earnest."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from kgapp.vocab import DEFAULT_BASE
from tests.server import Running, serving

CSW = "fujisawa/actor/csw"
KNOWN = ("fujisawa/actor/csw", "fujisawa/2020-02", "fy/2019", "fujisawa/2020-02/quote/8434-8452/words")


@pytest.mark.parametrize(
    "address", [f"/id/{CSW}", f"/doc/{CSW}", *(f"/doc/{CSW}.{x}" for x in ("ttl", "rdf", "nt"))]
)
def test_rdflib_follows_a_name(server: Running, address: str) -> None:
    graph = Graph().parse(f"http://127.0.0.1:{server.port}{address}")
    labels = {str(label) for label in graph.objects(URIRef(f"{DEFAULT_BASE}id/{CSW}"), SKOS.prefLabel)}
    assert labels == {"コミュニティソーシャルワーカー", "community social worker"}


def test_the_wire_has_what_the_specifications_ask_for(server: Running) -> None:
    for method in ("GET", "HEAD"):
        name = server.request(method, f"/id/{CSW}", Accept="text/html")
        assert (name.status, name.headers["location"]) == (303, f"/doc/{CSW}")
        assert "Accept" in name.headers["vary"]
    answer = server.get(f"/doc/{CSW}", Accept="text/turtle")
    assert answer.headers["content-location"] == f"/doc/{CSW}.ttl"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert 'rel="describes"' in answer.headers["link"]
    known = server.get(f"/doc/{CSW}", Accept="text/turtle", If_None_Match=answer.headers["etag"])
    assert (known.status, known.body) == (304, b"")
    head = server.request("HEAD", f"/doc/{CSW}", Accept="text/turtle")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["etag"] == answer.headers["etag"]
    assert server.request("POST", f"/doc/{CSW}", b"").status == 405


def test_one_name_has_one_document_however_it_is_encoded(server: Running) -> None:
    for path in ("fujisawa/actor/%63sw", "fujisawa/actor/c%73w", "%66ujisawa/actor/csw"):
        assert server.get(f"/id/{path}").headers["location"] == f"/doc/{CSW}"
        assert server.get(f"/doc/{path}.nt").body == server.get(f"/doc/{CSW}.nt").body


@pytest.mark.parametrize(
    "path",
    ["fujisawa/actor/%2563sw", "fujisawa/actor/csw%3Fx", "fujisawa/actor/csw%3F", "fujisawa/actor/csw%23x",
     "fujisawa/actor/csw%2520", "fujisawa/actor/csw%00", "fujisawa/actor/csw/", "fujisawa/actor/csw%2F",
     "fujisawa//actor/csw", "fujisawa/actor/../actor/csw", "fujisawa/actor/./csw", "./fujisawa/actor/csw",
     "fujisawa/actor/CSW", "fujisawa/actor/csw%0A", "fujisawa/actor/csw%EF%BC%8E", "", "%", "fujisawa/actor"],
)  # fmt: skip
def test_what_is_read_twice_would_be_another_name(server: Running, path: str) -> None:
    for prefix in ("/id/", "/doc/"):
        answer = server.get(prefix + path, Accept="text/turtle")
        assert answer.status == 404
        assert "primaryTopic" not in answer.text


SEGMENTS = st.one_of(
    st.sampled_from(["..", ".", "", "%00", "%2F", "%2e%2e", "%252F", "%2563sw", "%3F", "%23", "%", "%zz", "%ff",
                     "%0a", "%E7%A4%BE", "%e7%a4%be", "csw.ttl", "csw.", ".ttl", "a" * 3000, "%3Cscript%3E", "csw;x=1",
                     "csw%3Flang=en", "%5C", "%7B%7D", "^", "|", "[", "~", "{}", "*", "%F0%9F%8F%A0"]),
    st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: quote(text, safe="")),
    st.binary(max_size=8).map(lambda data: quote(data, safe="")),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["/id/", "/doc/"]), st.sampled_from(KNOWN), st.lists(SEGMENTS, min_size=1, max_size=4))
@example("/doc/", CSW, ["%2E%2E", "csw"])
@example("/id/", "fujisawa/actor", ["csw%253F"])
def test_odd_addresses_are_told_apart_from_names(
    server: Running, prefix: str, known: str, more: list[str]
) -> None:
    """Whatever is put behind a name is another name, and that one nobody knows."""
    answer = server.get(f"{prefix}{known}/{'/'.join(more)}", Accept="application/n-triples")
    assert answer.status in (404, 400, 414), answer.status
    if answer.status == 404 and "text/html" not in answer.headers["content-type"]:
        media_type = answer.headers["content-type"].partition(";")[0]
        assert prefix == "/doc/" or media_type == "application/n-triples"
        form = ox.RdfFormat.from_media_type(media_type)
        assert form is not None
        assert any("statusCodeNumber" in str(quad.predicate) for quad in ox.parse(answer.body, form))
    assert b"primaryTopic" not in answer.body


def test_very_long_addresses_are_refused_and_others_go_on(server: Running) -> None:
    for length in (600, 5_000, 60_000):
        assert server.get(f"/id/{'a' * length}").status in (404, 414)
    assert server.get(f"/id/{CSW}").status == 303


def test_a_server_of_other_data_has_no_documents(tmp_path: Path) -> None:
    data = tmp_path / "other.ttl"
    data.write_text(
        "<https://example.org/a> <https://example.org/b> <https://example.org/c> .", encoding="utf-8"
    )
    with serving(tmp_path, "--data", str(data)) as other:
        answer = other.get(f"/doc/{CSW}", Accept="text/html")
        assert answer.status == 404
        assert "指定されたファイル" in answer.text
