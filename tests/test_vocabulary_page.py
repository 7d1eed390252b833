"""The vocabulary answers at its IRIs: each form says what the files say, each term has its documentation."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import render_template
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, SH, Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import SKOS
from werkzeug.test import TestResponse

from kgapp.config import Settings
from kgapp.dataset import Dataset as BuiltDataset
from kgapp.dataset import read_dataset, read_graphs
from kgapp.errors import Message, QueryRefused
from kgapp.home import Home
from kgapp.rights import DISCLAIMER
from kgapp.store import Store
from kgapp.vocab import ONTOLOGY, local_name
from kgapp.web import create_app
from kgapp.web.vocabulary import pages as vocabulary_pages
from kgapp.web.vocabulary.diagram import BETWEEN, Diagram, draw, width_of
from kgapp.web.vocabulary.terms import read_terms
from tests.conftest import ROOT
from tests.server import Running
from tests.terms import as_iri, as_json, as_literal, text_of

NS = f"{ONTOLOGY}#"
FILES = {"ns": ("ccr.ttl", "schemes.ttl"), "shapes": ("shapes.ttl",), "shapes/advice": ("advice.ttl",)}
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "trig": ("application/trig", "trig"),
    "nq": ("application/n-quads", "nquads"),
}
TERMS = (
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    SKOS.Concept,
    SKOS.ConceptScheme,
)


class Page(HTMLParser):
    """What tests ask of a page: ids, addresses, elements with their attributes, text by section."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.sections: dict[str, str] = defaultdict(str)
        self._section = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if "id" in given:
            self.ids[given["id"] or ""] += 1
        if tag == "a":
            self.addresses.append(given["href"] or "")
            if self._section:
                self.sections[self._section] += f" [{given['href']}] "
        if tag == "dd" and self._section:
            self.sections[self._section] += " ¦ "
        if tag == "section" or (tag == "h2" and given.get("id") != "page-shapes"):
            self._section = (given.get("id") or "") if tag == "section" else ""

    def handle_data(self, data: str) -> None:
        if self._section:
            self.sections[self._section] += data

    def row(self, section: str, name: str) -> str:
        """What a row of a section says."""
        return self.sections[section].partition(f"\n{name} ¦ ")[2].partition("\n")[0].strip()


@pytest.fixture(scope="module")
def client(built_home: Home, dataset: BuiltDataset, store: Store) -> FlaskClient:
    return client_of(built_home, dataset, store)


def client_of(home: Home, dataset: BuiltDataset | None, store: Store) -> FlaskClient:
    app = create_app(store, lambda: dataset, home, Settings())
    app.testing = True
    return app.test_client()


@cache
def written(name: str, folder: Path = ROOT / "ontology") -> Graph:
    """What a document's files say; not to be changed."""
    graph = Graph()
    for file in FILES[name]:
        graph.parse(folder / file)
    return graph


@pytest.fixture(scope="module")
def short(client: FlaskClient) -> Mapping[tuple[str, str], Page]:
    """The pages at the addresses that IRIs lead to."""
    return {(name, lang): page_of(client, f"/{name}?lang={lang}") for name in FILES for lang in ("ja", "en")}


@pytest.fixture(scope="module")
def pages(client: FlaskClient, short: Mapping[tuple[str, str], Page]) -> Mapping[tuple[str, str], Page]:
    """For each document, what the pages of its terms or shapes say together."""
    found = {}
    for (name, lang), page in short.items():
        found[name, lang] = whole = Page("")
        for section in page.sections:
            if section:
                own = page_of(client, f"/{name.partition('/')[0]}/{section}?lang={lang}")
                whole.sections[section] = own.sections[section]
    return found


def page_of(client: FlaskClient, address: str) -> Page:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    return Page(answer.text)


def parsed(body: bytes, form: str) -> Graph:
    if form in ("trig", "nquads"):
        found = Graph()
        for s, p, o, graph in Dataset().parse(data=body, format=form).quads():
            assert graph is None or "default" in str(graph)
            found.add((s, p, o))
        return found
    return Graph().parse(data=body, format=form)


@pytest.mark.filterwarnings("ignore:.* is deprecated, use Dataset:DeprecationWarning")
@pytest.mark.parametrize("extension", FORMS)
@pytest.mark.parametrize("name", FILES)
def test_every_form_says_what_the_files_say(client: FlaskClient, name: str, extension: str) -> None:
    """FOOPS! CN1, RDF1, URI1: at the address of the IRI by Accept, and at that of the form."""
    media_type, form = FORMS[extension]
    named = client.get(f"/{name}.{extension}", headers={"Accept": "text/html"})
    asked = client.get(f"/{name}", headers={"Accept": media_type})
    assert named.status_code == asked.status_code == 200
    assert named.mimetype == asked.mimetype == media_type
    assert named.data == asked.data
    assert asked.headers["Content-Location"] == f"/{name}.{extension}"
    assert isomorphic(parsed(named.data, form), written(name))


@pytest.mark.parametrize("name", FILES)
def test_turtle_is_as_people_wrote_it(client: FlaskClient, name: str) -> None:
    body = client.get(f"/{name}.ttl").data
    assert body == b"\n".join((ROOT / "ontology" / file).read_bytes() for file in FILES[name])


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "text/turtle"),
        ("", "text/turtle"),
        ("text/html", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html;q=0.4, application/n-triples;q=0.5", "application/n-triples"),
        ("application/rdf+xml;q=0.2, application/ld+json;q=0.9, text/turtle;q=0.5", "application/ld+json"),
        ("text/turtle;q=0, application/*;q=0.1", "application/ld+json"),
    ],
)
def test_the_form_is_what_the_client_prefers(client: FlaskClient, accept: str, expected: str) -> None:
    """RFC 9110, 12.5.1."""
    assert client.get("/ns", headers={"Accept": accept}).mimetype == expected


def test_a_form_that_is_not_offered_is_refused_by_name(client: FlaskClient) -> None:
    refused = client.get("/ns", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert "text/turtle" in refused.text


def test_headers_tell_of_the_other_forms_and_of_the_licence(client: FlaskClient) -> None:
    answer = client.get("/shapes", headers={"Accept": "text/turtle"})
    links = answer.headers["Link"]
    assert '</shapes>; rel="canonical"' in links
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links
    for extension in (*FORMS, "html"):
        assert (f'</shapes.{extension}>; rel="alternate"' in links) == (extension != "ttl")
    assert answer.headers["Vary"] == "Accept"
    again = client.get("/shapes", headers={"Accept": "text/turtle", "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_version_is_the_same_document_and_no_other_is_here(client: FlaskClient) -> None:
    """FOOPS! VER2."""
    (version,) = written("ns").objects(ONTOLOGY, OWL.versionIRI)
    path = str(version).removeprefix("https://w3id.org/care-roadmap")
    for extension in ("", ".ttl", ".jsonld"):
        assert client.get(path + extension).data == client.get(f"/ns{extension}").data
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 200
    for missing in (
        "/ns/0.0.9",
        "/ns/0.1.1.ttl",
        "/ns/latest",
        "/ns.doc",
        "/shapes/other",
        "/shapes/advice.exe",
    ):
        assert client.get(missing).status_code == 404, missing
    told = client.get("/ns/0.0.9").text
    assert "0.0.9 版はここにありません" in told
    assert "Version 0.0.9 is not here" in told
    assert as_json(client.get("/ns/0.0.9", headers={"Accept": "application/json"}))["status"] == 404


def test_the_context_answers_to_every_site(client: FlaskClient) -> None:
    """JSON-LD 1.1, 6.2: a context that documents may name."""
    answer = client.get("/ns/context.jsonld", headers={"Accept": "text/html"})
    assert answer.content_type == "application/ld+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.data == (ROOT / "ontology" / "context.jsonld").read_bytes()
    assert (
        client.get("/ns/context.jsonld", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("length", ["short", "pages"])
def test_every_term_has_its_documentation_at_its_fragment(
    request: pytest.FixtureRequest, length: str, lang: str
) -> None:
    """FOOPS! DOC1. At ``/ns#hasLead``, where its IRI leads, and in full at ``/ns/hasLead``."""
    graph, page = written("ns"), request.getfixturevalue(length)["ns", lang]
    terms = {as_iri(s) for kind in TERMS for s in graph.subjects(RDF.type, kind) if str(s).startswith(NS)}
    for term in terms:
        name = local_name(term)
        text = page.sections[name]
        assert (str(term) if length == "pages" else f"ccr:{name}") in text
        for predicate in (RDFS.label, SKOS.prefLabel):
            assert all(str(label) in text for label in graph.objects(term, predicate)), term
        (definition,) = (d for d in graph.objects(term, SKOS.definition) if as_literal(d).language == lang)
        assert str(definition) in text
    assert set(page.sections) - {""} == {local_name(term) for term in terms}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", ["shapes", "shapes/advice"])
@pytest.mark.parametrize("length", ["short", "pages"])
def test_every_shape_has_its_documentation_at_its_fragment(
    request: pytest.FixtureRequest, length: str, name: str, lang: str
) -> None:
    """Both files' shapes have IRIs that lead to ``/shapes``."""
    page = request.getfixturevalue(length)[name, lang]
    for file in FILES if name == "shapes" else [name]:
        graph = written(file) if file != "ns" else Graph()
        for shape in {s for kind in (SH.NodeShape, SH.PropertyShape) for s in graph.subjects(RDF.type, kind)}:
            (message,) = (m for m in graph.objects(shape, SH.message) if as_literal(m).language == lang)
            said = re.sub(r"\{[?$](\w+)\}", r"〔\1〕", str(message))
            assert said in page.sections[local_name(as_iri(shape))], shape


def test_every_iri_of_a_shape_is_told_of_where_it_leads(client: FlaskClient) -> None:
    graph = parsed(client.get("/shapes").data, "turtle")
    for file in ("shapes", "shapes/advice"):
        for kind in (SH.NodeShape, SH.PropertyShape):
            for shape in written(file).subjects(RDF.type, kind):
                told = graph.value(shape, RDFS.isDefinedBy)
                assert told == URIRef(f"https://w3id.org/care-roadmap/{file}"), shape


def test_pages_are_whole(short: Mapping[tuple[str, str], Page], client: FlaskClient) -> None:
    """Ids are unique, fragments lead somewhere, nothing is inline (the content security policy), and
    what everything is made from is said."""
    beside = ("ns/hasLead", "ns/Statement", "ns/borrowed", "ns/diagram", "shapes/Statement-text")
    others = {
        (name, lang): page_of(client, f"/{name}?lang={lang}") for name in beside for lang in ("ja", "en")
    }
    for (name, lang), page in {**short, **others}.items():
        assert max(page.ids.values()) == 1, name
        elsewhere = {"/ns": short["ns", lang], "/shapes": short["shapes", lang], "": page}
        for address in page.addresses:
            path, mark, fragment = address.partition("#")
            if mark and path in elsewhere:
                assert fragment in elsewhere[path].ids, address
        for tag, attributes in page.elements:
            assert tag not in ("script", "style")
            assert not [key for key in attributes if key == "style" or key.startswith("on")]
        assert DISCLAIMER[lang] in client.get(f"/{name}?lang={lang}", headers={"Accept": "text/html"}).text


def test_pages_are_light(client: FlaskClient) -> None:
    """All 124 terms stand at fragments of one address: in short there, and each in full on its own page."""
    for lang in ("ja", "en"):
        for path in ("/ns", "/ns/Statement", "/ns/involves", "/ns/diagram", "/ns/borrowed", "/shapes"):
            page = client.get(f"{path}?lang={lang}", headers={"Accept": "text/html"})
            assert (page.status_code, page.mimetype) == (200, "text/html")
            assert len(page.data) < 73_000, path


@pytest.mark.parametrize("path", ["/ns/hasLead", "/shapes/Statement-text"])
def test_the_page_of_a_term_leads_programs_to_the_document(client: FlaskClient, path: str) -> None:
    for _ in range(2):
        assert client.get(path, headers={"Accept": "text/html"}).mimetype == "text/html"
        led = client.get(path, headers={"Accept": "text/turtle"})
        assert (led.status_code, led.headers["Location"]) == (303, f"/{path.split('/')[1]}")
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


def counted(dataset: BuiltDataset) -> dict[str, tuple[int, int]]:
    """For each term how many things or triples are recorded and how many inferred, read from the files."""
    terms = read_terms(written("ns"))
    uses: dict[tuple[str, bool], set[object]] = defaultdict(set)
    for graph, content in read_graphs(dataset)[1].items():
        inferred = graph.endswith("/graph/inferred")
        for quad in ox.parse(content, ox.RdfFormat.N_TRIPLES):
            s, p, o = quad.subject, quad.predicate.value, quad.object
            if not isinstance(s, ox.NamedNode):
                continue
            if p == str(RDF.type):
                uses[text_of(o), inferred].add(s)
            if graph != str(ONTOLOGY):
                uses[p, inferred].add((graph, s, o))
                concept = isinstance(o, ox.NamedNode) and (
                    URIRef(o.value),
                    RDF.type,
                    SKOS.Concept,
                ) in written("ns")
                if concept and p != str(RDF.object):
                    uses[text_of(o), inferred].add(s)
    return {str(iri): (len(uses[str(iri), False]), len(uses[str(iri), True])) for iri in terms}


def test_counts_are_those_of_the_graphs(pages: Mapping[tuple[str, str], Page], dataset: BuiltDataset) -> None:
    for iri, (recorded, inferred) in counted(dataset).items():
        if iri.startswith(NS) and (URIRef(iri), RDF.type, SKOS.ConceptScheme) not in written("ns"):
            told = pages["ns", "en"].row(iri.removeprefix(NS), "Use")
            found = {ground: int(n) for ground, n in re.findall(r"(recorded|inferred) (\d+)", told)}
            expected = {"recorded": recorded, "inferred": inferred}
            assert found == {ground: n for ground, n in expected.items() if n}, iri
            assert found or told == "not used in these data", iri


def test_counts_are_those_of_the_paper(pages: Mapping[tuple[str, str], Page]) -> None:
    """MODEL.md, "The source": statements by section; thirteen districts; six themes; 27 chart lines."""
    expected = {
        "Measure": 14, "StandingIssue": 18, "Goal": 15, "Principle": 6, "StatusItem": 48, "NextYearIssue": 22,
        "Direction": 35, "District": 13, "Theme": 6, "ChartText": 27, "Municipality": 1, "section-goal": 15,
    }  # fmt: skip
    for name, count in expected.items():
        assert pages["ns", "ja"].row(name, "使われ方") == f"記録 {count}", name
    assert pages["ns", "ja"].row("Statement", "使われ方") == "推論 158"


def test_every_example_is_in_the_data(pages: Mapping[tuple[str, str], Page], store: Store) -> None:
    for name, text in pages["ns", "ja"].sections.items():
        example = text.partition("\n例 ¦ ")[2].partition("\n")[0]
        ends = re.findall(r"\[/doc/([^\]]+)\]", example)
        term = URIRef(NS + name)
        if ends and (term, RDF.type, OWL.ObjectProperty) in written("ns"):
            if len(ends) == 2:
                one, other = (f"<{store.base}id/{end}>" for end in ends)
                assert bool(store.query(f"ASK {{ {one} <{term}> {other} }}")), name
        elif ends and (term, RDF.type, OWL.Class) in written("ns"):
            assert bool(store.query(f"ASK {{ <{store.base}id/{ends[0]}> a <{term}> }}")), name
        elif ends:
            assert bool(store.query(f"ASK {{ <{store.base}id/{ends[0]}> ?p ?o }}")), name


def test_axioms_are_told_in_words(pages: Mapping[tuple[str, str], Page]) -> None:
    """MODEL.md, "Properties" and "Classes"."""
    page = pages["ns", "ja"]
    assert page.row("hasLead", "主語（どこから）") == "[/ns/Passage] 記載"
    assert page.row("hasLead", "目的語（どこへ）") == "[/ns/Actor] 主体"
    assert page.row("hasLead", "上位の語") == "[/ns/involvesDirectly] 直接関わる主体"
    assert "[/ns/involvedIn] 関わる記載 →  [/ns/inTheme] テーマ" in page.sections["activeInTheme"]
    assert page.row("addresses", "逆向き") == "[/ns/addressedBy] 対応する方向性"
    assert page.row("addressedBy", "逆向き") == "[/ns/addresses] 対応する課題"
    assert "推移的" in page.row("subBodyOf", "性質")
    assert "[/ns/Body] 団体" in page.row("ActorType", "兼ねることがない")
    assert "組織 借用" in page.row("Body", "上位の語")
    assert "[/shapes/ClaimMode] ClaimMode 必須" in page.sections["Claim"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_shapes_stand_beside_what_they_check(pages: Mapping[tuple[str, str], Page], lang: str) -> None:
    page = pages["ns", lang]
    for file in ("shapes", "shapes/advice"):
        graph = written(file)
        for predicate in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.path):
            for shape, term in graph.subject_objects(predicate):
                if str(term).startswith(NS):
                    named = local_name(as_iri(shape))
                    told = page.sections[local_name(as_iri(term))]
                    assert f"[/shapes/{named}] {named}" in told, (shape, term)


def test_what_all_kinds_of_a_class_must_meet_is_told_at_the_class(
    pages: Mapping[tuple[str, str], Page],
) -> None:
    """``Statement-text`` targets the seven kinds of statement one by one."""
    page = pages["ns", "ja"]
    (message,) = (
        str(m)
        for m in written("shapes").objects(
            URIRef("https://w3id.org/care-roadmap/shapes#Statement-text"), SH.message
        )
        if as_literal(m).language == "ja"
    )
    told = {name for name, text in page.sections.items() if message in text}
    assert told == {"Statement", "text"}
    assert all("/Statement-text]" in page.sections[kind] for kind in ("Goal", "Measure", "Direction"))


def test_a_page_says_where_it_differs_from_what_is_loaded(
    built_home: Home, built_copy: Home, dataset: BuiltDataset, store: Store
) -> None:
    told = "読み込まれているデータに添えられた語彙と同じ内容ではありません"
    page = {"headers": {"Accept": "text/html"}}
    assert told not in client_of(built_home, dataset, store).get("/ns?lang=ja", **page).text
    copied = read_dataset(built_copy.build)
    edited_source = built_copy.ontology / "ccr.ttl"
    edited_source.write_text("no Turtle at all", encoding="utf-8")
    assert client_of(built_copy, copied, store).get("/ns.ttl").status_code == 200
    file = copied.folder / copied.publication / "ccr.ttl"
    text = file.read_text(encoding="utf-8")
    # A comment says nothing; a definition does, and reaches the page as text.
    file.write_text(text + "\n# a comment\n", encoding="utf-8")
    assert told not in client_of(built_copy, copied, store).get("/ns?lang=ja", **page).text
    file.write_text(text.replace("一つの団体、", "<script>alert(1)</script>"), encoding="utf-8")
    edited = client_of(built_copy, copied, store).get("/ns?lang=ja", **page).text
    assert told in edited
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in edited
    assert "<script>" not in edited
    file.write_text("no Turtle at all", encoding="utf-8")
    assert client_of(built_copy, copied, store).get("/ns.nt").status_code == 503
    file.unlink()
    assert client_of(built_copy, copied, store).get("/ns").status_code == 503


class Silent:
    """A source that does not answer in time."""

    base = "https://w3id.org/care-roadmap/"
    generation = 0

    def query(self, *asked: object) -> ox.QuerySolutions:  # noqa: ARG002
        raise QueryRefused(Message("時間切れです。", "It took too long."), Message("", ""), status=504)

    def parse(self, text: str) -> None:
        self.query(text)


def test_where_nothing_can_be_counted_terms_are_told_all_the_same(
    built_home: Home, dataset: BuiltDataset
) -> None:
    app = create_app(Silent(), lambda: dataset, built_home, Settings())
    client = app.test_client()
    html = client.get("/ns?lang=en", headers={"Accept": "text/html"}).text
    page = page_of(client, "/ns/hasLead?lang=en")
    assert "The use could not be counted" in html
    assert "It took too long." in html
    assert page.row("hasLead", "Use") == "could not be counted"
    assert "not used in these data" not in html
    drawn = client.get("/ns/diagram?lang=en", headers={"Accept": "text/html"}).text
    assert 'class="uses"' in drawn and not re.search(r'class="uses"[^>]*>\d', drawn)


def test_addresses_keep_the_prefix_that_the_server_stands_behind(client: FlaskClient) -> None:
    answer = client.get("/ns", headers={"Accept": "text/html"}, environ_overrides={"SCRIPT_NAME": "/graph"})
    assert '</graph/ns>; rel="canonical"' in answer.headers["Link"]
    assert "/graph/ns/hasLead" in Page(answer.text).addresses
    page = Page(answer.text)
    below = [address for address in page.addresses if address.startswith("/")]
    assert below
    assert all(address.startswith("/graph/") for address in below)


def test_a_page_is_made_once_for_all_who_ask_alike(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def render(template: str, **values: object) -> str:
        made.append(template)
        return render_template(template, **values)

    monkeypatch.setattr(vocabulary_pages, "render_template", render)
    page = {"headers": {"Accept": "text/html"}}
    first = client.get("/ns?lang=ja&once", **page).data
    assert client.get("/ns?lang=ja&once", **page).data == first
    assert client.get("/ns?lang=en&once", **page).data != first
    assert made == ["vocabulary.html", "vocabulary.html"]


def test_without_a_dataset_there_is_no_vocabulary(built_home: Home, store: Store) -> None:
    bare = client_of(built_home, None, store)
    for address in ("/ns", "/ns.ttl", "/ns/0.1.0", "/ns/context.jsonld", "/shapes", "/shapes/advice"):
        answer: TestResponse = bare.get(address)
        assert answer.status_code == 404, address
        assert "The vocabulary is not served here" in answer.text


# The diagram


def test_the_diagram_and_its_text_tell_every_relation(client: FlaskClient) -> None:
    html = client.get("/ns/diagram?lang=ja", headers={"Accept": "text/html"}).text
    told = html.partition("<figcaption>")[2].partition("</figcaption>")[0]
    graph = written("ns")
    for term in graph.subjects(RDF.type, OWL.ObjectProperty):
        if str(term).startswith(NS) and graph.value(term, RDFS.domain) and graph.value(term, RDFS.range):
            assert f'href="/ns/{local_name(as_iri(term))}"' in told, term


NAMES = [URIRef(f"{NS}{name}") for name in "ABCDEFGH"]
LINKS = [URIRef(f"{NS}{name}") for name in "pqrstuvw"]
classes = st.sampled_from(NAMES)
labels = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)


@st.composite
def ontologies(drawn: st.DrawFn) -> Graph:
    """Any ontology of a few classes and properties, circles and all."""
    graph = Graph()
    for name in NAMES:
        graph.add((name, RDF.type, OWL.Class))
        graph.add((name, RDFS.label, Literal(drawn(labels), lang="ja")))
        if drawn(st.booleans()):
            graph.add((name, RDFS.subClassOf, drawn(classes)))
    for link in drawn(st.sets(st.sampled_from(LINKS))):
        graph.add((link, RDF.type, OWL.ObjectProperty))
        graph.add((link, RDFS.domain, drawn(classes)))
        graph.add((link, RDFS.range, drawn(classes)))
    return graph


@settings(max_examples=60, deadline=None)
@given(ontologies())
def test_a_diagram_draws_each_relation_once_and_nothing_over_anything(graph: Graph) -> None:
    diagram = draw(read_terms(graph), {})
    links = set(graph.subjects(RDF.type, OWL.ObjectProperty))
    assert sorted(str(arrow.relation.term.iri) for arrow in diagram.arrows) == sorted(map(str, links))
    frames = [(x, y, x + diagram.left, y + height) for x, y, height in diagram.frames]
    boxes = [(box.x, box.y, box.x + box.width, box.y + 26) for box in diagram.boxes]
    assert_apart(frames)
    assert_apart(boxes)
    for box in boxes:
        assert any(inside(box, frame) for frame in frames)
    for frame in frames:
        assert inside(frame, (0, 0, diagram.width, diagram.height))
    for arrow in diagram.arrows:
        assert touches(diagram, arrow.y, at=0)
        assert arrow.within or touches(diagram, arrow.y, at=diagram.right)
        assert width_of(arrow.text.ja) <= BETWEEN


def touches(diagram: Diagram, y: int, at: int) -> bool:
    return any(x == at and top <= y <= top + height for x, top, height in diagram.frames)


Rectangle = tuple[int, int, int, int]


def inside(inner: Rectangle, outer: Rectangle) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def assert_apart(rectangles: list[Rectangle]) -> None:
    for number, one in enumerate(rectangles):
        for other in rectangles[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


# The real server


def test_the_real_server_gives_page_and_data(server: Running, short: Mapping[tuple[str, str], Page]) -> None:
    page = server.get("/ns", Accept="text/html", Accept_Language="en")
    assert page.status == 200
    assert Page(page.text).sections == short["ns", "en"].sections
    turtle = server.get("/ns", Accept="*/*")
    assert isomorphic(parsed(turtle.body, "turtle"), written("ns"))
    assert server.request("HEAD", "/ns").body == b""
    assert server.get("/ns/0.1.0").body == turtle.body
