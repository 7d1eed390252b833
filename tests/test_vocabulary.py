"""The ontology says all of MODEL.md's terms in both languages; code and ontology use the same names."""

from __future__ import annotations

import json

import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS, VANN

from kgapp.errors import KgappError
from kgapp.vocab import CCR, CLASSES, INDIVIDUALS, ONTOLOGY, PROPERTIES, Minter
from tests.conftest import ROOT

NAMESPACE = f"{ONTOLOGY}#"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

# MODEL.md, "Classes" and "Properties".
MODEL_CLASSES = """RoadmapDocument SourceText Section Theme Passage Statement Goal StandingIssue NextYearIssue Measure
StatusItem Direction Principle Issue Initiative ChartText Phase Actor Body Collective ActorType Post PeopleGroup Municipality
District Venue Facility FacilityType Programme Plan Observation FiscalYear Quote Claim""".split()
MODEL_PROPERTIES = """inTheme inSection ordinal text hasLead hasPartner hasSubject hasParticipant involves involvedIn
involvesDirectly targets hasConstituent subBodyOf alsoServesAs continues continuedIn addresses addressedBy activeInTheme
respondedToBy basedOn usesProgramme usesFacility locatedIn heldAt coversDistrict modelDistrict coversAllDistrictsOf
hasDistrict withinPeriod spanStatus targetYear mode rationale inferredFrom changedFrom gloss reading""".split()


@pytest.fixture(scope="module")
def ontology() -> Graph:
    graph = Graph()
    graph.parse(ROOT / "ontology" / "ccr.ttl")
    return graph


@pytest.fixture(scope="module")
def schemes() -> Graph:
    graph = Graph()
    graph.parse(ROOT / "ontology" / "schemes.ttl")
    return graph


def names(graph: Graph, *kinds: URIRef) -> set[str]:
    found = {subject for kind in kinds for subject in graph.subjects(RDF.type, kind)}
    return {str(s).removeprefix(NAMESPACE) for s in found if str(s).startswith(NAMESPACE)}


def test_every_term_of_the_model_is_there(ontology: Graph) -> None:
    assert set(MODEL_CLASSES) <= names(ontology, OWL.Class)
    assert set(MODEL_PROPERTIES) <= names(ontology, *KINDS[1:])


def test_code_and_ontology_use_the_same_names(ontology: Graph, schemes: Graph) -> None:
    assert set(CLASSES) == names(ontology, OWL.Class)
    assert set(PROPERTIES) == names(ontology, *KINDS[1:])
    assert set(INDIVIDUALS) == names(schemes, SKOS.Concept)


def test_a_misspelt_term_fails() -> None:
    with pytest.raises(AttributeError):
        CCR.hasLaed  # noqa: B018


def test_every_term_is_documented_in_both_languages(ontology: Graph) -> None:
    terms = [NAMESPACE + name for name in names(ontology, *KINDS)]
    for term in map(URIRef, terms):
        for prop in (RDFS.label, SKOS.definition):
            languages = sorted(
                o.language or "" for o in ontology.objects(term, prop) if isinstance(o, Literal)
            )
            assert languages == ["en", "ja"], (term, prop)
        assert ontology.value(term, RDFS.isDefinedBy) == ONTOLOGY


def test_every_concept_is_documented_in_both_languages(schemes: Graph) -> None:
    for concept in schemes.subjects(RDF.type, SKOS.Concept):
        for prop in (SKOS.prefLabel, SKOS.definition):
            languages = sorted(
                o.language or "" for o in schemes.objects(concept, prop) if isinstance(o, Literal)
            )
            assert languages == ["en", "ja"], (concept, prop)
        assert schemes.value(concept, SKOS.inScheme)


def test_the_header_has_what_catalogues_ask_for(ontology: Graph) -> None:
    for prop in (
        DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.created, DCTERMS.modified, DCTERMS.license,
        DCTERMS.rights, DCTERMS.publisher, DCTERMS.bibliographicCitation, OWL.versionIRI, OWL.versionInfo,
        VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri,
    ):  # fmt: skip
        assert ontology.value(ONTOLOGY, prop) is not None, prop


def test_no_functional_properties(ontology: Graph) -> None:
    assert set(ontology.subjects(RDF.type, OWL.FunctionalProperty)) == set()


def test_the_context_knows_every_term() -> None:
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    known = {value["@id"] for value in context.values() if isinstance(value, dict) and "@id" in value}
    assert {f"ccr:{name}" for name in (*CLASSES, *PROPERTIES)} <= known | {f"ccr:{name}" for name in context}


def test_iris_are_minted_as_the_model_says() -> None:
    from kgapp.vocab import EditionIris

    iris = EditionIris(Minter(), "fujisawa", "2020-02")
    base = "https://w3id.org/care-roadmap/id/fujisawa"
    assert str(iris.document) == f"{base}/2020-02"
    assert str(iris.theme(5)) == f"{base}/2020-02/theme-5"
    assert str(iris.passage("5-direction-1")) == f"{base}/2020-02/theme-5/direction-1"
    assert str(iris.passage("chart-4-2")) == f"{base}/2020-02/chart/theme-4/2"
    assert str(iris.quote(8424, 8462)) == f"{base}/2020-02/quote/8424-8462"
    assert str(iris.of_city("actor/csw")) == f"{base}/actor/csw"
    assert str(Minter().id("fy", 2019)) == "https://w3id.org/care-roadmap/id/fy/2019"
    claim = iris.claim(iris.passage("5-direction-1"), CCR.hasLead, iris.of_city("actor/csw"))
    assert str(claim) == f"{base}/2020-02/claim/theme-5/direction-1/hasLead/csw"
    assert str(iris.graph("inferred")) == f"{base}/2020-02/graph/inferred"


def test_a_base_must_end_with_a_slash() -> None:
    with pytest.raises(KgappError):
        Minter("https://example.org")
