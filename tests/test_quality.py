"""The quality of what is served, in the open: pages and RDF, compared with the build and with each other."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from flask import render_template
from flask.testing import FlaskClient
from rdflib import RDF, SH, Graph, Literal, URIRef

from kgapp.config import Settings
from kgapp.dataset import Dataset, EditionSummary
from kgapp.home import Home
from kgapp.quality import Quality, Run, Severity, read_quality
from kgapp.store import Serialized, Store
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.frame.links import address_of
from kgapp.web.quality.findings import findings_on
from kgapp.web.quality.pages import table
from tests.conftest import ROOT
from tests.terms import as_iri, as_literal

DQV = "http://www.w3.org/ns/dqv#"
DCTERMS = "http://purl.org/dc/terms/"
CCR = "https://w3id.org/care-roadmap/ns#"
CCRSH = "https://w3id.org/care-roadmap/shapes#"
WHOLE = f"{DEFAULT_BASE}quality"
EDITION = f"{WHOLE}/fujisawa/2020-02"
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
    "trig": ("application/trig", "trig"),
    "nq": ("application/n-quads", "nquads"),
}
PAGE = {"Accept": "text/html"}
CHECKS = 16
"""Files under queries/checks/."""

Serve = Callable[[Dataset | None], FlaskClient]


@pytest.fixture(scope="module")
def serve(store: Store, built_home: Home) -> Serve:
    def _serve(dataset: Dataset | None) -> FlaskClient:
        return create_app(store, lambda: dataset, built_home, Settings()).test_client()

    return _serve


@pytest.fixture(scope="module")
def client(serve: Serve, dataset: Dataset) -> FlaskClient:
    return serve(dataset)


@pytest.fixture(scope="module")
def quality(dataset: Dataset) -> Quality:
    return read_quality(dataset, dataset.editions[0])


@pytest.fixture(scope="module")
def graph(client: FlaskClient) -> Graph:
    return Graph().parse(data=client.get("/quality.ttl").text, format="turtle")


def numbers(graph: Graph, metric: str) -> dict[str, int]:
    """A metric's values by shape's name, read from the RDF."""
    found = {}
    for measurement in graph.subjects(URIRef(f"{DQV}isMeasurementOf"), URIRef(f"{WHOLE}#{metric}")):
        about = graph.value(measurement, URIRef(f"{DCTERMS}subject"))
        found[str(about).partition("#")[2]] = as_literal(
            graph.value(measurement, URIRef(f"{DQV}value"))
        ).toPython()
    return found


def parsed(body: bytes, form: str, path: str) -> set[str]:
    """The triples of a document, each as N-Triples has it: of the whole read by rdflib, which did not
    write it; what names graphs, and the documents below it, by the engine, which is faster."""
    engine = {
        "trig": ox.RdfFormat.TRIG,
        "nquads": ox.RdfFormat.N_QUADS,
        "json-ld": ox.RdfFormat.JSON_LD,
        "xml": ox.RdfFormat.RDF_XML,
        "turtle": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
    }
    if path == "/quality" and form in ("turtle", "xml", "json-ld"):
        body = Graph().parse(data=body, format=form).serialize(format="nt").encode()
        form = "nt"
    quads = list(ox.parse(body, engine[form]))
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}
    return {str(quad.triple) for quad in quads}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own JSON-LD reader
@pytest.mark.parametrize("path", ["/quality", "/quality/fujisawa/2020-02"])
def test_every_form_says_the_same(client: FlaskClient, path: str) -> None:
    expected = parsed(client.get(f"{path}.nt").data, "nt", path)
    assert len(expected) > 2000
    for extension, (media, form) in FORMS.items():
        by_address = client.get(f"{path}.{extension}")
        assert by_address.content_type.partition(";")[0] == media
        negotiated = client.get(path, headers={"Accept": f"{media}, text/html;q=0.5"})
        assert negotiated.data == by_address.data
        assert negotiated.headers["Content-Location"] == f"{path}.{extension}"
        found = parsed(by_address.data, form, path)
        # Without blank nodes two graphs are the same where their triples are.
        assert not [
            triple for triple in found if "_:" in re.sub(r'"(?:[^"\\\\]|\\\\.)*"|<[^>]*>', "", triple)
        ]
        assert found == expected, extension


def test_numbers_are_those_of_the_paper_and_the_register(graph: Graph) -> None:
    for run in Run:
        targeted, passed, failed = (
            numbers(graph, f"{name}-{run}") for name in ("targeted", "passed", "failed")
        )
        assert targeted["Statement-class"] == passed["Statement-class"] == 158
        assert failed["Statement-class"] == 0
        assert targeted["Direction-section"] == 35
        assert targeted["LinkToDistrict"] == 13
    # ActorNamed looks at the 54 rows of actors.csv and the 43 of groups.csv; one of them is never named.
    assert numbers(graph, "targeted-before")["ActorNamed"] == 97
    assert numbers(graph, "failed-before")["ActorNamed"] == 1


def test_what_never_matched_is_told_apart_from_what_passed(graph: Graph) -> None:
    idle = {name for name, value in numbers(graph, "never-matched-before").items() if value}
    assert idle == {"ClaimInferred", "ClaimPremise", "ClaimPremise-given"}
    assert all(numbers(graph, "passed-before")[name] == 0 for name in idle)
    assert not any(numbers(graph, "never-matched-after").values())


def test_results_are_a_validation_report(graph: Graph, quality: Quality) -> None:
    """SHACL, 3.6: each result has one focus node, severity, component and source shape."""
    reports = set(graph.subjects(RDF.type, SH.ValidationReport))
    assert reports == {URIRef(f"{EDITION}#report-shapes"), URIRef(f"{EDITION}#report-advice")}
    conforms = {report: as_literal(graph.value(report, SH.conforms)).toPython() for report in reports}
    assert conforms == {URIRef(f"{EDITION}#report-shapes"): True, URIRef(f"{EDITION}#report-advice"): False}
    results = set(graph.objects(None, SH.result))
    assert results == set(graph.subjects(RDF.type, SH.ValidationResult))
    assert len(results) == len(quality.results)
    for result in results:
        for prop in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape):
            assert len(set(graph.objects(result, prop))) == 1
        assert {as_literal(m).language for m in graph.objects(result, SH.resultMessage)} == {"ja", "en"}
    shapes = Graph().parse(ROOT / "ontology" / "advice.ttl")
    severities = dict(shapes.subject_objects(SH.severity))
    for result in results:
        shape = as_iri(graph.value(result, SH.sourceShape))
        assert graph.value(result, SH.resultSeverity) == severities[shape]


def test_measurements_are_of_the_version_that_is_served(graph: Graph, dataset: Dataset) -> None:
    whole = URIRef(f"{DEFAULT_BASE}id/dataset/{dataset.digest[:12]}")
    own = sorted(f"{graph.iri} {graph.sha256}\n" for graph in dataset.graphs if "/fujisawa/" in graph.iri)
    edition = hashlib.sha256("".join(own).encode()).hexdigest()[:12]
    computed = set(graph.objects(None, URIRef(f"{DQV}computedOn")))
    assert computed == {whole, URIRef(f"{DEFAULT_BASE}id/fujisawa/2020-02/dataset/{edition}")}
    measurements = set(graph.subjects(RDF.type, URIRef(f"{DQV}QualityMeasurement")))
    assert measurements == set(graph.objects(None, URIRef(f"{DQV}hasQualityMeasurement")))
    metrics = set(graph.subjects(RDF.type, URIRef(f"{DQV}Metric")))
    assert set(graph.subjects(URIRef(f"{DQV}hasQualityMeasurement"))) == computed
    assert set(graph.objects(None, URIRef(f"{DQV}isMeasurementOf"))) == metrics
    for measurement in measurements:
        metric = graph.value(measurement, URIRef(f"{DQV}isMeasurementOf"))
        value = graph.value(measurement, URIRef(f"{DQV}value"))
        assert isinstance(value, Literal)
        assert value.datatype == graph.value(metric, URIRef(f"{DQV}expectedDataType"))


def test_checks_are_asked_of_what_is_served(graph: Graph, built_home: Home) -> None:
    rows = {
        str(graph.value(m, URIRef(f"{DCTERMS}identifier"))): as_literal(
            graph.value(m, URIRef(f"{DQV}value"))
        ).toPython()
        for m in graph.subjects(URIRef(f"{DQV}isMeasurementOf"), URIRef(f"{WHOLE}#rows"))
    }
    assert len(rows) == CHECKS
    assert set(rows) == {path.name for path in (built_home.queries / "checks").glob("*.rq")}
    assert set(rows.values()) == {0}


def test_a_check_with_rows_is_told(built_home: Home, dataset: Dataset) -> None:
    """Data with a fault in them, behind the same pages: a statement without a quote."""
    thing = f"<{DEFAULT_BASE}id/fujisawa/2020-02/theme-9/goal-1>"
    data = f'{thing} a <{CCR}Goal> ; <{CCR}text> " "@ja .'.encode()
    broken = Store([Serialized("broken", data, ox.RdfFormat.TURTLE, "urn:g")], DEFAULT_BASE)
    client = create_app(broken, lambda: dataset, built_home, Settings()).test_client()
    page = client.get("/quality?lang=en", headers=PAGE).text
    row = re.search(r'<tr id="check-empty-literal" class="notable">.*?<td class="number">(\d+)</td>', page)
    assert row and row[1] == "1"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "ja",
            [
                "データの品質",
                "一度も当たら",
                "検査していないこと",
                "原文どおり 256，読み取り 181，推論 144",
                "承認",
            ],
        ),
        (
            "en",
            [
                "Quality of the data",
                "What was never checked",
                "stated 256, interpreted 181, inferred 144",
                "endorsed",
            ],
        ),
    ],
)
def test_the_page_tells_it_in_words(client: FlaskClient, lang: str, words: list[str]) -> None:
    page = client.get(f"/quality?lang={lang}", headers=PAGE).text
    assert f'<html lang="{lang}">' in page
    assert all(word in page for word in words)
    assert len(page.encode()) < 100_000
    row = re.search(r'<tr id="Statement-class">(.*?)</tr>', page, re.S)
    assert row and re.findall(r'<td class="number">(\d+)', row[1]) == ["158", "158", "0"]
    assert '/shapes#Statement-class"' in row[1]
    failed = re.search(r'<tr id="DirectionLinked" class="notable">(.*?)</tr>', page, re.S)
    assert failed and re.findall(r'<td class="number">(\d+)', failed[1]) == ["35", "26", "9"]
    once = re.search(r'<tr id="ClaimAsserted">(.*?)</tr>', page, re.S)
    assert once and "581" in once[1] and "437" in once[1]
    # What the third reader did not support (data/claims/fujisawa/README.md) leads to the claim.
    assert "/doc/fujisawa/2020-02/claim/theme-2/status-4/hasParticipant/kyogitai" in page
    assert page.count("</section>") == page.count("<section")


def test_every_link_of_the_page_into_itself_has_its_end(client: FlaskClient) -> None:
    page = client.get("/quality", headers=PAGE).text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_every_name_minted_here_is_answered(client: FlaskClient, graph: Graph) -> None:
    minted = {str(term) for triple in graph for term in triple if str(term).startswith(WHOLE)}
    documents = {iri.partition("#")[0] for iri in minted}
    assert documents == {WHOLE, EDITION}
    with client.application.test_request_context():
        for iri in documents:
            address = address_of(iri, DEFAULT_BASE)
            assert address == iri.removeprefix(DEFAULT_BASE.rstrip("/"))
            answer = client.get(address, headers={"Accept": "text/turtle"})
            own = Graph().parse(data=answer.text, format="turtle")
            described = {str(s) for s in own.subjects()}
            assert {name for name in minted if name.partition("#")[0] == iri} <= described
        assert address_of(f"{WHOLE}-other", DEFAULT_BASE) is None


def test_findings_stand_on_the_thing_that_they_concern(client: FlaskClient, quality: Quality) -> None:
    base = f"{DEFAULT_BASE}id/fujisawa/"
    claim = f"{base}2020-02/claim/theme-2/status-4/hasParticipant/kyogitai"
    with client.application.test_request_context():
        (one,) = findings_on(claim)
        assert one.shape == f"{CCRSH}ClaimSupported"
        assert one.address.startswith("/quality/fujisawa/2020-02#result-")
        assert one in findings_on(f"{base}2020-02/theme-2/status-4")
        (nobody,) = findings_on(f"{base}actor/kuni")
        assert nobody.shape == f"{CCRSH}ActorNamed" and nobody.grave.en == "To be looked at"
        (across,) = findings_on(f"{base}2020-02/theme-1/direction-4")
        assert across.shape == f"{CCRSH}SameTheme"
        assert "5-status-1" in across.words.ja and "https:" not in across.words.ja
        assert findings_on(f"{base}actor/csw") == []
        assert findings_on("urn:other") == findings_on(f"{base}2020-02x/theme-1") == []
        total = {f.anchor for r in quality.results for f in findings_on(r.thing)}
        assert len(total) == len(quality.results)
        page = client.get("/quality/fujisawa/2020-02", headers=PAGE).text
        assert all(f'id="{anchor}"' in page for anchor in total)


@pytest.mark.parametrize(
    ("path", "anchors"), [("actor/kuni", 1), ("2020-02/theme-2/status-4", 1), ("actor/csw", 0)]
)
def test_the_page_of_a_thing_shows_what_was_found_on_it(client: FlaskClient, path: str, anchors: int) -> None:
    page = client.get(f"/doc/fujisawa/{path}?lang=ja", headers=PAGE).text
    found = re.findall(r'href="(/quality/fujisawa/2020-02)#(result-[0-9a-f]{12})"', page)
    assert len(found) == anchors
    for address, anchor in found:
        assert f'id="{anchor}"' in client.get(address, headers=PAGE).text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_block_of_findings_is_for_people(client: FlaskClient, lang: str) -> None:
    with client.application.test_request_context():
        found = findings_on(f"{DEFAULT_BASE}id/fujisawa/actor/kuni")
        block = render_template("findings.html", findings=found, lang=lang)
        assert ("要確認" if lang == "ja" else "To be looked at") in block
        assert render_template("findings.html", findings=[], lang=lang).strip() == ""


def test_what_a_step_left_for_a_person_is_told_where_it_belongs(
    serve: Serve, dataset: Dataset, built_copy: Home
) -> None:
    """Three findings as the steps write them (kgapp/annotate, kgapp/extract), in a record of their own."""
    why = {"ja": "理由<b>", "en": "why<b>"}
    left = [
        {"place": "3-status-2", "kind": "role-undecided", "words": "見直し", "why": why, "about": ""},
        {"place": "chart-4-2", "kind": "districts-undecided", "words": "", "why": why, "about": ""},
        {"place": "1-goal-1", "kind": "lead-and-target", "words": "", "why": why, "about": "group/koreisha"},
        {"place": "data/gloss/x.csv", "kind": "no-gloss", "words": "", "why": why, "about": ""},
    ]
    (edition,) = dataset.editions
    path = built_copy.build / edition.quality
    path.write_text(
        json.dumps({**json.loads(path.read_text(encoding="utf-8")), "findings": left}), encoding="utf-8"
    )
    client = serve(dataclasses.replace(dataset, folder=built_copy.build))
    base = f"{DEFAULT_BASE}id/fujisawa/"
    with client.application.test_request_context():
        for thing in ("2020-02/theme-3/status-2", "2020-02/chart/theme-4/2", "group/koreisha", "2020-02"):
            assert [f for f in findings_on(base + thing) if not f.shape], thing
    page = client.get("/quality?lang=ja", headers=PAGE).text
    assert "理由&lt;b&gt;（見直し）" in page and "<b>" not in page


def test_counts_are_added_up_over_editions(quality: Quality) -> None:
    (one,) = [row for row in table([quality], "shapes") if row.name == "Statement-class"]
    (two,) = [row for row in table([quality, quality], "shapes") if row.name == "Statement-class"]
    assert (one.tally.targeted, two.tally.targeted, two.before and two.before.targeted) == (158, 316, 316)
    assert {row.shape.severity for row in table([quality], "advice")} == {Severity.WARNING, Severity.INFO}


def test_two_builds_record_the_same_bytes(dataset: Dataset, quality: Quality) -> None:
    assert (dataset.folder / dataset.editions[0].quality).read_bytes() == quality.write()


@pytest.mark.parametrize(
    "path",
    [
        "/quality.xyz",
        "/quality/fujisawa",
        "/quality/fujisawa/1999-01",
        "/quality/x/y.ttl",
        "/quality/",
    ],
)
def test_what_is_not_there_is_told(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    page = client.get(path, headers=PAGE)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    # To who takes anything, an address that names a form is answered in it, errors too.
    anything = client.get(path, headers={"Accept": "*/*"}).mimetype
    assert anything == ("text/turtle" if path.endswith(".ttl") else "text/plain")


def test_a_hostile_name_is_no_markup(client: FlaskClient) -> None:
    page = client.get("/quality/<script>alert(1)/<b>", headers=PAGE)
    assert page.status_code == 404
    assert "<script" not in page.text and "<b>" not in page.text


def test_what_is_known_is_not_sent_again_and_none_is_acceptable_is_told(client: FlaskClient) -> None:
    first = client.get("/quality.ttl")
    again = client.get("/quality.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert client.get("/quality", headers={"Accept": "image/png"}).status_code == 406


def test_other_data_have_no_quality_of_ours(serve: Serve) -> None:
    other = serve(None)
    assert other.get("/quality", headers=PAGE).status_code == 404
    assert other.get("/quality.ttl").status_code == 404
    with other.application.test_request_context():
        assert findings_on(f"{DEFAULT_BASE}id/fujisawa/actor/kuni") == []


def test_a_record_that_is_gone_is_told(serve: Serve, dataset: Dataset) -> None:
    gone = EditionSummary("fujisawa", "2020-02", {}, {}, "", "units/gone/quality.json")
    client = serve(dataclasses.replace(dataset, editions=(gone,)))
    answer = client.get("/quality")
    assert answer.status_code == 503 and str(dataset.folder) not in answer.text
    with client.application.test_request_context():
        assert findings_on(f"{DEFAULT_BASE}id/fujisawa/actor/kuni") == []
