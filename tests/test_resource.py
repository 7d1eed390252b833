"""Every IRI of the dump, followed through the application over the real dataset: the name leads to
its document, and the document says what the dump says, in every form.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from kgapp.config import Settings
from kgapp.dataset import Dataset, read_dataset, read_graphs
from kgapp.describe import OWN, PAGE
from kgapp.home import Home
from kgapp.publication import GONE, read_publication
from kgapp.store import Serialized, Store
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from tests.stores import Front
from tests.terms import selected

BASE = DEFAULT_BASE
CATALOGUED = f"<{BASE}id/catalogue>"
"""The graph in which descriptions keep what the catalogue says."""
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FORMS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
Quad = tuple[str, str, str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Dump:
    """The files of the graphs and of the catalogue, read without any part of the program that answers."""

    quads: frozenset[Quad]
    names: tuple[str, ...]
    """Paths below ``id/`` of every IRI of ours, as subject, predicate, object or graph."""
    graphs: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    """Classes by path."""

    def own(self, path: str) -> set[Quad]:
        return {quad for quad in self.quads if quad[0] == f"<{BASE}id/{path}>"}


def read_quads(data: bytes, form: ox.RdfFormat) -> set[Quad]:
    found = set()
    for quad in ox.parse(data, form):
        graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
        found.add((str(quad.subject), str(quad.predicate), str(quad.object), graph))
    return found


def triples(quads: set[Quad]) -> set[Triple]:
    return {quad[:3] for quad in quads}


@pytest.fixture(scope="session")
def dump(dataset: Dataset) -> Dump:
    quads: set[Quad] = set()
    for graph, content in read_graphs(dataset)[1].items():
        read = read_quads(content, ox.RdfFormat.N_TRIPLES)
        quads |= {(*quad[:3], f"<{graph}>") for quad in read}
    published = read_publication(dataset)
    content = (dataset.folder / published.catalogue).read_bytes()
    quads |= {(*quad[:3], CATALOGUED) for quad in read_quads(content, ox.RdfFormat.N_TRIPLES)}
    start = f"<{BASE}id/"
    names = {term[len(start) : -1] for quad in quads for term in quad if term.startswith(start)}
    kinds: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, value, _ in quads:
        if predicate == f"<{RDF}type>" and subject.startswith(start):
            kinds[subject[len(start) : -1]].add(value.strip("<>"))
    graphs = {quad[3] for quad in quads} - {CATALOGUED}
    frozen = {path: frozenset(found) for path, found in kinds.items()}
    return Dump(frozenset(quads), tuple(sorted(names)), frozenset(graphs), frozen)


@pytest.fixture(scope="session")
def by_subject(dump: Dump) -> Mapping[str, set[Quad]]:
    found: dict[str, set[Quad]] = defaultdict(set)
    for quad in dump.quads:
        found[quad[0]].add(quad)
    return found


@pytest.fixture(scope="session")
def by_object(dump: Dump) -> Mapping[str, set[Quad]]:
    found: dict[str, set[Quad]] = defaultdict(set)
    for quad in dump.quads:
        found[quad[2]].add(quad)
    return found


def sample(dump: Dump) -> Iterator[str]:
    """One thing of each combination of classes, each graph, and what is pointed to most."""
    seen = set()
    for path in dump.names:
        kinds = dump.kinds.get(path, frozenset())
        if kinds not in seen or f"<{BASE}id/{path}>" in dump.graphs:
            seen.add(kinds)
            yield path
    yield from ("fujisawa/2020-02", "fujisawa/2020-02/source", "fujisawa/actor/csw", "fy/2017-2020")


def about_document(path: str) -> str:
    return f"<{BASE}doc/{path}"


def test_every_name_of_the_dump_leads_to_what_the_dump_says(
    client: FlaskClient, dump: Dump, by_subject: Mapping[str, set[Quad]], by_object: Mapping[str, set[Quad]]
) -> None:
    assert len(dump.names) > 3000
    for path in dump.names:
        name = client.get(f"/id/{path}")
        assert (name.status_code, name.headers["Location"]) == (303, f"/doc/{path}"), path
        answer = client.get(f"/doc/{path}", headers={"Accept": "application/n-quads"})
        assert answer.status_code == 200, path
        told = read_quads(answer.data, ox.RdfFormat.N_QUADS)
        thing = f"<{BASE}id/{path}>"
        own_words = {quad for quad in told if quad[0].startswith(about_document(path))}
        of_dump = told - own_words
        if thing in dump.graphs:
            of_dump = {quad for quad in of_dump if quad[3]}
        assert of_dump <= dump.quads, path
        assert by_subject[thing] <= (told if len(by_subject[thing]) <= OWN else all_pages(client, path)), path
        pointing = by_object[thing]
        shown = {quad for quad in told if quad[2] == thing and quad[3]}
        assert shown >= pointing if len(pointing) <= PAGE else len(shown) == PAGE, path
        assert all(not quad[3] for quad in own_words)


def all_pages(client: FlaskClient, path: str) -> set[Quad]:
    """What the pages of a description say together."""
    found: set[Quad] = set()
    address = f"/doc/{path}"
    while address:
        answer = client.get(address, headers={"Accept": "application/n-quads"})
        assert answer.status_code == 200
        found |= read_quads(answer.data, ox.RdfFormat.N_QUADS)
        following = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"])
        address = following[1] if following else ""
    return found


def test_all_forms_say_the_same(client: FlaskClient, dump: Dump) -> None:
    paths = list(sample(dump))
    assert len(paths) > 45
    for path in paths:
        told = {
            extension: read_quads(client.get(f"/doc/{path}.{extension}").data, form)
            for extension, form in FORMS.items()
        }
        assert told["nq"] == told["trig"], path
        # Clients of one graph would find a thing empty of which only named graphs speak.
        assert told_triples(told, "jsonld") == triples(told["nq"]), path
        assert triples(told["nq"]) == told_triples(told, "ttl") == told_triples(told, "nt"), path
        assert told_triples(told, "rdf") == told_triples(told, "nt"), path


def told_triples(told: Mapping[str, set[Quad]], extension: str) -> set[Triple]:
    assert all(not quad[3] for quad in told[extension])
    return triples(told[extension])


def test_pages_together_hold_all_that_points_to_a_thing(
    client: FlaskClient, by_object: Mapping[str, set[Quad]]
) -> None:
    thing = f"<{BASE}id/fujisawa/2020-02>"
    pages = -(-len(by_object[thing]) // PAGE)
    assert pages == 8
    found: Counter[Quad] = Counter()
    for number in range(1, pages + 1):
        answer = client.get(f"/doc/fujisawa/2020-02.nq?page={number}")
        found.update(
            quad for quad in read_quads(answer.data, ox.RdfFormat.N_QUADS) if quad[2] == thing and quad[3]
        )
        link = answer.headers["Link"]
        assert (f'</doc/fujisawa/2020-02?page={number + 1}>; rel="next"' in link) == (number < pages)
        assert (f'</doc/fujisawa/2020-02?page={number - 1}>; rel="prev"' in link) == (number > 1)
        assert f'</doc/fujisawa/2020-02.ttl?page={number}>; rel="alternate"' in link or number == 1
    assert set(found) == by_object[thing]
    assert client.get(f"/doc/fujisawa/2020-02.nq?page={pages + 1}").status_code == 404
    for wrong in ("0", "-1", "x", "1.0", "９", "99999999999"):
        assert client.get(f"/doc/fujisawa/2020-02.nq?page={wrong}").status_code == 400


def test_the_number_of_what_points_to_a_thing_is_told(
    client: FlaskClient, by_object: Mapping[str, set[Quad]]
) -> None:
    graph = Graph().parse(data=client.get("/doc/fujisawa/2020-02.ttl").data, format="turtle")
    total = len(by_object[f"<{BASE}id/fujisawa/2020-02>"])
    asked = "SELECT ?n WHERE { ?d <http://www.w3.org/ns/hydra/core#totalItems> ?n }"
    assert [int(row[0]) for row in selected(graph, asked)] == [total]


def test_a_description_holds_claims_with_quotes_ground_and_reason(client: FlaskClient) -> None:
    graph = Graph().parse(
        data=client.get("/doc/fujisawa/2020-02/theme-5/direction-1.ttl").data, format="turtle"
    )
    rows = selected(
        graph,
        """PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?role ?name ?mode ?words ?start WHERE {
          ?claim rdf:predicate ?role ; ccr:mode ?mode ; prov:wasQuotedFrom/oa:hasSelector/oa:exact ?words ;
            prov:wasQuotedFrom/oa:hasSelector/oa:start ?start ; rdf:object ?object .
          ?object skos:prefLabel ?name FILTER(LANG(?name) = "ja" && ?role = ccr:hasLead) }""",
    )
    (row,) = [tuple(str(term) for term in row) for row in rows]
    ns = "https://w3id.org/care-roadmap/ns#"
    assert row[:4] == (
        f"{ns}hasLead", "コミュニティソーシャルワーカー", f"{ns}stated", "コミュニティソーシャルワーカーによる"
    )  # fmt: skip


def test_what_is_inferred_stays_apart(client: FlaskClient) -> None:
    """辻堂 is reached by 5-direction-1 only because 13 districts are all districts (MODEL.md, C9)."""
    quads = read_quads(client.get("/doc/fujisawa/district/tsujido.trig").data, ox.RdfFormat.TRIG)
    covers = {
        (subject.strip("<>").removeprefix(f"{BASE}id/"), graph.strip("<>").rpartition("/")[2])
        for subject, predicate, _, graph in quads
        if predicate.endswith("#coversDistrict>")
    }
    assert ("fujisawa/2020-02/theme-5/direction-1", "inferred") in covers
    assert {graph for _, graph in covers} == {"inferred"}


def test_a_named_graph_says_what_it_is_and_where_its_content_is(client: FlaskClient, dump: Dump) -> None:
    for graph in dump.graphs:
        path = graph.strip("<>").removeprefix(f"{BASE}id/")
        if path.startswith("http"):
            continue  # the vocabulary's own
        told = Graph().parse(data=client.get(f"/doc/{path}.ttl").data, format="turtle")
        size = sum(quad[3] == graph for quad in dump.quads)
        asked = """PREFIX void: <http://rdfs.org/ns/void#>
            PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
            SELECT ?n ?dump WHERE { ?g a sd:Graph ; void:triples ?n ; void:dataDump ?dump }"""
        ((number, address),) = selected(told, asked)
        assert int(number) == size
        assert str(address).startswith(f"{BASE}sparql?query=CONSTRUCT")


COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,text/html;q=0.2"
)
"""What Comunica 4 sends; it then looks into the default graph alone."""


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", "text/html"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.9", "application/rdf+xml"),
        ("application/ld+json, text/turtle;q=0.9", "application/ld+json"),
        ("application/*;q=0.5, text/html;q=0.1", "application/ld+json"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
        ("text/turtle;q=0, */*;q=0.1", "application/ld+json"),
        (COMUNICA, "application/ld+json"),
        ("application/n-quads", "application/n-quads"),
        ("application/trig;q=0.9, text/html;q=0.1, */*;q=0.1", "application/trig"),
        ("application/rdf+xml, text/turtle;q=0.6, */*;q=0.1", "application/rdf+xml"),
    ],
)
def test_the_form_is_the_one_that_is_preferred(client: FlaskClient, accept: str | None, form: str) -> None:
    answer = client.get("/doc/fujisawa/actor/csw", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.mimetype == form
    assert "Accept" in answer.headers["Vary"]
    given = answer.headers["Content-Location"]
    assert client.get(given).mimetype == form
    assert client.get(given, headers={"Accept": "image/png"}).mimetype == form, "the address names it"


def test_what_no_form_suits_is_told_the_forms(client: FlaskClient) -> None:
    answer = client.get("/doc/fujisawa/actor/csw", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    for form in ("text/turtle", "application/ld+json", "application/rdf+xml", "text/html"):
        assert form in answer.text


def test_headers_tell_of_the_thing_and_its_other_forms(client: FlaskClient) -> None:
    answer = client.get("/doc/fujisawa/actor/csw.ttl")
    link = answer.headers["Link"]
    for part in (
        '</doc/fujisawa/actor/csw>; rel="canonical"',
        '</id/fujisawa/actor/csw>; rel="describes"',
        '</ns>; rel="describedby"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        '</doc/fujisawa/actor/csw.jsonld>; rel="alternate"; type="application/ld+json"',
        '</doc/fujisawa/actor/csw.html>; rel="alternate"; type="text/html"',
    ):
        assert part in link
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in answer.headers["Cache-Control"]
    again = client.get("/doc/fujisawa/actor/csw.ttl", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for path in ("/id/fujisawa/actor/csw", "/doc/fujisawa/actor/csw"):
        head, get = client.head(path), client.get(path)
        assert head.status_code == get.status_code
        assert head.data == b""
        assert head.headers.get("Location") == get.headers.get("Location")
        refused = client.post(path)
        assert refused.status_code == 405
        assert {"GET", "HEAD"} <= {name.strip() for name in refused.headers["Allow"].split(",")}
        preflight = client.options(path)
        assert "GET" in preflight.headers["Access-Control-Allow-Methods"]


CSW = "fujisawa/actor/csw"
RDF_TYPES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


def assert_told(answer_for: object, status: int, phrase: str) -> None:
    """A refusal is told in every form that a client may ask for."""
    get = answer_for
    assert callable(get)
    page = get("text/html")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert re.search(rf"<h1>[^<]+[（(]{status}[）)]</h1>", page.text)
    told = json.loads(get("application/json").data)
    assert told["status"] == status
    assert told["error"]["ja"]
    assert told["error"]["en"]
    assert get("text/plain").mimetype == "text/plain"
    for media_type, form in RDF_TYPES.items():
        answer = get(media_type)
        assert (answer.status_code, answer.mimetype) == (status, media_type)
        said = triples(read_quads(answer.data, form))
        code = f"<http://www.w3.org/2011/http-statusCodes#{phrase}>"
        assert (code, "<http://www.w3.org/2011/http#statusCodeNumber>", f'"{status}"') in said
        comments = [value for _, term, value in said if term.endswith("#comment>")]
        assert sorted(value[-3:] for value in comments) == ["@en", "@ja"]


@pytest.mark.parametrize("prefix", ["/id/", "/doc/"])
def test_what_nobody_knows_is_told_in_the_form_asked_for(client: FlaskClient, prefix: str) -> None:
    assert_told(
        lambda accept: client.get(f"{prefix}fujisawa/actor/nobody", headers={"Accept": accept}),
        404,
        "NotFound",
    )


def test_an_address_with_a_form_tells_its_refusal_in_that_form(client: FlaskClient) -> None:
    for extension, form in FORMS.items():
        answer = client.get(f"/doc/fujisawa/actor/nobody.{extension}")
        assert answer.status_code == 404
        assert len(read_quads(answer.data, form)) == 6
    assert client.get("/doc/fujisawa/actor/nobody.html").mimetype == "text/html"


def test_names_of_earlier_versions_are_gone(store: Store, built_copy: Home) -> None:
    published = read_dataset(built_copy.build)
    old = f"{BASE}id/fujisawa/actor/csw-old"
    (published.folder / published.publication / GONE).write_text(f"{old}\t0123456789ab\n", encoding="utf-8")
    client = create_app(store, lambda: published, built_copy, Settings()).test_client()
    for prefix in ("/id/", "/doc/"):
        assert_told(
            lambda accept, prefix=prefix: client.get(
                f"{prefix}fujisawa/actor/csw-old", headers={"Accept": accept}
            ),
            410,
            "Gone",
        )
    assert "0123456789ab" in client.get("/id/fujisawa/actor/csw-old").text
    assert client.get("/id/fujisawa/actor/csw-older").status_code == 404
    assert client.get(f"/id/{CSW}").status_code == 303


def test_the_catalogue_and_the_store_speak_of_the_whole_together(client: FlaskClient, dump: Dump) -> None:
    whole = all_pages(client, "dataset")
    graphs = {quad[3] for quad in whole if quad[0] == f"<{BASE}id/dataset>"}
    assert graphs == {f"<{BASE}id/graph/dataset>", CATALOGUED}
    assert dump.own("dataset") <= whole
    service = client.get("/doc/service.html?lang=ja")
    assert service.status_code == 200
    assert "データサービス" in service.text


def test_names_are_below_the_base_of_the_build(dataset: Dataset, built_home: Home) -> None:
    base = "http://example.org/care/"
    data = f'<{base}id/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "甲"@ja .\n'
    data += f"<{base}id/a> <http://www.w3.org/2004/02/skos/core#related> <{base}id/b> , <{BASE}id/b> .\n"
    store = Store([Serialized("odd", data.encode(), ox.RdfFormat.TURTLE, f"{base}id/graph/odd")], base)
    elsewhere = replace(dataset, base=base, publication="")
    client = create_app(store, lambda: elsewhere, built_home, Settings()).test_client()
    assert client.get("/id/a").headers["Location"] == "/doc/a"
    told = read_quads(client.get("/doc/a.nq").data, ox.RdfFormat.N_QUADS)
    topic = "<http://xmlns.com/foaf/0.1/primaryTopic>"
    assert (f"<{base}doc/a>", topic, f"<{base}id/a>", "") in told
    page = client.get("/doc/a.html").text
    assert 'href="/doc/b"' in page
    assert f'href="{BASE}id/b"' in page, "another base is another place"
    assert client.get("/doc/b.nq").status_code == 200, "it is an object only"


def test_what_was_kept_of_other_data_is_forgotten(store: Store, dataset: Dataset, built_home: Home) -> None:
    source = Front(store)
    client = create_app(source, lambda: dataset, built_home, Settings()).test_client()
    before = client.get(f"/doc/{CSW}.nt").data
    assert client.get(f"/doc/{CSW}.nt").data == before
    data = f'<{BASE}id/{CSW}> <http://www.w3.org/2004/02/skos/core#prefLabel> "another"@en .'
    source.store = Store([Serialized("new", data.encode(), ox.RdfFormat.N_TRIPLES, f"{BASE}id/g")], BASE)
    source.generation += 1
    after = client.get(f"/doc/{CSW}.nt").data
    assert "another" in after.decode()
    assert len(after) < len(before)
    assert client.get("/id/fujisawa/actor/kyogitai").status_code == 404


def test_other_data_have_no_documents(store: Store, built_home: Home) -> None:
    other = create_app(store, lambda: None, built_home, Settings()).test_client()
    for path in ("/id/fujisawa/actor/csw", "/doc/fujisawa/actor/csw"):
        answer = other.get(path)
        assert answer.status_code == 404
        assert "files that were named" in answer.text


def test_links_stay_below_the_prefix_of_the_server(client: FlaskClient) -> None:
    below = {"SCRIPT_NAME": "/kg"}
    name = client.get("/id/fujisawa/actor/csw", environ_overrides=below)
    assert name.headers["Location"] == "/kg/doc/fujisawa/actor/csw"
    answer = client.get("/doc/fujisawa/actor/csw", headers={"Accept": "text/html"}, environ_overrides=below)
    assert '</kg/doc/fujisawa/actor/csw>; rel="canonical"' in answer.headers["Link"]
    assert '</kg/id/fujisawa/actor/csw>; rel="describes"' in answer.headers["Link"]
    inside = [
        part.split('"')[0]
        for part in answer.text.split('href="')[1:]
        if not part.startswith(("http", "?", "#"))
    ]
    assert inside
    assert all(address.startswith("/kg/") for address in inside)


def test_very_much_that_points_to_a_thing_is_described_page_by_page(
    client: FlaskClient, store: Store, dataset: Dataset, built_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past a bound claims and names are asked for one by one; what is told is the same or more."""
    from kgapp import describe

    monkeypatch.setattr(describe, "AT_ONCE", 10)
    other = create_app(store, lambda: dataset, built_home, Settings()).test_client()
    for path in ("fy/2017-2020", "fujisawa/actor/csw", "fujisawa/2020-02"):
        usual = read_quads(client.get(f"/doc/{path}.nq").data, ox.RdfFormat.N_QUADS)
        found = read_quads(other.get(f"/doc/{path}.nq").data, ox.RdfFormat.N_QUADS)
        assert usual <= found
