"""The catalogue and what harvesters read, from a real server, compared with what is served."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kgapp.config import Limits, Settings
from kgapp.dataset import Dataset
from kgapp.home import Home
from kgapp.publication import WHOLE, Publication, Release, read_publication
from kgapp.store import Store, too_large
from kgapp.web import create_app
from kgapp.web.datasets.described import Description
from kgapp.web.frame.documents import EXTENSIONS
from tests.bench.catalogue import grown
from tests.server import Running
from tests.terms import text_of

DCAT = "http://www.w3.org/ns/dcat#"
VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
STATEMENTS = 158
"""Counted in the paper (MODEL.md, "The source")."""


@pytest.fixture(scope="module")
def publication(dataset: Dataset) -> Publication:
    return read_publication(dataset)


@pytest.fixture(scope="module")
def whole(publication: Publication) -> Release:
    release = publication.release(WHOLE)
    assert release is not None
    return release


@pytest.fixture(scope="module")
def described(server: Running) -> ox.Store:
    store = ox.Store()
    store.bulk_load(server.get("/catalogue.nt").body, format=ox.RdfFormat.N_TRIPLES)
    return store


@pytest.fixture
def other(store: Store, built_home: Home) -> FlaskClient:
    """Serves other data than a built dataset."""
    return create_app(store, lambda: None, built_home, Settings()).test_client()


def values(store: ox.Store, subject: str, predicate: str) -> list[str]:
    quads = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
    return sorted(text_of(quad.object) for quad in quads)


def rows(server: Running, query: str) -> list[dict[str, str]]:
    bindings = server.ask(query).json["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def test_every_form_says_the_same(server: Running, dataset: Dataset, publication: Publication) -> None:
    content = (dataset.folder / publication.catalogue).read_bytes()
    published = {quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)}
    assert published
    for extension, form in EXTENSIONS.items():
        by_address = server.get(f"/catalogue.{extension}")
        by_accept = server.get("/catalogue", Accept=form.types[0])
        assert by_address.status == by_accept.status == 200
        assert by_accept.headers["content-location"] == f"/catalogue.{extension}"
        assert by_accept.headers["content-type"].startswith(form.types[0])
        if extension != "html":
            assert by_address.body == by_accept.body
            assert isinstance(form.format, ox.RdfFormat)
            quads = ox.parse(by_address.body, format=form.format)
            assert {quad.triple for quad in quads} == published, extension
    assert server.get("/catalogue", Accept="image/png").status == 406
    tag = server.get("/catalogue.ttl").headers["etag"]
    assert server.get("/catalogue.ttl", If_None_Match=tag).status == 304


def test_the_numbers_of_void_are_those_of_the_endpoint(
    server: Running, described: ox.Store, dataset: Dataset
) -> None:
    this = f"{dataset.base}id/dataset"
    (counts,) = rows(
        server,
        "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)"
        " (COUNT(DISTINCT ?o) AS ?distinctObjects) (COUNT(DISTINCT ?p) AS ?properties) { ?s ?p ?o }",
    )
    for name, number in counts.items():
        assert values(described, this, VOID + name) == [number], name
    parts = {
        values(described, part, f"{VOID}property")[0]: values(described, part, f"{VOID}triples")[0]
        for part in values(described, this, f"{VOID}propertyPartition")
    }
    by_property = rows(server, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert parts == {row["p"]: row["n"] for row in by_property}
    parts = {
        values(described, part, f"{VOID}class")[0]: values(described, part, f"{VOID}entities")[0]
        for part in values(described, this, f"{VOID}classPartition")
    }
    by_class = rows(server, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c")
    assert parts == {row["c"]: row["n"] for row in by_class}
    by_graph = rows(server, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    for row in by_graph:
        assert values(described, row["g"], f"{VOID}triples") == [row["n"]], row


def test_linksets_count_what_the_endpoint_has(server: Running, described: ox.Store) -> None:
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    linksets = [
        quad.subject.value
        for quad in described.quads_for_pattern(None, kind, ox.NamedNode(f"{VOID}Linkset"))
        if isinstance(quad.subject, ox.NamedNode)
    ]
    assert linksets
    for linkset in linksets:
        (predicate,) = values(described, linkset, f"{VOID}linkPredicate")
        (target,) = values(described, linkset, f"{VOID}objectsTarget")
        (space,) = values(described, target, f"{VOID}uriSpace")
        (row,) = rows(
            server,
            f'SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o FILTER(STRSTARTS(STR(?o), "{space}")) }}',
        )
        assert values(described, linkset, f"{VOID}triples") == [row["n"]]


def test_the_service_description_leads_to_the_catalogue_and_agrees(
    server: Running, described: ox.Store, dataset: Dataset, whole: Release
) -> None:
    service = f"http://127.0.0.1:{server.port}/sparql"
    own = ox.Store()
    own.bulk_load(server.get("/sparql", Accept="application/n-triples").body, format=ox.RdfFormat.N_TRIPLES)
    served = f"{dataset.base}id/dataset/{whole.version}"
    assert values(own, service, f"{DCAT}servesDataset") == [served]
    assert values(own, service, "http://purl.org/dc/terms/isPartOf") == [f"{dataset.base}id/catalogue"]
    assert values(own, service, "http://www.w3.org/2000/01/rdf-schema#seeAlso") == [
        f"http://127.0.0.1:{server.port}/catalogue"
    ]
    this = f"{dataset.base}id/dataset"
    assert served in values(described, this, f"{DCAT}hasVersion")
    for name in ("triples", "distinctSubjects", "distinctObjects", "properties", "classes"):
        assert values(own, f"{service}#union", VOID + name) == values(described, this, VOID + name), name
    graphs = {text_of(quad.object) for quad in own.quads_for_pattern(None, ox.NamedNode(f"{SD}name"), None)}
    assert graphs == set(whole.graphs)


def test_void_is_found_where_it_is_looked_for(server: Running, dataset: Dataset) -> None:
    reply = server.get("/.well-known/void", Accept="text/turtle")
    assert (reply.status, reply.headers["location"]) == (303, "/catalogue")
    turtle = server.get(reply.headers["location"], Accept="text/turtle")
    store = ox.Store()
    store.bulk_load(turtle.body, format=ox.RdfFormat.TURTLE)
    this = f"{dataset.base}id/dataset"
    assert f"{VOID}Dataset" in values(store, this, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert values(store, this, f"{VOID}sparqlEndpoint") == [f"{dataset.base}sparql"]
    assert '</catalogue>; rel="describedby"' in server.get("/", Accept="text/html").headers["link"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "ja",
            [
                "市町村が作成または承認したものではない",
                "利用を許諾しない",
                "引用のしかた",
                "確かめ方",
                "表: リンクとその根拠",
            ],
        ),
        (
            "en",
            [
                "neither made nor endorsed by the City",
                "no licence is granted",
                "How to cite",
                "How to check",
                "Table: ",
            ],
        ),
    ],
)
def test_the_page_tells_all_files_and_how_to_use_them(
    server: Running, publication: Publication, whole: Release, lang: str, words: list[str]
) -> None:
    reply = server.get(f"/catalogue?lang={lang}", Accept="text/html")
    page = reply.text
    assert f'<html lang="{lang}">' in page
    assert len(reply.body) < 100_000
    for word in words:
        assert word in page
    for release in publication.releases:
        below = f"/dump/{release.path or 'all'}/{release.version}/"
        for file in release.distributions:
            assert f'href="{below}{file.name}"' in page
            assert f"{file.sha256}  {file.name}" in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    data = json.loads(found[1])
    assert (data["@context"], data["@type"], data["version"]) == (
        "https://schema.org/",
        "Dataset",
        whole.version,
    )
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert 50 <= len(data["description"]) <= 5000
    for download, file in zip(data["distribution"], whole.distributions, strict=True):
        where = urlsplit(download["contentUrl"])
        assert where.netloc == f"127.0.0.1:{server.port}"
        assert server.request("HEAD", where.path).headers["content-length"] == str(file.size)
        assert download["sha256"] == file.sha256


def test_robots_may_read_all_but_what_is_computed(server: Running) -> None:
    robots = RobotFileParser()
    robots.parse(server.get("/robots.txt").text.splitlines())
    for path in (
        "/",
        "/sparql",
        "/catalogue",
        "/doc/fujisawa/actor/csw",
        "/ns",
        "/dump/all/latest/care-roadmap.nq",
    ):
        assert robots.can_fetch("Somebot", path), path
    for path in ("/sparql?query=ASK%7B%7D", "/search?q=x", "/wrong?s=x", "/changes/a..b", "/metrics"):
        assert not robots.can_fetch("Somebot", path), path
    assert robots.site_maps() == [f"http://127.0.0.1:{server.port}/sitemap.xml"]


def locations(server: Running, path: str, tag: str) -> list[ET.Element]:
    reply = server.get(path)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/xml")
    assert len(reply.body) < 50_000_000
    return ET.fromstring(reply.body).findall(f"{SITEMAP}{tag}")


def test_sitemaps_list_what_people_look_for(server: Running, dataset: Dataset) -> None:
    here = f"http://127.0.0.1:{server.port}"
    listed: list[str] = []
    for entry in locations(server, "/sitemap.xml", "sitemap"):
        path = (entry.findtext(f"{SITEMAP}loc") or "").removeprefix(here)
        assert path.count("/") == 1, "a sitemap lists what lies below its own folder"
        urls = locations(server, path, "url")
        assert 0 < len(urls) <= 50_000
        for url in urls:
            where = url.findtext(f"{SITEMAP}loc") or ""
            links = {link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link")}
            assert links == {"ja": f"{where}?lang=ja", "en": f"{where}?lang=en", "x-default": where}
            listed.append(where.removeprefix(here))
    assert len(listed) == len(set(listed))
    assert {"/", "/ns", "/catalogue", "/quality", "/matrix", "/answers", "/questions"} <= set(listed)
    assert {f"/{kind}/fujisawa/2020-02" for kind in ("read", "catalogue", "quality")} <= set(listed)
    for path in listed:
        if not path.startswith("/doc/"):
            assert server.request("HEAD", path, Accept="text/html").status == 200, path
    things = {f"{dataset.base}id/{path.removeprefix('/doc/')}" for path in listed if path.startswith("/doc/")}
    known = {row["s"] for row in rows(server, "SELECT DISTINCT ?s { ?s ?p ?o FILTER(isIRI(?s)) }")}
    assert things - known == {
        f"{dataset.base}id/fujisawa/dataset",
        f"{dataset.base}id/fujisawa/2020-02/dataset",
    }
    statements = [thing for thing in things if re.search(r"/2020-02/theme-\d/[a-zA-Z]+-\d+$", thing)]
    assert len(statements) == STATEMENTS
    for path in ("actor/csw", "actor/kyogitai", "district/tsujido", "2020-02", "2020-02/theme-5"):
        assert f"{dataset.base}id/fujisawa/{path}" in things
    assert server.get("/sitemap-nowhere.xml").status == 404


def test_llms_txt_names_addresses_that_are_there(server: Running, whole: Release) -> None:
    reply = server.get("/llms.txt")
    assert reply.headers["content-type"] == "text/markdown; charset=utf-8"
    lines = reply.text.splitlines()
    assert lines[0].startswith("# ") and lines[2].startswith("> ")
    assert len(reply.body) < 6000
    assert f"{whole.triples} triples" in reply.text and whole.version in reply.text
    assert "neither made nor endorsed by the City" in reply.text
    links = re.findall(r"\]\((http[^)]+)\)", reply.text)
    assert {urlsplit(link).path for link in links} >= {"/sparql", "/catalogue", "/changes", "/ns", "/quality"}
    for path in (
        "/catalogue",
        "/catalogue.jsonld",
        "/changes",
        "/sitemap.xml",
        "/read",
        "/matrix",
        "/search",
    ):
        assert f"http://127.0.0.1:{server.port}{path}" in links
    for link in links:
        assert server.get(link.removeprefix(f"http://127.0.0.1:{server.port}")).status in (200, 302), link


def test_who_asks_for_too_much_is_told_of_the_dumps(server: Running) -> None:
    refusal = too_large(Limits().result_bytes)
    assert refusal.status == 413
    assert "/catalogue" in refusal.remedy.ja and "/catalogue" in refusal.remedy.en
    assert 'href="/catalogue"' in server.get("/sparql?lang=ja", Accept="text/html").text


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue",
        "/catalogue.ttl",
        "/changes",
        "/changes/a..b",
        "/dump/all/latest/care-roadmap.nq",
        "/sitemap.xml",
        "/sitemap-pages.xml",
        "/llms.txt",
        "/.well-known/void",
    ],
)
def test_with_other_data_there_is_no_catalogue(other: FlaskClient, path: str) -> None:
    reply = other.get(path)
    assert reply.status_code == 404
    assert "指定されたファイル" in reply.text and "/sparql" in reply.text


def test_robots_of_other_data_name_no_sitemap(other: FlaskClient) -> None:
    assert "Sitemap:" not in other.get("/robots.txt").text
    assert "/catalogue" not in other.get("/sparql?lang=ja", headers={"Accept": "text/html"}).text


@pytest.fixture(scope="module")
def grown_catalogue(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The dataset as if it held 23 municipalities."""
    return grown(dataset, 23, tmp_path_factory.mktemp("grown"))


def test_a_large_catalogue_is_told_page_by_page(
    grown_catalogue: Dataset, store: Store, built_home: Home
) -> None:
    client = create_app(store, lambda: grown_catalogue, built_home, Settings()).test_client()
    hydra, base = "http://www.w3.org/ns/hydra/core#", grown_catalogue.base
    told: set[ox.Triple] = set()
    editions: list[str] = []
    address = "/catalogue"
    for page in (1, 2, 3):
        answer = client.get(address, headers={"Accept": "application/n-triples"})
        assert answer.status_code == 200
        triples = {quad.triple for quad in ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)}
        views = {quad for quad in triples if hydra in str(quad)}
        told |= triples - views
        links = {quad.predicate.value.removeprefix(hydra): str(quad.object) for quad in views}
        assert links["view"] == f"<{base}catalogue?page={page}>"
        assert links.get("next") == (f"<{base}catalogue?page={page + 1}>" if page < 3 else None)
        assert links.get("previous") == (f"<{base}catalogue?page={page - 1}>" if page > 1 else None)
        assert ('rel="next"' in answer.headers["Link"]) == (page < 3)
        html = client.get(address, headers={"Accept": "text/html"}).text
        editions += re.findall(r'href="/catalogue/([^"?]+/2020-02)"', html)
        assert len(html.encode()) < 73_000
        address = f"/catalogue?page={page + 1}"
    content = (grown_catalogue.folder / "catalogue.nt").read_bytes()
    assert told == {quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)}
    assert sorted(editions) == sorted(f"city-{number}/2020-02" for number in range(1, 24))
    assert client.get("/catalogue?page=4").status_code == 404
    assert client.get("/catalogue?page=x").status_code == 400
    own = client.get("/catalogue/city-7/2020-02.nt").data
    about = {quad.triple for quad in ox.parse(own, format=ox.RdfFormat.N_TRIPLES)}
    assert about == {triple for triple in told if f"{base}id/city-7/2020-02/" in str(triple.subject)}
    assert client.get("/catalogue/city-24/2020-02").status_code == 404


def test_the_documents_of_what_lists_much_are_bounded(
    grown_catalogue: Dataset, store: Store, built_home: Home
) -> None:
    """The dataset of all has each edition as a part: what is said of it is told page by page."""
    client = create_app(store, lambda: grown_catalogue, built_home, Settings()).test_client()
    this = ox.NamedNode(f"{grown_catalogue.base}id/dataset")
    content = (grown_catalogue.folder / "catalogue.nt").read_bytes()
    parsed = list(ox.parse(content, format=ox.RdfFormat.N_TRIPLES))
    expected = {quad.triple for quad in parsed if this in (quad.subject, quad.object)}
    told: set[ox.Triple] = set()
    pages = 0
    while True:
        pages += 1
        answer = client.get(f"/doc/dataset.nt?page={pages}")
        assert answer.status_code == 200
        told |= {quad.triple for quad in ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)}
        assert len(client.get(f"/doc/dataset.html?page={pages}").data) < 100_000
        if 'rel="next"' not in answer.headers["Link"]:
            break
    assert expected <= told
    assert pages == -(-sum(quad.subject == this for quad in parsed) // 200)
    assert client.get(f"/doc/dataset.nt?page={pages + 1}").status_code == 404


NAMES = st.sampled_from(["a", "a/b", "aa", "b", "b-c", "c"])


@given(st.sets(st.tuples(NAMES, NAMES, st.text("xyz語", max_size=4)), max_size=12), NAMES, NAMES)
def test_a_description_is_searched_where_it_lies(
    tmp_path_factory: pytest.TempPathFactory, said: set[tuple[str, str, str]], thing: str, predicate: str
) -> None:
    place = tmp_path_factory.getbasetemp() / "described.nt"
    lines = sorted(f'<http://x/{one}> <http://p/{name}> "{value}" .\n'.encode() for one, name, value in said)
    place.write_bytes(b"".join(lines))
    found = Description(place).values(f"http://x/{thing}", f"http://p/{predicate}")
    assert found == sorted(value for one, name, value in said if (one, name) == (thing, predicate))
